"""A team's people and hours, day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .clock import Bools, Floats
from .order import run_of
from .pathway import Plan
from .trace import Trace
from .workforce import Roster


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
    stays = bool((roster.team == roster.team[:, :1]).all())
    teams = []
    for t in range(len(plan.teams)):
        mine = run_of(np.flatnonzero(roster.team[:, 0] == t if stays else (roster.team == t).any(axis=1)))
        here: Bools = np.ones((1, 1), dtype=np.bool_) if stays else roster.team[mine] == t
        fte = roster.fte[mine] * here
        at_work = fte * working[mine]
        teams.append(
            Staff(
                fte=fte.sum(axis=0),
                fte_at_work=at_work.sum(axis=0),
                hours=(roster.hours[mine] * here).sum(axis=0),
                used=(trace.given[mine] * here).sum(axis=0),
                lost=((fte - at_work) * roster.full_day[mine]).sum(axis=0),
                joined=_by_day(first_days[mine] & here[:, -today.shape[1] :]),
                left=_by_day(days_after[mine] & here[:, -today.shape[1] :]),
            )
        )
    return teams


def _by_day(changes: Bools) -> Floats:
    """How many change on each day, none on the first."""
    return np.append(0.0, np.count_nonzero(changes, axis=0))
