"""The posts of a service before chance: how big, of which role, in which team, on every working day."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scenarios.feedback import Feedback
from scenarios.people import Absence, Induction, Sickness, Staff, Workforce
from scenarios.quantity import Dated, Quantity
from scenarios.schema import Scenario
from scenarios.units import WORKING_DAYS_PER_YEAR

from .clock import WORKING_DAYS_PER_WEEK, Clock
from .draws import Draw, compiled
from .reach import NEGLIGIBLE

UNCAPPED = 1_000_000


@dataclass(frozen=True)
class Group:
    """One line of a team's staff: its posts are `rows` of the establishment; `to_fill` in working days."""

    rows: slice
    to_fill: Draw | None
    vacant_share: float


@dataclass(frozen=True)
class Spells:
    """Sickness in working days; spells begin `run_in` working days before day 0, so that people are
    away as usual on it: a year.
    """

    away: Draw
    at_work: Draw
    run_in: int


@dataclass(frozen=True)
class Strain:
    """Overload that makes people leave: beyond `above` caps of open cases, `per_day` leavings for each cap's worth."""

    above: float
    per_day: float


@dataclass(frozen=True)
class Establishment:
    """The posts of a scenario before chance: p posts (rows), d working days.

    `size[p, d]`: the post as a share of full time, 0 when it is not funded. `hours`, `cap`: of full time, and
    `leaving_per_day`: hazard a working day; each (p, d), or (p, 1) where nothing of it changes on dates.
    `team[p, d]`, `sub_team[p, d]`, `role[p]`, `finish[p]`: as in Roster. `titles[p]`: its first holder's name.
    `ends[p]`: day from which nobody holds it. `absent[p]`: whether its holder can be. `induction[p]`: (working days,
    starting share). `group[p]`, `rank[p]`: its key for draws.
    """

    groups: tuple[Group, ...]
    size: npt.NDArray[np.float64]
    hours: npt.NDArray[np.float64]
    cap: npt.NDArray[np.float64]
    team: npt.NDArray[np.int64]
    sub_team: npt.NDArray[np.int64]
    role: npt.NDArray[np.int64]
    finish: npt.NDArray[np.bool_]
    titles: tuple[str, ...]
    ends: npt.NDArray[np.int64]
    leaving_per_day: npt.NDArray[np.float64]
    absent: npt.NDArray[np.bool_]
    induction: npt.NDArray[np.float64]
    group: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    absence: Absence
    sickness: Spells | None
    strain: Strain | None
    clock: Clock

    @functools.cached_property
    def moves(self) -> bool:
        """Whether any post is ever with another team or sub-team than on the first day."""
        return bool((self.sub_team != self.sub_team[:, :1]).any() or (self.team != self.team[:, :1]).any())

    @functools.cached_property
    def leavings(self) -> npt.NDArray[np.float64]:
        """Leavings that each post's hazard adds up to before each day: (p, d + 1)."""
        by_day = np.broadcast_to(self.leaving_per_day, self.size.shape)
        return np.concatenate([np.zeros((len(by_day), 1)), np.cumsum(by_day, axis=1)], axis=1)


def establish(scenario: Scenario, clock: Clock) -> Establishment:
    """The posts of a scenario's workforce on every working day of the clock, before chance.

    Posts of a team are dealt to its sub-teams in turn; when it merges, a sub-team's people go where its cases go.
    """
    force = scenario.workforce
    day = float(scenario.service.hours_per_day)
    roles, teams = list(force.roles), list(force.teams)
    before = np.cumsum([0] + [force.teams[name].sub_teams for name in teams]).tolist()
    first_line = dict(zip(teams, before[:-1], strict=True))
    counted = dict.fromkeys(roles, 0)
    groups: list[Group] = []
    tables: list[dict[str, npt.NDArray[Any]]] = []
    titles: list[str] = []
    for name, team in force.teams.items():
        dealt = 0
        for line, staff in team.staff.items():
            role = force.roles[staff.role]
            size = _sizes(_by_day(staff.fte, clock), float(role.fte_per_worker or 1.0))
            posts = len(size)
            where = (dealt + np.arange(posts)) % team.sub_teams
            here = np.full((posts, clock.days), teams.index(name))
            sub = np.broadcast_to((first_line[name] + where)[:, None], here.shape).copy()
            for into, merged in _mergers(name, force, clock):
                where = where % force.teams[into].sub_teams
                here[:, merged:] = teams.index(into)
                sub[:, merged:] = (first_line[into] + where)[:, None]
            tables.append(
                {
                    "size": size,
                    "hours": _alike(role.hours_per_day, posts, clock),
                    "cap": _alike(role.caseload_cap or UNCAPPED, posts, clock),
                    "team": here,
                    "sub_team": sub,
                    "role": np.full(posts, roles.index(staff.role)),
                    "finish": np.full(posts, team.on_leaving == "finish"),
                    "ends": np.full(posts, _ends(staff, clock)),
                    "leaving_per_day": _alike(staff.leaving_per_year or 0.0, posts, clock) / clock.days_per_year,
                    "absent": np.full(posts, team.absent),
                    "induction": np.tile(_induction(role.induction), (posts, 1)),
                    "group": np.full(posts, zlib.crc32(f"{name}/{line}".encode())),
                    "rank": np.arange(posts),
                }
            )
            rows = slice(len(titles), len(titles) + posts)
            to_fill = None if staff.time_to_fill is None else compiled(staff.time_to_fill, "working days", day)
            groups.append(Group(rows, to_fill, float(staff.vacant_share or 0.0)))
            titles += [f"{role.title} {counted[staff.role] + post + 1}" for post in range(posts)]
            counted[staff.role] += posts
            dealt += posts

    def of(column: str) -> Any:
        parts = [table[column] for table in tables]
        widest = max(parts, key=lambda part: part.shape[1:]).shape[1:]
        return np.concatenate([np.broadcast_to(part, (len(part), *widest)) for part in parts])

    return Establishment(
        groups=tuple(groups),
        size=of("size"),
        hours=of("hours"),
        cap=of("cap"),
        team=of("team"),
        sub_team=of("sub_team"),
        role=of("role"),
        finish=of("finish"),
        titles=tuple(titles),
        ends=of("ends"),
        leaving_per_day=of("leaving_per_day"),
        absent=of("absent"),
        induction=of("induction"),
        group=of("group"),
        rank=of("rank"),
        absence=force.absence,
        sickness=_spells(force.absence.sickness, day),
        strain=_strain(scenario.feedback, clock),
        clock=clock,
    )


def _mergers(team: str, force: Workforce, clock: Clock) -> Iterator[tuple[str, int]]:
    """The teams that a team's people go to, one after the other, each with the day from which they are there."""
    day = 0
    while (one := force.teams[team]).merges_into is not None and one.merges_on is not None:
        team, day = one.merges_into, max(day, clock.day_of(one.merges_on))
        yield team, day


def _alike(number: Quantity | Dated | float, posts: int, clock: Clock) -> npt.NDArray[np.float64]:
    """A number that is the same for so many posts: one column, or one a day where it changes on dates."""
    values = _by_day(number, clock) if isinstance(number, Dated) else np.array([float(number)])
    return np.tile(values, (posts, 1))


def _by_day(number: Quantity | Dated, clock: Clock) -> npt.NDArray[np.float64]:
    if isinstance(number, Quantity):
        return np.full(clock.days, float(number))
    values = np.full(clock.days, number.dated[0].value)
    for step in number.dated:
        values[clock.day_of(step.from_) :] = step.value
    return values


def _sizes(fte: npt.NDArray[np.float64], unit: float) -> npt.NDArray[np.float64]:
    """Posts of `unit` of full time that make up the full-time equivalents of each day, the last one smaller."""
    posts = int(np.ceil(fte.max() / unit - NEGLIGIBLE))
    size = np.clip(fte - unit * np.arange(posts)[:, None], 0.0, unit)
    return np.where(size < NEGLIGIBLE, 0.0, size)


def _ends(staff: Staff, clock: Clock) -> int:
    """Day from which nobody of this line of staff is in post: the contract's end is its last day."""
    return clock.days if staff.contract_ends is None else clock.day_after(staff.contract_ends)


def _spells(rule: Sickness | None, day: float) -> Spells | None:
    if rule is None:
        return None
    run_in = WORKING_DAYS_PER_YEAR if rule.at_start == "as usual" else 0
    return Spells(compiled(rule.away, "working days", day), compiled(rule.at_work, "working days", day), run_in)


def _strain(feedback: Feedback | None, clock: Clock) -> Strain | None:
    if feedback is None or feedback.strain is None or not float(feedback.strain.leaving_per_year):
        return None
    return Strain(float(feedback.strain.above), float(feedback.strain.leaving_per_year) / clock.days_per_year)


def _induction(induction: Induction | None) -> tuple[float, float]:
    """Length in working days, and the share of hours and cap to begin with."""
    if induction is None:
        return 0.0, 1.0
    return float(induction.weeks) * WORKING_DAYS_PER_WEEK, float(induction.starting_share)
