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
    at_work = np.where(roster.hours > 0, roster.fte, 0.0)
    lost = (roster.fte - at_work) * roster.full_day
    joined, left = np.zeros((2, *roster.employed.shape))
    joined[:, 1:] = roster.employed[:, 1:] & ~roster.employed[:, :-1]
    left[:, 1:] = roster.employed[:, :-1] & ~roster.employed[:, 1:]
    stays = (roster.team == roster.team[:, :1]).all()
    teams = []
    for t in range(len(plan.teams)):
        mine = np.flatnonzero(roster.team[:, 0] == t if stays else (roster.team == t).any(axis=1))
        here = np.ones((len(mine), 1), dtype=np.bool_) if stays else roster.team[mine] == t
        tables = (roster.fte, at_work, roster.hours, trace.given, lost, joined, left)
        teams.append(Staff(*(np.einsum("wd,wd->d", table[mine], here) for table in tables)))
    return teams
