"""One smooth surface through noisy runs: a Gaussian process with a straight line under it.

A straight line in the settings plus a smooth departure from it (Matern 5/2, with a length of its own for each setting)
plus noise, fitted by restricted likelihood (Rasmussen and Williams 2006, chapters 2 and 5).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
JITTER = 1e-8
SHORTEST, LONGEST = 0.05, 20.0
"""Bounds of the lengths, in shares of a setting's range."""
ITERATIONS, TOLERANCE = 60, 1e-6
"""Of the search for the likeliest: the likelihood is flat near its top, and more digits foresee no better."""


@dataclass(frozen=True)
class Surface:
    """One measure over the settings (scaled to 0 to 1): `inputs` and `outcomes` of the runs, and what was fitted.

    `logs`: logs of the lengths, then of the smooth part's and the noise's standard deviation (in units of `spread`).
    """

    inputs: Floats
    outcomes: Floats
    logs: Floats
    centre: float
    spread: float

    @property
    def noise(self) -> float:
        """Standard deviation of a run's outcome about the surface."""
        return self.spread * float(np.exp(self.logs[-1]))

    def predict(self, at: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of a run's mean at points, shape (points, settings)."""
        weights, pull, inverse, line = self._solved
        basis, across = _basis(at), _kernel(at, self.inputs, self.logs)
        mean = basis @ weights + across @ pull
        left = basis - across @ inverse @ _basis(self.inputs)
        variance = (
            np.exp(2 * self.logs[-2]) - ((across @ inverse) * across).sum(axis=1) + ((left @ line) * left).sum(axis=1)
        )
        return self.centre + self.spread * mean, self.spread * np.sqrt(np.maximum(variance, 0.0))

    @functools.cached_property
    def _solved(self) -> tuple[Floats, Floats, Floats, Floats]:
        """What every answer needs, worked out once: the line, the pull of each run, and two inverses."""
        basis = _basis(self.inputs)
        noise = np.exp(2 * self.logs[-1]) + JITTER
        inverse: Floats = np.linalg.inv(_kernel(self.inputs, self.inputs, self.logs) + noise * np.eye(len(basis)))
        line = np.asarray(np.linalg.pinv(basis.T @ inverse @ basis), dtype=np.float64)
        scaled = (self.outcomes - self.centre) / self.spread
        weights = line @ basis.T @ inverse @ scaled
        return weights, inverse @ (scaled - basis @ weights), inverse, line


def fit_surface(inputs: Floats, outcomes: Floats, near: Floats | None = None) -> Surface:
    """The lengths and standard deviations that make the runs likeliest; the same runs always give the same.

    Looked for from two starts, or from the one `near` which they are thought to lie.
    """
    from scipy.optimize import minimize

    centre, spread = float(outcomes.mean()), float(outcomes.std()) or 1.0
    scaled = (outcomes - centre) / spread
    settings = inputs.shape[1]
    bounds = [(np.log(SHORTEST), np.log(LONGEST))] * settings + [(-6.0, 3.0), (-9.0, 1.0)]
    apart = [np.array([0.0] * settings + [0.0, -2.0]), np.array([1.0] * settings + [0.0, -5.0])]
    starts = apart if near is None else [near]
    how: Any = {"maxiter": ITERATIONS, "ftol": TOLERANCE}
    found = [
        minimize(_unlikely, start, args=(inputs, scaled), method="L-BFGS-B", bounds=bounds, options=how)
        for start in starts
    ]
    best = min(found, key=lambda each: float(each.fun))
    return Surface(inputs, outcomes, np.asarray(best.x, dtype=np.float64), centre, spread)


def _basis(inputs: Floats) -> Floats:
    return np.column_stack([np.ones(len(inputs)), inputs])


def _kernel(one: Floats, two: Floats, logs: Floats) -> Floats:
    """Covariance of the smooth part: Matern 5/2 with a length for each setting."""
    lengths = np.exp(logs[:-2])
    apart = np.sqrt((((one[:, None, :] - two[None, :, :]) / lengths) ** 2).sum(axis=2))
    near = np.sqrt(5.0) * apart
    return np.asarray(np.exp(2 * logs[-2]) * (1 + near + near**2 / 3) * np.exp(-near))


def _unlikely(logs: Floats, inputs: Floats, scaled: Floats) -> float:
    """Minus the log restricted likelihood of the runs."""
    n = len(scaled)
    covariance = _kernel(inputs, inputs, np.asarray(logs)) + (np.exp(2 * logs[-1]) + JITTER) * np.eye(n)
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return 1e12
    solved = np.linalg.solve(root, np.column_stack([_basis(inputs), scaled]))
    basis, target = solved[:, :-1], solved[:, -1]
    weights, *_ = np.linalg.lstsq(basis, target)
    wrong = target - basis @ weights
    sign, determinant = np.linalg.slogdet(basis.T @ basis)
    if sign <= 0:
        return 1e12
    return float(0.5 * wrong @ wrong + np.log(np.diag(root)).sum() + 0.5 * determinant)
