"""A team's people and hours, day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .clock import Clock, Floats
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


def staffed(plan: Plan, clock: Clock, roster: Roster, trace: Trace) -> list[Staff]:
    """Each team's staff by day."""
    usual = roster.hours.max(axis=1)
    fte = usual / np.array(plan.role_hours)[roster.role]
    at_work = roster.hours > 0
    columns = np.stack(
        [
            roster.employed * fte[:, None],
            (roster.employed & at_work) * fte[:, None],
            roster.hours,
            trace.given,
            (roster.employed & ~at_work) * usual[:, None],
        ]
    )
    stays = (roster.team == roster.team[:, :1]).all()
    sums = np.zeros((5, len(plan.teams), clock.days))
    for t in range(len(plan.teams)):
        if stays:
            sums[:, t] = columns[:, roster.team[:, 0] == t].sum(axis=1)
        else:
            sums[:, t] = np.where(roster.team == t, columns, 0.0).sum(axis=1)
    return [Staff(*sums[:, t]) for t in range(len(plan.teams))]
