"""Two models of statsmodels that let the season move: structural, and exponential smoothing with a damped trend."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from forecast.threads import one_thread

Array = npt.NDArray[np.float64]


def structural(x: Array, horizon: int, *, seasonal: bool = True) -> Array | None:
    """Forecast of log counts, shape (horizon,); None where the fit does not converge to finite numbers.

    statsmodels UnobservedComponents, local linear deterministic trend with a trigonometric season.
    """
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    season = [{"period": 12, "harmonics": 6}] if seasonal else None
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        model = UnobservedComponents(x, level="lldtrend", freq_seasonal=season)
        try:
            fit = model.fit(disp=False, maxiter=60, cov_type="none")
        except (np.linalg.LinAlgError, ValueError):
            return None
        ahead = np.asarray(fit.forecast(horizon), dtype=np.float64)
    return ahead if np.isfinite(ahead).all() else None


def smoothing(x: Array, horizon: int) -> Array | None:
    """Forecast of log counts without gaps, shape (horizon,); None where the fit does not come to finite numbers.

    statsmodels ETSModel in logs: additive error, damped trend and season; the one form that does not explode.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        try:
            model = ETSModel(
                x,
                error="add",
                trend="add",
                damped_trend=True,
                seasonal="add",
                seasonal_periods=12,
                initialization_method="heuristic",
            )
            ahead = np.asarray(model.fit(disp=False, maxiter=60).forecast(horizon), dtype=np.float64)
        except (np.linalg.LinAlgError, ValueError):
            return None
    return ahead if np.isfinite(ahead).all() else None
