"""Simple forecasters that stand beside every forecast we make: to be worth having, ours must beat them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast import national
from forecast.calendar import working_days
from forecast.series import Series
from forecast.spread import Outlook, filled, from_errors

Array = npt.NDArray[np.float64]
OFFSET = 0.5  # added to counts before logs


def seasonal_naive(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """The same month of last year; the last count where there is less than a year."""
    del lockdown
    y = filled(series.y)
    lag = 12 if len(y) >= 12 else 1
    median = np.resize(y[-lag:], horizon).astype(np.float64)
    logs = np.log(y + OFFSET)
    return from_errors(median, logs[lag:] - logs[:-lag], OFFSET)


def flat_mean(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """The mean of the last twelve months, every month."""
    del lockdown
    y = filled(series.y)
    median = np.full(horizon, y[-12:].mean())
    means = np.array([y[max(0, t - 12) : t].mean() for t in range(1, len(y))])
    return from_errors(median, np.log(y[1:] + OFFSET) - np.log(means + OFFSET), OFFSET)


def pooled_pattern(series: Series, months: pd.PeriodIndex) -> Array:
    """What to divide by: working days times a borrowed season for referrals, ones for anything else."""
    pattern = national.season(series.last) if series.measure == "referrals" else None
    if pattern is None:
        return np.ones(len(months))
    return np.asarray(working_days(months) * np.exp(pattern[np.asarray(months.month) - 1]), dtype=np.float64)


def _on_pooled_season(series: Series, horizon: int, level: Array, start: int) -> Outlook:
    """`level[t]` is the level known before month t (one longer than the series), in counts over the pattern."""
    past, ahead = pooled_pattern(series, series.months), pooled_pattern(series, series.ahead(horizon))
    errors = np.log(filled(series.y) + OFFSET) - np.log(level[:-1] * past + OFFSET)
    return from_errors(level[-1] * ahead, errors[start:], OFFSET)


def pooled_mean(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """The area's mean rate of the last twelve months times the borrowed season and working days."""
    del lockdown
    rate = filled(series.y) / pooled_pattern(series, series.months)
    level = np.array([rate[max(0, t - 12) : max(t, 1)].mean() for t in range(len(rate) + 1)])
    return _on_pooled_season(series, horizon, level, min(12, len(rate) - 1))


def pooled_smoothing(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """Exponential smoothing (0.2) of the rate over the borrowed season: the study's reference forecaster."""
    del lockdown
    rate = filled(series.y) / pooled_pattern(series, series.months)
    level = np.empty(len(rate) + 1)
    level[0] = rate[: min(12, len(rate))].mean()
    for t, one in enumerate(rate):
        level[t + 1] = level[t] + 0.2 * (one - level[t])
    return _on_pooled_season(series, horizon, level, min(12, len(rate) - 1))
