"""Do the people add up? Teams with somebody in them, roles that are there, one kind of work each, mergers that end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .document import Document
from .faults import nearest
from .plain import STAGES, TEAMS, Found, at, missing, raw, values


def people_checks(document: Document) -> Found:
    """Every fault of sense in teams, roles and mergers."""
    for check in (_teams, _sub_teams, _kinds, _merges):
        yield from check(document)


def _teams(document: Document) -> Found:
    data = document.data
    teams, roles = at(data, *TEAMS), at(data, "workforce", "roles")
    for name, stage in at(data, *STAGES).items():
        team = at(stage).get("team")
        if isinstance(team, str) and team not in teams and isinstance(raw(data, *TEAMS), Mapping):
            yield (*STAGES, name, "team"), missing(document, "team", team, TEAMS, teams)
    for name, team in teams.items():
        staff = at(team, "staff")
        if isinstance(team, Mapping) and isinstance(team.get("staff"), Mapping) and not staff:
            yield (*TEAMS, name, "staff"), "the team has nobody in it"
        for post, one in staff.items():
            role = one.get("role") if isinstance(one, Mapping) else None
            if isinstance(role, str) and role not in roles and isinstance(raw(data, "workforce", "roles"), Mapping):
                words = missing(document, "role", role, ("workforce", "roles"), roles)
                yield (*TEAMS, name, "staff", post, "role"), words


def _sub_teams(document: Document) -> Found:
    """Sub-teams with nobody in them, whose children would wait for ever; a team that is empty as a whole is none."""
    for name, team in at(document.data, *TEAMS).items():
        sub_teams, people = at(team).get("sub_teams"), _most_people(document.data, team)
        if isinstance(sub_teams, int) and 0 < people < sub_teams:
            words = f"are {sub_teams}, but the team never has more than {people} people: some would have nobody in them"
            yield (*TEAMS, name, "sub_teams"), f"{words}; did you mean {people} or fewer?"


def _most_people(data: Any, team: Any) -> int:
    """Most people that a team may have, each of its lines of staff at its largest."""
    roles, people = at(data, "workforce", "roles"), 0
    for line in at(team, "staff").values():
        posts = max(values(at(line, "fte")), default=0.0)
        each = max(values(at(roles, str(at(line).get("role")), "fte_per_worker")), default=1.0)
        people += math.ceil(posts / each) if each > 0 and math.isfinite(posts / each) else 0
    return people


def _kinds(document: Document) -> Found:
    """Teams that are asked for two kinds of work."""
    held = _kinds_of_work(document.data)
    for name, stage in at(document.data, *STAGES).items():
        team = at(stage).get("team")
        if at(stage).get("kind") == "pool" and "caseload" in held.get(str(team), ()):
            words = f"team '{team}' has a caseload too: give each a team of its own, of part-time posts"
            yield (*STAGES, name, "team"), words


def _kinds_of_work(data: Any) -> dict[str, set[str]]:
    """The kinds of the stages that each team serves."""
    stages = at(data, *STAGES).values()
    return {team: {str(at(s).get("kind")) for s in stages if at(s).get("team") == team} for team in at(data, *TEAMS)}


def _merges(document: Document) -> Found:
    """Mergers into teams that are not there, without a date, in a circle, or of teams whose work differs."""
    teams, held = at(document.data, *TEAMS), _kinds_of_work(document.data)
    for name, team in teams.items():
        keys, into = (*TEAMS, name, "merges_into"), at(team).get("merges_into")
        if (into is None) != (at(team).get("merges_on") is None):
            yield (*TEAMS, name), "merges_into and merges_on go together"
        if into is None:
            continue
        if into not in teams or into == name:
            yield keys, f"there is no other team '{into}'{nearest(into, [other for other in teams if other != name])}"
            continue
        passed, here = [name], into
        while here in teams and here not in passed:
            passed.append(here)
            here = at(teams[here]).get("merges_into")
        if here == name:
            yield keys, f"teams merge in a circle: {' -> '.join([*passed, name])}"
        if ("pool" in held[name]) != ("pool" in held[into]):
            one, two = ("a pool", "no pool") if "pool" in held[name] else ("no pool", "a pool")
            yield keys, f"team '{name}' serves {one} and '{into}' {two}: they cannot do each other's work"
