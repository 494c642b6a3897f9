"""How far a forecast was out: plain functions of what happened and what was said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
CRPS_LEVELS = tuple(float(p) for p in (np.arange(40) + 0.5) / 40)


def seasonal_scale(history: Array) -> float:
    """Mean absolute change on the same month a year before (on the month before where under 13 months)."""
    lag = 12 if len(history) > 12 else 1
    steps = np.abs(history[lag:] - history[:-lag])
    steps = steps[np.isfinite(steps)]
    return float(steps.mean()) if len(steps) and steps.mean() > 0 else float("nan")


def pinball(actual: Array, quantile: Array, level: float) -> Array:
    """Quantile loss at a level, per month: least on average at the true quantile."""
    return np.maximum(level * (actual - quantile), (level - 1) * (actual - quantile))


def crps(actual: Array, quantiles: Mapping[float, Array]) -> Array:
    """Continuous ranked probability score per month, from evenly spread quantiles: twice their mean loss."""
    losses = [pinball(actual, q, p) for p, q in quantiles.items()]
    return np.asarray(2 * np.mean(losses, axis=0), dtype=np.float64)
