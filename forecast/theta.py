"""Dynamic optimised theta: exponential smoothing plus a share of a trend line that is refitted every month.

Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler (2016), "Models for optimising the theta method", International
Journal of Forecasting 32. Given the smoothing constant the model is linear in its two other unknowns, so each
constant of a grid costs one least squares.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
ALPHAS = np.r_[np.arange(0.05, 1.0, 0.05), 0.99]


def _lines(y: Array) -> tuple[Array, Array]:
    """Intercept and slope of the straight line through the first 1, 2, … values, shape (len(y),) each."""
    n = len(y)
    t = np.arange(1, n + 1)
    sums, moments = np.cumsum(y), np.cumsum(t * y)
    mean = sums / t
    spread = t * (t**2 - 1) / 12
    slope = np.where(t > 1, (moments - mean * t * (t + 1) / 2) / np.where(t > 1, spread, 1), 0.0)
    return mean - slope * (t + 1) / 2, slope


def _drift(alpha: float, months: npt.ArrayLike, intercept: npt.ArrayLike, slope: npt.ArrayLike) -> Array:
    """What a whole share of the trend line adds to the next month's forecast, after `months` months."""
    fade = (1 - alpha) ** np.asarray(months)
    tilt = (1 - fade * (1 - alpha)) / alpha * np.asarray(slope)
    return np.asarray(fade * np.asarray(intercept) + tilt, dtype=np.float64)


def dynamic_theta(y: Array, horizon: int) -> Array:
    """Forecast of a seasonally adjusted series without gaps (at least 6 months), shape (horizon,)."""
    from scipy.signal import lfilter

    n = len(y)
    intercept, slope = _lines(y)
    months = np.arange(1, n)
    fits = []
    for alpha in ALPHAS:
        smoothed = lfilter([alpha], [1, alpha - 1], y)[:-1]  # level from a start of nought
        start = (1 - alpha) ** months
        drift = _drift(alpha, months, intercept[:-1], slope[:-1])
        design, target = np.column_stack([start, drift]), y[1:] - smoothed
        share = np.linalg.lstsq(design, target, rcond=None)[0]
        share[1] = float(np.clip(share[1], 0.0, 1.0))
        share[0] = float(start @ (target - drift * share[1]) / (start @ start))
        loss = float(np.sum((target - design @ share)[2:] ** 2))
        fits.append((loss, float(alpha), float(share[0]), float(share[1])))
    _, alpha, start_level, part = min(fits)
    level = float(lfilter([alpha], [1, alpha - 1], y)[-1]) + (1 - alpha) ** n * start_level
    return _roll(y, level, alpha, part, horizon)


def log_dynamic_theta(x: Array, horizon: int) -> Array:
    """The same for log counts, in logs; below a ten-thousand-millionth of the highest count it stays there."""
    top = float(x.max())
    ahead = np.maximum(dynamic_theta(np.exp(x - top), horizon), 1e-10)
    return np.asarray(top + np.log(ahead), dtype=np.float64)


def _roll(y: Array, level: float, alpha: float, part: float, horizon: int) -> Array:
    """Forecasts month by month, each taken as observed before the next."""
    n, mean = len(y), float(y.mean())
    intercepts, slopes = _lines(y)
    intercept, slope = float(intercepts[-1]), float(slopes[-1])
    said = np.empty(horizon)
    for step in range(horizon):
        t = n + step
        said[step] = level + part * float(_drift(alpha, t, intercept, slope))
        level = alpha * said[step] + (1 - alpha) * level
        new = t + 1
        slope = ((new - 2) * slope + 6 / new * (said[step] - mean)) / (new + 1)
        mean = (t * mean + said[step]) / new
        intercept = mean - slope * (new + 1) / 2
    return said
