"""The value that a run leaves behind: every table that a report reads, and who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenarios.schema import Scenario

TABLES = ("observed", "paths", "bands", "backtest", "daily", "measures", "summary", "facts")


@dataclass(frozen=True)
class Results:
    """One run, whole.

    `observed`: area, measure, month (YYYY-MM), count, status, source, known; months after the as-at date are what
    happened next and were not known to the forecast.
    `paths`: path, measure, month, value, estimated. `bands`: measure, month, level, low, high, median, mean, estimated.
    `backtest`: the honest panel, one row a (measure, model, origin, horizon); empty where nothing was forecast.
    `daily`: start, replication, date, place, measure, value (weekly snapshots).
    `measures`: scenario, start, replication, period, place, measure, value, unit.
    `summary`: scenario, start, period, place, measure, unit, mean, mean_low, mean_high (95 % interval of the mean),
    p05, p10, p50, p90, p95 (single futures), replications.
    `facts`: hindcast only: start, title, measure, period, published, unit, source, used_to_calibrate, mean, p05, p95,
    inside (whether the published figure lies between p05 and p95).
    """

    scenario: Scenario
    manifest: Mapping[str, Any]
    observed: pd.DataFrame
    paths: pd.DataFrame
    bands: pd.DataFrame
    backtest: pd.DataFrame
    daily: pd.DataFrame
    measures: pd.DataFrame
    summary: pd.DataFrame
    facts: pd.DataFrame
