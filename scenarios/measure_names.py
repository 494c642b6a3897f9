"""Every measure that a run of a scenario yields, by name: a pure function of the scenario's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

BANDS = ((0, 0), (1, 10), (11, 20), (21, 30), (31, 40), (41, 45), (46, 50), (51, 60), (61, None))
"""Working days taken, in the bands in which the Department for Education publishes assessments (table C2)."""

HELD = ((0, 0), (1, 5), (6, 10), (11, 15), (16, 20), (21, 25), (26, 30), (31, None))
"""Open cases that one worker holds, in the bands in which workers are counted."""


class Named(NamedTuple):
    """A measure's unit and title, and the stage or team that it is about (empty: the whole service)."""

    unit: str
    title: str
    place: str


def measure_names(scenario: Any) -> dict[str, Named]:
    """Measures by name, in the order of the pathway, for a scenario's settings as read from YAML.

    Settings that are missing or of the wrong kind are passed over, so that it can serve while faults are being found.
    """
    service, workforce = _at(_at(scenario), "service"), _at(_at(scenario), "workforce")
    teams = _at(workforce, "teams")
    stages = _at(service, "stages")
    named: dict[str, Named] = {}
    for measure, title in _counted(service):
        named.setdefault(measure, Named("children", title, ""))
    for name in stages:
        for measure, unit, title in _of_stage(str(name), _at(stages, name)):
            named.setdefault(measure, Named(unit, title, str(name)))
        if _at(stages, name).get("kind") == "caseload":
            for measure, title in _of_workers(str(name), _at(stages, name), workforce):
                named.setdefault(measure, Named("workers", title, str(name)))
            for k in range(1, sub_teams(_at(teams, str(_at(stages, name).get("team")))) + 1):
                place = sub_team_name(str(name), k)
                about = f"{_title(_at(stages, name), str(name))}, team {k}"
                for measure, unit, title in _of_sub_team(place, about, _at(stages, name).get("target_working_days")):
                    named.setdefault(measure, Named(unit, title, place))
    if _at(service, "returns"):
        named["rereferrals"] = Named("children", "Re-referrals", "")
        named["rereferral_rate"] = Named("share of referrals", "Re-referral rate", "")
    for name in teams:
        held = {_at(stages, s).get("kind") for s in stages if _at(stages, s).get("team") == name}
        for measure, unit, title in _of_team(str(name), _title(_at(teams, name), str(name)), held):
            named.setdefault(measure, Named(unit, title, str(name)))
    return named


def sub_teams(team: Mapping[str, Any]) -> int:
    """How many alike teams a team is of; 0 for a team that is one."""
    number = team.get("sub_teams", 1)
    return number if isinstance(number, int) and number > 1 else 0


def sub_team_name(stage: str, number: int) -> str:
    """What one of the alike teams of a stage is called in the names of measures, from 1."""
    return f"{stage}_team_{number}"


def band_name(low: int, high: int | None) -> str:
    """How a band of working days is written in a measure's name."""
    if high == 0:
        return "same_day"
    return f"{low}_days_or_more" if high is None else f"{low}_to_{high}_days"


def held_name(stage: str, role: str, low: int, high: int | None) -> str:
    """What the number of a stage's workers of one role who hold so many open cases is called."""
    band = "0" if high == 0 else f"{low}_or_more" if high is None else f"{low}_to_{high}"
    return f"{stage}_{role}_holding_{band}"


def _band_title(low: int, high: int | None) -> str:
    if high == 0:
        return "the same day"
    return f"{low} working days or more" if high is None else f"{low} to {high} working days"


def _counted(service: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Flows that the sample paths count: entries, and routes that follow a count of their own."""
    for entry in _at(service, "entries").values():
        entry = _at(entry)
        if "measure" in entry and not entry.get("per_unit"):
            yield str(entry["measure"]), f"{str(entry['measure']).replace('_', ' ').capitalize()} received"
    starts = {f"{name}_starts" for name in _at(service, "stages")}
    for stage in _at(service, "stages").values():
        for route in _at(_at(stage), "routes").values():
            follows = _at(route).get("follows")
            if follows and follows not in starts:
                yield str(follows), f"{str(follows).replace('_', ' ').capitalize()} received"


def _of_stage(name: str, stage: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    title, kind = _title(stage, name), stage.get("kind")
    yield f"{name}_starts", "children", f"{title}: starts"
    yield f"{name}_ends", "children", f"{title}: ends"
    yield f"{name}_open", "children", f"{title}: open at the end"
    yield f"{name}_open_mean", "children", f"{title}: open, mean"
    if kind not in ("pool", "caseload"):
        return
    yield f"{name}_waiting", "children", f"{title}: waiting at the end"
    yield f"{name}_waiting_mean", "children", f"{title}: waiting, mean"
    yield f"{name}_longest_wait", "working days", f"{title}: longest wait so far at the end"
    yield f"{name}_days_to_allocation_mean", "working days", f"{title}: wait before work begins, mean"
    yield f"{name}_days_mean", "working days", f"{title}: time taken, mean"
    yield f"{name}_days_median", "working days", f"{title}: time taken, median"
    for days in limits(stage):
        unit = "working day" if days == 1 else "working days"
        yield f"{name}_within_{days}_working_days", "share of ends", f"{title}: done within {days} {unit}"
    if kind == "pool":
        return
    yield f"{name}_allocated", "children", f"{title}: allocated at the end"
    yield f"{name}_allocated_mean", "children", f"{title}: allocated, mean"
    yield f"{name}_caseload_per_fte", "children per FTE", f"{title}: allocated cases per FTE in post, mean"
    yield f"{name}_workers_above_guide", "share of workers", f"{title}: workers above the caseload guide at the end"
    for low, high in BANDS:
        words = _band_title(low, high)
        yield f"{name}_ends_{band_name(low, high)}", "children", f"{title}: done in {words}"
        yield f"{name}_share_{band_name(low, high)}", "share of ends", f"{title}: share done in {words}"
        yield f"{name}_open_{band_name(low, high)}", "children", f"{title}: open for {words} at the end"
    for work, about in _at(stage, "urgent_work").items():
        yield f"{work}_starts", "children", f"{_title(_at(about), str(work))}: starts"
        yield f"{work}_ends", "children", f"{_title(_at(about), str(work))}: ends"
        yield f"{work}_days_mean", "working days", f"{_title(_at(about), str(work))}: time taken, mean"


def _of_workers(name: str, stage: Mapping[str, Any], workforce: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Workers by the cases they hold: every role of the stage's team and of teams that merge into it."""
    teams, roles, title = _at(workforce, "teams"), _at(workforce, "roles"), _title(stage, name)
    mine = [team for key, team in teams.items() if stage.get("team") in (key, _at(team).get("merges_into"))]
    for role in dict.fromkeys(str(_at(line).get("role")) for team in mine for line in _at(_at(team), "staff").values()):
        who = _title(_at(roles, role), role)
        for low, high in HELD:
            cases = "no case" if high == 0 else f"{low} cases or more" if high is None else f"{low} to {high} cases"
            yield held_name(name, role, low, high), f"{title}: workers holding {cases} at the end, {who}"


def _of_sub_team(name: str, title: str, target: Any) -> Iterator[tuple[str, str, str]]:
    yield f"{name}_starts", "children", f"{title}: starts"
    yield f"{name}_ends", "children", f"{title}: ends"
    if isinstance(target, int):
        yield f"{name}_within_{target}_working_days", "share of ends", f"{title}: done within {target} working days"
    yield f"{name}_open", "children", f"{title}: open at the end"
    yield f"{name}_waiting", "children", f"{title}: waiting at the end"
    yield f"{name}_caseload_per_fte", "children per FTE", f"{title}: allocated cases per FTE in post, mean"


def _of_team(name: str, title: str, kinds: set[Any]) -> Iterator[tuple[str, str, str]]:
    yield f"{name}_fte", "FTE", f"{title}: in post, mean"
    yield f"{name}_fte_at_work", "FTE", f"{title}: at work, mean"
    yield f"{name}_starters", "workers", f"{title}: people who joined"
    yield f"{name}_leavers", "workers", f"{title}: people who left"
    yield f"{name}_hours_available", "hours", f"{title}: productive hours of those at work"
    if kinds & {"pool", "caseload"}:
        yield f"{name}_hours_used", "hours", f"{title}: hours given to cases"
        yield f"{name}_hours_unused", "hours", f"{title}: hours at work with no case to give them to"
        yield f"{name}_utilisation", "share of hours", f"{title}: share of available hours given to cases"
    yield f"{name}_hours_lost", "hours", f"{title}: hours lost to absence"
    if "plan" in kinds:
        yield f"{name}_caseload_per_fte", "children per FTE", f"{title}: children on plans per FTE in post, mean"
        yield f"{name}_hours_needed", "hours", f"{title}: hours that the plans ask for"


def limits(stage: Mapping[str, Any]) -> list[int]:
    """Working days within which the share of ends is reported: those listed, and the target."""
    listed = stage.get("report_working_days")
    days = [*(listed if isinstance(listed, list | tuple) else []), stage.get("target_working_days")]
    return sorted({day for day in days if isinstance(day, int) and not isinstance(day, bool) and day > 0})


def _title(part: Mapping[str, Any], name: str) -> str:
    return str(part.get("title") or name.replace("_", " "))


def _at(data: Any, key: str | None = None) -> Mapping[str, Any]:
    part = data if key is None else data.get(key)
    return part if isinstance(part, Mapping) else {}
