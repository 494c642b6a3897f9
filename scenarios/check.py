"""Does a scenario make sense? Faults that no single setting shows: routes, people, names, demand, dates, targets.

Works on plain data, so that faults of sense are found together with faults of shape.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from . import check_drift
from .check_demand import demand_checks
from .check_names import name_checks
from .check_people import people_checks
from .check_routes import route_checks
from .document import Document, Keys
from .faults import Fault, nearest
from .nearby import or_share
from .overlay import OF_A_KIND
from .plain import STAGES, TEAMS, Found, as_date, at, inside, items, raw
from .quantity import out_of_order
from .units import TIMES, time_named

LONGEST_YEARS = 10
"""The longest horizon there is."""
FREE_SOURCES = ("assumed", "calibrated", "computed")
_TIMED = ("exponential", "lognormal", "uniform", "constant")


@cache
def shipped_sources() -> dict[str, dict[str, Any]]:
    """Every source that the package names: key to title, publisher, date, licence."""
    from .document import read

    return read(Path(__file__).parent / "sources.yaml").data


def cross_faults(document: Document) -> list[Fault]:
    """Every fault of sense in a scenario's data, in the order of the file."""
    document = _of_likely_kinds(document)
    whole = (route_checks, name_checks, people_checks, demand_checks, check_drift.drift_checks)
    checks = (*whole, _units, _dates, _steps, _sources, _targets, _vary)
    return [document.fault(keys, message) for check in checks for keys, message in check(document)]


def _of_likely_kinds(document: Document) -> Document:
    """The document with each misspelt kind of stage taken as the one it is near, so that no fault follows from it."""
    likely = {}
    for name, stage in at(document.data, *STAGES).items():
        kind = at(stage).get("kind")
        close = difflib.get_close_matches(str(kind), OF_A_KIND["kind"], n=1)
        if isinstance(stage, Mapping) and kind is not None and close and kind not in OF_A_KIND["kind"]:
            likely[name] = {**stage, "kind": close[0]}
    if not likely:
        return document
    service = at(document.data, "service")
    return replace(document, data={**document.data, "service": {**service, "stages": {**service["stages"], **likely}}})


def _units(document: Document) -> Found:
    """Lengths of time and hours of work in units that are no time."""
    for keys, part in inside(document.data):
        of_time = part.get("distribution") in _TIMED and keys[-1:] != ("share_left",)
        for end in ("mean", "low", "high") if of_time else ():
            unit = at(part, end).get("unit")
            if isinstance(unit, str) and time_named(unit) is None:
                yield (*keys, end, "unit"), f"'{unit}' is not a time: use {', '.join(TIMES)}"


def _dates(document: Document) -> Found:
    data = document.data
    as_at = as_date(data.get("as_at"))
    for name, wave in at(data, "workforce", "absence", "waves").items():
        keys = ("workforce", "absence", "waves", name)
        first, last = as_date(at(wave).get("first")), as_date(at(wave).get("last"))
        if first is not None and last is not None and last < first:
            yield (*keys, "last"), f"is {last}, before it begins on {first}"
        yield from _past((*keys, "last"), last, as_at, "the wave is over")
        yield from _far((*keys, "first"), first, as_at)
    for name, team in at(data, *TEAMS).items():
        merged = as_date(at(team).get("merges_on"))
        yield from _past((*TEAMS, name, "merges_on"), merged, as_at, "describe the teams as they then are")
        yield from _far((*TEAMS, name, "merges_on"), merged, as_at)
        for post, one in at(team, "staff").items():
            place = (*TEAMS, name, "staff", post, "contract_ends")
            ended = as_date(at(one).get("contract_ends"))
            yield from _past(place, ended, as_at, "these people have left; take them out")
            yield from _far(place, ended, as_at)
    for above, part in inside({key: value for key, value in data.items() if key != "starts"}):
        for number, step in enumerate(items(part, "dated")):
            yield from _far((*above, "dated", number, "from"), as_date(at(step).get("from")), as_at)
    for name, surge in at(data, "surges").items():
        start = as_date(f"{at(surge).get('start')}-01")
        yield from _far(("surges", name, "start"), start, as_at)


def _steps(document: Document) -> Found:
    """Steps out of order or below nought beside one that cannot be read, which else would hide them."""
    for keys, part in inside(document.data):
        steps = [at(step) for step in items(part, "dated")]
        days = [as_date(step.get("from")) for step in steps]
        numbers = [type(step.get("value")) in (int, float) for step in steps]
        if all(days) and all(numbers):
            continue
        if words := out_of_order([day for day in days if day is not None]):
            yield keys, words
        for number, step in enumerate(steps):
            if numbers[number] and step["value"] < 0:
                yield (*keys, "dated", number, "value"), f"must be 0 or more, not {step['value']:g}"


def _past(keys: Keys, day: date | None, as_at: date | None, words: str) -> Found:
    if day is not None and as_at is not None and day < as_at:
        yield keys, f"is {day}, before the as-at date {as_at}: {words}"


def _far(keys: Keys, day: date | None, as_at: date | None) -> Found:
    """A date later than any month that can be simulated: a slip of the pen."""
    if day is not None and as_at is not None and day.year - as_at.year > LONGEST_YEARS:
        yield keys, f"is {day}, more than {LONGEST_YEARS} years after the as-at date {as_at}: it would never come"


def _sources(document: Document) -> Found:
    known = {*shipped_sources(), *at(document.data, "sources")}
    for keys, source in _named_sources(document.data, ()):
        if source not in known and not source.startswith(FREE_SOURCES):
            yield keys, f"unknown source '{source}'{nearest(source, [*known, 'assumed'])}"


def _named_sources(data: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(data, Mapping):
        if "unit" in data and isinstance(data.get("source"), str):
            yield (*keys, "source"), data["source"]
        for key, part in data.items():
            if (*keys, key) not in (("sources",), ("starts",)):
                yield from _named_sources(part, (*keys, key))
    elif isinstance(data, list):
        for number, part in enumerate(data):
            yield from _named_sources(part, (*keys, number))


def _targets(document: Document) -> Found:
    from .measure_names import measure_names

    data = document.data
    if not isinstance(raw(data, *STAGES), Mapping):
        return
    known = measure_names(data)
    for holder in ("targets", "facts"):
        for name, one in at(data, holder).items():
            measure = at(one).get("measure")
            if isinstance(measure, str) and measure not in known and not _of_faulty_target(measure, data):
                yield (holder, name, "measure"), f"unknown measure '{measure}'{nearest(measure, known)}"
    for name, target in at(data, "targets").items():
        if isinstance(target, Mapping) and (target.get("at_least") is None) == (target.get("at_most") is None):
            yield ("targets", name), "needs one of at_least and at_most"
        about = known.get(str(at(target).get("measure")))
        for end in ("at_least", "at_most"):
            value = at(target, end).get("value")
            if about and about.unit.startswith("share") and isinstance(value, int | float) and value > 1:
                words = f"is a share between 0 and 1, not {value:g}{or_share(value)}"
                yield ("targets", name, end), words


def _of_faulty_target(measure: str, data: Any) -> bool:
    """Whether a measure may be missing only because its stage's target is none: that is told at the target."""
    stage = at(data, *STAGES, measure.split("_within_")[0])
    days = stage.get("target_working_days")
    return "_within_" in measure and days is not None and not (type(days) is int and days > 0)


def _vary(document: Document) -> Found:
    for number, name in enumerate(items(document.data, "vary")):
        here: Any = document.data
        for key in str(name).split("."):
            known = list(here) if isinstance(here, Mapping) else []
            if name != "all" and key not in known:
                yield ("vary", number), f"there is no setting '{name}'{nearest(key, known)}"
                break
            here = here[key] if name != "all" else None
