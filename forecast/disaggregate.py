"""Monthly figures estimated from yearly ones: each year's months add up exactly to what was published.

Method: proportional first differences (Denton 1971) in the form of Cholette (1984): the ratio of estimate to
indicator changes as little as possible from month to month. Reference: International Monetary Fund, Quarterly
National Accounts Manual, 2017, chapter 6; solved by statsmodels. Whole numbers by largest remainder within each year.
Years are financial years, named by the year of their 31 March. Everything made here is an estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
MONTHS_IN_YEAR = 12


def months_of(years: Sequence[int]) -> pd.PeriodIndex:
    """April of the first financial year to March of the last, for years that follow one another.

    Raises ValueError where a year is skipped or none is given.
    """
    if not years or list(years) != list(range(years[0], years[-1] + 1)):
        raise ValueError(f"years must follow one another; given {list(years)}")
    return pd.period_range(f"{years[0] - 1}-04", f"{years[-1]}-03", freq="M")


def denton(annual: Array, indicator: Array) -> Array:
    """Monthly values, shape (12 x years,), summing to each year's figure with the movement of the indicator.

    `annual`: figures >= 0, shape (years,). `indicator`: values > 0, shape (12 x years,). Values are >= 0: where the
    method itself would go below nought, that year is drawn towards its pro-rata share just far enough.
    Raises ValueError for negative figures, an indicator that is not positive, or lengths that do not fit.
    """
    from statsmodels.tsa.interp.denton import dentonm

    years = len(annual)
    if len(indicator) != MONTHS_IN_YEAR * years:
        raise ValueError(f"{years} years need {MONTHS_IN_YEAR * years} months of indicator; given {len(indicator)}")
    if (indicator <= 0).any() or not np.isfinite(indicator).all():
        raise ValueError("the indicator must be above 0 in every month")
    if (annual < 0).any() or not np.isfinite(annual).all():
        raise ValueError("yearly figures must be 0 or more")
    by_year = indicator.reshape(years, MONTHS_IN_YEAR)
    scaled = (by_year / by_year.mean()).ravel()  # same answer, better conditioned
    smooth = np.asarray(dentonm(scaled, annual, freq="other", k=MONTHS_IN_YEAR)).reshape(years, MONTHS_IN_YEAR)
    in_proportion = by_year / by_year.sum(axis=1, keepdims=True)
    smooth = smooth + (annual - smooth.sum(axis=1))[:, None] * in_proportion  # what the solver's rounding left
    return np.asarray(_not_negative(smooth, annual[:, None] * in_proportion).ravel())


def _not_negative(smooth: Array, share: Array) -> Array:
    """Each year's row moved from the smooth towards the pro-rata solution until no month is below nought."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(smooth < 0, share / (share - smooth), 1.0)
    weight = np.minimum(np.nan_to_num(reach, nan=0.0).min(axis=1, keepdims=True), 1.0)
    return np.asarray(np.maximum(weight * smooth + (1 - weight) * share, 0.0))


def whole(values: Array, totals: Array) -> Array:
    """Whole numbers next to the values whose sum in each year of 12 is exactly the year's whole total.

    Largest remainder: round down, then add one where the most was cut off (the earlier month first in a tie).
    """
    rounded = np.empty_like(values)
    for year, total in enumerate(totals):
        span = slice(MONTHS_IN_YEAR * year, MONTHS_IN_YEAR * (year + 1))
        rounded[span] = shared(values[span], int(total))
    return rounded


def shared(weights: Array, total: int) -> Array:
    """A whole total shared out in proportion to weights >= 0 by largest remainder (evenly where all are 0)."""
    scale = weights.sum()
    parts = total * (weights / scale) if scale > 0 else np.full(len(weights), total / len(weights))
    down = np.floor(parts + 1e-9)
    left = round(total - float(down.sum()))
    order = np.argsort(-(parts - down), kind="stable")
    down[order[:left]] += 1
    return down


def flow(annual: Mapping[int, float], indicator: pd.Series[float]) -> pd.Series[float]:
    """Whole monthly counts of a flow from its yearly counts.

    `annual`: financial year -> count; `indicator`: by month, covering all those years.
    """
    years = sorted(annual)
    months = months_of(years)
    totals = np.array([annual[year] for year in years], dtype=np.float64)
    shape = as_array(indicator.reindex(months))
    return pd.Series(whole(denton(totals, shape), totals), index=months)


def extended(
    known: pd.Series[float], indicator: pd.Series[float], until: pd.Period, *, memory: float = 1.0
) -> pd.Series[float]:
    """A monthly estimate carried on past its last published year with the indicator's movement.

    The yearly ratio to the indicator is held: the last year's, drawn to the three before by `memory` (1: not at all).
    Counts are whole and keep their running total.
    """
    months = pd.period_range(known.index[-1] + 1, until, freq="M")
    ratio = float(
        np.exp(level(np.log(yearly_ratios(as_array(known), as_array(indicator.reindex(known.index)))), memory))
    )
    running = np.cumsum(as_array(indicator.reindex(months)) * ratio)
    counts = np.diff(np.floor(running + 0.5), prepend=0.0)
    return pd.concat([known, pd.Series(counts, index=months)])


def yearly_ratios(part: Array, base: Array) -> Array:
    """Ratio of the sums of two monthly series over the last 12 months and up to three years before, newest last."""
    years = max(min(len(part) // MONTHS_IN_YEAR, 4), 1)
    spans = [
        slice(max(len(part) - MONTHS_IN_YEAR * k, 0), len(part) - MONTHS_IN_YEAR * (k - 1)) for k in range(years, 0, -1)
    ]
    return np.array([max(float(part[s].sum()), 0.5) / max(float(base[s].sum()), 1e-9) for s in spans])


def level(logs: Array, memory: float) -> float:
    """Weighted mean of yearly logs, newest last: `memory` on the newest, the rest on the mean of those before."""
    return float(logs[-1]) if len(logs) == 1 else float(memory * logs[-1] + (1 - memory) * logs[:-1].mean())


def as_array(counts: pd.Series[float]) -> Array:
    """Counts as plain numbers (float64)."""
    return np.asarray(counts.to_numpy(), dtype=np.float64)


@dataclass(frozen=True)
class StockHistory:
    """A stock and its flows by month, estimated from yearly figures.

    open(t) = open(t-1) + starts(t) - ends(t) + adjustment(t) in every month, `opening` before the first; the
    adjustment closes what the published figures leave open and has no part in a forecast. All counts are whole.
    """

    months: pd.PeriodIndex
    opening: float
    starts: Array
    ends: Array
    adjustment: Array
    open: Array

    def __post_init__(self) -> None:
        rolled = self.opening + np.cumsum(self.starts - self.ends + self.adjustment)
        if not np.array_equal(rolled, self.open):
            raise ValueError("the stock is not opening + starts - ends + recording adjustment in every month")
        if (self.open < 0).any() or (self.starts < 0).any() or (self.ends < 0).any():
            raise ValueError("a stock or flow is negative")


def stock(
    starts: Mapping[int, float],
    ends: Mapping[int, float],
    open_at_end: Mapping[int, float],
    *,
    starts_indicator: pd.Series[float],
) -> StockHistory:
    """Monthly starts, ends and open from yearly starts and ends and the counts on 31 March.

    Starts move with their indicator, ends with the open stock drawn straight between its yearly counts, the
    recording adjustment of each year evenly. `open_at_end` needs the 31 March before the first year as well.
    Raises ValueError where that opening count is missing.
    """
    years = sorted(set(starts) & set(ends) & set(open_at_end))
    years = [year for year in years if year - 1 in open_at_end]
    if not years:
        raise ValueError("a stock needs yearly starts, ends and the counts on 31 March before and after a year")
    months = months_of(years)
    stock_ends = np.array([open_at_end[year] for year in years], dtype=np.float64)
    stock_starts = np.array([open_at_end[year - 1] for year in years], dtype=np.float64)
    into, out = (np.array([figures[year] for year in years], dtype=np.float64) for figures in (starts, ends))
    entering = whole(denton(into, as_array(starts_indicator.reindex(months))), into)
    through_year = (np.arange(MONTHS_IN_YEAR) + 0.5) / MONTHS_IN_YEAR
    line = stock_starts[:, None] + (stock_ends - stock_starts)[:, None] * through_year
    leaving = whole(denton(out, np.maximum(line, 1.0).ravel()), out)
    gap = stock_ends - stock_starts - into + out
    return _closed(months, float(stock_starts[0]), entering, leaving, gap)


def _closed(months: pd.PeriodIndex, opening: float, starts: Array, ends: Array, gap: Array) -> StockHistory:
    """Flows and adjustment arranged within each year so that the stock is never below nought."""
    now = opening
    moved: list[Array] = []
    adjustments: list[Array] = []
    opens: list[Array] = []
    for year, missing in enumerate(gap):
        span = slice(MONTHS_IN_YEAR * year, MONTHS_IN_YEAR * (year + 1))
        even: Array = np.diff(np.round(missing * np.arange(MONTHS_IN_YEAR + 1) / MONTHS_IN_YEAR))
        at_an_end = np.zeros(MONTHS_IN_YEAR)
        at_an_end[0 if missing > 0 else -1] = missing
        tried = [
            (ends[span], even),
            (_put_off(now, starts[span], ends[span], even), even),
            (_put_off(now, starts[span], ends[span], at_an_end), at_an_end),
        ]
        for out, adjustment in tried:
            path = now + np.cumsum(starts[span] - out + adjustment)
            if (path >= 0).all() and out.sum() == ends[span].sum():
                break
        moved.append(out)
        adjustments.append(adjustment)
        opens.append(path)
        now = float(path[-1])
    return StockHistory(
        months, opening, starts, np.concatenate(moved), np.concatenate(adjustments), np.concatenate(opens)
    )


def _put_off(opening: float, starts: Array, ends: Array, adjustment: Array) -> Array:
    """Ends moved to later months of the year where fewer are open than would end."""
    waiting, now, out = 0.0, opening, np.zeros_like(ends)
    for month in range(len(ends)):
        available = now + starts[month] + adjustment[month]
        last = month == len(ends) - 1
        out[month] = ends[month] + waiting if last else min(ends[month] + waiting, max(available, 0.0))
        waiting += ends[month] - out[month]
        now = available - out[month]
    return out
