"""Stocks that never queue: M/G/infinity, steady and on a yearly wave (Eick, Massey and Whitt 1993)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.calendar import working_days
from forecast.paths import SamplePaths

from .conftest import AS_AT, exponential, lognormal, service, staff

DESK = {"desk": staff(1)}


def plan(stay):
    return {"kind": "plan", "title": "plan", "stay": stay, "routes": {"closed": {}}}


def test_stock_has_its_mean_and_spread(live, agrees):
    mean, per_day = 50, 2.0
    scenario = service({"care": plan(lognormal(mean, 0.8, "working days"))}, DESK, per_day, months=60)
    snapshots = []
    for lived in live(scenario, 40):
        open_cases = lived.measured.daily[lived.measured.daily_names.index("care_open")]
        snapshots.append(open_cases[[700, 850, 1000, 1150]])
    counts = np.array(snapshots, dtype=np.float64)
    agrees(counts.mean(axis=1), mean * per_day, 0.02)
    ratio = counts.var(ddof=1) / counts.mean()
    assert abs(ratio - 1.0) < 3.3 * np.sqrt(2 / (counts.size - 1))


def test_stock_lags_behind_a_yearly_wave(live, agrees):
    mean, months, number = 60.0, 48, 60
    periods = pd.period_range("2018-01", periods=months, freq="M")
    days = working_days(periods)
    wave = 2.0 * (1 + 0.5 * np.sin(2 * np.pi * np.arange(months) / 12))
    counts = np.random.default_rng(5).poisson(wave * days, (number, months)).astype(np.float64)
    paths = SamplePaths(("arrivals",), periods, counts[:, None, :], AS_AT, "wave")
    scenario = service({"care": plan(exponential(mean, "working days"))}, DESK, 2.0, months)
    bounds = np.concatenate([[0], np.cumsum(days)])
    found = [lived.measured for lived in live(scenario, number, paths)]
    for day in (bounds[30], bounds[33], bounds[39]):
        gone = np.clip(day - bounds, 0, None)
        exact = np.sum(wave * mean * (np.exp(-gone[1:] / mean) - np.exp(-gone[:-1] / mean)) * (bounds[:-1] < day))
        seen = [one.daily[one.daily_names.index("care_open")][day - 1] for one in found]
        agrees(seen, float(exact), 0.03)
