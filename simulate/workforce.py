"""People over time: who is in post, at work, for how many hours, with how many cases, in which team.

Everything that is not chance is laid out once a scenario (posts.py); a replication adds joiners, leavers and absence.
Draws are keyed by (seed, replication, post, purpose): nobody's illness depends on other people, on
their number or on the horizon.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from . import absence, tenure
from .posts import Establishment
from .streams import Keys, keys, stream


@dataclass(frozen=True)
class Roster:
    """Every worker of one replication, day by day; w workers (rows), d working days of the horizon.

    `hours[w, d]`: productive hours of the day, 0 when not at work. They go on after a leaver's last day where
    `finish_on_leaving[w]`: the leaver finishes the cases in hand and takes no new ones.
    `full_day[w, d]`: those of a whole day of full time (one column where they never change).
    `cap[w, d]`: most open cases the worker takes up to, one at least of any share of a cap; 0 takes none.
    `employed[w, d]`: in post. `fte[w, d]`: the post as a share of full time while in post, in induction or away alike.
    `team[w, d]`: index of the team in the scenario's order. `sub_team[w, d]`: index over the sub-teams of all teams,
    in the scenario's order. Both change when a team merges. `role[w]`: index of the role in the scenario's order.
    Changes come at the start of a day only. `lot`: who holds which post, where overload can make people leave.
    """

    hours: npt.NDArray[np.float64]
    full_day: npt.NDArray[np.float64]
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

    @functools.cached_property
    def stays(self) -> bool:
        """Whether nobody ever changes sub-team."""
        return bool((self.sub_team == self.sub_team[:, :1]).all())


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
    full = _ramped(size, establishment.induction[rows], start, day)
    at_work = full * (employed & ~absent)
    finish = establishment.finish[rows]
    if finish.any():
        last = np.max(np.where(employed, size, 0.0), axis=1, initial=0.0)[:, None]
        at_work = np.where(finish[:, None] & (day >= end[:, None]) & ~absent, last, at_work)
    full *= establishment.cap[rows]
    some = full > 0
    full += 0.5
    cap = full.astype(np.int64)
    np.maximum(cap, some, out=cap)
    cap *= employed
    return Roster(
        hours=at_work * establishment.hours[rows],
        full_day=establishment.hours[rows],
        cap=cap,
        employed=employed,
        fte=size * employed,
        team=_days_of(establishment.team, establishment.moves, rows),
        sub_team=_days_of(establishment.sub_team, establishment.moves, rows),
        role=establishment.role[rows],
        names=tuple(
            establishment.titles[p] if h == 0 else f"{establishment.titles[p]}, replacement {h}"
            for p, h in zip(post.tolist(), stints.holder.tolist(), strict=True)
        ),
        finish_on_leaving=finish,
    )


def _days_of(table: npt.NDArray[np.int64], moves: bool, rows: slice | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rows of a table by day; one value seen from every day where no post ever moves."""
    if moves:
        return table[rows]
    first = table[:, :1][rows]
    return np.broadcast_to(first, (len(first), table.shape[1]))


def _ramped(
    size: npt.NDArray[np.float64],
    induction: npt.NDArray[np.float64],
    start: npt.NDArray[np.int64],
    day: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Posts by worker and day at the share of full hours and cap; those in post at the start are through induction."""
    grown = size.copy()
    new = np.flatnonzero((start > 0) & (induction[:, 0] > 0))
    length, low = induction[new, 0][:, None], induction[new, 1][:, None]
    grown[new] *= low + (1 - low) * np.clip((day - start[new][:, None]) / length, 0.0, 1.0)
    return grown
