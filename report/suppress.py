"""Small counts of real children, kept out of anything that is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from scenarios.schema import Scenario
from simulate.results import Results

from . import tables
from .phrases import FEW, is_percent, is_share
from .subtraction import given_away

LEAST = 6  # counts under 6 are withheld, as the Department for Education does; decision 0305
STOCKS = ("_open", "_waiting", "_allocated", "_starts", "_ends")
NOT_CHILDREN = ("fte", "workers", "pounds", "£", "days", "hours", "cases per", "score")


def is_count(unit: str) -> bool:
    """Whether a unit counts children or their cases, rather than shares, people in post, time or money."""
    low = unit.lower()
    return not (is_share(low) or is_percent(low) or any(word in low for word in NOT_CHILDREN))


def small(values: pd.Series) -> pd.Series:
    """Which values are above nought and round to less than LEAST."""
    numbers = pd.to_numeric(values, errors="coerce")
    return (numbers > 0) & (np.round(numbers) < LEAST)


def suppressed(results: Results) -> Results:
    """The same results with small counts withheld.

    A published month counts as missing, with the status "suppressed"; a published fact, a forecast measure or a
    simulated stock with a small count among what would be shown goes altogether; a summary row loses all its figures.
    Where a total and its other parts would give a withheld figure away, one more of them is withheld.
    """
    few = _small_forecasts(results.bands)
    return replace(
        results,
        scenario=_scenario(results.scenario),
        observed=_observed(results.observed),
        facts=_facts(results.facts),
        bands=_without(results.bands, few),
        paths=_without(results.paths, few),
        daily=_without(results.daily, _small_stocks(results)),
        summary=_summary(results.summary),
    )


def _scenario(scenario: Scenario) -> Scenario:
    """The scenario without opening counts from 1 to 5."""
    kept = {k: v for k, v in scenario.opening.items() if v.open is None or not small(pd.Series([float(v.open)])).any()}
    return scenario.model_copy(update={"opening": kept})


def _small_forecasts(bands: pd.DataFrame) -> list[str]:
    if not len(bands):
        return []
    hide = pd.concat([small(bands[name]) for name in ("low", "high", "median", "mean")], axis=1).any(axis=1)
    return list(bands.loc[hide, "measure"].unique())


def _small_stocks(results: Results) -> list[str]:
    """Simulated stocks of which a mean or an end of the range said of futures is a small count on any date."""
    names = list(results.daily["measure"].unique()) if len(results.daily) else []
    return [str(name) for name in names if str(name).endswith(STOCKS) and _shows_small(results, str(name))]


def _shows_small(results: Results, measure: str) -> bool:
    shown = [tables.weekly(results, start, measure) for start in tables.starts(results)]
    if any(small(frame[c]).any() for frame in shown if len(frame) for c in ("mean", "p10", "p50", "p90")):
        return True
    rows = results.daily[results.daily["measure"] == measure]
    single = rows.groupby(["start", "date", "replication"], dropna=False, observed=True)["value"].sum()
    return rows["replication"].nunique() < FEW and bool(small(single).any())


def _without(frame: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    return frame[~frame["measure"].isin(measures)].reset_index(drop=True) if len(frame) and measures else frame


def _observed(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    hide = small(frame["count"])
    for _, rows in frame.groupby("area", sort=False):
        known = rows["count"].notna()
        hide |= _also(rows["measure"], rows["month"], hide.loc[rows.index], known).reindex(
            frame.index, fill_value=False
        )
    return frame.assign(count=frame["count"].mask(hide), status=frame["status"].mask(hide, "suppressed"))


def _facts(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    hide = small(frame["published"]) & frame["unit"].map(lambda u: is_count(str(u)))
    return frame[~hide].reset_index(drop=True)


def _summary(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    figures = ["mean", "mean_low", "mean_high", "p05", "p10", "p50", "p90", "p95"]
    counted = frame["unit"].map(lambda u: is_count(str(u))).astype(bool)
    hide = counted & pd.concat([small(frame[name]) for name in figures], axis=1).any(axis=1)
    for _, rows in frame[counted].groupby("start", sort=False):
        also = _also(rows["measure"], rows["period"], hide.loc[rows.index], rows["mean"].notna())
        hide |= also.reindex(frame.index, fill_value=False)
    return frame.assign(**{name: frame[name].mask(hide) for name in figures})


def _also(measures: pd.Series, periods: pd.Series, hide: pd.Series, known: pd.Series) -> pd.Series:
    """Which rows to withhold beside those hidden, because a sum would give them away."""
    cells = pd.Series(list(zip(measures.astype(str), periods.astype(str), strict=True)), index=measures.index)
    hidden = set(cells[hide])
    more = given_away(hidden, set(cells[known & ~hide])) if hidden else set()
    return cells.map(lambda cell: cell in more).astype(bool)


def without_small(table: pd.DataFrame, unit: str, columns: Sequence[str]) -> pd.DataFrame:
    """A table of a sweep, comparison or sensitivity without the measures that show a small count anywhere.

    `unit`: the column with the measure's unit. `columns`: those with its figures.
    """
    if not len(table):
        return table
    counted = table[unit].map(lambda u: is_count(str(u))).astype(bool)
    few = counted & pd.concat([small(table[name]) for name in columns], axis=1).any(axis=1)
    return table[~table["measure"].isin(table.loc[few, "measure"].unique())].reset_index(drop=True)
