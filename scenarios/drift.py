"""How practice may move from year to year: which settings, how far in a year, how long a departure lasts.

A practice is known as it was on average over the months it was measured in. Before and after them it departs from that
by a path of its own in each replication, a first-order autoregression by financial year or by month, less its mean
over the known months; so ranges widen with the distance from what is known. Source of the method: Box, Jenkins,
Reinsel and Ljung, Time Series Analysis (2015), chapters 3 and 5.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from .limits import NotNegative, Share
from .quantity import Frozen
from .service import Name
from .wording import MONTH

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
Month = Annotated[str, Field(pattern=MONTH)]
Moves = Literal["as_ratio", "as_odds", "as_amount"]
Normals = Callable[[str, int], "Array"]
MONTHS = 12
APRIL = 3


class Known(Frozen):
    """First and last month over which the settings were measured."""

    from_month: Month
    to_month: Month


class Practice(Frozen):
    """One setting that moves, and others that move alike (`also`: the re-referrals that a forecast already contains).

    `moves`: as_ratio (it is multiplied), as_odds (a share: its odds are multiplied) or as_amount (it is added to, and
    never falls below 0). `by_year`: standard deviation of the change from one year's average to the next: of the log
    of the ratio or odds, or of the amount. `kept`: share of a departure that is left a year later; 1: practice never
    comes back by itself. `moves_with`: correlation of its steps with those of other practices, by name.
    """

    title: str
    setting: str
    also: tuple[str, ...] = ()
    moves: Moves
    by_year: NotNegative
    kept: Share | None = None
    moves_with: dict[Name, Annotated[float, Field(gt=-1, lt=1)]] = {}

    @property
    def settings(self) -> tuple[str, ...]:
        """Every setting that moves."""
        return (self.setting, *self.also)


class Drift(Frozen):
    """Practices that move, each on a path of its own in each replication; none without this.

    `known`: when the settings were as stated, on average; without it, in the month of the as-at date.
    `steps`: whether practice moves once every April, as yearly figures show it, or a little every month.
    """

    known: Known | None = None
    steps: Literal["every_april", "every_month"] = "every_april"
    practices: dict[Name, Practice] = Field(min_length=1)


def month_number(month: str | date) -> int:
    """Months since the year 0 of a month (YYYY-MM) or of a date's month."""
    year, of_year = (int(part) for part in str(month).split("-")[:2])
    return year * MONTHS + of_year - 1


def departures(drift: Drift, as_at: date, first: int, months: int, normals: Normals) -> dict[str, Array]:
    """How far each practice is from its stated value, on its own scale, in each of `months` months from month `first`.

    `normals(purpose, count)`: standard normal numbers; more of the same purpose begin with the same numbers.
    """
    import numpy as np

    known = drift.known
    begins = month_number(as_at if known is None else known.from_month)
    ends = month_number(as_at if known is None else known.to_month)
    asked = _ticks(drift, np.arange(first, first + months))
    usual = _ticks(drift, np.arange(begins, ends + 1))
    origin, a_year = int(usual[0]), MONTHS if drift.steps == "every_month" else 1
    back, ahead = max(origin - int(asked[0]), 0), max(int(asked[-1]), int(usual[-1])) - origin
    mixed = cholesky(drift.practices)
    later = mixed @ np.array([normals(f"drift of {name}", 1 + ahead) for name in drift.practices])
    earlier = mixed @ np.array([normals(f"drift of {name} before", back) for name in drift.practices])
    found = {}
    for name, practice, after, before in zip(drift.practices, drift.practices.values(), later, earlier, strict=True):
        kept = 1.0 if practice.kept is None else float(practice.kept)
        start, memory = after[0], kept ** (1 / a_year)
        path = np.concatenate([_walk(start, before, memory)[::-1], [start], _walk(start, after[1:], memory)])
        path *= float(practice.by_year) / math.sqrt(change_between_years(kept, 1, a_year))
        found[name] = path[asked - origin + back] - path[usual - origin + back].mean()
    return found


def moved(value: float, departure: float, moves: Moves) -> float:
    """A value with a departure on its scale."""
    if moves == "as_ratio":
        return value * math.exp(departure)
    if moves == "as_odds":
        odds = math.inf if value >= 1 else value / (1 - value) * math.exp(departure)
        return 1 - 1 / (1 + odds)
    return max(value + departure, 0.0)


@functools.cache
def change_between_years(kept: float, years: int = 1, a_year: int = MONTHS) -> float:
    """Variance of the change between the averages of two years, `years` apart, of a path of unit steps.

    `a_year`: steps in a year. Where nothing is kept back (1) steps have variance 1; else the path has.
    """
    import numpy as np

    at = np.arange(a_year * (years + 1))
    apart = np.abs(np.subtract.outer(at, at))
    covariance = np.minimum.outer(at, at) if kept >= 1 else kept ** (apart / a_year)
    weights = np.zeros(len(at))
    weights[:a_year], weights[-a_year:] = -1 / a_year, 1 / a_year
    return float(weights @ covariance @ weights)


def cholesky(practices: Mapping[str, Practice]) -> Array:
    """The triangle that gives independent steps their correlations; raises ValueError where they cannot all hold."""
    import numpy as np

    names = list(practices)
    together = np.eye(len(names))
    for name, practice in practices.items():
        for other, correlation in practice.moves_with.items():
            one, two = names.index(name), names.index(other)
            together[one, two] = together[two, one] = correlation
    try:
        return np.asarray(np.linalg.cholesky(together))
    except np.linalg.LinAlgError:
        raise ValueError("the correlations of moves_with cannot all hold at once") from None


def _ticks(drift: Drift, months: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The step that each month belongs to: the month itself, or its financial year."""
    return months if drift.steps == "every_month" else (months - APRIL) // MONTHS


def _walk(start: float, steps: Array, memory: float) -> Array:
    """The path after `start`, away from it; without memory loss its steps, else its values, have variance 1."""
    import numpy as np

    size = math.sqrt(1 - memory**2) if memory < 1 else 1.0
    out, here = np.empty(len(steps)), start
    for at, step in enumerate(steps):
        here = memory * here + size * step
        out[at] = here
    return out
