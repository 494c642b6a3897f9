"""Does a scenario make sense? Faults that no single setting shows: routes, teams, targets, dates, sources.

Works on plain data, so that faults of sense are found together with faults of shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from . import check_drift, check_graph
from .document import Document, Keys
from .faults import Fault, nearest
from .plain import Found, at
from .service import CLOSED

TOLERANCE = 1e-9
FREE_SOURCES = ("assumed", "calibrated", "computed")


@cache
def shipped_sources() -> dict[str, dict[str, Any]]:
    """Every source that the package names: key to title, publisher, date, licence."""
    from .document import read

    return read(Path(__file__).parent / "sources.yaml").data


def cross_faults(document: Document) -> list[Fault]:
    """Every fault of sense in a scenario's data, in the order of the file."""
    own = (_routes, _exits, _teams, _stages, _dates, _sources, _targets, _vary)
    graph = (check_graph.circles, check_graph.kinds, check_graph.clocks, check_graph.units)
    checks = (*own, *graph, check_graph.feedback, check_graph.demand, check_drift.practices, check_drift.whole)
    return [document.fault(keys, message) for check in checks for keys, message in check(document.data)]


def _branches(data: Any) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Each set of routes with where it stands: those of stages and those of urgent work."""
    for name, stage in at(data, "service", "stages").items():
        yield ("service", "stages", name, "routes"), at(stage, "routes")
        for work, extra in at(stage, "urgent_work").items():
            yield ("service", "stages", name, "urgent_work", work, "routes"), at(extra, "routes")


def _shares(route: Any) -> list[float]:
    """The values that a route's share takes over time; empty where it takes the rest."""
    share = at(route, "share")
    steps = [at(step) for step in share.get("dated", ())] if isinstance(share.get("dated"), list) else [share]
    return [float(step["value"]) for step in steps if isinstance(step.get("value"), int | float)]


def _routes(data: Any) -> Found:
    stages = at(data, "service", "stages")
    for keys, routes in _branches(data):
        for to in routes:
            if to not in stages and to != CLOSED:
                yield (*keys, to), f"there is no stage '{to}'{nearest(to, [*stages, CLOSED])}"
        total = sum(max(_shares(route), default=0.0) for route in routes.values())
        rest = [to for to, route in routes.items() if not at(route, "share")]
        if total > 1 + TOLERANCE:
            yield keys, f"shares add up to {total:.4g}, which is more than 1"
        elif routes and not rest and total < 1 - TOLERANCE:
            yield keys, f"shares add up to {total:.4g}, not 1; leave one route without a share to take the rest"
        if len(rest) > 1:
            yield keys, f"only one route may go without a share, not {len(rest)}: {', '.join(rest)}"


def _exits(data: Any) -> Found:
    stages = at(data, "service", "stages")
    leads_out = {CLOSED}
    for _ in stages:
        leads_out |= {name for name, stage in stages.items() if _goes(stage) & leads_out}
    for name in stages:
        if name not in leads_out and _goes(stages[name]) <= set(stages):
            yield ("service", "stages", name, "routes"), f"children go round for ever: no way leads to '{CLOSED}'"


def _goes(stage: Any) -> set[str]:
    routes = at(stage, "routes")
    return {to for to, route in routes.items() if not at(route, "share") or max(_shares(route), default=1.0) > 0}


def _teams(data: Any) -> Found:
    teams, roles = at(data, "workforce", "teams"), at(data, "workforce", "roles")
    for name, stage in at(data, "service", "stages").items():
        team = stage.get("team") if isinstance(stage, Mapping) else None
        if isinstance(team, str) and team not in teams:
            yield ("service", "stages", name, "team"), f"there is no team '{team}'{nearest(team, teams)}"
    for name, team in teams.items():
        staff = at(team, "staff")
        if isinstance(team, Mapping) and not staff:
            yield ("workforce", "teams", name, "staff"), "the team has nobody in it"
        for post, one in staff.items():
            role = one.get("role") if isinstance(one, Mapping) else None
            if isinstance(role, str) and role not in roles:
                yield (
                    ("workforce", "teams", name, "staff", post, "role"),
                    f"there is no role '{role}'{nearest(role, roles)}",
                )
        into = team.get("merges_into") if isinstance(team, Mapping) else None
        if into is not None and (into not in teams or into == name):
            others = [other for other in teams if other != name]
            yield ("workforce", "teams", name, "merges_into"), f"there is no other team '{into}'{nearest(into, others)}"
        if (into is None) != (at(team).get("merges_on") is None):
            yield ("workforce", "teams", name), "merges_into and merges_on go together"


def _stages(data: Any) -> Found:
    stages = at(data, "service", "stages")
    kinds = {name: at(stage).get("kind") for name, stage in stages.items()}
    urgent = [work for stage in stages.values() for work in at(stage, "urgent_work")]
    for name, stage in stages.items():
        sign_off, clock = at(stage).get("sign_off"), at(stage).get("clock_from")
        pools = [other for other, kind in kinds.items() if kind == "pool"]
        if sign_off is not None and sign_off not in pools:
            yield ("service", "stages", name, "sign_off"), f"there is no pool '{sign_off}'{nearest(sign_off, pools)}"
        if clock is not None and clock not in (*stages, *urgent):
            known = [*stages, *urgent]
            yield ("service", "stages", name, "clock_from"), f"there is no stage '{clock}'{nearest(clock, known)}"
    for name, entry in at(data, "service", "entries").items():
        enters = at(entry).get("enters")
        if isinstance(enters, str) and enters not in stages:
            yield ("service", "entries", name, "enters"), f"there is no stage '{enters}'{nearest(enters, stages)}"
    returns = at(data, "service", "returns")
    closing = returns.get("closing")
    for number, stage in enumerate(closing if isinstance(closing, list) else []):
        if stage not in stages:
            yield ("service", "returns", "closing", number), f"there is no stage '{stage}'{nearest(stage, stages)}"
    if isinstance(returns.get("enters"), str) and returns["enters"] not in stages:
        enters = returns["enters"]
        yield ("service", "returns", "enters"), f"there is no stage '{enters}'{nearest(enters, stages)}"
    for name in at(data, "opening"):
        if name not in stages:
            yield ("opening", name), f"there is no stage '{name}'{nearest(name, stages)}"


def _dates(data: Any) -> Found:
    for name, wave in at(data, "workforce", "absence", "waves").items():
        first, last = _date(at(wave).get("first")), _date(at(wave).get("last"))
        if first is not None and last is not None and last < first:
            yield ("workforce", "absence", "waves", name, "last"), f"is {last}, before it begins on {first}"
    if at(data, "demand").get("source") == "steady" and at(data, "surges"):
        yield ("surges",), "a surge needs demand from a forecast; this demand is steady"


def _date(raw: Any) -> date | None:
    """A date, given as one or as text; None for anything else."""
    try:
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except ValueError:
        return None


def _sources(data: Any) -> Found:
    known = {*shipped_sources(), *at(data, "sources")}
    for keys, source in _named_sources(data, ()):
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


def _targets(data: Any) -> Found:
    from .measure_names import measure_names

    known = measure_names(data)
    for name, target in at(data, "targets").items():
        measure = at(target).get("measure")
        if isinstance(measure, str) and measure not in known:
            yield ("targets", name, "measure"), f"unknown measure '{measure}'{nearest(measure, known)}"
        if isinstance(target, Mapping) and (target.get("at_least") is None) == (target.get("at_most") is None):
            yield ("targets", name), "needs either at_least or at_most"
    for name, fact in at(data, "facts").items():
        measure = at(fact).get("measure")
        if isinstance(measure, str) and measure not in known:
            yield ("facts", name, "measure"), f"unknown measure '{measure}'{nearest(measure, known)}"


def _vary(data: Any) -> Found:
    named = data.get("vary") if isinstance(data, Mapping) else None
    for number, name in enumerate(named if isinstance(named, list | tuple) else []):
        here: Any = data
        for key in str(name).split("."):
            known = list(here) if isinstance(here, Mapping) else []
            if name != "all" and key not in known:
                yield ("vary", number), f"there is no setting '{name}'{nearest(key, known)}"
                break
            here = here[key] if name != "all" else None
