"""The recommended forecast: which model speaks when, and how wide its intervals are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecast import level, referrals, season, shock
from forecast.core import Logs, calm, to_logs
from forecast.phases import restricted
from forecast.series import Series
from forecast.spread import Outlook

Array = npt.NDArray[np.float64]
LEAST_BEFORE = 12  # months before the first restricted one, below which a shock cannot be told
FIVE_YEARS = 60
LEAST_ERRORS = 12  # past errors, below which a law speaks with them
UNKNOWN_VARIANCE = 0.05  # in logs, at least, as far as errors have not been seen
SEASON_CONSTANTS, LEVEL_CONSTANTS = 11, 3  # fitted numbers, for which past errors are a little too small
GROWTH_SHARE = 0.6  # of what a smoothed level's variance grows by in theory: its constant squared, a month
FREEDOM = 8.0  # degrees of Student's t: past variances are themselves estimates
STAYS = 0.4  # share of the one-step variance that stays for the whole path; the rest is new each month
SHOCK_GROWTH = 0.15  # of the one-step variance times the smoothing constant, a month
GAP_NOW, GAP_LATER, GAP_FADE = 0.4, 0.3, 0.85  # shares of the gap that the forecast may miss by, at once and in time


def combined(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """The forecast for any series: pooled for referrals, else the calm core, or the gap while a lockdown is recent."""
    if referrals.borrows(series):
        return referrals.pooled(series, horizon, lockdown)
    return without_borrowing(series, horizon, lockdown)


def without_borrowing(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """The forecast from the series alone: the gap while a lockdown is recent, else the calm core."""
    first = int(np.flatnonzero(np.isfinite(series.y))[0])
    y, months = series.y[first:], series.months[first:]
    logs = to_logs(y, months)
    closed = restricted(months, lockdown)
    known_before = closed.any() and np.isfinite(y[: int(np.argmax(closed))]).sum() >= LEAST_BEFORE
    if known_before and shock.months_since(closed) <= shock.ACTIVE_MONTHS:
        pattern = season.around(logs.x, months, closed)
        return _shocked(shock.through(logs.x, months, closed, horizon, pattern), logs.offset)
    pattern = season.estimate(np.where(closed, np.nan, logs.x), months)
    return calm_outlook(calm(logs, horizon, pattern), logs, pattern)


def _shocked(said: shock.Shocked, offset: float) -> Outlook:
    """Closed form with the gap in it: decision records 0108 and 0113."""
    h = np.arange(1, len(said.ahead) + 1, dtype=np.float64)
    one = said.sd**2 * _for_fitted(said.months, seasonal=True)
    gap = (GAP_NOW * said.gap) ** 2 + (GAP_LATER * said.gap * (1 - GAP_FADE**h)) ** 2
    return Outlook(
        np.maximum(np.exp(said.ahead) - offset, 0.0),
        lasting=STAYS * one + gap,
        walk=SHOCK_GROWTH * said.alpha * one * h,
        monthly=np.full(len(h), (1 - STAYS) * one),
        offset=offset,
        freedom=FREEDOM,
    )


def _for_fitted(months: int, *, seasonal: bool) -> float:
    """By how much past squared errors are too small, as the same months chose what they are measured from."""
    fitted = (SEASON_CONSTANTS if seasonal else 0) + LEVEL_CONSTANTS
    return months / max(months - fitted, months / 2)


def calm_outlook(ahead: Array, logs: Logs, pattern: season.Season) -> Outlook:
    """Past h-step errors of plain smoothing over five years, half and half with the law of a smoothed level."""
    horizon = len(ahead)
    adjusted = logs.x - pattern.effects(logs.months).mean(axis=0)
    fit = level.simple(adjusted, horizon)
    recent, then = adjusted[-FIVE_YEARS:], fit.level[-FIVE_YEARS:]
    errors = fit.errors[min(3, len(fit.errors) - 1) :][-FIVE_YEARS:]
    seen = int(np.isfinite(errors).sum())
    one = float(np.nanmean(errors**2)) if seen else UNKNOWN_VARIANCE
    unseen = max(0.0, 1 - seen / LEAST_ERRORS)
    one = (1 - unseen) * one + unseen * max(one, UNKNOWN_VARIANCE)
    one *= _for_fitted(int(np.isfinite(adjusted).sum()), seasonal=bool(pattern.patterns.any()))
    h = np.arange(1, horizon + 1, dtype=np.float64)
    wide = one * (1 + (h - 1) * GROWTH_SHARE * fit.alpha**2)
    for k in range(1, horizon + 1):
        missed = recent[k:] - then[:-k]
        if np.isfinite(missed).sum() > LEAST_ERRORS:
            wide[k - 1] = (wide[k - 1] + float(np.nanmean(missed**2))) / 2
    wide = np.maximum.accumulate(np.maximum(wide, one))
    return Outlook(
        np.maximum(np.exp(ahead) - logs.offset, 0.0),
        lasting=np.full(horizon, STAYS * one),
        walk=wide - one,
        monthly=np.full(horizon, (1 - STAYS) * one),
        offset=logs.offset,
        freedom=FREEDOM,
    )
