"""What authorities teach each other: how fast the level of referrals reverts, and how far a month is noise.

One regression for all authorities: the level of the year ahead is the last twelve months' mean plus learnt shares
of how far other windows (last month to all history) lie from it, the long ones counting more where past years
moved much and came back. Months far off those around them count only up to a limit, so that one odd month does not
pass for a new level. The shares are learnt on the development authorities by benchmarks/learn_referrals.py:
decision records 0102 and 0109.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
WINDOWS = (1, 3, 6, 24, 48, 144)  # months; each is compared with the last twelve
STEADY_WINDOWS = (1, 6, 48)  # those whose share depends on how much the level moves from year to year
USUAL_CHANGE, LEAST_CHANGE = 0.1, 0.02  # mean absolute change of the yearly level, in logs
NOISE_MONTHS = 48
AROUND_MONTHS, ODD_SD = 13, 2.0  # a month counts up to so many sd from the median of the months around it: 0109
HORIZON_FADE = 3.0  # months: how soon the nearest months stop being special
FEATURES = tuple(f"last_{w}" for w in WINDOWS) + tuple(f"last_{w}_by_change" for w in STEADY_WINDOWS)


@dataclass(frozen=True)
class Pool:
    """Learnt constants. `level`, `near`: share of each of FEATURES, for the year and extra for its first months.

    Variance in logs h months ahead = noise x monthly variance + counting / count + (stays + wanders x h) x (change^2 +
    least), with Student's t of `freedom` degrees.
    """

    level: Array
    near: Array
    noise: float
    counting: float
    stays: float
    wanders: float
    least: float
    freedom: float


@dataclass(frozen=True)
class History:
    """What the regression sees of one area: `base`, the log rate of the last twelve months; `features`, in the order
    of FEATURES; `noise`, variance of a month in logs; `change`, mean absolute yearly change of the level in logs."""

    base: float
    features: Array
    noise: float
    change: float


def near_months(horizon: int) -> Array:
    """Extra weight of the nearest months, fading; averages nought over twelve months, shape (horizon,)."""
    fade = np.exp(-np.arange(max(horizon, 12)) / HORIZON_FADE)
    return np.asarray((fade - fade[:12].mean())[:horizon], dtype=np.float64)


def look_back(rate: Array, ordinary: npt.NDArray[np.bool_]) -> History:
    """Features of log rates (count over working days and season; NaN where missing), oldest first, the last known.

    `ordinary[month]`: whether the month was free of restrictions; only such months say how noisy the area is.
    """
    moves = np.diff(rate[-NOISE_MONTHS - 1 :])
    usual = (ordinary[1:] & ordinary[:-1])[-NOISE_MONTHS:]
    moves = moves[usual & np.isfinite(moves)]
    noise = float(np.mean(moves**2)) / 2 if len(moves) >= 6 else USUAL_CHANGE**2
    years = [_mean(rate[len(rate) - 12 * (k + 1) : len(rate) - 12 * k], np.nan) for k in range(min(5, len(rate) // 12))]
    steps = np.abs(np.diff(years))
    steps = steps[np.isfinite(steps)]
    change = max(float(steps.mean()), LEAST_CHANGE) if len(steps) else USUAL_CHANGE
    steadiness = float(np.clip(np.log(change / USUAL_CHANGE), -1.5, 1.5))
    calmer = odd_months_pulled(rate, float(np.sqrt(noise)))
    base = float(np.nanmean(calmer[-12:]))
    away = [_mean(calmer[-w:], base) - base for w in WINDOWS]
    by_change = [away[WINDOWS.index(w)] * steadiness for w in STEADY_WINDOWS]
    return History(base, np.array(away + by_change), noise, change)


def odd_months_pulled(rate: Array, sd: float) -> Array:
    """Log rates with months more than ODD_SD times `sd` from the median of those around them pulled to that limit.

    A change that lasts moves the median with it, so only what comes and goes is held back. NaN stays NaN.
    """
    around = pd.Series(rate).rolling(AROUND_MONTHS, center=True, min_periods=1).median().to_numpy()
    return np.asarray(np.clip(rate, around - ODD_SD * sd, around + ODD_SD * sd), dtype=np.float64)


def _mean(values: Array, otherwise: float) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else otherwise


def level_ahead(history: History, pool: Pool, horizon: int) -> Array:
    """Log rate forecast for each month ahead, shape (horizon,)."""
    steady, near = history.features @ pool.level, history.features @ pool.near
    return np.asarray(history.base + steady + near * near_months(horizon), dtype=np.float64)


def _numbers(read: Mapping[str, Any], names: tuple[str, ...]) -> Array:
    return np.array([float(read[name]["value"]) for name in names])


@functools.cache
def learnt() -> Pool:
    """The constants that ship, from reference/referral_pool.yaml."""
    from ruamel.yaml import YAML

    text = resources.files("forecast").joinpath("reference", "referral_pool.yaml").read_text(encoding="utf-8")
    read = YAML(typ="safe", pure=True).load(text)
    spread = ("noise", "counting", "stays", "wanders", "least", "freedom")
    return Pool(
        _numbers(read["level"], FEATURES), _numbers(read["near"], FEATURES), *_numbers(read["spread"], spread).tolist()
    )
