"""Who held which case, from when until when, and how many hold more than the guide."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .clock import Floats, Ints
from .trace import Trace
from .visits import NONE
from .workforce import Roster


class Held(NamedTuple):
    """Each time a case was in somebody's hands: who, from when, until when (NaN: still)."""

    worker: Ints
    came: Floats
    went: Floats


def spells_by_worker(trace: Trace, rows: Ints, handed: Ints) -> Held:
    """Each time in somebody's hands for the allocated visits `rows`, with the handovers `handed` among them."""
    first = Held(trace.worker[rows], trace.allocated[rows], trace.finished[rows])
    if not len(handed):
        return first
    position = np.full(len(trace.entered), NONE)
    position[rows] = np.arange(len(rows))
    worker = np.concatenate([first.worker, trace.handed_worker[handed]])
    came = np.concatenate([first.came, trace.handed_taken[handed]])
    went = np.concatenate([first.went, np.full(len(handed), np.nan)])
    last = np.arange(len(rows))
    for at, h in enumerate(handed.tolist(), start=len(rows)):
        case = position[trace.handed_visit[h]]
        went[at], went[last[case]] = went[last[case]], trace.handed_back[h]
        last[case] = at
    return Held(worker, came, went)


def above_guide(roster: Roster, team: int, guide: Floats, held: Held, ends: Ints) -> Floats:
    """At each end of a month, the share of a team's workers in post who hold more cases than their guide.

    NaN where nobody is in post or no role has a guide.
    """
    share = np.full(len(ends), np.nan)
    if np.isinf(guide).all():
        return share
    for m, end in enumerate(ends.tolist()):
        here = roster.employed[:, end - 1] & (roster.team[:, end - 1] == team)
        there = (held.came < end) & ~(held.went < end) & (held.worker != NONE)
        holding = np.bincount(held.worker[there], minlength=len(roster))
        share[m] = (holding > guide)[here].mean() if here.any() else np.nan
    return share
