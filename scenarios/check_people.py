"""Do the people add up? Teams with somebody in them, roles that are there, mergers that lead somewhere."""

from __future__ import annotations

from collections.abc import Mapping

from .document import Document
from .faults import nearest
from .plain import STAGES, TEAMS, Found, at, missing, raw


def people_checks(document: Document) -> Found:
    """Every fault of sense in teams, roles and mergers."""
    for check in (_teams, _merges):
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


def _merges(document: Document) -> Found:
    teams = at(document.data, *TEAMS)
    for name, team in teams.items():
        into = at(team).get("merges_into")
        if into is not None and (into not in teams or into == name):
            others = [other for other in teams if other != name]
            yield (*TEAMS, name, "merges_into"), f"there is no other team '{into}'{nearest(into, others)}"
        if (into is None) != (at(team).get("merges_on") is None):
            yield (*TEAMS, name), "merges_into and merges_on go together"
