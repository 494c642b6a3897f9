"""Fit the unknowns of a service to what a council can observe, by the simulated method of moments.

Each unknown is moved over its range by a Latin hypercube, the same futures and children at every point. A quadratic
surface is fitted to each simulated moment; the unknowns are those at which the surfaces come nearest to what was
observed, in units of how far one future strays from another. The range is then drawn in round the answer and the step
repeated.
Sources: McFadden, Econometrica 57 (1989) 995-1026; Duffie and Singleton, Econometrica 61 (1993) 929-952.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import least_squares
from scipy.stats import norm, qmc

Array = npt.NDArray[np.float64]
Simulate = Callable[[Mapping[str, float]], tuple[Array, Array]]
"""Settings in, mean and spread between futures of each moment out."""

LEVEL = 0.95
ALIKE = 0.9
"""Two unknowns whose fitted values are correlated beyond this cannot be told apart."""
LITTLE = 0.5
"""An interval wider than this share of the range says that the data hardly speak of the unknown."""
SHRINK = 0.5


@dataclass(frozen=True)
class Unknown:
    """A dotted setting that nobody has measured, and the range it is believed to lie in."""

    setting: str
    low: float
    high: float


@dataclass(frozen=True)
class Moment:
    """Something a council can observe: its name, its value, and the least spread to judge a miss by."""

    name: str
    observed: float
    least_spread: float


@dataclass(frozen=True)
class Calibration:
    """What was fitted.

    `unknowns`: setting, value, low, high (95 % interval), range_low, range_high, told (whether the data speak of it),
    apart (whether they tell it from every other), edge ("low" or "high": the end of the range that the interval runs
    into, so that the true value may lie beyond; empty: neither, or both, as where the data say nothing).
    `moments`: name, observed, simulated, spread, miss (in spreads). `alike`: pairs of settings that the data cannot
    tell apart, with their correlation. `simulations`: how many points were simulated.
    """

    unknowns: pd.DataFrame
    moments: pd.DataFrame
    alike: tuple[tuple[str, str, float], ...]
    simulations: int

    @property
    def settings(self) -> dict[str, float]:
        """The fitted settings."""
        return dict(zip(self.unknowns["setting"], self.unknowns["value"], strict=True))


def calibrate(
    unknowns: Sequence[Unknown],
    moments: Sequence[Moment],
    simulate: Simulate,
    *,
    points: int = 30,
    rounds: int = 2,
    seed: int = 1,
    advance: Callable[[int], None] = lambda _done: None,
) -> Calibration:
    """Fit unknowns to moments. Raises ValueError where there are fewer moments than unknowns or too few points."""
    terms = least_points(len(unknowns))
    if len(moments) < len(unknowns):
        raise ValueError(f"{len(unknowns)} unknowns need as many moments; there are {len(moments)}")
    if points < terms:
        raise ValueError(f"{len(unknowns)} unknowns need at least {terms} points, not {points}")
    low, high = (np.array([getattr(one, end) for one in unknowns]) for end in ("low", "high"))
    observed = np.array([moment.observed for moment in moments])
    least = np.array([moment.least_spread for moment in moments])
    corner, reach = low, high - low
    places, means, spreads = np.empty((0, len(unknowns))), np.empty((0, len(moments))), np.empty((0, len(moments)))
    best = low + reach / 2
    for turn in range(rounds):
        cube = qmc.LatinHypercube(len(unknowns), rng=np.random.default_rng([seed, turn])).random(points)
        at = corner + cube * reach
        found = []
        for row in at:
            found.append(simulate({one.setting: float(x) for one, x in zip(unknowns, row, strict=True)}))
            advance(1)
        places = np.concatenate([places, at])
        means = np.concatenate([means, np.array([mean for mean, _ in found])])
        spreads = np.concatenate([spreads, np.array([spread for _, spread in found])])
        near = np.all((places >= corner - 1e-12) & (places <= corner + reach + 1e-12), axis=1)
        surface = _surface((places[near] - corner) / reach, means[near])
        scale = np.maximum(np.median(spreads[near], axis=0), least)
        best = corner + reach * _nearest(surface, observed, scale, (best - corner) / reach)
        if turn + 1 < rounds:
            reach = reach * SHRINK
            corner = np.clip(best - reach / 2, low, high - reach)
    unit = (best - corner) / reach
    covariance = _covariance(_slope(surface, unit) / reach / scale[:, None], high - low)
    return _told(unknowns, moments, best, covariance, _moved(surface, unit), scale, len(places))


def least_points(unknowns: int) -> int:
    """Fewest points that a quadratic surface over so many unknowns can be fitted to."""
    return (unknowns + 1) * (unknowns + 2) // 2


def _told(
    unknowns: Sequence[Unknown],
    moments: Sequence[Moment],
    best: Array,
    covariance: Array,
    fitted: Array,
    scale: Array,
    simulations: int,
) -> Calibration:
    deviation = np.sqrt(np.diag(covariance))
    half = norm.ppf((1 + LEVEL) / 2) * deviation
    low, high = (np.array([getattr(one, end) for one in unknowns]) for end in ("low", "high"))
    observed = np.array([moment.observed for moment in moments])
    together = covariance / np.outer(deviation, deviation)
    under, over = best - half <= low, best + half >= high
    pairs = [(i, j) for i in range(len(unknowns)) for j in range(i) if abs(together[i, j]) > ALIKE]
    return Calibration(
        unknowns=pd.DataFrame(
            {
                "setting": [one.setting for one in unknowns],
                "value": best,
                "low": np.maximum(best - half, low),
                "high": np.minimum(best + half, high),
                "range_low": low,
                "range_high": high,
                "told": 2 * half < LITTLE * (high - low),
                "apart": [all(i not in pair for pair in pairs) for i in range(len(unknowns))],
                "edge": np.select([under & ~over, over & ~under], ["low", "high"], ""),
            }
        ),
        moments=pd.DataFrame(
            {
                "name": [moment.name for moment in moments],
                "observed": observed,
                "simulated": fitted,
                "spread": scale,
                "miss": (fitted - observed) / scale,
            }
        ),
        alike=tuple((unknowns[j].setting, unknowns[i].setting, float(together[i, j])) for i, j in pairs),
        simulations=simulations,
    )


def _terms(unit: Array) -> Array:
    """Constant, linear, square and product terms of points in the unit cube, shape (points, terms)."""
    centred = unit - 0.5
    products = [centred[:, i] * centred[:, j] for i in range(unit.shape[1]) for j in range(i + 1)]
    return np.column_stack([np.ones(len(unit)), centred, *products])


def _surface(unit: Array, means: Array) -> Array:
    """Coefficients of a quadratic surface for each moment, shape (terms, moments)."""
    return np.asarray(np.linalg.lstsq(_terms(unit), means, rcond=None)[0])


def _moved(surface: Array, unit: Array) -> Array:
    return np.asarray(_terms(unit[None, :])[0] @ surface)


def _nearest(surface: Array, observed: Array, scale: Array, first: Array) -> Array:
    """The point of the unit cube whose surfaces come nearest to what was observed, from several starts."""

    def miss(unit: Array) -> Array:
        return np.asarray((_moved(surface, unit) - observed) / scale)

    starts = [first, *qmc.Sobol(len(first), scramble=False).random(8)]
    found = [least_squares(miss, np.clip(start, 1e-6, 1 - 1e-6), bounds=(0.0, 1.0)) for start in starts]
    return np.asarray(min(found, key=lambda each: each.cost).x)


def _slope(surface: Array, unit: Array) -> Array:
    """How each moment changes with each unknown of the unit cube, shape (moments, unknowns)."""
    step = 1e-4
    moved = [_moved(surface, unit + step * one) - _moved(surface, unit - step * one) for one in np.eye(len(unit))]
    return np.asarray(np.array(moved).T / (2 * step))


def _covariance(slope: Array, ranges: Array) -> Array:
    """Covariance of the fitted unknowns (Gauss and Newton); an even spread over the range where the data are silent."""
    return np.asarray(np.linalg.inv(slope.T @ slope + np.diag(12.0 / ranges**2)), dtype=np.float64)
