"""What nobody knows exactly, drawn from its stated range: one set of numbers for each possible world.

A quantity with `low` and `high` is drawn from a triangle over its range that peaks at its value; a dated one is
multiplied, all steps alike, by a draw from its range of multiples. A number without a range stays as it is. What
drifts becomes a dated number, month by month.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from .drift import MONTHS, Moves, Normals, departures, month_number, moved
from .quantity import Dated, Quantity, Step, value_at
from .schema import Scenario

if TYPE_CHECKING:
    from .drift import Array

KNOWN = ("targets", "facts", "surges", "sources", "costs")
"""Parts of a scenario that are promises, records or questions: never drawn."""


def uncertain(scenario: Scenario) -> dict[str, Quantity | Dated]:
    """Every number of the scenario that has a range and is named by `vary`, by dotted setting."""
    found = dict(_ranged(scenario, ""))
    wanted = {name: number for name, number in found.items() if name.split(".")[0] not in KNOWN}
    if "all" in scenario.vary:
        return wanted
    return {name: number for name, number in wanted.items() if any(is_within(name, part) for part in scenario.vary)}


def is_within(setting: str, part: str) -> bool:
    """Whether a dotted setting is this part of a scenario, or lies in it."""
    return setting == part or setting.startswith(f"{part}.")


def drawn(scenario: Scenario, luck: Callable[[str], float]) -> Scenario:
    """The scenario in one possible world; `luck(setting)`: a number between 0 and 1 that belongs to the setting.

    Where no what-if sets them apart, as many come back as the forecast contains, whatever share that is.
    """
    changed: Any = scenario
    for name, number in uncertain(scenario).items():
        changed = _replaced(changed, name.split("."), _one(number, luck(name)))
    returns = scenario.service.returns
    if returns is not None and returns.already_in_forecast == returns.share:
        keys = ["service", "returns", "already_in_forecast"]
        changed = _replaced(changed, keys, changed.service.returns.share)
    world: Scenario = changed
    return world


def drifted(scenario: Scenario, normals: Normals) -> Scenario:
    """The scenario with the practice of one possible future as dated values, a step a month; as it is without drift.

    `normals(purpose, count)`: standard normal numbers that belong to the purpose.
    """
    if scenario.drift is None:
        return scenario
    first = month_number(scenario.as_at + timedelta(days=1))
    paths = departures(scenario.drift, scenario.as_at, first, scenario.horizon_months + 1, normals)
    changed: Any = scenario
    for name, practice in scenario.drift.practices.items():
        for setting in practice.settings:
            keys = setting.split(".")
            changed = _replaced(changed, keys, _by_month(_found(changed, keys), first, paths[name], practice.moves))
    world: Scenario = changed
    return world


def undatable(scenario: Scenario) -> Iterator[str]:
    """Names of practices whose setting cannot change on dates."""
    practices = {} if scenario.drift is None else scenario.drift.practices
    for name, practice in practices.items():
        for setting in practice.settings:
            *above, last = setting.split(".")
            holder = _found(scenario, above)
            if not isinstance(holder, BaseModel) or not _holds(type(holder).model_fields[last].annotation, Dated):
                yield name
                break


def in_force(part: Any, day: date) -> Any:
    """A part of a scenario whose dated numbers begin with what is in force on a date; the steps before it are gone."""
    if isinstance(part, Dated):
        past = sum(step.from_ <= day for step in part.dated)
        return part if past < 2 else part.model_copy(update={"dated": part.dated[past - 1 :]})
    inner: Mapping[str, Any] = {}
    if isinstance(part, BaseModel):
        inner = {field: getattr(part, field) for field in type(part).model_fields}
    elif isinstance(part, Mapping):
        inner = part
    changed = {key: new for key, value in inner.items() if (new := in_force(value, day)) is not value}
    if not changed:
        return part
    return part.model_copy(update=changed) if isinstance(part, BaseModel) else {**part, **changed}


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


def _by_month(number: Quantity | Dated, first: int, departure: Array, moves: Moves) -> Dated:
    """A number as dated values: in each month from `first` with that month's departure, and at each step of its own."""
    days = [date(month // MONTHS, month % MONTHS + 1, 1) for month in range(first, first + len(departure))]
    own = [step.from_ for step in number.dated] if isinstance(number, Dated) else []
    days = sorted({*days, *(day for day in own if days[0] < day and month_number(day) < first + len(departure))})
    steps = tuple(
        Step.model_validate(
            {"from": day, "value": moved(value_at(number, day), float(departure[month_number(day) - first]), moves)}
        )
        for day in days
    )
    return Dated(unit=number.unit, source=number.source, dated=steps, note=number.note)


def _found(part: Any, keys: list[str]) -> Any:
    for key in keys:
        part = getattr(part, key) if isinstance(part, BaseModel) else part[key]
    return part


def _holds(annotation: Any, kind: type) -> bool:
    """Whether a type, or any type inside it, is of a kind."""
    return annotation is kind or any(_holds(inner, kind) for inner in get_args(annotation))


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
