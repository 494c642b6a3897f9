"""A trace as a table: each visit of each simulated child, for those who want to follow one through."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .clock import Clock, Floats
from .pathway import Plan
from .trace import Trace
from .visits import ORIGINS

NOBODY = ""


def event_table(start: str, plan: Plan, clock: Clock, trace: Trace, replication: int) -> pd.DataFrame:
    """One row a visit that happened, children in order: nobody in it is real.

    Columns: start, replication, child, stage, team, worker (number within the replication; -1: nobody), origin, urgent,
    entered, allocated, finished (dates; missing: not yet), days_entered, days_allocated, days_finished (working days
    since the start of the simulation, with the part of the day).
    """
    visits = trace.visits
    rows = np.flatnonzero(~np.isnan(trace.entered))
    rows = rows[np.lexsort((trace.entered[rows], visits.child[rows]))]
    sub_team = visits.sub_team[rows]
    team = np.append(np.array(plan.team_of_sub_team, dtype=np.int64), -1)[sub_team]
    moments = {name: getattr(trace, name)[rows] for name in ("entered", "allocated", "finished")}
    return pd.DataFrame(
        {
            "start": start,
            "replication": replication,
            "child": visits.child[rows],
            "stage": pd.Categorical.from_codes(visits.stage[rows], pd.Index([stage.name for stage in plan.stages])),
            "team": np.append(np.array([team.name for team in plan.teams], dtype=object), NOBODY)[team],
            "worker": trace.worker[rows],
            "origin": pd.Categorical.from_codes(visits.origin[rows], pd.Index(list(ORIGINS))),
            "urgent": visits.urgent[rows],
            **{name: _dates(clock, times) for name, times in moments.items()},
            **{f"days_{name}": times for name, times in moments.items()},
        }
    )


def _dates(clock: Clock, times: Floats) -> np.ndarray:
    """Dates of moments; not-a-time where there is none."""
    known = ~np.isnan(times)
    dates = np.full(len(times), np.datetime64("NaT"), dtype="datetime64[s]")
    dates[known] = clock.date_of(times[known]).astype("datetime64[s]")
    return dates
