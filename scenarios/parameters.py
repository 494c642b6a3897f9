"""What nobody knows exactly, drawn from its stated range: one set of numbers for each possible world.

A quantity with `low` and `high` is drawn from a triangle over its range that peaks at its value; a dated one is
multiplied, all steps alike, by a draw from its range of multiples. A number without a range stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from .quantity import Dated, Quantity
from .schema import Scenario

KNOWN = ("targets", "facts", "surges", "sources", "costs")
"""Parts of a scenario that are promises, records or questions: never drawn."""


def uncertain(scenario: Scenario) -> dict[str, Quantity | Dated]:
    """Every number of the scenario that has a range and is named by `vary`, by dotted setting."""
    found = dict(_ranged(scenario, ""))
    wanted = {name: number for name, number in found.items() if name.split(".")[0] not in KNOWN}
    if "all" in scenario.vary:
        return wanted
    return {name: number for name, number in wanted.items() if name.startswith(scenario.vary)}


def drawn(scenario: Scenario, luck: Callable[[str], float]) -> Scenario:
    """The scenario in one possible world; `luck(setting)`: a number between 0 and 1 that belongs to the setting."""
    changed: Any = scenario
    for name, number in uncertain(scenario).items():
        changed = _replaced(changed, name.split("."), _one(number, luck(name)))
    world: Scenario = changed
    return world


def triangle(low: float, peak: float, high: float, luck: float) -> float:
    """The value of a triangular distribution below which a share `luck` lies."""
    if high <= low:
        return peak
    turn = (peak - low) / (high - low)
    if luck < turn:
        return low + math.sqrt(luck * (high - low) * (peak - low))
    return high - math.sqrt((1 - luck) * (high - low) * (high - peak))


def _one(number: Quantity | Dated, luck: float) -> Quantity | Dated:
    assert number.low is not None
    assert number.high is not None
    if isinstance(number, Quantity):
        value = triangle(number.low, float(number), number.high, luck)
        return Quantity(value, number.unit, number.source, number.low, number.high, number.note)
    factor = triangle(number.low, 1.0, number.high, luck)
    steps = tuple(step.model_copy(update={"value": step.value * factor}) for step in number.dated)
    return number.model_copy(update={"dated": steps})


def _ranged(part: Any, name: str) -> Iterator[tuple[str, Quantity | Dated]]:
    if isinstance(part, Quantity | Dated):
        if part.low is not None and part.high is not None:
            yield name, part
        return
    inner: Mapping[str, Any] = {}
    if isinstance(part, BaseModel):
        inner = {field: getattr(part, field) for field in type(part).model_fields}
    elif isinstance(part, Mapping):
        inner = part
    for key, value in inner.items():
        yield from _ranged(value, f"{name}.{key}".lstrip("."))


def _replaced(part: Any, keys: list[str], value: Any) -> Any:
    """A copy of a frozen value with one part in it changed."""
    key, *rest = keys
    if isinstance(part, BaseModel):
        return part.model_copy(update={key: _replaced(getattr(part, key), rest, value) if rest else value})
    return {**part, key: _replaced(part[key], rest, value) if rest else value}
