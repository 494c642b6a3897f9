"""Days gathered into months, financial years and the whole horizon."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from .clock import Clock, Floats, Ints

ALL = "all"
LONGEST = 400
"""Working days up to which the median of the time taken is exact."""


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
    def days(self) -> Floats:
        """Working days of each period that are simulated."""
        return np.asarray(self.ends - np.maximum(self.clock.month_bounds[self._months[0]], 0), dtype=np.float64)

    @functools.cached_property
    def month_ends(self) -> Ints:
        """Working day after the last of each month."""
        return self.clock.month_bounds[1:]

    def total(self, daily: Floats | Ints) -> Floats:
        """Sum over the days of each period. Last axis: days in, periods out."""
        starts = np.maximum(self.clock.month_bounds, 0)
        running = np.concatenate([np.zeros((*daily.shape[:-1], 1)), np.cumsum(daily, axis=-1)], axis=-1)
        return np.asarray(running[..., starts[self._months[1]]] - running[..., starts[self._months[0]]])

    def total_of_months(self, monthly: Floats | Ints) -> Floats:
        """Sum over the months of each period. First axis: months in, periods out."""
        running = np.concatenate([np.zeros((1, *monthly.shape[1:])), np.cumsum(monthly, axis=0)])
        return np.asarray(running[self._months[1]] - running[self._months[0]])

    def mean(self, daily: Floats) -> Floats:
        """Mean over the days of each period."""
        return np.asarray(self.total(daily) / self.days)

    def at_end(self, daily: Floats) -> Floats:
        """Value on the last day of each period."""
        return np.asarray(daily[..., self.ends - 1])

    def at_month_end(self, monthly: Floats) -> Floats:
        """Value of the last month of each period."""
        return np.asarray(monthly[..., self._months[1] - 1])

    def count(self, times: Floats) -> Floats:
        """How many moments lie in each period."""
        return self.total(np.bincount(times.astype(np.int64), minlength=self.clock.days)[: self.clock.days])

    def mean_of(self, when: Floats, values: Floats) -> Floats:
        """Mean by period of values, each at its moment; NaN where there is none."""
        total = np.bincount(when.astype(np.int64), weights=values, minlength=self.clock.days)
        return share(self.total(total[: self.clock.days]), self.count(when))

    def median_of(self, when: Floats, values: Floats, parts: int) -> Floats:
        """Median by period, from counts by value: exact for whole working days, else to a part of one."""
        month = self.clock.months[when.astype(np.int64)]
        value = np.clip((values * parts).astype(np.int64), 0, LONGEST * parts - 1)
        wide = int(value.max(initial=0)) + 1
        counts = np.bincount(month * wide + value, minlength=self.clock.horizon_months * wide)
        running = np.cumsum(self.total_of_months(counts.reshape(-1, wide)), axis=1)
        total = running[:, -1]
        low = np.argmax(running >= np.ceil(total / 2)[:, None], axis=1)
        high = np.argmax(running >= (np.floor(total / 2) + 1)[:, None], axis=1)
        return np.where(total > 0, (low + high) / 2 / parts, np.nan)


def share(part: Floats, whole: Floats) -> Floats:
    """Part over whole; NaN where the whole is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
