"""A team's people and hours, day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .clock import Floats
from .pathway import Plan
from .trace import Trace
from .workforce import Roster


@dataclass(frozen=True)
class Staff:
    """By day: FTE in post and at work; productive hours at work, of them given to cases; hours lost to absence.

    FTE is the worker's share of a full-time day of the role. A leaver who finishes cases gives hours but is not in
    post.
    """

    fte: Floats
    fte_at_work: Floats
    hours: Floats
    used: Floats
    lost: Floats


def staffed(plan: Plan, roster: Roster, trace: Trace) -> list[Staff]:
    """Each team's staff by day."""
    usual = roster.hours.max(axis=1)
    fte = usual / np.array(plan.role_hours)[roster.role]
    at_work = roster.employed & (roster.hours > 0)
    away = roster.employed & (roster.hours <= 0)
    stays = (roster.team == roster.team[:, :1]).all()
    teams = []
    for t in range(len(plan.teams)):
        mine = np.flatnonzero(roster.team[:, 0] == t if stays else (roster.team == t).any(axis=1))
        here = np.ones((len(mine), 1), dtype=np.bool_) if stays else roster.team[mine] == t
        teams.append(
            Staff(
                fte=fte[mine] @ (roster.employed[mine] & here),
                fte_at_work=fte[mine] @ (at_work[mine] & here),
                hours=(roster.hours[mine] * here).sum(axis=0),
                used=(trace.given[mine] * here).sum(axis=0),
                lost=usual[mine] @ (away[mine] & here),
            )
        )
    return teams
