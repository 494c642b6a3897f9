"""How one step of the pathway follows another: by how much, and how many months later.

A child of the pathway (say conferences) moves with its parent (section 47 enquiries) as

    child(t) = level x working days(t) x lagged parent rate(t) ^ elasticity

where the lagged parent rate is the parent per working day, weighted over this and earlier months. Elasticities, the
memory of levels, year-to-year uncertainty and correlations are learnt by `benchmarks/learn_pathway.py` and kept, with
the delays, in reference/pathway.yaml (decision record 0121).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.calendar import working_days

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """A measure that follows another. `weights[k]`: share of its events k months after the parent's; they sum to 1.

    `elasticity`: per cent by which it moves when the parent's lagged rate moves by 1 %. `memory`: weight of the last
    year against the three before in its level. `year_sd`: standard deviation, in logs, of its yearly count around
    what its level and its parent say.
    """

    measure: str
    parent: str
    weights: tuple[float, ...]
    elasticity: float
    memory: float
    year_sd: float


@dataclass(frozen=True)
class Exits:
    """How a stock empties: memory of its exit rate, and the rate's year-to-year standard deviation in logs."""

    stock: str
    memory: float
    year_sd: float


@dataclass(frozen=True)
class Pathway:
    """Every step in order, the stocks' exits, and the correlation of what the steps do not explain.

    `correlation[i, j]`: between the unexplained yearly changes of `names[i]` and `names[j]`.
    """

    steps: tuple[Step, ...]
    exits: tuple[Exits, ...]
    names: tuple[str, ...]
    correlation: Array

    def step(self, measure: str) -> Step:
        """The step that makes a measure. Raises KeyError where it is no step."""
        return next(step for step in self.steps if step.measure == measure)

    def exit(self, stock: str) -> Exits:
        """How a stock empties. Raises KeyError where it is not known."""
        return next(found for found in self.exits if found.stock == stock)


@functools.cache
def pathway() -> Pathway:
    """The pathway that ships with the package (reference/pathway.yaml)."""
    from ruamel.yaml import YAML

    text = resources.files("forecast").joinpath("reference", "pathway.yaml").read_text(encoding="utf-8")
    given: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    delays = {name: tuple(_bands(one["bands"])) for name, one in given["delays"].items()}
    steps = tuple(
        Step(
            measure=name,
            parent=one["parent"],
            weights=month_weights(delays[one["delay"]], given["working_days_in_month"]["value"]),
            elasticity=float(one["elasticity"]["value"]),
            memory=float(one["memory"]["value"]),
            year_sd=float(one["year_sd"]["value"]),
        )
        for name, one in given["steps"].items()
    )
    exits = tuple(
        Exits(name, float(one["memory"]["value"]), float(one["year_sd"]["value"]))
        for name, one in given["exits"].items()
    )
    table = given["correlation"]["value"]
    names = tuple(table)
    matrix = np.array([[float(table[row][column]) for column in names] for row in names])
    matrix.setflags(write=False)
    return Pathway(steps, exits, names, matrix)


def _bands(rows: list[dict[str, float]]) -> list[tuple[float, float, float]]:
    total = sum(row["share"] for row in rows)
    return [(float(row["from"]), float(row["to"]), row["share"] / total) for row in rows]


def month_weights(bands: tuple[tuple[float, float, float], ...], days_in_month: float) -> tuple[float, ...]:
    """Share of events 0, 1, 2… months after their cause, for a delay given in bands of working days.

    `bands`: (from, to, share), delays even within each. The cause falls evenly on the days of its month.
    """
    fine = 200
    start = (np.arange(fine) + 0.5) / fine * days_in_month
    weights = np.zeros(int(np.ceil(max(to for _, to, _ in bands) / days_in_month)) + 1)
    for low, high, share in bands:
        delay = low + (np.arange(fine) + 0.5) / fine * (high - low)
        lag = np.floor((start[:, None] + delay[None, :]) / days_in_month).astype(int)
        weights += share * np.bincount(lag.ravel(), minlength=len(weights))[: len(weights)] / lag.size
    kept = weights[: int(np.flatnonzero(weights > 1e-6)[-1]) + 1]
    return tuple(float(weight) for weight in kept / kept.sum())


def lagged_rate(parent: Array, days: Array, weights: tuple[float, ...]) -> Array:
    """Parent events per working day, weighted over this and earlier months; shape of `parent` (…, month).

    Months before the first are taken to have its three-month mean rate.
    """
    rate = parent / days
    first = rate[..., : min(3, rate.shape[-1])].mean(axis=-1, keepdims=True)
    before = np.repeat(first, len(weights) - 1, axis=-1)
    padded = np.concatenate([before, rate], axis=-1)
    months = rate.shape[-1]
    last = len(weights) - 1
    out = np.zeros_like(rate)
    for lag, weight in enumerate(weights):
        out += weight * padded[..., last - lag : last - lag + months]
    return out


def indicator(step: Step, parent: pd.Series[float]) -> pd.Series[float]:
    """The movement a parent gives to a step, by month (any scale): working days x lagged rate ^ elasticity.

    `parent`: monthly counts without gaps (a gap takes the mean of its neighbours).
    """
    months = pd.PeriodIndex(parent.index)
    days = working_days(months).astype(np.float64)
    counts = np.asarray(parent.interpolate(limit_direction="both").to_numpy(), dtype=np.float64)
    rate = np.maximum(lagged_rate(counts, days, step.weights), 1e-6)
    return pd.Series(days * rate**step.elasticity, index=months)
