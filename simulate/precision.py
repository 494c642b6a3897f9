"""Enough replications: run until the means of the named measures are known closely enough, and stay so.

The rule of Hoad, Robinson and Davies (Journal of the Operational Research Society 61(11), 2010): the cumulative
half-width of the mean must be within the wish, and stay there for a look-ahead of further replications.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from .clock import Floats
from .interval import half_width

LEAST: Final = 5
"""Replications before the first look; Hoad and others start at 3 to 10."""
LOOK_AHEAD: Final = 5
"""Further replications for which the half-width must stay within the wish (kLimit); from 100 on, 5 in 100 of them."""


@dataclass(frozen=True)
class Wish:
    """How closely the mean of a measure shall be known.

    `half_width` of its 95 % interval, in the measure's unit; as a share of the mean where `relative`.
    """

    measure: str
    half_width: float
    relative: bool = False
    place: str | None = None
    period: str = "all"


@dataclass(frozen=True)
class Reached:
    """How close a wish came: `needed` replications (None: not within those run), the mean and its half-width."""

    wish: Wish
    needed: int | None
    mean: float
    half_width: float
    replications: int

    @property
    def is_enough(self) -> bool:
        """Whether the wish was fulfilled, stayed so for the look-ahead, and is so now."""
        allowed = self.wish.half_width * (abs(self.mean) if self.wish.relative else 1.0)
        return self.needed is not None and self.half_width <= allowed


@dataclass(frozen=True)
class Precise:
    """Measures of all replications run, and how close each wish came."""

    measures: pd.DataFrame
    reached: tuple[Reached, ...]

    @property
    def is_enough(self) -> bool:
        """Whether every wish was fulfilled before the maximum."""
        return all(one.is_enough for one in self.reached)


def half_widths(values: Floats) -> Floats:
    """Half-width of the 95 % interval of the mean of the first n values, for each n (infinite for n = 1)."""
    n = np.arange(1, len(values) + 1)
    sums, squares = np.cumsum(values - values[:1]), np.cumsum((values - values[:1]) ** 2)
    out = np.full(len(values), np.inf)
    many = n > 1
    variance = np.maximum(squares[many] - sums[many] ** 2 / n[many], 0.0) / (n[many] - 1)
    out[many] = half_width(np.sqrt(variance), n[many])
    return out


def needed(values: Floats, half_width: float, *, relative: bool = False, look_ahead: int = LOOK_AHEAD) -> int | None:
    """The number of replications that is enough for one measure; None where the values given are not enough.

    Enough is the first n, at least LEAST, at which the half-width is within the wish and stays there for the
    look-ahead. `values`: one a replication, in order.
    """
    means = np.cumsum(values) / np.arange(1, len(values) + 1)
    allowed = half_width * np.abs(means) if relative else np.full(len(values), half_width)
    within = half_widths(values) <= allowed
    for n in range(LEAST, len(values) + 1):
        further = look_ahead if n <= 100 else look_ahead * n // 100
        if n + further > len(values):
            return None
        if within[n - 1 : n + further].all():
            return n
    return None


def until_precise(
    simulate: Callable[[range], pd.DataFrame],
    wishes: Sequence[Wish],
    *,
    batch: int = 10,
    most: int = 1000,
    advance: Callable[[int], None] = lambda _done: None,
) -> Precise:
    """Simulate batches of replications until every wish is fulfilled, or `most` have run.

    `simulate`: measures (replication, measure, place, period, value) of a range of replications. Raises ValueError
    where a wish names a measure, place or period that the simulation does not report.
    """
    parts: list[pd.DataFrame] = []
    done = 0
    while True:
        more = range(done, min(done + batch, most))
        parts.append(simulate(more))
        done = more.stop
        advance(len(more))
        measures = pd.concat(parts, ignore_index=True)
        reached = tuple(reach(measures, wish) for wish in wishes)
        if done >= most or all(one.is_enough for one in reached):
            return Precise(measures, reached)


def reach(measures: pd.DataFrame, wish: Wish) -> Reached:
    """How close a wish came in the replications at hand; those without a value (nobody finished) are left out."""
    rows = measures[(measures["measure"] == wish.measure) & (measures["period"] == wish.period)]
    if not len(rows):
        raise ValueError(f"the simulation reports no {wish.measure} for the period {wish.period}")
    place = rows["place"].iloc[0] if wish.place is None else wish.place
    rows = rows[rows["place"] == place]
    if not len(rows):
        raise ValueError(f"the simulation reports no {wish.measure} for {place}")
    values = rows.sort_values("replication")["value"].dropna().to_numpy(dtype=np.float64)
    if not len(values):
        return Reached(wish, None, float("nan"), float("inf"), 0)
    number = needed(values, wish.half_width, relative=wish.relative)
    return Reached(wish, number, float(values.mean()), float(half_widths(values)[-1]), len(values))
