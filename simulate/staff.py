"""A team's people and hours, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .clock import Bools, Floats
from .order import run_of
from .pathway import Plan
from .trace import Trace
from .workforce import Roster

Table = npt.NDArray[Any]


@dataclass(frozen=True)
class Staff:
    """By day: FTE in post and at work; productive hours at work, of them given to cases; hours lost to absence.

    `joined`, `left`: how many people, on their first day in post and on the first day out of it.

    FTE is the post as a share of full time, in induction too. Hours lost are those of a full day of the post. A leaver
    who finishes cases gives hours but is not in post.
    """

    fte: Floats
    fte_at_work: Floats
    hours: Floats
    used: Floats
    lost: Floats
    joined: Floats
    left: Floats


def staffed(plan: Plan, roster: Roster, trace: Trace) -> list[Staff]:
    """Each team's staff by day."""
    working, before, today = roster.hours > 0, roster.employed[:, :-1], roster.employed[:, 1:]
    first_days, days_after = today & ~before, before & ~today
    teams = []
    for t in range(len(plan.teams)):
        mine = run_of(np.flatnonzero(roster.team[:, 0] == t if roster.stays else (roster.team == t).any(axis=1)))
        here = None if roster.stays else roster.team[mine] == t
        fte = _where(here, roster.fte[mine])
        at_work = fte * working[mine]
        teams.append(
            Staff(
                fte=fte.sum(axis=0),
                fte_at_work=at_work.sum(axis=0),
                hours=_where(here, roster.hours[mine]).sum(axis=0),
                used=_where(here, trace.given[mine]).sum(axis=0),
                lost=((fte - at_work) * roster.full_day[mine]).sum(axis=0),
                joined=_by_day(_where(here, first_days[mine], 1)),
                left=_by_day(_where(here, days_after[mine], 1)),
            )
        )
    return teams


def _where(here: Bools | None, table: Table, first: int = 0) -> Table:
    """A table of workers by day from the first day on, with nought where they are not `here`; None: they always are."""
    return table if here is None else table * here[:, first:]


def _by_day(changes: Bools) -> Floats:
    """How many change on each day, none on the first."""
    return np.append(0.0, np.count_nonzero(changes, axis=0))


def fte_by(roster: Roster, sub_teams: range) -> Floats:
    """FTE in post by sub-team (rows) and day."""
    if roster.stays:
        mine = [roster.sub_team[:, 0] == line for line in sub_teams]
        return np.stack([roster.fte[those].sum(axis=0) for those in mine])
    days = roster.fte.shape[1]
    place = roster.sub_team - sub_teams.start
    inside = (place >= 0) & (place < len(sub_teams))
    box = (place * days + np.arange(days))[inside]
    counted = np.bincount(box, weights=roster.fte[inside], minlength=len(sub_teams) * days)
    return np.asarray(counted.reshape(len(sub_teams), days), dtype=np.float64)
