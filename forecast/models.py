"""Every forecaster under one contract: a series and a horizon in, possible futures out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from forecast import baselines, candidates, combine
from forecast.series import Series
from forecast.spread import Outlook

__all__ = ["BASELINES", "CANDIDATES", "MODELS", "Model", "Outlook", "Series"]
Array = npt.NDArray[np.float64]


class Model(Protocol):
    """What every forecaster does. Months restricted by lockdown are named "YYYY-MM"; later ones are ignored."""

    @property
    def name(self) -> str:
        """Key in MODELS."""

    def outlook(self, series: Series, horizon: int, *, lockdown: tuple[str, ...] = ()) -> Outlook:
        """Distribution of the next `horizon` months: medians, means, quantiles and paths are read from it."""

    def paths(
        self, series: Series, horizon: int, *, paths: int, rng: np.random.Generator, lockdown: tuple[str, ...] = ()
    ) -> Array:
        """Whole futures, shape (paths, horizon), finite and >= 0."""


@dataclass(frozen=True)
class Forecaster:
    """A model made of one function from a series to an outlook. Raises ValueError for a horizon below 1."""

    name: str
    forecast: Callable[[Series, int, tuple[str, ...]], Outlook]

    def outlook(self, series: Series, horizon: int, *, lockdown: tuple[str, ...] = ()) -> Outlook:
        """Distribution of the next `horizon` months."""
        if horizon < 1:
            raise ValueError(f"horizon is {horizon}; it must be at least 1 month")
        return self.forecast(series, horizon, lockdown)

    def paths(
        self, series: Series, horizon: int, *, paths: int, rng: np.random.Generator, lockdown: tuple[str, ...] = ()
    ) -> Array:
        """Whole futures, shape (paths, horizon), finite and >= 0."""
        return self.outlook(series, horizon, lockdown=lockdown).paths(paths, rng)


BASELINES = ("seasonal_naive", "flat_mean", "pooled_mean", "pooled_smoothing")
CANDIDATES = (
    "simple",
    "damped",
    "theta",
    "optimised_theta",
    "structural_model",
    "moving_season",
    "calm_core",
    "own_gap",
    "pooled_regression",
)
_FORECASTS: dict[str, Callable[[Series, int, tuple[str, ...]], Outlook]] = {
    **{name: getattr(baselines, name) for name in BASELINES},
    **{name: getattr(candidates, name) for name in CANDIDATES},
    "combined": combine.combined,
}
MODELS: dict[str, Model] = {name: Forecaster(name, forecast) for name, forecast in _FORECASTS.items()}
