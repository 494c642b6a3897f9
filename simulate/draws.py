"""What a distribution of the scenario means in numbers: quantile, chance, mean, and what remains at an age.

A draw is a factor (a mean or a scale, perhaps changing on dates) times a fixed shape. All draws are inverse
transforms of uniforms, so a changed mean stretches the same luck.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from scenarios import distributions
from scenarios.quantity import Dated, Quantity
from scenarios.units import TIMES, WORKING_DAYS_PER_YEAR, time_named

from .clock import WORKING_DAYS_PER_MONTH, WORKING_DAYS_PER_WEEK, Clock, Dates, Floats, dates_of

Kind = Literal["exponential", "lognormal", "uniform", "constant", "bands"]
MINUTES_PER_HOUR = 60.0
MIDDLES = (np.arange(2000) + 0.5) / 2000
"""Middles of equal slices of all cases, over which a mean without a formula is taken."""


@dataclass(frozen=True)
class Steps:
    """A number that changes on dates; before the first date it has the first value."""

    dates: tuple[np.datetime64, ...]
    values: tuple[float, ...]

    @property
    def is_dated(self) -> bool:
        """Whether it changes on dates."""
        return len(self.dates) > 0

    def at(self, days: Dates | None) -> Floats:
        """The value in force on each date; without dates, the first value. Shape of `days`, or ()."""
        if days is None or len(self.values) == 1:
            return np.asarray(self.values[0])
        place = np.searchsorted(np.array(self.dates), days, side="right") - 1
        return np.asarray(np.array(self.values)[np.maximum(place, 0)])


NOTHING = Steps((), (0.0,))


def steps(number: Quantity | Dated | float, factor: float = 1.0) -> Steps:
    """A scenario's number as Steps, times a factor (a change of unit)."""
    if isinstance(number, Dated):
        dates = tuple(np.datetime64(step.from_, "D") for step in number.dated)
        return Steps(dates, tuple(step.value * factor for step in number.dated))
    return Steps((), (float(number) * factor,))


@dataclass(frozen=True)
class Draw:
    """A distribution in one unit (hours of work, or working days): `factor` times a shape.

    The shape is exponential, lognormal or constant of mean 1, or uniform between edges, or in bands: `weights[i]`
    of the cases evenly between `edges[i]` and `edges[i+1]`. `rounded_up` rounds the product up to whole units.
    `longer`, `alike`: the odds that a case exceeds any value are those of the shape, to the power `alike`, times
    `longer` (proportional odds: McCullagh 1980, JRSS B 42: 109-142).
    """

    kind: Kind
    factor: Steps
    sigma: float = 0.0
    edges: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    rounded_up: bool = False
    longer: Steps | None = None
    alike: Steps | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it changes on dates."""
        return any(part is not None and part.is_dated for part in (self.factor, self.longer, self.alike))

    @functools.cached_property
    def _bands(self) -> tuple[Floats, Floats]:
        return np.array(self.edges), np.concatenate([[0.0], np.cumsum(self.weights) / np.sum(self.weights)])


def dates_for(number: Steps | Draw, clock: Clock, times: Floats) -> Dates | None:
    """The dates of times, where a number changes on dates; None where it does not."""
    return dates_of(clock, times) if number.is_dated else None


def quantile(draw: Draw, u: Floats, days: Dates | None = None) -> Floats:
    """The value that a share `u` of cases does not exceed, with the settings in force on `days`."""
    values = draw.factor.at(days) * _shape_quantile(draw, _as_published(draw, u, days))
    return np.asarray(np.ceil(values) if draw.rounded_up else values)


def at_normal(draw: Draw, normal: Floats, days: Dates | None = None) -> Floats:
    """The value that as large a share of cases does not exceed as standard normal numbers do not exceed `normal`."""
    if draw.kind == "lognormal" and not draw.rounded_up:
        return np.asarray(draw.factor.at(days) * _lognormal(draw, normal))
    return quantile(draw, ndtr(normal), days)


def cdf(draw: Draw, x: Floats) -> Floats:
    """The share of cases that do not exceed `x`, with the first settings."""
    x = np.floor(x) if draw.rounded_up else np.asarray(x, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):  # what never takes any time has passed at any age
        return _as_moved(draw, _shape_cdf(draw, x / draw.factor.at(None)))


def survival(draw: Draw, x: Floats) -> Floats:
    """The share of cases that exceed `x`, with the first settings."""
    return np.asarray(1.0 - cdf(draw, x))


def mean(draw: Draw) -> float:
    """The mean with the first settings."""
    factor = float(draw.factor.at(None))
    if draw.rounded_up:
        top = float(quantile(draw, np.array(1 - 1e-12)))
        return float(np.sum(survival(draw, np.arange(top + 1))))
    if draw.longer is not None or draw.alike is not None:
        return float(np.mean(quantile(draw, MIDDLES)))
    if draw.kind in ("uniform", "bands"):
        edges, cumulative = draw._bands
        return factor * float(np.sum(np.diff(cumulative) * (edges[1:] + edges[:-1]) / 2))
    return factor


def residual(draw: Draw, u: Floats, age: Floats) -> Floats:
    """What remains of a case that has lasted `age`: a draw conditional on exceeding it, less the age.

    With the first settings; zero where no case of the distribution lasts so long.
    """
    gone = cdf(draw, age)
    left = quantile(draw, np.minimum(gone + u * (1.0 - gone), 1.0 - 2.0**-53)) - age
    return np.where(gone < 1.0, np.maximum(left, 0.0), 0.0)


def _as_published(draw: Draw, u: Floats, days: Dates | None) -> Floats:
    """The share of the shape's cases that a share `u` of cases stands for, by the odds in force on `days`."""
    if draw.longer is None and draw.alike is None:
        return u
    longer, alike = _odds(draw, days)
    return np.asarray(expit((logit(u) + longer) / alike))


def _as_moved(draw: Draw, share: Floats) -> Floats:
    """The inverse of `_as_published` with the first settings."""
    if draw.longer is None and draw.alike is None:
        return share
    longer, alike = _odds(draw, None)
    return np.asarray(expit(alike * logit(share) - longer))


def _odds(draw: Draw, days: Dates | None) -> tuple[Floats, Floats]:
    """Log of what multiplies the odds of taking longer, and the power to which they are raised."""
    longer = np.asarray(0.0) if draw.longer is None else np.log(draw.longer.at(days))
    return longer, np.asarray(1.0) if draw.alike is None else draw.alike.at(days)


def _shape_quantile(draw: Draw, u: Floats) -> Floats:
    match draw.kind:
        case "exponential":
            return np.asarray(-np.log(1.0 - u))
        case "lognormal":
            return _lognormal(draw, ndtri(u))
        case "constant":
            return np.ones_like(u)
        case _:
            edges, cumulative = draw._bands
            return np.interp(u, cumulative, edges)


def _lognormal(draw: Draw, normal: Floats) -> Floats:
    return np.asarray(np.exp(draw.sigma * normal - draw.sigma**2 / 2))


def _shape_cdf(draw: Draw, x: Floats) -> Floats:
    x = np.maximum(x, 0.0)
    match draw.kind:
        case "exponential":
            return -np.expm1(-x)
        case "lognormal":
            with np.errstate(divide="ignore"):
                return np.asarray(ndtr((np.log(x) + draw.sigma**2 / 2) / draw.sigma))
        case "constant":
            return np.asarray(x >= 1.0, dtype=np.float64)
        case _:
            edges, cumulative = draw._bands
            return np.interp(x, edges, cumulative, left=0.0, right=1.0)


def compiled(distribution: distributions.Distribution, into: Literal["hours", "working days"], day: float) -> Draw:
    """A scenario's distribution in hours of work or in working days; `day` is the hours of a full-time day.

    Raises ValueError where its unit is not a time.
    """
    if isinstance(distribution, distributions.Bands):
        factor = in_unit(distribution.unit, into, day)
        scale = steps(1.0 if distribution.scale is None else distribution.scale)
        edges = tuple(edge * factor for edge in distribution.edges)
        longer = None if distribution.odds_of_longer is None else steps(distribution.odds_of_longer)
        alike = None if distribution.alike is None else steps(distribution.alike)
        return Draw("bands", scale, edges=edges, weights=distribution.counts, longer=longer, alike=alike)
    if isinstance(distribution, distributions.Uniform):
        low = float(distribution.low) * in_unit(distribution.low.unit, into, day)
        high = float(distribution.high) * in_unit(distribution.high.unit, into, day)
        return Draw("uniform", steps(1.0), edges=(low, high), weights=(1.0,), rounded_up=distribution.rounded_up)
    average = steps(distribution.mean, in_unit(distribution.mean.unit, into, day))
    if isinstance(distribution, distributions.Constant):
        return Draw("constant", average)
    if isinstance(distribution, distributions.Lognormal):
        return Draw("lognormal", average, sigma=float(distribution.sigma), rounded_up=distribution.rounded_up)
    return Draw("exponential", average, rounded_up=distribution.rounded_up)


def in_unit(unit: str, into: Literal["hours", "working days"], day: float) -> float:
    """How many hours, or working days, one of `unit` is: minutes, hours, working days, weeks, months or years.

    What follows "per", "after" or "a" is a remark ("hours per referral"). Raises ValueError for any other unit.
    """
    per_day = {
        "minutes": 1 / (MINUTES_PER_HOUR * day),
        "hours": 1 / day,
        "working days": 1.0,
        "weeks": WORKING_DAYS_PER_WEEK,
        "months": WORKING_DAYS_PER_MONTH,
        "years": float(WORKING_DAYS_PER_YEAR),
    }
    named = time_named(unit)
    if named is None:
        raise ValueError(f"unit {unit!r} is not a time: use {', '.join(TIMES)}")
    known = per_day[named]
    return known if into == "working days" else known * day


def constant(value: float) -> Draw:
    """Always the same value."""
    return Draw("constant", steps(value))
