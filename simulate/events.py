"""A trace as a table: each visit of each simulated child, for those who want to follow one through."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .clock import Clock, Floats, Ints
from .pathway import Plan
from .trace import Trace
from .visits import NONE, ORIGINS

NOBODY = ""
MOMENTS = ("entered", "allocated", "finished")


def event_table(start: str, plan: Plan, clock: Clock, trace: Trace, replication: int) -> pd.DataFrame:
    """One row a visit that happened and a piece of urgent work that began, children in order: nobody in it is real.

    Columns: start, replication, child, stage (or urgent work), team, worker (number within the replication, who took it
    first; -1: nobody), worker_name, handovers (times it went back to its queue), last_worker, origin, urgent, entered,
    allocated, finished (dates; missing: not yet), days_entered, days_allocated, days_finished (working days since the
    start of the simulation, with the part of the day).
    """
    visits, pieces = trace.visits, np.flatnonzero(~np.isnan(trace.urgent_began))
    rows, case = np.flatnonzero(~np.isnan(trace.entered)), trace.visits.urgent_visit[pieces]
    every = np.concatenate([rows, case])
    began, done = trace.urgent_began[pieces], trace.urgent_done[pieces]
    times = {
        "entered": np.concatenate([trace.entered[rows], began]),
        "allocated": np.concatenate([trace.allocated[rows], began]),
        "finished": np.concatenate([trace.finished[rows], done]),
    }
    stage = np.concatenate([visits.stage[rows], len(plan.stages) + visits.urgent_work[pieces]])
    first = np.append(trace.worker[rows], trace.worker[case])
    handovers, last = _handed(trace)
    order = np.lexsort((times["entered"], visits.child[every]))
    every, names = every[order], np.array([*trace.roster.names, NOBODY], dtype=object)
    return pd.DataFrame(
        {
            "start": start,
            "replication": replication,
            "child": visits.child[every],
            "stage": pd.Categorical.from_codes(stage[order], pd.Index(_names(plan))),
            "team": np.array([*(team.name for team in plan.teams), NOBODY], dtype=object)[
                _team(plan, visits.stage[every])
            ],
            "worker": first[order],
            "worker_name": names[first[order]],
            "handovers": handovers[every],
            "last_worker": last[every],
            "origin": pd.Categorical.from_codes(visits.origin[every], pd.Index(list(ORIGINS))),
            "urgent": np.append(visits.urgent[rows], np.ones(len(pieces), dtype=np.bool_))[order],
            **{name: _dates(clock, times[name][order]) for name in MOMENTS},
            **{f"days_{name}": times[name][order] for name in MOMENTS},
        }
    )


def _names(plan: Plan) -> list[str]:
    return [*(stage.name for stage in plan.stages), *(work.name for work in plan.urgent)]


def _team(plan: Plan, stage: Ints) -> Ints:
    """The team that a stage is of: for a plan, the one behind it; -1: none."""
    return np.array([part.team for part in plan.stages], dtype=np.int64)[stage]


def _handed(trace: Trace) -> tuple[Ints, Ints]:
    """How often each visit went back to its queue, and who took it last."""
    times = np.bincount(trace.handed_visit, minlength=len(trace.entered))
    last = trace.worker.copy()
    order = np.argsort(trace.handed_back, kind="stable")
    taken = order[trace.handed_worker[order] != NONE]
    last[trace.handed_visit[taken]] = trace.handed_worker[taken]
    return times, last


def _dates(clock: Clock, times: Floats) -> np.ndarray:
    """Dates of moments; not-a-time where there is none."""
    known = ~np.isnan(times)
    dates = np.full(len(times), np.datetime64("NaT"), dtype="datetime64[s]")
    dates[known] = clock.date_of(times[known]).astype("datetime64[s]")
    return dates
