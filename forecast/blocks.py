"""Where single months are mostly noise: theta and damped trend on means of several months.

A mean of months shows level and slope that single months hide (temporal aggregation: Kourentzes, Petropoulos, Trapero
2014, "Improving forecasting by estimating time series structural components across multiple frequencies",
International Journal of Forecasting 30). Decision record 0111.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecast import level

Array = npt.NDArray[np.float64]
MONTHS = (2, 3, 4, 6)
NOISY_ALPHA = 0.7  # a best smoothing constant above it says that months are hardly noise


def means(x: Array, months: int) -> Array:
    """Means of so many months each, oldest first; the last ends with the series, odd first months are left out."""
    whole = len(x) // months
    return np.asarray(x[len(x) - whole * months :].reshape(whole, months).mean(axis=1), dtype=np.float64)


def members(x: Array, horizon: int) -> list[Array]:
    """Forecasts of seasonally adjusted logs without gaps, shape (horizon,) each; none where months are signal."""
    if level.simple(x, horizon).alpha > NOISY_ALPHA:
        return []
    said = []
    for months in MONTHS:
        block, ahead = means(x, months), -(-horizon // months)
        said += [np.repeat(fit(block, ahead).ahead, months)[:horizon] for fit in (level.theta, level.damped)]
    return said
