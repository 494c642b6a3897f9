"""Score our forecast, each candidate, the baselines and the installed peers on authorities' monthly referrals.

    python benchmarks/forecast.py [FILE] [--peers [NAME ...]] [--candidates] [--cross-validate] [--areas N]

FILE has the department's layout (default: the development authorities in ../shared/data). Twelve months ahead from
thirteen origins in three groups. Every figure of a table comes from one run: accuracy, coverage and time per series.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # this script has the name of the package it measures

from benchmarks.forecast_series import DEVELOPMENT
from benchmarks.learn_referrals import learn, lessons, series_of
from benchmarks.peers import installed
from forecast import backtest, phases, pool, referrals
from forecast.models import BASELINES, CANDIDATES, MODELS, Forecaster
from forecast.series import Series

ORIGINS = {
    "calm": ("2016-03", "2017-03", "2018-03", "2019-03"),
    "shock": ("2020-06", "2020-09", "2020-12", "2021-03", "2021-06", "2021-09", "2022-03"),
    "late": ("2022-06", "2023-03"),
}
GROUP = {origin: group for group, origins in ORIGINS.items() for origin in origins}
FIRST, LAST = "2012-04", "2024-03"  # areas with every month of these are scored
FOLDS = 5
REFERENCE = "pooled_smoothing"


@dataclass(frozen=True)
class Timed:
    """A model whose every forecast is timed; `seconds` grows by one figure per forecast."""

    model: Any
    seconds: list[float]

    @property
    def name(self) -> str:
        """The model's own name."""
        return str(self.model.name)

    def outlook(self, series: Series, horizon: int, *, lockdown: tuple[str, ...] = ()) -> Any:
        """The model's own outlook."""
        start = time.perf_counter()
        said = self.model.outlook(series, horizon, lockdown=lockdown)
        self.seconds.append(time.perf_counter() - start)
        return said


def unbroken(series: Sequence[Series]) -> list[Series]:
    """Areas with a count in every month of the study."""
    months = pd.period_range(FIRST, LAST, freq="M")
    return [one for one in series if one.months.equals(months) and np.isfinite(one.y).all()]


def score(one: Series, makers: Sequence[Callable[[], Any]]) -> pd.DataFrame:
    """Errors of every model on one area, with seconds per forecast."""
    models = [Timed(make(), []) for make in makers]
    origins = [origin for origins in ORIGINS.values() for origin in origins]
    table = backtest.errors([one], models, origins=origins, lockdown=phases.restricted_months())
    spent = {model.name: float(np.mean(model.seconds)) for model in models}
    return table.assign(seconds=table["model"].map(spent))


def cross_validated(series: Sequence[Series]) -> dict[str, pool.Pool]:
    """For each area the constants learnt without its fold of areas."""
    taught = lessons(series)
    names = sorted({str(one.area) for one in series})
    order = np.random.default_rng(0).permutation(len(names))
    fold = {names[at]: int(place) % FOLDS for place, at in enumerate(order)}
    learnt = {k: learn([one for one in taught if fold[one.area] != k]) for k in range(FOLDS)}
    return {name: learnt[k] for name, k in fold.items()}


def held_out(constants: dict[str, pool.Pool]) -> Forecaster:
    """The combined forecast with constants that never saw the area."""

    def forecast(series: Series, horizon: int, lockdown: tuple[str, ...]) -> Any:
        return referrals.pooled(series, horizon, lockdown, constants=constants[str(series.area)])

    return Forecaster("combined, cross-validated", forecast)


def headline(errors: pd.DataFrame) -> pd.DataFrame:
    """One row a model: median over areas of the mean over origins of WAPE by group, and scores over all origins."""
    by_area = backtest.summary(errors, ("model", "group", "area", "origin"))
    wape = by_area.groupby(["model", "group", "area"], sort=False)["wape"].mean()
    table = {how: _by_group(wape, how) for how in ("median", "mean")}
    median, mean = table["median"], table["mean"].add_prefix("mean ")
    scores = backtest.summary(errors, ("model",)).set_index("model").drop(columns=["months", "wape", "cover_50"])
    ms = 1000 * errors.groupby("model", sort=False)["seconds"].mean().rename("ms")
    return median.join(mean).join(scores).join(ms)


def _by_group(wape: pd.Series, how: str) -> pd.DataFrame:
    table = wape.reset_index().pivot_table(index="model", columns="group", values="wape", aggfunc=how, sort=False)
    return table[list(ORIGINS)]


def against_reference(errors: pd.DataFrame) -> pd.DataFrame:
    """WAPE of each model less that of smoothing on England's season, area by area: median, mean and share below it."""
    by_area = backtest.summary(errors, ("model", "group", "area", "origin"))
    wape = by_area.pivot_table(index=["group", "area"], columns="model", values="wape", sort=False)
    away = wape.drop(columns=REFERENCE).sub(wape[REFERENCE], axis=0).groupby("group", sort=False)
    parts = {"median": away.median(), "mean": away.mean(), "below": away.agg(lambda one: (one < 0).mean())}
    return pd.concat({how: table.T[list(ORIGINS)] for how, table in parts.items()}, axis=1)


def coverage(errors: pd.DataFrame, model: str) -> pd.DataFrame:
    """Share inside the 50, 80 and 95 % intervals of a model, by group and at four horizons."""
    one = errors[errors["model"] == model]
    at = one[one["horizon"].isin([1, 3, 6, 12])].assign(group="all")
    parts = [backtest.summary(one, ("group",)).assign(horizon="all"), backtest.summary(at, ("group", "horizon"))]
    return pd.concat(parts)[["group", "horizon", "months", "cover_50", "cover_80", "cover_95", "bias"]]


def total_coverage(series: Sequence[Series]) -> pd.DataFrame:
    """Share of 12-month totals inside the 80 and 95 % bands of whole paths, by group."""
    rows = []
    for one in series:
        for group, origins in ORIGINS.items():
            for origin in origins:
                known = one.until(origin)
                actual = one.y[len(known) : len(known) + 12].sum()
                closed = tuple(m for m in phases.restricted_months() if m <= origin)
                drawn = MODELS["combined"].paths(known, 12, paths=400, rng=np.random.default_rng(1), lockdown=closed)
                low, lower, upper, high = np.quantile(drawn.sum(axis=1), [0.025, 0.1, 0.9, 0.975])
                rows.append((group, lower <= actual <= upper, low <= actual <= high))
    return pd.DataFrame(rows, columns=["group", "cover_80", "cover_95"]).groupby("group", sort=False).mean()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", nargs="?", type=Path, default=DEVELOPMENT)
    parser.add_argument(
        "--peers", nargs="*", help="score these installed libraries' models too; all where none is named"
    )
    parser.add_argument("--candidates", action="store_true", help="score every candidate model")
    parser.add_argument("--cross-validate", action="store_true", help="also with constants that never saw the area")
    parser.add_argument("--areas", type=int, help="only the first N areas")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    every = series_of(asked.file)
    series = unbroken(every)[: asked.areas]
    names = ["combined", *BASELINES, *(CANDIDATES if asked.candidates else ())]
    makers: list[Callable[[], Any]] = [partial(MODELS.__getitem__, name) for name in names]
    if asked.peers is not None:
        found = [peer for peer in installed() if not asked.peers or peer.name in asked.peers]
        print("peers installed:", ", ".join(peer.name for peer in found) or "none (see benchmarks/peers.py)")
        makers += [partial(_peer, peer.name) for peer in found]
    start = time.perf_counter()
    with ProcessPoolExecutor(asked.processes) as executor:
        parts = list(executor.map(partial(score, makers=makers), series))
    spent = time.perf_counter() - start
    if asked.cross_validate:
        constants = cross_validated(every)
        parts += [score(one, [partial(held_out, constants)]) for one in series]
    errors = pd.concat(parts, ignore_index=True)
    errors["group"] = errors["origin"].map(GROUP)
    print(
        f"{asked.file.name}: {len(series)} areas, {len(GROUP)} origins, 12 months ahead; {pd.Timestamp.now():%d %B %Y}"
    )
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print(f"frontdoor {project['version']}, Python {platform.python_version()}, {spent:.0f} s in all")
    print("\nWAPE %, median over areas of the mean over origins; then the mean over areas; then over all origins")
    print(headline(errors).round(3).to_string())
    print("\nArea by area: WAPE less that of the reference, and the share of areas where it is less")
    print(against_reference(errors).round(2).to_string())
    for name in ("combined", *(["combined, cross-validated"] if asked.cross_validate else [])):
        print(f"\nCoverage of {name}")
        print(coverage(errors, name).round(3).to_string(index=False))
        print(f"rated {backtest.rate(errors, name)}")
    print("\nCoverage of 12-month totals by whole paths")
    print(total_coverage(series).round(3).to_string())


def _peer(name: str) -> Any:
    return next(peer for peer in installed() if peer.name == name)


if __name__ == "__main__":
    main()
