"""Days gathered into months, financial years and the whole horizon."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import passes
from .clock import Clock, Floats, Ints
from .spells import Moments

ALL = "all"
LONGEST, PARTS = 400, 10
"""Working days up to which the median of the time taken is exact; and the part of one to which it is, where time is
counted as elapsed."""


@dataclass(frozen=True)
class Periods:
    """Every month, financial year (from April, as far as simulated) and the whole horizon, as runs of months."""

    clock: Clock

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """YYYY-MM, YYYY-YY and "all"."""
        return (*self.clock.month_names, *dict.fromkeys(self.clock.financial_years), ALL)

    @functools.cached_property
    def _months(self) -> tuple[Ints, Ints]:
        """First month, and the month after the last, of each period."""
        number, years = self.clock.horizon_months, np.array(self.clock.financial_years)
        names = list(dict.fromkeys(self.clock.financial_years))
        first = [*range(number), *(int(np.argmax(years == year)) for year in names), 0]
        last = [*range(1, number + 1), *(int(np.flatnonzero(years == year)[-1]) + 1 for year in names), number]
        return np.array(first), np.array(last)

    @functools.cached_property
    def ends(self) -> Ints:
        """Working day after the last of each period."""
        return np.asarray(self.clock.month_bounds[self._months[1]])

    @functools.cached_property
    def starts(self) -> Ints:
        """First working day of each period that is simulated."""
        return np.maximum(self.clock.month_bounds[self._months[0]], 0)

    @functools.cached_property
    def days(self) -> Floats:
        """Working days of each period that are simulated."""
        return np.asarray(self.ends - self.starts, dtype=np.float64)

    @functools.cached_property
    def month_ends(self) -> Ints:
        """Working day after the last of each month."""
        return self.clock.month_bounds[1:]

    def total(self, daily: Floats | Ints) -> Floats:
        """Sum over the days of each period. Last axis: days in, periods out."""
        sums = passes.between(daily.reshape(-1, daily.shape[-1]), self.starts, self.ends)
        return sums.reshape(*daily.shape[:-1], len(self.ends))

    def total_of_months(self, monthly: Floats | Ints) -> npt.NDArray[Any]:
        """Sum over the months of each period. First axis: months in, periods out."""
        running = np.concatenate([np.zeros((1, *monthly.shape[1:]), monthly.dtype), np.cumsum(monthly, axis=0)])
        return np.asarray(running[self._months[1]] - running[self._months[0]])

    def mean(self, daily: Floats) -> Floats:
        """Mean over the days of each period."""
        return np.asarray(self.total(daily) / self.days)

    def mean_per(self, daily: Floats, fte: Floats) -> Floats:
        """Mean over the days of each period that have any FTE, per FTE of them; NaN where none has."""
        return share(self.total(np.where(fte > 0, daily, 0.0)), self.total(fte))

    def at_end(self, daily: Floats) -> Floats:
        """Value on the last day of each period."""
        return np.asarray(daily[..., self.ends - 1])

    def at_month_end(self, monthly: Floats) -> Floats:
        """Value of the last month of each period."""
        return np.asarray(monthly[..., self._months[1] - 1])

    def mean_of(self, when: Moments, values: Floats) -> Floats:
        """Mean by period of values, each at its moment; NaN where there is none."""
        return share(self.total(when.total(values)), self.total(when.number))

    def spread(self, when: Moments, values: Floats) -> Ints:
        """How many there are of each whole value, by month: shape (months, LONGEST * PARTS at most); larger: the last.

        `values`: whole numbers, at least 0; where the moment is never, it does not matter.
        """
        months = self.clock.horizon_months
        month = np.full(self.clock.days + 2, months)
        month[1:-1] = self.clock.months
        return passes.spread(month, when.place, values, months, LONGEST * PARTS - 1)

    def median(self, spread: Ints) -> Floats:
        """Median by period of whole values, from how many there are of each by month; NaN where there is none."""
        by_month = np.cumsum(spread, axis=1)
        number = by_month[:, -1:]
        top = int(
            np.argmax(by_month >= number // 2 + 1, axis=1).max(initial=0)
        )  # no period's median is above a month's
        running, total = self.total_of_months(by_month[:, : top + 1]), self.total_of_months(number)
        low, high = (np.argmax(running >= half, axis=1) for half in ((total + 1) // 2, total // 2 + 1))
        return np.where(total[:, 0] > 0, (low + high) / 2, np.nan)


def share(part: Floats, whole: Floats) -> Floats:
    """Part over whole; NaN where the whole is nothing."""
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0))


@functools.lru_cache(maxsize=8)
def periods_of(clock: Clock) -> Periods:
    """The periods of a clock, worked out once for all replications."""
    return Periods(clock)
