"""Through a lockdown: the gap to what would have happened, closing slowly.

The pattern of the year is frozen before the shock. The pre-shock forecast is carried on, and the gap to it is
forecast as the mean of two: the last six months' gap closing by 5 % a month, and a filter that tells a part tied
to restricted months from a part that fades slowly. Constants are published ones, not fitted to a series: decision 0106.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast import level, season

Array = npt.NDArray[np.float64]
CLOSING, QUICKER, QUICKER_MONTHS = 0.04, 0.06, 9  # share of the gap that closes each month: at last, more at first
FADE, RESTRICTED_FADE = 0.97, 0.85  # what is left a month later of the two parts
DRIFT, PRIOR = 0.1, 0.1  # standard deviation of the parts' monthly change; variance before the first month
PLAIN_MONTHS, PLAIN_MOST = 30, 0.5  # weight of plain smoothing: months since restrictions / 30, at most a half
ACTIVE_MONTHS = 36  # after that a lockdown is history like any other


@dataclass(frozen=True)
class Shocked:
    """Forecast through a shock: `ahead` in logs, mean absolute `gap` of six months; one-step `sd`, smoothing
    constant `alpha` and number of counts (`months`) before the shock."""

    ahead: Array
    gap: float
    sd: float
    alpha: float
    months: int


def closing(gap: Array, horizon: int) -> Array:
    """The last six months' gap, later months weighing more, closing; NaN months left out.

    Quicker at first, because what only waited comes back soon, and slower later, because part of a change stays.
    """
    recent = gap[-6:]
    weights = np.arange(1, len(recent) + 1) * np.isfinite(recent)
    now = float(np.nansum(weights * np.nan_to_num(recent)) / max(weights.sum(), 1e-9))
    age = len(gap) + np.arange(horizon)
    return np.asarray(now * np.cumprod(1 - CLOSING - QUICKER * np.exp(-age / QUICKER_MONTHS)), dtype=np.float64)


def two_speed(gap: Array, restricted: npt.NDArray[np.bool_], sd: float, horizon: int) -> Array:
    """Gap ahead from a Kalman filter with a part seen only in restricted months and a slowly fading part."""
    state, spread = np.zeros(2), np.eye(2) * PRIOR
    carry = np.diag([1.0, FADE])
    for one, closed in zip(gap, restricted, strict=True):
        state, spread = carry @ state, carry @ spread @ carry + np.eye(2) * DRIFT**2
        if np.isfinite(one):
            seen = np.array([float(closed), 1.0])
            gain = spread @ seen / (seen @ spread @ seen + sd**2)
            state, spread = state + gain * (one - seen @ state), spread - np.outer(gain, seen @ spread)
    months = np.arange(1, horizon + 1)
    still = float(restricted[-1]) * state[0] * RESTRICTED_FADE**months
    return np.asarray(still + state[1] * FADE**months, dtype=np.float64)


def gap_ahead(gap: Array, restricted: npt.NDArray[np.bool_], sd: float, horizon: int) -> Array:
    """Gap ahead, shape (horizon,): the mean of `closing` and `two_speed`, from the first restricted month's gap on."""
    return np.asarray((closing(gap, horizon) + two_speed(gap, restricted, sd, horizon)) / 2, dtype=np.float64)


def months_since(restricted: npt.NDArray[np.bool_]) -> int:
    """Months from the last restricted one to the end of the series."""
    return len(restricted) - 1 - int(np.flatnonzero(restricted)[-1])


def through(
    x: Array, months: pd.PeriodIndex, restricted: npt.NDArray[np.bool_], horizon: int, pattern: season.Season
) -> Shocked:
    """Forecast of log counts `x` whose months include restricted ones and at least six before them."""
    start = int(np.flatnonzero(restricted)[0])
    ahead = pd.period_range(months[-1] + 1, periods=horizon, freq="M")
    effect, effect_ahead = (pattern.effects(m).mean(axis=0) for m in (months, ahead))
    adjusted = x - effect
    since = len(x) - start
    members = [fit(adjusted[:start], since + horizon) for fit in (level.damped, level.theta, level.simple)]
    counterfactual = np.mean([m.ahead for m in members], axis=0)
    errors = members[2].errors
    sd = float(np.sqrt(np.nanmean(errors[min(3, len(errors) - 1) :] ** 2)))
    gap = adjusted[start:] - counterfactual[:since]
    plain = min(PLAIN_MOST, months_since(restricted) / PLAIN_MONTHS)
    smoothed = level.simple(adjusted, horizon).ahead
    forecast = (1 - plain) * (
        counterfactual[since:] + gap_ahead(gap, restricted[start:], sd, horizon)
    ) + plain * smoothed
    recent = gap[-6:][np.isfinite(gap[-6:])]
    size = float(np.mean(np.abs(recent))) if len(recent) else 0.0
    known = int(np.isfinite(adjusted[:start]).sum())
    return Shocked(forecast + effect_ahead, size, sd, members[2].alpha, known)
