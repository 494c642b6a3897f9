"""Referrals of an English authority: its own level, learnt reversion, England's season and working days.

While a lockdown is recent the pooled regression is averaged with the gap to what would have happened and with plain
smoothing, in logs; the weight of these two runs out as the restrictions recede. Decision records 0102,
0106 and 0109.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecast import level, national, pool, shock
from forecast.baselines import pooled_pattern
from forecast.phases import restricted
from forecast.series import Series
from forecast.spread import Outlook

Array = npt.NDArray[np.float64]
LEAST_COUNT = 0.5  # stands for a month without a referral, before logs
FADES_MONTHS = 15  # after the last restriction: until then the gap and plain smoothing have a say
LEAST_BEFORE = 12  # months needed before the first restriction
LEVEL_ALPHA, OWN_MEDIAN, MEDIAN_MONTHS = 0.3, 0.25, 48  # the level before the shock
PLAIN_ALPHA = 0.2


def borrows(series: Series) -> bool:
    """Whether England's season can be borrowed: referrals, with a whole reference year before the last month."""
    return series.measure == "referrals" and national.season(series.last) is not None


def log_rates(series: Series) -> Array:
    """Log of counts over working days and England's season, NaN where missing, shape (months,)."""
    return np.log(np.maximum(series.y, LEAST_COUNT)) - np.log(pooled_pattern(series, series.months))


def pooled(
    series: Series, horizon: int, lockdown: tuple[str, ...] = (), *, constants: pool.Pool | None = None
) -> Outlook:
    """Outlook by the pooled regression, with the gap model while a lockdown is recent. Needs `borrows`.

    `constants`: those that ship, unless others are given.
    """
    constants = constants or pool.learnt()
    rates, closed = log_rates(series), restricted(series.months, lockdown)
    unknown = int(np.argmax(np.isfinite(rates[::-1])))
    counted = len(rates) - unknown
    history = pool.look_back(rates[:counted], ~closed[:counted])
    ahead = pool.level_ahead(history, constants, unknown + horizon)[unknown:]
    if closed.any() and np.isfinite(rates[: int(np.argmax(closed))]).sum() >= LEAST_BEFORE:
        weight = max(0.0, 1 - shock.months_since(closed) / FADES_MONTHS)
        plain = np.log(level.smooth(np.exp(rates), PLAIN_ALPHA)[-1])
        if weight > 0:
            others = weight * (_gap(rates, closed, horizon, float(plain)) + plain)
            ahead = (ahead + others) / (1 + 2 * weight)
    median = pooled_pattern(series, series.ahead(horizon)) * np.exp(ahead)
    return _outlook(median, history, constants, unknown)


def _gap(rates: Array, closed: npt.NDArray[np.bool_], horizon: int, plain: float) -> Array:
    """Log rate ahead as the level before the shock plus the gap to it, blended with plain smoothing."""
    start = int(np.argmax(closed))
    before = np.exp(rates[:start])
    own = float(np.median(before[np.isfinite(before)][-MEDIAN_MONTHS:]))
    smoothed = float(level.smooth(before, LEVEL_ALPHA)[-1])
    would = (1 - OWN_MEDIAN) * np.log(smoothed) + OWN_MEDIAN * np.log(own)
    steps = np.diff(rates[:start])
    steps = steps[np.isfinite(steps)]
    sd = float(np.std(steps)) / np.sqrt(2) if len(steps) else 0.1
    gap = would + shock.gap_ahead(rates[start:] - would, closed[start:], max(sd, 0.01), horizon)
    share = min(shock.PLAIN_MOST, shock.months_since(closed) / shock.PLAIN_MONTHS)
    return np.asarray((1 - share) * gap + share * plain, dtype=np.float64)


def _outlook(median: Array, history: pool.History, constants: pool.Pool, unknown: int) -> Outlook:
    """Spread learnt across authorities: a month's noise, over-dispersed counting, and a level that wanders.

    `unknown`: months since the last count, over which the level has wandered unseen.
    """
    moves = history.change**2 + constants.least
    counting = (constants.counting - 1) / np.maximum(median, 1.0)
    return Outlook(
        median,
        lasting=np.full(len(median), constants.stays * moves),
        walk=constants.wanders * moves * np.arange(1 + unknown, len(median) + unknown + 1, dtype=np.float64),
        monthly=constants.noise * history.noise + counting,
        counts=True,
        freedom=constants.freedom,
    )
