"""The forecasting libraries that others use, under our contract, so that one table scores all. Only those installed.

statsforecast asks for pandas below 3 and we for 3.1 or above, so the peers need an environment of their own:

    python -m venv peers
    peers/bin/pip install statsforecast prophet statsmodels numba holidays ruamel.yaml pandera python-calamine
    PYTHONPATH=. peers/bin/python benchmarks/forecast.py --peers FILE
"""

from __future__ import annotations

import importlib.util
import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.series import Series

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """A peer's forecast, read like an Outlook: `ask(levels)` gives {probability: counts}."""

    ask: Callable[[Sequence[float]], dict[float, Array]]
    cache: dict[float, Array] = field(default_factory=dict)

    def quantiles(self, levels: Sequence[float]) -> dict[float, Array]:
        """Counts not exceeded with each probability, shape (months,) each; asked of the library once."""
        if not set(levels) <= set(self.cache):
            self.cache.update(self.ask(levels))
        return {p: self.cache[p] for p in levels}


@dataclass(frozen=True)
class Peer:
    """One library model under the name printed in the tables."""

    name: str
    fit: Callable[[Series, int], Callable[[Sequence[float]], dict[float, Array]]]

    def outlook(self, series: Series, horizon: int, *, lockdown: tuple[str, ...] = ()) -> Any:
        """Forecast of the next months; the lockdown is not told, as these libraries have no place for it."""
        del lockdown
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = Said(self.fit(series, horizon))
            said.quantiles(_every_level())
        return said


def _every_level() -> list[float]:
    """All probabilities a back-test asks for, so that a library fits once."""
    from forecast.backtest import COVERS
    from forecast.scores import CRPS_LEVELS

    edges = [edge for share in COVERS for edge in ((1 - share) / 2, (1 + share) / 2)]
    return [*CRPS_LEVELS, 0.5, *edges]


def _statsforecast(model: str) -> Callable[[Series, int], Callable[[Sequence[float]], dict[float, Array]]]:
    def fit(series: Series, horizon: int) -> Callable[[Sequence[float]], dict[float, Array]]:
        from statsforecast import models

        y = np.interp(np.arange(len(series)), np.flatnonzero(np.isfinite(series.y)), series.y[np.isfinite(series.y)])

        def ask(levels: Sequence[float]) -> dict[float, Array]:
            central = {p: float(round(100 * abs(2 * p - 1), 6)) for p in levels}
            asked = sorted({share for share in central.values() if share > 0})
            said = getattr(models, model)(season_length=12).forecast(y=y, h=horizon, level=asked)
            mean = np.asarray(said["mean"], dtype=np.float64)
            found = {}
            for p, share in central.items():
                side = "hi" if p > 0.5 else "lo"
                found[p] = np.maximum(mean if share == 0 else np.asarray(said[f"{side}-{share}"]), 0.0)
            return found

        return ask

    return fit


def _prophet(series: Series, horizon: int) -> Callable[[Sequence[float]], dict[float, Array]]:
    import pandas as pd
    from prophet import Prophet

    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    logging.getLogger("prophet").setLevel(logging.ERROR)

    def ask(levels: Sequence[float]) -> dict[float, Array]:
        model = Prophet(weekly_seasonality=False, daily_seasonality=False, uncertainty_samples=400)
        np.random.seed(1)  # noqa: NPY002  Prophet draws from the global generator only
        model.fit(pd.DataFrame({"ds": series.months.to_timestamp(), "y": series.y}))
        drawn = model.predictive_samples(pd.DataFrame({"ds": series.ahead(horizon).to_timestamp()}))["yhat"]
        return {p: np.maximum(np.quantile(drawn, p, axis=1), 0.0) for p in levels}

    return ask


def installed() -> list[Peer]:
    """The peers that can be imported here."""
    found = []
    if importlib.util.find_spec("statsforecast"):
        names = ("AutoETS", "AutoARIMA", "AutoTheta", "DynamicOptimizedTheta")
        found += [Peer(name, _statsforecast(name)) for name in names]
    if importlib.util.find_spec("prophet"):
        found.append(Peer("Prophet", _prophet))
    return found
