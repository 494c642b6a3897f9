"""Days gathered into months, financial years and the whole horizon."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from .clock import Clock, Floats, Ints

ALL = "all"


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
