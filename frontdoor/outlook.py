"""Forecast and back-test as commands give them: tables, a heading, a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from forecast import backtest as rolling
from forecast import bundled
from forecast import observed as figures_in
from forecast.demand import futures
from forecast.observed import Observed
from forecast.paths import SamplePaths
from forecast.phases import restricted_months
from frontdoor.screen import Stage
from simulate.store import new_folder, write_table

LEVEL = 0.8
PANEL_ORIGINS = 8


@dataclass(frozen=True)
class Outlook:
    """A forecast: futures, their bands, the table to print, how good it has been.

    `months`: one row a month: median and the band that 8 of 10 futures lie in, for each measure. `panel`: the back-test
    in words and figures.
    """

    heading: str
    paths: SamplePaths
    bands: pd.DataFrame
    months: pd.DataFrame
    errors: pd.DataFrame
    panel: str


@dataclass(frozen=True)
class Panel:
    """A back-test: scores by model, origin group and horizon, and the word for it."""

    table: pd.DataFrame
    errors: pd.DataFrame
    verdict: str


def make_forecast(
    figures: Path | None, area: str | None, as_at: str | None, horizon: int, paths: int, seed: int, stage: Stage
) -> Outlook:
    """Forecast an area's demand from its figures up to a month, with the back-test of the same method before it."""
    stand = pd.Period(as_at, freq="M").end_time.date() if as_at else None
    known = _known(figures, area, stand)
    stand = stand or known.last.end_time.date()
    lockdown = tuple(month for month in restricted_months() if month <= f"{stand:%Y-%m}")
    drawn = futures(known, as_at=stand, horizon=horizon, paths=paths, seed=seed, lockdown=lockdown)
    errors = past_errors(known.until(pd.Period(stand, freq="M")), ("referrals",), min(12, horizon), stage)
    bands = drawn.band()
    heading = (
        f"{known.areas[0]}, as at {stand.day} {stand:%B %Y}: {horizon} months ahead, {paths:,} futures, seed {seed}. "
        "Each cell: the middle future, and the range that 8 of 10 futures lie in."
    )
    if drawn.estimated:
        heading += f"\nEstimated by month from yearly figures: {', '.join(drawn.estimated)}."
    return Outlook(heading, drawn, bands, _months(bands), errors, verdict(errors))


def make_backtest(figures: Path | None, areas: list[str] | None, measure: str, horizon: int, stage: Stage) -> Panel:
    """Back-test the forecast of one measure for one area or several."""
    whole = bundled.west_sussex() if figures is None else figures_in.read(figures)
    chosen = [whole.only(area) for area in areas] if areas else [whole.only(area) for area in whole.areas]
    parts = [past_errors(one, (measure,), horizon, stage) for one in chosen]
    errors = pd.concat(parts, ignore_index=True)
    table = rolling.summary(errors, ("model", "origin", "horizon"))
    return Panel(table, errors, verdict(errors))


def past_errors(known: Observed, measures: tuple[str, ...], horizon: int, stage: Stage) -> pd.DataFrame:
    """Errors of the forecast and the baselines at past origins, for measures that are published by month."""
    parts = []
    with stage("Looking back", len(measures)) as advance:
        for measure in measures:
            series = known.series(measure)
            origins = rolling.default_origins(series, horizon)[-PANEL_ORIGINS:]
            if origins:
                lockdown = tuple(restricted_months())
                parts.append(rolling.errors([series], origins=origins, horizon=horizon, lockdown=lockdown))
            advance(1)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def verdict(errors: pd.DataFrame) -> str:
    """How good the forecast has been, against the baselines, in words and a few figures."""
    if errors.empty:
        return "How good the forecast has been cannot be said: the history is too short to look back on."
    scores = rolling.summary(errors, ("model",)).sort_values("wape")
    ours = scores.set_index("model").loc["combined"]
    naive = scores.set_index("model").loc["seasonal_naive"]
    origins = errors["origin"].nunique()
    lines = [
        f"How good it has been: {rolling.rate(errors)}. Looking back from {origins} months, the forecast missed by "
        f"{ours['wape']:.0f} % on average (last year's figure: {naive['wape']:.0f} %), and "
        f"{100 * ours['cover_80']:.0f} % of months fell in the range meant to hold 80 %.",
        scores[["model", "wape", "mase", "crps", "bias", "cover_80", "cover_95"]].to_string(
            index=False, float_format=lambda number: f"{number:.2f}"
        ),
    ]
    return "\n".join(lines)


def write_forecast(outlook: Outlook, out: Path) -> Path:
    """Write the tables of a forecast to a folder of its own; returns the folder."""
    stand = outlook.paths.as_at
    name = f"{stand:%Y-%m-%d}_forecast"
    with new_folder(out, name) as folder:
        write_table(outlook.paths.table(), folder / "paths.parquet")
        write_table(outlook.bands, folder / "bands.parquet")
        write_table(outlook.errors, folder / "backtest.parquet")
        outlook.months.to_csv(folder / "forecast.csv", index=False)
    return out / name


def write_backtest(panel: Panel, out: Path) -> Path:
    """Write a back-test's tables to a folder of its own; returns the folder."""
    with new_folder(out, "backtest") as folder:
        panel.table.to_csv(folder / "backtest.csv", index=False)
        write_table(panel.errors, folder / "backtest.parquet")
    return out / "backtest"


def _known(figures: Path | None, area: str | None, stand: date | None) -> Observed:
    if figures is None:
        return bundled.west_sussex(stand)
    whole = figures_in.read(figures, area=area)
    return whole.only(area) if area is not None else whole.only(whole.areas[0]) if len(whole.areas) == 1 else whole


def _months(bands: pd.DataFrame) -> pd.DataFrame:
    rows = bands[bands["level"] == LEVEL]
    shown = [
        f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"
        for middle, low, high in zip(rows["median"], rows["low"], rows["high"], strict=True)
    ]
    by_measure = rows.assign(shown=shown).groupby("measure", sort=False)
    columns = {measure: group.set_index("month")["shown"] for measure, group in by_measure}
    return pd.DataFrame(columns).rename_axis("month").reset_index()
