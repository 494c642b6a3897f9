"""Where children go: routes that add up, ways in and out, circles, clocks that start where children have been."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from .document import Document
from .plain import STAGES, Found, at, branches, missing, raw, shares, written
from .service import CLOSED

TOLERANCE = 1e-9


def route_checks(document: Document) -> Found:
    """Every fault in the ways that children take."""
    for check in (_routes, _exits, _entered, _circles, _clocks):
        yield from check(document)


def _routes(document: Document) -> Found:
    stages = at(document.data, *STAGES)
    for keys, routes in branches(document.data):
        for to in routes:
            if to not in stages and to != CLOSED:
                yield (*keys, to), missing(document, "stage", to, STAGES, [*stages, CLOSED])
        total = sum(max(shares(route), default=0.0) for route in routes.values())
        rest = [to for to, route in routes.items() if not at(route, "share")]
        if total > 1 + TOLERANCE:
            yield keys, f"shares add up to {total:.4g}, which is more than 1"
        elif keys[-2] in stages and raw(document.data, *keys) == {}:
            yield keys, f"leads nowhere; name a stage or '{CLOSED}'"
        elif routes and not rest and total < 1 - TOLERANCE:
            yield keys, f"shares add up to {total:.4g}, not 1; leave one route without a share to take the rest"
        if len(rest) > 1:
            yield keys, f"only one route may go without a share, not {len(rest)}: {', '.join(rest)}"


def _exits(document: Document) -> Found:
    stages = at(document.data, *STAGES)
    goes = {name: _goes(stage) for name, stage in stages.items()}
    leads_out = {CLOSED}
    for _ in stages:
        leads_out |= {name for name, to in goes.items() if to & leads_out}
    for name, to in goes.items():
        if name not in leads_out and to and to <= set(stages):
            yield (*STAGES, name, "routes"), f"children go round for ever: no way leads to '{CLOSED}'"


def _goes(stage: Any) -> set[str]:
    routes = at(stage, "routes")
    return {to for to, route in routes.items() if not at(route, "share") or max(shares(route), default=1.0) > 0}


def _entered(document: Document) -> Found:
    data = document.data
    stages, entries = raw(data, *STAGES), raw(data, "service", "entries")
    if isinstance(stages, Mapping) and not stages:
        yield STAGES, "holds no stage; a service needs one"
    if not entries and isinstance(data.get("service"), Mapping):
        yield ("service", "entries"), "nobody ever comes: name at least one entry"
    if not stages or not entries or not isinstance(stages, Mapping) or not isinstance(entries, Mapping):
        return
    doors = [*entries.values(), at(data, "service", "returns"), at(data, "feedback", "repeat_contacts")]
    reached = {at(door).get("enters") for door in doors if isinstance(at(door).get("enters"), str)}
    reached |= set(at(data, "opening"))
    before = _before(data)
    for _ in stages:
        reached |= {name for name, froms in before.items() if froms & reached}
    for name in stages:
        if name not in reached:
            yield (*STAGES, name), "no child ever comes here: no entry, route or return leads to it"


def _circles(document: Document) -> Found:
    """Routes that lead back to where they came from."""
    try:
        TopologicalSorter(_before(document.data)).prepare()
    except CycleError as circle:
        path = circle.args[1]
        places = [(*STAGES, name, "routes", to) for name, to in pairwise(path)]
        words = f"leads in a circle: {' -> '.join(path)}; use returns for those who come back"
        place = written(document, places)
        yield (place if place in document.lines else place[:-1]), words


def _clocks(document: Document) -> Found:
    """Clocks that start where children have not been."""
    stages, before = at(document.data, *STAGES), _before(document.data)
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
                (*STAGES, name, "clock_from"),
                f"nobody comes to '{name}' from '{clock}': its clock cannot start there",
            )


def _before(data: Any) -> dict[str, set[str]]:
    """The stages that lead to each stage, by routes, urgent work and sign-off."""
    stages = at(data, *STAGES)
    before: dict[str, set[str]] = {name: set() for name in stages}
    for name, to in _ways(data):
        if to in before:
            before[to].add(name)
    return before


def _ways(data: Any) -> Iterator[tuple[str, str]]:
    """From which stage to which."""
    for keys, routes in branches(data):
        yield from ((str(keys[2]), to) for to in routes)
    for name, stage in at(data, *STAGES).items():
        yield name, str(at(stage).get("sign_off"))
