"""The interval of a mean over replications, by Student's t, within what the values can be."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .clock import Floats

CONFIDENCE: Final = 0.95


def half_width(sd: npt.ArrayLike, count: npt.ArrayLike, confidence: float = CONFIDENCE) -> Floats:
    """Half-width of the interval of a mean of `count` values whose sample standard deviation is `sd`; NaN of one."""
    from scipy.stats import t

    n = np.asarray(count)
    some = np.maximum(n, 2)
    return np.where(n > 1, t.ppf((1 + confidence) / 2, some - 1) * np.asarray(sd) / np.sqrt(some), np.nan)


def of_the_mean(
    mean: npt.ArrayLike,
    sd: npt.ArrayLike,
    count: npt.ArrayLike,
    *,
    least: npt.ArrayLike,
    most: npt.ArrayLike,
    is_share: npt.ArrayLike,
) -> tuple[Floats, Floats]:
    """Low and high end of the 95 % interval of means, one an element; NaN where there is one value or none.

    It stops at nought where no value is below it (`least`), and at one for shares none of which is above it (`most`):
    the mean cannot be beyond.
    """
    half = half_width(sd, count)
    low = np.maximum(np.asarray(mean) - half, np.where(np.asarray(least) >= 0, 0.0, -np.inf))
    whole = np.asarray(is_share, dtype=np.bool_) & (np.asarray(most) <= 1)
    return low, np.minimum(np.asarray(mean) + half, np.where(whole, 1.0, np.inf))
