"""Plain data of a scenario looked into without trusting its shape, for checks that run while faults are being found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from .document import Document, Keys
from .faults import nearest

STAGES, TEAMS = ("service", "stages"), ("workforce", "teams")
Found = Iterator[tuple[Keys, str]]
"""Settings at fault and what is wrong with them."""


def at(data: Any, *keys: str | int) -> dict[str, Any]:
    """A mapping inside plain data, or an empty one."""
    data = raw(data, *keys)
    return dict(data) if isinstance(data, Mapping) else {}


def raw(data: Any, *keys: str | int) -> Any:
    """Whatever stands at a place in plain data; None where nothing does."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def missing(document: Document, kind: str, name: object, holder: Keys, known: Iterable[str]) -> str:
    """That something named is not there: the nearest that is, and who took it out."""
    is_there = str(name) in at(document.data, *holder)
    out = None if is_there else document.lines.get((*holder, str(name)))
    words = f"; it was taken out at {out[0]}:{out[1]}" if out else nearest(name, known)
    return f"there is no {kind} '{name}'{words}"


def written(document: Document, places: Sequence[Keys]) -> Keys:
    """Of several settings that make a fault together, the first that the planner's own file sets."""
    own = [keys for keys in places if document.place(keys)[0] == document.file]
    return [*own, *places][0]


def as_date(raw: Any) -> date | None:
    """A date, given as one or as text; None for anything else."""
    try:
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except ValueError:
        return None


def values(number: Any) -> list[float]:
    """The values that a number takes over time; empty where it is none."""
    dated = at(number).get("dated")
    steps = [at(step) for step in dated] if isinstance(dated, list | tuple) else [at(number)]
    return [float(step["value"]) for step in steps if type(step.get("value")) in (int, float)]


def shares(route: Any) -> list[float]:
    """The values that a route's share takes over time; empty where it takes the rest."""
    return values(at(route, "share"))


def items(data: Any, *keys: str | int) -> list[Any]:
    """A list inside plain data, or an empty one."""
    found = raw(data, *keys)
    return list(found) if isinstance(found, list | tuple) else []


def branches(data: Any) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Each set of routes with where it stands: those of stages and those of urgent work."""
    for name, stage in at(data, *STAGES).items():
        yield (*STAGES, name, "routes"), at(stage, "routes")
        for work, extra in at(stage, "urgent_work").items():
            yield (*STAGES, name, "urgent_work", work, "routes"), at(extra, "routes")


def inside(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Every mapping inside plain data, with where it stands."""
    if isinstance(data, Mapping):
        yield keys, dict(data)
        for key, part in data.items():
            yield from inside(part, (*keys, key))
    elif isinstance(data, list | tuple):
        for number, part in enumerate(data):
            yield from inside(part, (*keys, number))
