"""Distributions a planner can write down: how long, how much work."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .limits import ChangingPositive, NotNegative, Positive, Share, Spread
from .quantity import Frozen, Number

TimeUnit = Literal["hours", "working days", "months"]


class Exponential(Frozen):
    """Memoryless: any age, the same future."""

    distribution: Literal["exponential"]
    mean: ChangingPositive
    rounded_up: bool = False


class Lognormal(Frozen):
    """Skewed to the right; `sigma` is the standard deviation of the log."""

    distribution: Literal["lognormal"]
    mean: ChangingPositive
    sigma: Spread
    rounded_up: bool = False


class Uniform(Frozen):
    """Any value between two, alike."""

    distribution: Literal["uniform"]
    low: NotNegative
    high: Positive
    rounded_up: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.high <= self.low:
            raise ValueError(f"high {self.high:g} must be above low {self.low:g}")
        return self


class Shares(Frozen):
    """Any share between two, alike."""

    distribution: Literal["uniform"]
    low: Share
    high: Share

    @model_validator(mode="after")
    def _ordered(self) -> Shares:
        if self.high <= self.low:
            raise ValueError(f"high {self.high:g} must be above low {self.low:g}")
        return self


class Constant(Frozen):
    """Always the same."""

    distribution: Literal["constant"]
    mean: ChangingPositive


class Bands(Frozen):
    """As published, in bands: `counts[i]` cases between `edges[i]` and `edges[i+1]`, spread evenly in each band.

    `scale` stretches all edges (calibration, what-ifs); 1 leaves them as published. `odds_of_longer` multiplies the
    odds that a case takes longer than any given time, within the edges; `alike` raises those odds to a power first:
    above 1 fewer cases are very early or very late, with the middle one where it was.
    """

    distribution: Literal["bands"]
    unit: TimeUnit
    source: str
    edges: tuple[Number, ...] = Field(min_length=2)
    counts: tuple[Number, ...] = Field(min_length=1)
    scale: ChangingPositive | None = None
    odds_of_longer: ChangingPositive | None = None
    alike: ChangingPositive | None = None
    note: str = ""

    @model_validator(mode="after")
    def _matched(self) -> Bands:
        wrong = []
        if len(self.edges) != len(self.counts) + 1:
            wrong.append(f"{len(self.counts)} counts need {len(self.counts) + 1} edges, not {len(self.edges)}")
        if list(self.edges) != sorted(set(self.edges)) or self.edges[0] < 0:
            wrong.append("edges must rise, from 0 or more")
        if min(self.counts) < 0 or sum(self.counts) <= 0:
            wrong.append("counts must be 0 or more, and some above 0")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


Distribution = Annotated[Exponential | Lognormal | Uniform | Constant | Bands, Field(discriminator="distribution")]
