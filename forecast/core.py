"""The calm core: several simple and different models of one series, averaged.

Theta and damped trend on each of four seasonal patterns, a dynamic optimised theta, and statsmodels' structural and
exponential smoothing models; where months are mostly noise also theta and damped trend on means of several months:
the mean of the groups. Decision records 0105 and 0111 have the tables behind the choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast import blocks, level, season
from forecast.structural import smoothing, structural
from forecast.theta import log_dynamic_theta

Array = npt.NDArray[np.float64]
MOST_OFFSET = 0.5  # added before logs where a series has noughts, or half its smallest count if that is less
WIDEST = 4.0  # a member may not leave [lowest / 4, 4 x highest] of the history


@dataclass(frozen=True)
class Logs:
    """A series in logs: log counts (NaN where missing), its months, and what was added before the logs."""

    x: Array
    months: pd.PeriodIndex
    offset: float


def to_logs(y: Array, months: pd.PeriodIndex) -> Logs:
    """Counts to logs, adding half of one (or of the smallest count, if less) where there are noughts."""
    known = y[np.isfinite(y)]
    above = known[known > 0]
    least = min(2 * MOST_OFFSET, float(above.min())) / 2 if len(above) else MOST_OFFSET
    offset = least if (known == 0).any() else 0.0
    return Logs(np.log(y + offset), months, offset)


def guarded(members: list[Array], history: Array) -> list[Array]:
    """Members that are finite and stay within a quarter of the lowest and four times the highest of the history."""
    low, high = float(np.nanmin(history)), float(np.nanmax(history))
    margin = np.log(WIDEST)
    return [m for m in members if np.isfinite(m).all() and m.min() >= low - margin and m.max() <= high + margin]


def calm(logs: Logs, horizon: int, pattern: season.Season) -> Array:
    """Median forecast in logs, shape (horizon,), of a series without a shock."""
    x, months = logs.x, logs.months
    ahead = pd.period_range(months[-1] + 1, periods=horizon, freq="M")
    past, future = pattern.effects(months), pattern.effects(ahead)
    cheap = []
    for effect, effect_ahead in zip(past, future, strict=True):
        for member in (level.theta, level.damped):
            cheap.append(member(x - effect, horizon).ahead + effect_ahead)
    groups = [cheap]
    mean_past, mean_future = past.mean(axis=0), future.mean(axis=0)
    known = int(np.isfinite(x).sum())
    if known >= 12:
        adjusted = season.gaps_filled(x - mean_past, np.asarray(months.month, dtype=np.int64) - 1)
        groups.append([log_dynamic_theta(adjusted, horizon) + mean_future])
    if known >= 36:
        days = pattern.weekday_power * season.weekday_excess(months)
        said_days = pattern.weekday_power * season.weekday_excess(ahead)
        month = np.asarray(months.month, dtype=np.int64) - 1
        for said in (structural(x - days, horizon), smoothing(season.gaps_filled(x - days, month), horizon)):
            groups.append([] if said is None else [said + said_days])
        groups.append([one + mean_future for one in blocks.members(adjusted, horizon)])
    kept = [guarded(group, x) for group in groups]
    means = [np.mean(group, axis=0) for group in kept if group]
    return np.asarray(np.mean(means, axis=0) if means else np.full(horizon, np.nanmean(x[-12:])), dtype=np.float64)
