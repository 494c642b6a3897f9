"""Does the service hang together? Circles, teams of two kinds, clocks, mergers, units, what feedback names."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from . import check_drift
from .document import Document
from .faults import nearest
from .plain import STAGES, Found, at, inside, written
from .service import STOCKS
from .units import TIMES, time_named

WORKED = ("pool", "caseload")


def graph_checks(document: Document) -> Found:
    """Every fault that only the whole service shows."""
    yield from circles(document)
    for check in (kinds, clocks, units, feedback, demand, check_drift.practices, check_drift.whole):
        yield from check(document.data)


def circles(document: Document) -> Found:
    """Routes that lead back to where they came from."""
    ways = _ways(document.data)
    try:
        TopologicalSorter(ways).prepare()
    except CycleError as circle:
        path = circle.args[1]
        places = [(*STAGES, name, "routes", to) for name, to in pairwise(path)]
        words = f"leads in a circle: {' -> '.join(path)}; use returns for those who come back"
        yield written(document, places)[:-1], words


def kinds(data: Any) -> Found:
    """Teams that are asked for two kinds of work, and mergers that would mix them or never end."""
    stages, teams = at(data, "service", "stages"), at(data, "workforce", "teams")
    held = {team: {str(at(s).get("kind")) for s in stages.values() if at(s).get("team") == team} for team in teams}
    for name, stage in stages.items():
        team = at(stage).get("team")
        if at(stage).get("kind") == "pool" and "caseload" in held.get(str(team), ()):
            yield (
                ("service", "stages", name, "team"),
                f"team '{team}' has a caseload too: give each a team of its own, of part-time posts",
            )
    for name, team in teams.items():
        into, passed = at(team).get("merges_into"), [name]
        while into in teams and into not in passed:
            passed.append(into)
            into = at(teams[into]).get("merges_into")
        if into == name:
            yield (
                ("workforce", "teams", name, "merges_into"),
                f"teams merge in a circle: {' -> '.join([*passed, name])}",
            )
        into = at(team).get("merges_into")
        if into in teams and ("pool" in held[name]) != ("pool" in held[into]):
            one, two = ("a pool", "no pool") if "pool" in held[name] else ("no pool", "a pool")
            yield (
                ("workforce", "teams", name, "merges_into"),
                f"team '{name}' serves {one} and '{into}' {two}: they cannot do each other's work",
            )


def clocks(data: Any) -> Found:
    """Clocks that start where children have not been."""
    stages, before = at(data, "service", "stages"), _ways(data)
    holder = {work: name for name, stage in stages.items() for work in at(stage, "urgent_work")}
    for name, stage in stages.items():
        clock = at(stage).get("clock_from")
        start = holder.get(str(clock), clock)
        if start not in stages or start == name:
            continue
        seen, ahead = set(), [name]
        while ahead:
            here = ahead.pop()
            if here not in seen:
                seen.add(here)
                ahead += before.get(here, ())
        if start not in seen:
            yield (
                ("service", "stages", name, "clock_from"),
                f"nobody comes to '{name}' from '{clock}': its clock cannot start there",
            )


def units(data: Any) -> Found:
    """Lengths of time and hours of work in units that are no time."""
    for keys, part in inside(data):
        of_time = part.get("distribution") in _TIMED and keys[-1:] != ("share_left",)
        for end in ("mean", "low", "high") if of_time else ():
            unit = at(part, end).get("unit")
            if isinstance(unit, str) and time_named(unit) is None:
                yield (*keys, end, "unit"), f"'{unit}' is not a time: use {', '.join(TIMES)}"


def feedback(data: Any) -> Found:
    """Stages that feedback names and that are not there, or of another kind."""
    stages, effects = at(data, "service", "stages"), at(data, "feedback")
    late = at(effects, "late_work").get("stages")
    for number, name in enumerate(late if isinstance(late, list | tuple) else ()):
        keys = ("feedback", "late_work", "stages", number)
        if name not in stages:
            yield keys, f"there is no stage '{name}'{nearest(name, stages)}"
        elif at(stages[name]).get("target_working_days") is None:
            yield keys, f"stage '{name}' has no target_working_days, so nothing there is late"
        elif name not in (at(data, "service", "returns").get("closing") or ()):
            yield keys, f"nobody comes back from '{name}': service.returns.closing does not name it"
    for setting, kind in (("waiting_for", "caseload"), ("enters", "pool")):
        name = at(effects, "repeat_contacts").get(setting)
        known = [stage for stage in stages if at(stages[stage]).get("kind") == kind]
        if name is not None and name not in known:
            yield ("feedback", "repeat_contacts", setting), f"there is no {kind} '{name}'{nearest(name, known)}"


def demand(data: Any) -> Found:
    """Steady rates and the measures that enter: each needs the other."""
    entries = at(data, "service", "entries")
    if not entries and isinstance(data.get("service"), Mapping):
        yield ("service", "entries"), "nobody ever comes: name at least one entry"
    if at(data, "demand").get("source") != "steady":
        return
    rates = at(data, "demand", "per_working_day")
    entering = {str(at(entry).get("measure")) for entry in entries.values()}
    for name, entry in entries.items():
        measure = at(entry).get("measure")
        if measure is not None and measure not in rates:
            yield (
                ("service", "entries", name, "measure"),
                f"demand.per_working_day has no '{measure}'{nearest(measure, rates)}",
            )
    followed = {str(part["follows"]) for _, part in inside(at(data, "service")) if part.get("follows")}
    for rate in rates:
        if rate in STOCKS:
            yield ("demand", "per_working_day", rate), "counts who is there, not who comes: name what comes a working day"
        elif rate not in entering | followed:
            yield (
                ("demand", "per_working_day", rate),
                f"no entry takes '{rate}' in{nearest(rate, entering)}",
            )


_TIMED = ("exponential", "lognormal", "uniform", "constant")


def _ways(data: Any) -> dict[str, list[str]]:
    """The stages that lead to each stage, by routes, urgent work and sign-off."""
    stages = at(data, "service", "stages")
    before: dict[str, list[str]] = {name: [] for name in stages}
    for name, stage in stages.items():
        to = [*at(stage, "routes"), at(stage).get("sign_off")]
        for work in at(stage, "urgent_work").values():
            to += at(work, "routes")
        for other in to:
            if other in before:
                before[other].append(name)
    return before
