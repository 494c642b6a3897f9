"""The yearly pattern of a series, and the working days in its months: estimated alone, shrunk by how noisy it is.

Four patterns in logs are averaged, because each errs differently: classical, STL and robust STL of the last three
years, and STL that hardly moves. Each is shrunk towards no pattern at all by its signal to noise. Decision records
0104 and 0110.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
YEARS = 3  # the last years from which a moving pattern is read
MOVES_OVER, HARDLY_MOVES_OVER = 13, 35  # years over which STL smooths each calendar month
NOISE_TIMES = 2.0  # what is left over after STL understates the noise: decision 0110
LEAST_MONTHS = 24  # below two years no pattern is estimated
WAYS = 4
DAYS_T = 2.0  # t-statistic above which working days are used


@dataclass(frozen=True)
class Season:
    """Log effects by calendar month (January first, summing to nought), and of weekdays in the month.

    `patterns`: one row for each way of estimating it, shape (ways, 12). `weekday_power`: elasticity of the counts
    to the number of weekdays above or below the month's usual (0 for none).
    """

    patterns: Array
    weekday_power: float

    def effects(self, months: pd.PeriodIndex) -> Array:
        """Log effect of each month under each pattern, shape (ways, months)."""
        month = np.asarray(months.month) - 1
        return np.asarray(self.patterns[:, month] + self.weekday_power * weekday_excess(months), dtype=np.float64)


def weekday_excess(months: pd.PeriodIndex) -> Array:
    """Log of Mondays to Fridays in each month over the calendar month's usual number, shape (months,)."""
    starts = np.asarray(months.asfreq("D", how="S").to_timestamp(), dtype="datetime64[D]")
    ends = np.asarray(months.asfreq("D", how="E").to_timestamp(), dtype="datetime64[D]") + 1
    usual = (ends - starts).astype(np.float64) * 5 / 7
    return np.asarray(np.log(np.busday_count(starts, ends) / usual), dtype=np.float64)


def gaps_filled(x: Array, month: npt.NDArray[np.int64]) -> Array:
    """Log counts with gaps filled by a straight line plus the month's usual distance from it."""
    known = np.flatnonzero(np.isfinite(x))
    line = np.interp(np.arange(len(x)), known, x[known])
    if len(known) == len(x):
        return np.asarray(line, dtype=np.float64)
    smooth = pd.Series(line).rolling(13, center=True, min_periods=1).mean().to_numpy()
    usual = pd.Series(x - smooth).groupby(month).transform("mean").fillna(0.0).to_numpy()
    return np.asarray(np.where(np.isfinite(x), x, smooth + usual), dtype=np.float64)


def _centred(pattern: Array) -> Array:
    return np.asarray(pattern - pattern.mean(), dtype=np.float64)


def _by_month(values: Array, month: npt.NDArray[np.int64]) -> Array:
    total = np.bincount(month, weights=np.nan_to_num(values), minlength=12)
    return _centred(total / np.maximum(np.bincount(month, weights=np.isfinite(values), minlength=12), 1))


def _classical(x: Array, month: npt.NDArray[np.int64]) -> Array:
    weights = np.r_[0.5, np.ones(11), 0.5] / 12
    trend = np.full(len(x), np.nan)
    trend[6:-6] = np.convolve(x, weights, mode="valid")
    return _by_month(x - trend, month)


def estimate(x: Array, months: pd.PeriodIndex) -> Season:
    """Season of log counts `x` (NaN where missing); no pattern where there are fewer than two years.

    Raises nothing: a series that is flat or too short has a pattern of noughts.
    """
    month = np.asarray(months.month, dtype=np.int64) - 1
    if np.isfinite(x).sum() < LEAST_MONTHS or len(x) < LEAST_MONTHS + 1:
        return Season(np.zeros((WAYS, 12)), 0.0)
    from statsmodels.tsa.seasonal import STL

    whole = gaps_filled(x, month)
    plain = STL(whole, period=12, seasonal=MOVES_OVER).fit()
    power = _weekday_power(np.asarray(plain.resid), months)
    whole = whole - power * weekday_excess(months)
    if power:
        plain = STL(whole, period=12, seasonal=MOVES_OVER).fit()
    robust = STL(whole, period=12, seasonal=MOVES_OVER, robust=True).fit(inner_iter=1, outer_iter=6)
    still = STL(whole, period=12, seasonal=HARDLY_MOVES_OVER).fit()
    recent = slice(max(0, len(x) - 12 * YEARS), None)
    rows = [_classical(whole, month), _by_month(np.asarray(still.seasonal), month)]
    rows += [_by_month(np.asarray(fit.seasonal)[recent], month[recent]) for fit in (plain, robust)]
    noise = float(np.median(np.abs(np.asarray(plain.resid)))) / 0.6745
    kept = [_shrunk(row, NOISE_TIMES * noise**2 / (len(x) / 12)) for row in rows]
    return Season(np.array(kept), power)


def around(x: Array, months: pd.PeriodIndex, restricted: npt.NDArray[np.bool_]) -> Season:
    """Season of log counts with restricted months: half from those before the first, half from all that were free.

    From all that were free alone where there are under two years before. Decision record 0110.
    """
    free = estimate(np.where(restricted, np.nan, x), months)
    start = int(np.argmax(restricted))
    if np.isfinite(x[:start]).sum() < LEAST_MONTHS:
        return free
    before = estimate(x[:start], months[:start])
    return Season(np.vstack([before.patterns, free.patterns]), free.weekday_power)


def _shrunk(pattern: Array, noise: float) -> Array:
    """Pattern times the share of its mean square that is more than noise would give."""
    square = float(np.mean(pattern**2))
    return pattern * max(0.0, 1 - noise / square) if square > 0 else pattern


def _weekday_power(rest: Array, months: pd.PeriodIndex) -> float:
    """Elasticity of what season and trend leave over to weekdays, at most one; 0 where it cannot be told from 0."""
    days = weekday_excess(months)
    slope = float(rest @ days / (days @ days))
    error = float(np.sqrt(np.mean((rest - slope * days) ** 2) / (days @ days)))
    return min(slope, 1.0) if error > 0 and slope / error > DAYS_T and len(rest) >= 36 else 0.0
