"""One child's path through the service, moment by moment."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .clock import Clock
from .pathway import Plan
from .trace import Trace
from .visits import ORIGINS


class Moment(NamedTuple):
    """Something that happened to a child: time in working days, its date (YYYY-MM-DD), where, what, and who took it."""

    time: float
    date: str
    stage: str
    what: str
    worker: str = ""


def path_of(trace: Trace, plan: Plan, clock: Clock, child: int, names: tuple[str, ...] = ()) -> tuple[Moment, ...]:
    """All that happened to a child, in order; `names` of workers by number, as in the roster.

    Raises ValueError where there is no such child.
    """
    visits = trace.visits
    rows = np.flatnonzero((visits.child == child) & ~np.isnan(trace.entered))
    if not len(rows):
        raise ValueError(f"no child {child} came; children are numbered from 0 to {int(visits.child.max(initial=-1))}")
    found: list[tuple[float, str, str, int]] = []
    for row in rows.tolist():
        stage = plan.stages[int(visits.stage[row])].title
        worker = int(trace.worker[row])
        found.append((trace.entered[row], stage, f"enters ({ORIGINS[visits.origin[row]]})", -1))
        found.append((trace.allocated[row], stage, "taken up", worker))
        found.append((trace.finished[row], stage, "done", worker))
    for piece in np.flatnonzero(np.isin(visits.urgent_visit, rows)).tolist():
        work = plan.urgent[int(visits.urgent_work[piece])].title
        found.append((trace.urgent_began[piece], work, "begins", -1))
        found.append((trace.urgent_done[piece], work, "done", -1))
    for handover in np.flatnonzero(np.isin(trace.handed_visit, rows)).tolist():
        stage = plan.stages[int(visits.stage[trace.handed_visit[handover]])].title
        found.append((trace.handed_back[handover], stage, "handed back", -1))
        found.append((trace.handed_taken[handover], stage, "taken over", int(trace.handed_worker[handover])))
    happened = sorted((entry for entry in found if not np.isnan(entry[0])), key=lambda entry: entry[0])
    return tuple(
        Moment(
            float(time), str(clock.date_of(np.array([time]))[0]), stage, what, names[w] if 0 <= w < len(names) else ""
        )
        for time, stage, what, w in happened
    )
