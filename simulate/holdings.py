"""Who held which case, from when until when, and how many hold more than the guide."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .clock import Bools, Dates, Floats, Ints
from .draws import Steps
from .pathway import Plan
from .periods import share
from .spells import Moments, present_at
from .trace import Trace
from .visits import NONE
from .workforce import Roster


class Held(NamedTuple):
    """Each time a case was in somebody's hands: who, from when, until when (NaN: still)."""

    worker: Ints
    came: Moments
    went: Moments


def spells_by_worker(trace: Trace, rows: Ints, came: Moments, went: Moments, handed: Ints) -> Held:
    """Each time in somebody's hands for the visits `rows`, first allocated at `came` and finished at `went`.

    `handed`: the handovers among them.
    """
    first = Held(trace.worker[rows], came, went)
    if not len(handed):
        return first
    position = np.full(len(trace.entered), NONE)
    position[rows] = np.arange(len(rows))
    worker = np.concatenate([first.worker, trace.handed_worker[handed]])
    began = np.concatenate([came.times, trace.handed_taken[handed]])
    ended = np.concatenate([went.times, np.full(len(handed), np.nan)])
    last = np.arange(len(rows))
    for at, h in enumerate(handed.tolist(), start=len(rows)):
        case = position[trace.handed_visit[h]]
        ended[at], ended[last[case]] = ended[last[case]], trace.handed_back[h]
        last[case] = at
    return Held(worker, Moments(began, came.days), Moments(ended, came.days))


class Holding(NamedTuple):
    """At each end of a month: open cases that each worker holds, and whether the worker is in the team's posts."""

    cases: Ints
    here: Bools


def at_ends(roster: Roster, team: int, held: Held, ends: Ints) -> Holding:
    """What a team's workers hold at each end of a month, arrays of (month, worker)."""
    rows, month = present_at(held.came, held.went, ends)
    worker = held.worker[rows]
    known = worker != NONE
    box = month[known] * len(roster) + worker[known]
    cases = np.bincount(box, minlength=len(ends) * len(roster)).reshape(len(ends), len(roster))
    here = roster.employed[:, ends - 1] & (roster.team[:, ends - 1] == team)
    return Holding(cases, here.T)


def guides_on(plan: Plan, dates: Dates) -> Floats:
    """Each role's caseload guide of a full-time worker on some dates (date, role); infinite: none."""
    none = Steps((), (np.inf,))
    guides = [none if guide is None else guide for guide in plan.guides]
    return np.stack([np.broadcast_to(guide.at(dates), len(dates)) for guide in guides], axis=1)


def above_guide(holding: Holding, guide: Floats, fte: Floats) -> Floats:
    """At each end of a month, the share of a team's workers in post who hold more cases than their guide.

    `guide[month, worker]`: of a full-time worker (infinite: none). `fte[month, worker]`: share of full time. NaN where
    nobody is in post or no role has a guide.
    """
    if np.isinf(guide).all():
        return np.full(len(holding.cases), np.nan)
    with np.errstate(invalid="ignore"):  # no guide times no post
        above = ((holding.cases > guide * fte) & holding.here).sum(axis=1)
    return share(above, holding.here.sum(axis=1))
