"""How one step of the pathway follows another: by how much, and how many months later.

A child of the pathway (say conferences) moves with its parent (section 47 enquiries) as

    child(t) = level x working days(t) x lagged parent rate(t) ^ elasticity

where the lagged parent rate is the parent per working day, weighted over this and earlier months. Elasticities, the
memory of levels, year-to-year uncertainty and correlations are learnt by `benchmarks/learn_pathway.py` and kept, with
the delays, in reference/pathway.yaml (decision record 0121).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.calendar import working_days

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """How yearly figures stray. `memory`: weight of the last year against the three before in the level.

    `year_sd`: standard deviation, in logs, of the year after the last known one around that level; `growth`: what each
    further year adds to the variance, as a share of it.
    """

    memory: float
    year_sd: float
    growth: float

    def wander(self, noise: Array, unseen: float) -> Array:
        """Deviations in logs by month, shape (paths, months), from standard normal noise (paths, 2 + 2 x months).

        A part that fades with the memory and a walk, together as wide over yearly means as `year_sd` and `growth`
        say. `unseen`: months since the last known year ended.
        """
        months = noise.shape[1] // 2 - 1
        fading = float(np.clip(self.memory, 0.05, 0.95)) ** (1 / 12)
        apart = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
        kept_in_year = float((fading**apart).mean())  # variance of a yearly mean of the fading part, as a share
        variance = self.year_sd**2
        part = np.empty((len(noise), months))
        now = noise[:, 0]
        for month in range(months):
            part[:, month] = now = fading * now + np.sqrt(1 - fading**2) * noise[:, 2 + month]
        walk = np.cumsum(noise[:, 2 + months :], axis=1) + np.sqrt(6.0 + unseen) * noise[:, 1:2]
        return np.asarray(
            np.sqrt(variance * (1 - self.growth) / kept_in_year) * part + np.sqrt(variance * self.growth / 12) * walk
        )


@dataclass(frozen=True)
class Step:
    """A measure that follows another. `weights[k]`: share of its events k months after the parent's; they sum to 1.

    `elasticity`: per cent by which it moves when the parent's lagged rate moves by 1 %. `spread`: of its yearly count
    around what its level and its parent say.
    """

    measure: str
    parent: str
    weights: tuple[float, ...]
    elasticity: float
    spread: Spread


@dataclass(frozen=True)
class Exits:
    """How far a stock's yearly exit rate strays from its level."""

    stock: str
    spread: Spread


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

    def nearest_parent(self, measure: str, present: tuple[str, ...]) -> Step:
        """The step from the nearest present ancestor: delays follow one another, elasticities multiply.

        Raises KeyError where no ancestor is present.
        """
        step = self.step(measure)
        while step.parent not in present:
            above = self.step(step.parent)
            weights = np.convolve(above.weights, step.weights)
            step = replace(
                step,
                parent=above.parent,
                weights=tuple(float(weight) for weight in weights),
                elasticity=step.elasticity * above.elasticity,
            )
        return step

    def over(self, names: tuple[str, ...]) -> Array:
        """The correlation between some measures, shape (names, names); nought where nothing is known."""
        matrix = np.eye(len(names))
        places = {name: self.names.index(name) for name in names if name in self.names}
        for row, one in enumerate(names):
            for column, other in enumerate(names):
                if one in places and other in places and row != column:
                    matrix[row, column] = self.correlation[places[one], places[other]]
        return matrix

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
            spread=_spread(one),
        )
        for name, one in given["steps"].items()
    )
    exits = tuple(Exits(name, _spread(one)) for name, one in given["exits"].items())
    table = given["correlation"]["value"]
    names = tuple(table)
    matrix = np.array([[float(table[row][column]) for column in names] for row in names])
    matrix.setflags(write=False)
    return Pathway(steps, exits, names, matrix)


def _spread(one: dict[str, Any]) -> Spread:
    return Spread(*(float(one[name]["value"]) for name in ("memory", "year_sd", "growth")))


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
