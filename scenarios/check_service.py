"""Does the service hang together? Routes, ways in and out, what stages name of one another, what demand counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .document import Document, Keys
from .faults import nearest
from .plain import STAGES, Found, at, missing, raw, shares
from .service import CLOSED, FLOWS, STOCKS

TOLERANCE = 1e-9


def service_checks(document: Document) -> Found:
    """Every fault of sense in the service and what refers to its stages."""
    for check in (_routes, _exits, _entered, _counted, _stages):
        yield from check(document)


def _branches(data: Any) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Each set of routes with where it stands: those of stages and those of urgent work."""
    for name, stage in at(data, "service", "stages").items():
        yield ("service", "stages", name, "routes"), at(stage, "routes")
        for work, extra in at(stage, "urgent_work").items():
            yield ("service", "stages", name, "urgent_work", work, "routes"), at(extra, "routes")


def _routes(document: Document) -> Found:
    stages = at(document.data, *STAGES)
    for keys, routes in _branches(document.data):
        for to in routes:
            if to not in stages and to != CLOSED:
                yield (*keys, to), missing(document, "stage", to, STAGES, [*stages, CLOSED])
        total = sum(max(shares(route), default=0.0) for route in routes.values())
        rest = [to for to, route in routes.items() if not at(route, "share")]
        if total > 1 + TOLERANCE:
            yield keys, f"shares add up to {total:.4g}, which is more than 1"
        elif not routes and keys[-2] in stages:
            yield keys, f"leads nowhere; name a stage or '{CLOSED}'"
        elif routes and not rest and total < 1 - TOLERANCE:
            yield keys, f"shares add up to {total:.4g}, not 1; leave one route without a share to take the rest"
        if len(rest) > 1:
            yield keys, f"only one route may go without a share, not {len(rest)}: {', '.join(rest)}"


def _exits(document: Document) -> Found:
    stages = at(document.data, *STAGES)
    leads_out = {CLOSED}
    for _ in stages:
        leads_out |= {name for name, stage in stages.items() if _goes(stage) & leads_out}
    for name in stages:
        if name not in leads_out and _goes(stages[name]) and _goes(stages[name]) <= set(stages):
            yield (*STAGES, name, "routes"), f"children go round for ever: no way leads to '{CLOSED}'"


def _goes(stage: Any) -> set[str]:
    routes = at(stage, "routes")
    return {to for to, route in routes.items() if not at(route, "share") or max(shares(route), default=1.0) > 0}


def _leads_to(stage: Any) -> set[str]:
    """Stages that a child of a stage may come to, by any way."""
    sign_off = at(stage).get("sign_off")
    ways = [at(stage, "routes"), *(at(work, "routes") for work in at(stage, "urgent_work").values())]
    return {to for routes in ways for to in routes} | ({sign_off} if isinstance(sign_off, str) else set())


def _entered(document: Document) -> Found:
    data = document.data
    stages, entries = raw(data, *STAGES), raw(data, "service", "entries")
    if isinstance(stages, Mapping) and not stages:
        yield STAGES, "holds no stage; a service needs one"
    if not stages or not entries or not isinstance(stages, Mapping) or not isinstance(entries, Mapping):
        return
    doors = [*entries.values(), at(data, "service", "returns"), at(data, "feedback", "repeat_contacts")]
    reached = {at(door).get("enters") for door in doors if isinstance(at(door).get("enters"), str)}
    reached |= set(at(data, "opening"))
    for _ in stages:
        reached |= {to for name in reached & set(stages) for to in _leads_to(stages[name])}
    for name in stages:
        if name not in reached:
            yield (*STAGES, name), "no child ever comes here: no entry, route or return leads to it"


def _counted(document: Document) -> Found:
    """Measures of demand that entries and routes name, and opening counts of stocks."""
    data = document.data
    if at(data, "demand").get("source") == "steady":
        return
    named: list[tuple[Keys, object]] = [
        (("service", "entries", name, "measure"), at(entry).get("measure"))
        for name, entry in at(data, "service", "entries").items()
    ]
    named += [
        ((*keys, to, "follows"), at(route).get("follows"))
        for keys, routes in _branches(data)
        for to, route in routes.items()
    ]
    for stage, about in at(data, *STAGES).items():
        for work, extra in at(about, "urgent_work").items():
            named.append(((*STAGES, stage, "urgent_work", work, "follows"), at(extra).get("follows")))
    for keys, measure in named:
        if isinstance(measure, str) and measure not in FLOWS:
            yield keys, f"demand has no measure '{measure}'{nearest(measure, FLOWS)}"
    for stock in STOCKS:
        place = ("opening", stock.removesuffix("_open"), "open")
        count = at(data, *place).get("value")
        if isinstance(count, float) and not count.is_integer():
            yield place, f"must be a whole number of children, not {count:g}; did you mean {count:.0f}?"


def _stages(document: Document) -> Found:
    data = document.data
    if not isinstance(raw(data, *STAGES), Mapping):
        return
    stages = at(data, *STAGES)
    urgent = [work for stage in stages.values() for work in at(stage, "urgent_work")]
    of_kind = {
        kind: [name for name, stage in stages.items() if at(stage).get("kind") == kind] for kind in ("pool", "caseload")
    }
    anywhere = [*stages, *urgent]
    named: list[tuple[Keys, object, str, list[str]]] = []
    for name, stage in stages.items():
        named.append(((*STAGES, name, "sign_off"), at(stage).get("sign_off"), "pool", of_kind["pool"]))
        named.append(((*STAGES, name, "clock_from"), at(stage).get("clock_from"), "stage", anywhere))
    for name, entry in at(data, "service", "entries").items():
        named.append((("service", "entries", name, "enters"), at(entry).get("enters"), "stage", [*stages]))
    closing = raw(data, "service", "returns", "closing")
    for number, stage in enumerate(closing if isinstance(closing, list) else []):
        named.append((("service", "returns", "closing", number), stage, "stage", [*stages]))
    named.append((("service", "returns", "enters"), raw(data, "service", "returns", "enters"), "stage", [*stages]))
    named += [(("opening", name), name, "stage", [*stages]) for name in at(data, "opening")]
    for place, given, kind, known in named:
        if given is not None and given not in known:
            yield place, missing(document, kind, given, STAGES, known)
