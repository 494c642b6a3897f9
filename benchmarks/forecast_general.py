"""Score the forecast on any monthly series, without borrowing: M3, other services through lockdown, England's regions.

    python benchmarks/forecast_general.py                      reference regions, season and level their own
    python benchmarks/forecast_general.py --m3 M3C.xls         the M3 competition's monthly sheet, 18 months ahead
    python benchmarks/forecast_general.py --panel FILE.csv     columns series, month, value and restricted (0 or 1)

A panel is forecast 12 months ahead from every third month between --first and --last. OWA is the mean of sMAPE and
MASE, each over that of Naive2, as in the M competitions. Peers that are installed are scored with --peers.
cpu_ms: processor time a forecast, point and interval (Prophet's fits run outside the process and are not counted).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script beside this one has the name of the package

from benchmarks.peers import installed
from forecast import national, phases
from forecast.models import MODELS
from forecast.scores import CRPS_LEVELS, crps, seasonal_scale
from forecast.series import Series

Array = npt.NDArray[np.float64]
EDGES = {"cover_80": (0.1, 0.9), "cover_95": (0.025, 0.975)}
M3_HORIZON = 18


@dataclass(frozen=True)
class Case:
    """A series up to its origin, what followed, and the restricted months known by then."""

    series: Series
    actual: Array
    lockdown: tuple[str, ...]


def naive2(y: Array, horizon: int) -> Array:
    """The last value, seasonally adjusted by ratios where the autocorrelation at 12 months is significant (90 %)."""
    away = y - y.mean()
    correlations = np.array([(away[k:] * away[: len(y) - k]).sum() for k in range(min(13, len(y)))]) / (away @ away)
    limit = 1.645 * np.sqrt((1 + 2 * np.sum(correlations[1:12] ** 2)) / len(y))
    if len(y) < 36 or abs(correlations[12]) <= limit or (y <= 0).any():
        return np.full(horizon, y[-1])
    weights = np.r_[0.5, np.ones(11), 0.5] / 12
    ratios = y[6:-6] / np.convolve(y, weights, mode="valid")
    place = np.arange(6, len(y) - 6) % 12
    index = np.array([ratios[place == k].mean() for k in range(12)])
    index = index / index.mean()
    return np.asarray(y[-1] / index[(len(y) - 1) % 12] * index[(len(y) + np.arange(horizon)) % 12])


def rolled(series: Series, lockdown: tuple[str, ...], first: str, last: str) -> Iterator[Case]:
    """Cases of one series at every third month from `first` to `last`, with a whole observed year after each."""
    for origin in pd.period_range(first, last, freq="3M"):
        month = pd.Period(str(origin), freq="M")
        known = series.until(month)
        actual = series.y[len(known) : len(known) + 12]
        if len(known) >= 36 and len(actual) == 12 and np.isfinite(actual).all():
            yield Case(known, actual, tuple(m for m in lockdown if m <= str(month)))


def regions(first: str, last: str) -> list[Case]:
    """England and its regions as if nothing were known of them but their own counts."""
    found = []
    for area in national.areas():
        counts = national.referrals(area, pd.Period("2100-01", freq="M"))
        series = Series(counts.to_numpy(dtype=np.float64), pd.PeriodIndex(counts.index), area=area)
        found += list(rolled(series, phases.restricted_months(), first, last))
    return found


def panel(path: Path, first: str, last: str) -> list[Case]:
    """Series of a long CSV, rolled through its restricted months."""
    found = []
    for name, rows in pd.read_csv(path).groupby("series"):
        months = pd.PeriodIndex(rows["month"].astype(str), freq="M")
        counts = pd.Series(rows["value"].to_numpy(dtype=np.float64), months).sort_index()
        whole = counts.reindex(pd.period_range(counts.index[0], counts.index[-1], freq="M"))
        closed = tuple(sorted(str(m) for m in months[rows["restricted"].to_numpy(dtype=bool)]))
        series = Series(whole.to_numpy(), pd.PeriodIndex(whole.index), area=str(name))
        found += list(rolled(series, closed, first, last))
    return found


def competition(path: Path) -> list[Case]:
    """The monthly series of the M3 workbook: columns Series, N, NF, Category, Starting Year, Starting Month, 1, 2, …"""
    table = pd.read_excel(path, sheet_name="M3Month", engine="calamine")
    found = []
    for row in table.itertuples(index=False):
        count = int(row[1])
        values = np.array(row[6 : 6 + count], dtype=np.float64)
        year, month = int(row[4]), min(max(int(row[5]), 1), 12)
        months = pd.period_range(f"{max(year, 1900)}-{month:02d}", periods=count - M3_HORIZON, freq="M")
        known, actual = values[:-M3_HORIZON], values[-M3_HORIZON:]
        found.append(Case(Series(known, months, area=str(row[0])), actual, ()))
    return found


def scores(case: Case, model: object) -> dict[str, float]:
    """sMAPE, MASE, scaled CRPS, coverage and seconds of one model on one case."""
    start = time.process_time()
    outlook = model.outlook(case.series, len(case.actual), lockdown=case.lockdown)  # type: ignore[attr-defined]
    levels = [0.5, *(edge for pair in EDGES.values() for edge in pair)]
    said = outlook.quantiles(levels)
    spent = time.process_time() - start
    found = {**_point(case, said[0.5]), "seconds": spent}
    scale = seasonal_scale(case.series.y)
    found["crps"] = float(np.mean(crps(case.actual, outlook.quantiles(CRPS_LEVELS)))) / scale
    for name, (low, high) in EDGES.items():
        found[name] = float(np.mean((case.actual >= said[low]) & (case.actual <= said[high])))
    return found


def _point(case: Case, said: Array) -> dict[str, float]:
    miss = np.abs(case.actual - said)
    smape = 200 * np.mean(miss / np.maximum(np.abs(case.actual) + np.abs(said), 1e-9))
    return {"smape": float(smape), "mase": float(np.mean(miss)) / seasonal_scale(case.series.y)}


def table(cases: list[Case], models: list[object]) -> pd.DataFrame:
    """Mean scores of each model, with OWA against Naive2; cases whose scale is nought are left out."""
    kept = [case for case in cases if np.isfinite(seasonal_scale(case.series.y))]
    plain = pd.DataFrame([_point(case, naive2(_whole(case.series.y), len(case.actual))) for case in kept]).mean()
    rows = {}
    for model in models:
        mean = pd.DataFrame([scores(case, model) for case in kept]).mean()
        owa = (mean["smape"] / plain["smape"] + mean["mase"] / plain["mase"]) / 2
        rows[model.name] = {**mean.drop("seconds"), "owa": owa, "cpu_ms": 1000 * mean["seconds"]}  # type: ignore[attr-defined]
    rows["naive2"] = {**plain, "owa": 1.0}
    return pd.DataFrame(rows).T


def _whole(y: Array) -> Array:
    known = np.flatnonzero(np.isfinite(y))
    return np.interp(np.arange(len(y)), known, y[known])


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--m3", type=Path, help="workbook of the M3 competition")
    parser.add_argument("--panel", type=Path, help="long CSV of monthly series with restricted months")
    parser.add_argument("--first", default="2020-06", help="first origin of a panel, YYYY-MM")
    parser.add_argument("--last", default="2022-06", help="last origin of a panel, YYYY-MM")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--models", nargs="*", default=["combined", "calm_core", "seasonal_naive"])
    asked = parser.parse_args()
    if asked.m3:
        cases = competition(asked.m3)
    elif asked.panel:
        cases = panel(asked.panel, asked.first, asked.last)
    else:
        cases = regions(asked.first, asked.last)
    models: list[object] = [MODELS[name] for name in asked.models]
    models += installed() if asked.peers else []
    print(f"{len(cases)} forecasts of {len({case.series.area for case in cases})} series")
    print(table(cases, models).round(3).to_string())


if __name__ == "__main__":
    main()
