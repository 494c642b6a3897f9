"""Is this month unusual? XmR limits and signals, as a table; drawing is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

# Making Data Count (NHS England), as applied by NHSRplotthedots; decision 0303.
LIMIT = 2.66  # limits: mean -+ 2.66 x mean moving range
SCREEN = 3.267  # moving ranges above 3.267 x their mean are left out once
RUN = 7  # points on one side of the mean, or all rising or all falling
NEAR = 2 / 3  # "near a limit": the outer third between mean and limit

Better = Literal["low", "high", "neither"]
Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def xmr(values: Sequence[float], better: Better = "neither", baseline: int | None = None) -> pd.DataFrame:
    """Process limits and special causes of a series in order of time.

    `better`: which direction is an improvement. `baseline`: limits from the first points only.
    Columns: value, mean, lower, upper (same unit), outside, run, trend, near (signals, booleans), kind ("common",
    "improvement", "concern", or "high" and "low" where neither is better). One value has no limits.
    Raises ValueError for a missing value: a gap has no moving range.
    """
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        raise ValueError(f"value {int(np.flatnonzero(~np.isfinite(x))[0]) + 1} is missing; split the series at the gap")
    known = x if baseline is None else x[:baseline]
    mean = known.mean() if len(known) else np.nan
    reach = LIMIT * _mean_range(known)
    side = np.sign(x - mean)
    outside = np.abs(x - mean) > reach
    close = ~outside & (np.abs(x - mean) > NEAR * reach)
    run = _spread_back(_same(side))
    trend = _spread_back(_rising(x) | _rising(-x))
    near = _two_of_three(close, side)
    special = outside | run | trend | near
    return pd.DataFrame(
        {
            "value": x,
            "mean": mean,
            "lower": mean - reach,
            "upper": mean + reach,
            "outside": outside,
            "run": run,
            "trend": trend,
            "near": near,
            "kind": _kinds(special, side, better),
        }
    )


def _mean_range(x: Array) -> float:
    ranges = np.abs(np.diff(x))
    if len(ranges) == 0:
        return float("nan")
    kept = ranges[ranges < SCREEN * ranges.mean()]
    return float(kept.mean()) if len(kept) else float(ranges.mean())


def _windows(x: Array, width: int) -> Array:
    if len(x) < width:
        return np.empty((0, width))
    return np.lib.stride_tricks.sliding_window_view(x, width)


def _same(side: Array) -> Flags:
    """Whether the RUN points that end here lie on one side of the mean."""
    sums = np.abs(_windows(side, RUN).sum(axis=1))
    whole: Flags = np.concatenate([np.zeros(len(side) - len(sums)), sums]) == RUN
    return whole


def _rising(x: Array) -> Flags:
    """Whether the RUN points that end here rise one after the other."""
    steps = (_windows(np.diff(x), RUN - 1) > 0).sum(axis=1, dtype=np.float64)
    whole: Flags = np.concatenate([np.zeros(len(x) - len(steps)), steps]) == RUN - 1
    return whole


def _spread_back(ends: Flags) -> Flags:
    """Mark every point of a run, given where runs are complete."""
    out = np.zeros(len(ends), bool)
    for end in np.flatnonzero(ends):
        out[end - RUN + 1 : end + 1] = True
    return out


def _two_of_three(close: Flags, side: Array) -> Flags:
    """Points near a limit that are one of two among three in a row, all three on that side of the mean."""
    out = np.zeros(len(close), bool)
    for first in range(len(close) - 2):
        three = slice(first, first + 3)
        if close[three].sum() >= 2 and abs(side[three].sum()) == 3:
            out[three] |= close[three]
    return out


def _kinds(special: Flags, side: Array, better: Better) -> list[str]:
    above, below = {"low": ("concern", "improvement"), "high": ("improvement", "concern")}.get(better, ("high", "low"))
    return ["common" if not s else above if d > 0 else below for s, d in zip(special, side, strict=True)]
