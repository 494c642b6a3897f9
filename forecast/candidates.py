"""Every candidate model on its own, under the one contract, so that a back-test can show what the mean is made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from forecast import combine, core, level, referrals, season
from forecast.series import Series
from forecast.spread import Outlook
from forecast.structural import smoothing, structural
from forecast.theta import log_dynamic_theta

Array = npt.NDArray[np.float64]
LEAST_MONTHS = 36  # below which the models that fit a season of their own are not tried
LEAST_THETA = 12


def _own(series: Series) -> tuple[core.Logs, season.Season]:
    first = int(np.flatnonzero(np.isfinite(series.y))[0])
    logs = core.to_logs(series.y[first:], series.months[first:])
    return logs, season.estimate(logs.x, logs.months)


def _on_own_season(member: Callable[[Array, int], Array], series: Series, horizon: int, least: int = 0) -> Outlook:
    """A member on the seasonally adjusted logs; plain smoothing where it is too short or leaves the guard."""
    logs, pattern = _own(series)
    effect = pattern.effects(logs.months).mean(axis=0)
    ahead_effect = pattern.effects(series.ahead(horizon)).mean(axis=0)
    adjusted = logs.x - effect
    enough = np.isfinite(adjusted).sum() >= least
    said = [member(adjusted, horizon) + ahead_effect] if enough else []
    kept = core.guarded(said, logs.x) or [level.simple(adjusted, horizon).ahead + ahead_effect]
    return combine.calm_outlook(kept[0], logs, pattern)


def simple(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """Exponential smoothing on the series' own season."""
    del lockdown
    return _on_own_season(lambda x, h: level.simple(x, h).ahead, series, horizon)


def damped(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """Damped trend on the series' own season."""
    del lockdown
    return _on_own_season(lambda x, h: level.damped(x, h).ahead, series, horizon)


def theta(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """Theta on the series' own season."""
    del lockdown
    return _on_own_season(lambda x, h: level.theta(x, h).ahead, series, horizon)


def optimised_theta(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """Dynamic optimised theta on the series' own season."""
    del lockdown

    def member(x: Array, h: int) -> Array:
        whole = np.interp(np.arange(len(x)), np.flatnonzero(np.isfinite(x)), x[np.isfinite(x)])
        return log_dynamic_theta(whole, h)

    return _on_own_season(member, series, horizon, LEAST_THETA)


def _on_raw_logs(model: Callable[[Array, int], Array | None], series: Series, horizon: int) -> Outlook:
    """A model that carries its own season; plain smoothing where it is too short, fails or leaves the guard."""
    logs, pattern = _own(series)
    month = np.asarray(logs.months.month, dtype=np.int64) - 1
    said = model(season.gaps_filled(logs.x, month), horizon) if np.isfinite(logs.x).sum() >= LEAST_MONTHS else None
    kept = core.guarded([] if said is None else [said], logs.x)
    return combine.calm_outlook(kept[0], logs, pattern) if kept else simple(series, horizon)


def structural_model(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """statsmodels UnobservedComponents."""
    del lockdown
    return _on_raw_logs(structural, series, horizon)


def moving_season(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """statsmodels ETSModel: damped trend and a season that moves."""
    del lockdown
    return _on_raw_logs(smoothing, series, horizon)


def calm_core(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """The mean of all groups, without borrowing and blind to lockdown."""
    del lockdown
    logs, pattern = _own(series)
    return combine.calm_outlook(core.calm(logs, horizon, pattern), logs, pattern)


def pooled_regression(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """What authorities teach each other, blind to lockdown; plain smoothing where nothing can be borrowed."""
    del lockdown
    return referrals.pooled(series, horizon) if referrals.borrows(series) else simple(series, horizon)


def own_gap(series: Series, horizon: int, lockdown: tuple[str, ...] = ()) -> Outlook:
    """The gap model on the series' own season; the calm core where no restricted month is known."""
    return combine.without_borrowing(series, horizon, lockdown)
