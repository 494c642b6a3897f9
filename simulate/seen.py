"""The visits to one stage, with their moments by day worked out once for all that is measured."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .clock import Floats, Ints
from .pathway import Stage
from .spells import Moments, Spells
from .trace import Trace
from .visits import NONE


@dataclass(frozen=True)
class Seen:
    """The visits to one stage: rows, when each came, was allocated and went.

    `handed`: rows of the handovers among them; `back`, `again`: when each went back to its queue and was taken again.
    """

    trace: Trace
    rows: Ints
    came: Moments
    taken: Moments
    went: Moments
    handed: Ints
    back: Moments
    again: Moments

    @functools.cached_property
    def spells(self) -> Spells:
        """From coming to going."""
        return Spells((self.came,), (self.went,))

    @functools.cached_property
    def held(self) -> Spells:
        """In somebody's hands: from allocation, with gaps where a worker left."""
        return Spells((self.taken, self.again), (self.went, self.back))

    @functools.cached_property
    def clock_start(self) -> Floats:
        """When the clock of each visit started."""
        visits, trace, since = self.trace.visits, self.trace, self.came.times
        by_visit, by_piece = visits.clock_visit[self.rows], visits.clock_urgent[self.rows]
        if (by_visit != NONE).any():
            since = np.where(by_visit != NONE, trace.entered[by_visit], since)
        if (by_piece != NONE).any():
            since = np.where(by_piece != NONE, trace.urgent_began[by_piece], since)
        return since

    def days_taken(self, stage: Stage) -> Floats:
        """Working days from the start of the clock to going, of those who went; between dates, or elapsed, as the stage
        counts."""
        if stage.by_dates:
            return np.asarray(self.went.place - 1.0 - np.floor(self.clock_start))
        return self.went.times - self.clock_start


def seen_by_stage(trace: Trace, stages: int, days: int) -> list[Seen]:
    """The visits to each stage; visits that never happened have no moments."""
    stage = trace.visits.stage
    edges = np.concatenate([[0], np.flatnonzero(stage[1:] != stage[:-1]) + 1, [len(stage)]])
    runs = [(int(stage[first]), first, last) for first, last in pairwise(edges) if last > first]
    handed = stage[trace.handed_visit]
    found = []
    for s in range(stages):
        mine = [np.arange(first, last) for of, first, last in runs if of == s]
        rows = np.concatenate(mine) if mine else np.empty(0, dtype=np.int64)
        whole = slice(rows[0], rows[-1] + 1) if len(mine) == 1 else rows
        handovers = np.flatnonzero(handed == s)
        came, taken, went = (Moments(t[whole], days) for t in (trace.entered, trace.allocated, trace.finished))
        back, again = (Moments(t[handovers], days) for t in (trace.handed_back, trace.handed_taken))
        found.append(Seen(trace, rows, came, taken, went, handovers, back, again))
    return found
