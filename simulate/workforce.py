"""People over time: who is in post, at work, for how many hours, with how many cases, in which team.

Everything that is not chance is laid out once a scenario (`establish`); a replication adds joiners, leavers and
absence (`roster`). Draws are keyed by (seed, replication, post, purpose): nobody's illness depends on other people, on
their number or on the horizon.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from scenarios.feedback import Feedback
from scenarios.people import Absence, Induction, Sickness, Staff
from scenarios.quantity import Dated, Quantity
from scenarios.schema import Scenario

from . import absence, tenure
from .clock import WORKING_DAYS_PER_WEEK, Clock
from .draws import Draw, compiled
from .streams import Keys, keys, stream

UNCAPPED = 1_000_000
NEGLIGIBLE = 1e-9
RUN_IN = 253
"""Working days, a year, that sickness spells run before day 0, so that people are away on it as usual."""


@dataclass(frozen=True)
class Roster:
    """Every worker of one replication, day by day; w workers (rows), d working days of the horizon.

    `hours[w, d]`: productive hours of the day, 0 when not at work. They go on after a leaver's last day where
    `finish_on_leaving[w]`: the leaver finishes the cases in hand and takes no new ones.
    `cap[w, d]`: most open cases the worker takes up to, one at least of any share of a cap; 0 takes none.
    `employed[w, d]`: in post. `fte[w, d]`: the post as a share of full time while in post, in induction or away alike.
    `team[w, d]`: index of the team in the scenario's order. `sub_team[w, d]`: index over the sub-teams of all teams,
    in the scenario's order. Both change when a team merges. `role[w]`: index of the role in the scenario's order.
    Changes come at the start of a day only. `lot`: who holds which post, where overload can make people leave.
    """

    hours: npt.NDArray[np.float64]
    cap: npt.NDArray[np.int64]
    employed: npt.NDArray[np.bool_]
    fte: npt.NDArray[np.float64]
    team: npt.NDArray[np.int64]
    sub_team: npt.NDArray[np.int64]
    role: npt.NDArray[np.int64]
    names: tuple[str, ...]
    finish_on_leaving: npt.NDArray[np.bool_]
    lot: Lot | None = None

    def __len__(self) -> int:
        return int(self.hours.shape[0])


@dataclass(frozen=True)
class Lot:
    """What lies behind a roster, so that it can be laid out anew when overload makes people leave (strain.py).

    `keys[p]`, `away[p, d]`: of the posts. `stints`: who holds which post when, and `added`: the leavings that overload
    has added up to for each so far; rows as the roster's.
    """

    posts: Establishment
    keys: Keys
    away: npt.NDArray[np.bool_]
    stints: tenure.Stints
    added: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """One line of a team's staff: its posts are `rows` of the establishment; `to_fill` in working days."""

    rows: slice
    to_fill: Draw | None
    vacant_share: float


@dataclass(frozen=True)
class Spells:
    """Sickness in working days; spells begin `run_in` working days before day 0."""

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

    `size[p, d]`: the post as a share of full time, 0 when it is not funded. `hours[p]`, `cap[p]`: of full time.
    `team[p, d]`, `sub_team[p, d]`, `role[p]`, `finish[p]`: as in Roster. `titles[p]`: its first holder's name.
    `ends[p]`: day from which nobody holds it. `leaving_per_day[p]`: hazard a working day. `absent[p]`: whether its
    holder can be. `induction[p]`: (working days, starting share). `group[p]`, `rank[p]`: its key for draws.
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
            where = dealt + np.arange(posts)
            here = np.full((posts, clock.days), teams.index(name))
            sub = np.broadcast_to((first_line[name] + where % team.sub_teams)[:, None], here.shape).copy()
            if team.merges_into is not None and team.merges_on is not None:
                merged, into = clock.day_of(team.merges_on), force.teams[team.merges_into]
                here[:, merged:] = teams.index(team.merges_into)
                sub[:, merged:] = (first_line[team.merges_into] + where % team.sub_teams % into.sub_teams)[:, None]
            tables.append(
                {
                    "size": size,
                    "hours": np.full(posts, float(role.hours_per_day)),
                    "cap": np.full(posts, float(role.caseload_cap or UNCAPPED)),
                    "team": here,
                    "sub_team": sub,
                    "role": np.full(posts, roles.index(staff.role)),
                    "finish": np.full(posts, team.on_leaving == "finish"),
                    "ends": np.full(posts, _ends(staff, clock)),
                    "leaving_per_day": np.full(posts, float(staff.leaving_per_year or 0.0) / clock.days_per_year),
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
        return np.concatenate([table[column] for table in tables])

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


def roster(establishment: Establishment, seed: int, replication: int) -> Roster:
    """One replication's people: holders of each post, their induction, leave, sickness, training and waves."""
    own = keys(stream(seed, replication, "posts"), establishment.group, establishment.rank)
    stints, away = tenure.holders(establishment, own), absence.away(establishment, own)
    people = laid_out(establishment, away, stints)
    if establishment.strain is None:
        return people
    return replace(people, lot=Lot(establishment, own, away, stints, np.zeros(len(stints))))


def laid_out(establishment: Establishment, away: npt.NDArray[np.bool_], stints: tenure.Stints) -> Roster:
    """The days of those who hold posts, one row a stint; `away[p, d]`: whether whoever holds the post is away."""
    post, start, end = stints.post, stints.start, stints.end
    day = np.arange(establishment.clock.days)
    rows = slice(None) if np.array_equal(post, np.arange(len(establishment.size))) else post
    size, absent = establishment.size[rows], away[rows]
    employed = size > 0
    if (start > 0).any() or (end < len(day)).any():
        employed &= (day >= start[:, None]) & (day < end[:, None])
    full = size * _ramp(establishment.induction[rows], start, day)
    at_work = full * (employed & ~absent)
    finish = establishment.finish[rows]
    if finish.any():
        last = np.max(np.where(employed, size, 0.0), axis=1, initial=0.0)[:, None]
        at_work = np.where(finish[:, None] & (day >= end[:, None]) & ~absent, last, at_work)
    full *= establishment.cap[rows][:, None]
    some = full > 0
    full += 0.5
    cap = full.astype(np.int64)
    np.maximum(cap, some, out=cap)
    cap *= employed
    return Roster(
        hours=at_work * establishment.hours[rows][:, None],
        cap=cap,
        employed=employed,
        fte=size * employed,
        team=establishment.team[rows],
        sub_team=establishment.sub_team[rows],
        role=establishment.role[rows],
        names=tuple(
            establishment.titles[p] if h == 0 else f"{establishment.titles[p]}, replacement {h}"
            for p, h in zip(post.tolist(), stints.holder.tolist(), strict=True)
        ),
        finish_on_leaving=finish,
    )


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
    run_in = RUN_IN if rule.at_start == "as usual" else 0
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


def _ramp(
    induction: npt.NDArray[np.float64], start: npt.NDArray[np.int64], day: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Share of full hours and cap by worker and day; those in post at the start are through their induction."""
    grown = np.ones((len(start), len(day)))
    new = np.flatnonzero((start > 0) & (induction[:, 0] > 0))
    length, low = induction[new, 0][:, None], induction[new, 1][:, None]
    grown[new] = low + (1 - low) * np.clip((day - start[new][:, None]) / length, 0.0, 1.0)
    return grown
