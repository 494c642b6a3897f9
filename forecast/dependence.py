"""What an area's own months say about how its measures move together, weighed against what many areas say.

Where a step of the pathway and its parent are both published by month, the step's delay and elasticity are fitted on
year-on-year log changes and drawn to the shipped ones by how much the months say; so is the correlation of what is
left unexplained (forecasting study section 5; decision record 0122). Estimated months teach nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.calendar import working_days
from forecast.disaggregate import as_array
from forecast.lanes import is_estimated
from forecast.observed import Observed
from forecast.paths import FLOWS
from forecast.pathway import Pathway, Step, lagged_rate, pathway

Array = npt.NDArray[np.float64]
LEAST_MONTHS = 24  # year-on-year changes needed before a step is fitted
WINDOW_MONTHS = 48
SHIPPED_SD = 0.25  # how far an area's elasticity is thought to stray from the shipped one (assumed)
SHIPPED_DELAY = 0.6  # prior weight of the shipped delay against its neighbours (assumed)
SHRINK = 0.9


def fitted(observed: Observed) -> Pathway:
    """The shipped pathway, adapted to one area's months; the same object where they teach nothing."""
    way = pathway()
    counted = [name for name in FLOWS if name in observed.measures and not is_estimated(observed, name)]
    steps, left = [], {}
    for step in way.steps:
        if step.measure in counted and step.parent in counted:
            known = _fit(step, observed.counts(step.parent), observed.counts(step.measure))
            if known is not None:
                step, left[step.measure] = known
        steps.append(step)
    return _with_correlation(replace(way, steps=tuple(steps)), left) if left else way


def _changes(step: Step, parent: pd.Series[float], child: pd.Series[float]) -> pd.DataFrame:
    """Year-on-year log changes of the lagged parent rate and of the child's rate, by month."""
    months = pd.PeriodIndex(parent.index)
    rate = lagged_rate(
        as_array(parent.interpolate(limit_direction="both")), working_days(months).astype(np.float64), step.weights
    )
    own = as_array(child) / working_days(pd.PeriodIndex(child.index))
    both = pd.concat([pd.Series(np.log(rate + 0.01), months), pd.Series(np.log(own + 0.01), child.index)], axis=1)
    return both.diff(12).dropna().tail(WINDOW_MONTHS).set_axis(["parent", "child"], axis=1)


def _fit(step: Step, parent: pd.Series[float], child: pd.Series[float]) -> tuple[Step, pd.Series[float]] | None:
    """A step with its delay and elasticity fitted, and the changes it leaves unexplained; None for short histories."""
    weighed, fits = [], []
    for shift, prior in ((0, SHIPPED_DELAY), (-1, (1 - SHIPPED_DELAY) / 2), (1, (1 - SHIPPED_DELAY) / 2)):
        tried = replace(step, weights=_shifted(step.weights, shift))
        changes = _changes(tried, parent, child)
        if len(changes) < LEAST_MONTHS:
            return None
        x, y = as_array(changes["parent"]), as_array(changes["child"])
        slope = float(x @ y / max(float(x @ x), 1e-9))
        squares = max(float(((y - slope * x) ** 2).sum()), 1e-9)
        free = len(x) / 2  # yearly differences of neighbouring months overlap
        weighed.append(np.log(prior) - free / 2 * np.log(squares))
        error = np.sqrt(squares / len(x) / max(float(x @ x), 1e-9)) * np.sqrt(2.0)
        trust = SHIPPED_SD**2 / (SHIPPED_SD**2 + error**2)
        elasticity = trust * slope + (1 - trust) * step.elasticity
        fits.append((tried.weights, elasticity, changes["child"] - elasticity * changes["parent"]))
    share = np.exp(np.array(weighed) - max(weighed))
    share = share / share.sum()
    longest = max(len(weights) for weights, _, _ in fits)
    weights = sum(s * np.pad(w, (0, longest - len(w))) for s, (w, _, _) in zip(share, fits, strict=True))
    elasticity = float(np.clip(sum(s * e for s, (_, e, _) in zip(share, fits, strict=True)), 0.0, 1.2))
    best = fits[int(np.argmax(share))][2]
    return replace(step, weights=tuple(float(w) for w in np.atleast_1d(weights)), elasticity=elasticity), best


def _shifted(weights: tuple[float, ...], months: int) -> tuple[float, ...]:
    """A delay some months longer or shorter; what would come before its cause comes with it."""
    if months >= 0:
        return (0.0,) * months + weights
    return (sum(weights[: 1 - months]), *weights[1 - months :])


def _with_correlation(way: Pathway, left: dict[str, pd.Series[float]]) -> Pathway:
    """The pathway with the area's own correlation, over measures fitted together, weighed in by its months."""
    names = tuple(dict.fromkeys([*way.names, *left]))
    matrix = way.over(names).copy()
    table = pd.DataFrame(left).dropna()
    if len(table) >= LEAST_MONTHS and len(left) > 1:
        own = 2 * np.sin(np.pi / 6 * table.corr(method="spearman").fillna(0.0).to_numpy()) * SHRINK
        trust = len(table) / (len(table) + WINDOW_MONTHS)
        places = [names.index(name) for name in table.columns]
        block = np.ix_(places, places)
        matrix[block] = trust * own + (1 - trust) * matrix[block]
    np.fill_diagonal(matrix, 1.0)
    return replace(way, names=names, correlation=_possible(matrix))


def _possible(matrix: Array) -> Array:
    """The nearest matrix with no negative eigenvalue and ones on its diagonal, by clipping."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values.min() > 1e-6:
        return matrix
    clipped = vectors @ np.diag(np.maximum(values, 1e-4)) @ vectors.T
    scale = np.sqrt(np.diag(clipped))
    return np.asarray(clipped / np.outer(scale, scale))
