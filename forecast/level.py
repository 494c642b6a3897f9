"""Where the level goes: exponential smoothing, damped trend and theta on a seasonally adjusted log series.

The updates are six lines each and are written plainly; tests hold them to statsmodels. Constants are chosen on a
grid by squared one-step error, which is robust where optimisers wander. A missing month leaves the state as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
ALPHAS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98])
BETAS = np.array([0.01, 0.05, 0.1, 0.2, 0.35])  # share of the level's error that moves the slope
PHIS = np.array([0.85, 0.92, 0.96, 0.98])


@dataclass(frozen=True)
class Fit:
    """A fitted smoother: point forecasts and what it got wrong on the way.

    `ahead[horizon]` in logs; `errors[month]` one step, NaN where missing; `level[month]` after each month.
    """

    ahead: Array
    errors: Array
    level: Array
    alpha: float


def smooth(x: Array, alpha: float, start: float | None = None) -> Array:
    """Level before each month and after the last, shape (months + 1,), by exponential smoothing."""
    level = np.empty(len(x) + 1)
    level[0] = float(x[np.isfinite(x)][:12].mean()) if start is None else start
    for t, one in enumerate(x):
        level[t + 1] = level[t] + alpha * (one - level[t]) if one == one else level[t]
    return level


def _grid(x: Array, alpha: Array, beta: Array, phi: Array, level: Array, slope: Array) -> tuple[Array, Array, Array]:
    """Errors, levels and slopes of damped trends with many constants at once, shape (months, constants) each."""
    errors = np.empty((len(x), len(alpha)))
    levels, slopes = np.empty_like(errors), np.empty_like(errors)
    for t, one in enumerate(x):
        said = level + phi * slope
        error = one - said if one == one else np.zeros(len(alpha))
        level, slope = said + alpha * error, phi * slope + alpha * beta * error
        errors[t] = error if one == one else np.nan
        levels[t], slopes[t] = level, slope
    return errors, levels, slopes


def _best(errors: Array) -> int:
    return int(np.argmin(np.nansum(errors[min(3, len(errors) - 1) :] ** 2, axis=0)))


def simple(x: Array, horizon: int) -> Fit:
    """Exponential smoothing with the best constant of the grid: a flat line ahead."""
    known = x[np.isfinite(x)]
    nought = np.zeros(len(ALPHAS))
    errors, levels, _ = _grid(x, ALPHAS, nought, nought, np.full(len(ALPHAS), known[:12].mean()), nought)
    i = _best(errors)
    return Fit(np.full(horizon, levels[-1, i]), errors[:, i], levels[:, i], float(ALPHAS[i]))


def damped(x: Array, horizon: int) -> Fit:
    """Damped trend with the best constants of the grid."""
    alpha, beta, phi = (g.ravel() for g in np.meshgrid(ALPHAS, BETAS, PHIS, indexing="ij"))
    known = np.flatnonzero(np.isfinite(x))
    first = known[: min(24, len(known))]
    slope = float(np.polyfit(first, x[first], 1)[0]) if len(first) >= 6 else 0.0
    start = float(x[first].mean()) - slope * float(first.mean() + 1)
    errors, levels, slopes = _grid(x, alpha, beta, phi, np.full(len(alpha), start), np.full(len(alpha), slope) / phi)
    i = _best(errors)
    powers = np.cumsum(phi[i] ** np.arange(1, horizon + 1))
    return Fit(levels[-1, i] + slopes[-1, i] * powers, errors[:, i], levels[:, i], float(alpha[i]))


def theta(x: Array, horizon: int) -> Fit:
    """Theta: smoothing plus half the slope of the straight line through the series (Assimakopoulos 2000)."""
    base = simple(x, horizon)
    known = np.flatnonzero(np.isfinite(x))
    slope = float(np.polyfit(known, x[known], 1)[0]) if len(known) >= 12 else 0.0
    alpha, months = base.alpha, np.arange(horizon)
    drift = slope / 2 * (months + (1 - (1 - alpha) ** len(x)) / alpha)
    return Fit(base.ahead + drift, base.errors, base.level, alpha)
