"""One clock: the working day. Day 0 is the first working day after the as-at date; nights and weekends do not exist."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.calendar import bank_holidays, working_dates
from scenarios.units import WORKING_DAYS_PER_YEAR

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Whole = npt.NDArray[np.integer[Any]]
"""Whole numbers of any width: long columns are as narrow as what they hold, for near memory holds few."""
Bools = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]

WORKING_DAYS_PER_MONTH = WORKING_DAYS_PER_YEAR / 12
WORKING_DAYS_PER_WEEK = WORKING_DAYS_PER_YEAR / 52.1775


@dataclass(frozen=True)
class Clock:
    """The working days of one simulation, from the day after `as_at` to the end of the last of `horizon_months` months.

    Time t is a float in working days: its whole part is the index of a day, its fraction the part of that day gone.
    The first month is that of the first working day after `as_at`, and may be partly over.
    """

    as_at: date
    horizon_months: int

    @functools.cached_property
    def dates(self) -> Dates:
        """The date of each working day (datetime64[D])."""
        after = working_dates(self.as_at + timedelta(days=1), self.as_at + timedelta(days=15))[0]
        first_month = after.astype("datetime64[M]")
        last = (first_month + self.horizon_months).astype("datetime64[D]") - 1
        return np.asarray(working_dates(after.astype(date), last.astype(date)), dtype="datetime64[D]")

    @functools.cached_property
    def days(self) -> int:
        """Number of working days simulated."""
        return len(self.dates)

    @functools.cached_property
    def month_starts(self) -> Dates:
        """The first day of each simulated month, and of the month after the last (datetime64[M])."""
        return np.asarray(self.dates[0].astype("datetime64[M]") + np.arange(self.horizon_months + 1))

    @functools.cached_property
    def month_names(self) -> tuple[str, ...]:
        """The simulated months, YYYY-MM."""
        return tuple(str(month) for month in self.month_starts[:-1])

    @functools.cached_property
    def financial_years(self) -> tuple[str, ...]:
        """The year from April to March that each month belongs to, as in 2020-21."""
        return tuple(financial_year(month) for month in self.month_names)

    @functools.cached_property
    def month_bounds(self) -> Ints:
        """Working day on which each month begins, and the end: month m is days bounds[m] to bounds[m+1] - 1.

        The first is negative where the as-at date falls inside the first month.
        """
        return self.time_of(self.month_starts.astype("datetime64[D]"))

    @functools.cached_property
    def months(self) -> Ints:
        """Index of the month of each working day."""
        return self.month_of(np.arange(self.days, dtype=np.float64))

    @functools.cached_property
    def _month_by_day(self) -> Ints:
        """Index of the month of each day from the last before the first month to the first after the last."""
        days = np.arange(self.month_bounds[0] - 1, self.month_bounds[-1] + 1)
        return np.asarray(np.searchsorted(self.month_bounds, days, side="right") - 1, dtype=np.int64)

    @functools.cached_property
    def month_numbers(self) -> Ints:
        """Calendar month, 1 to 12, of each simulated month."""
        return self.month_starts[:-1].astype(np.int64) % 12 + 1

    @functools.cached_property
    def working_days_of_months(self) -> Ints:
        """Working days of each simulated month, whole, also where the as-at date falls inside it."""
        return np.diff(self.month_bounds)

    @property
    def days_per_year(self) -> float:
        """Working days of a usual year."""
        return float(WORKING_DAYS_PER_YEAR)

    def day_of(self, when: date) -> int:
        """Index of the first working day on or after a date, kept between 0 and `days`."""
        return int(np.clip(self.time_of(np.array([when], dtype="datetime64[D]"))[0], 0, self.days))

    def day_after(self, when: date) -> int:
        """Index of the first working day after a date, kept between 0 and `days`."""
        return self.day_of(when + timedelta(days=1))

    def time_of(self, days: Dates) -> Ints:
        """Index of the first working day on or after each date; negative before the start."""
        start = self.dates[0]
        return np.asarray(np.busday_count(start, days, holidays=bank_holidays()), dtype=np.int64) + _behind(start, days)

    def date_of(self, times: Floats | Ints) -> Dates:
        """Date of each time, also before the start and after the end."""
        whole = np.floor(np.asarray(times, dtype=np.float64)).astype(np.int64)
        return np.asarray(
            np.busday_offset(self.dates[0], whole, roll="forward", holidays=bank_holidays()), dtype="datetime64[D]"
        )

    def month_of(self, times: Floats) -> Ints:
        """Index of the month of each time: -1 or less before the first month, horizon_months or more after the last."""
        before = int(self.month_bounds[0]) - 1
        day = np.floor(np.clip(times, before, self.month_bounds[-1])).astype(np.int64) - before
        return np.asarray(self._month_by_day[day])


def dates_of(clock: Clock, times: Floats) -> Dates:
    """The dates of times, kept within the clock."""
    return clock.dates[day_of(clock, times)]


def day_of(clock: Clock, times: Floats) -> Ints:
    """The working days of times, kept within the clock."""
    return np.clip(times, 0, clock.days - 1).astype(np.int64)


def _behind(start: np.datetime64, days: Dates) -> Ints:
    """busday_count rounds a day off back when it counts backwards: 1 where a past date is not a working day."""
    days = np.asarray(days, dtype="datetime64[D]")
    off = ~np.is_busday(days, holidays=bank_holidays())
    return np.asarray((days < start) & off, dtype=np.int64)


def financial_year(month: str) -> str:
    """The financial year of a month: 2021-03 belongs to 2020-21."""
    year, number = int(month[:4]), int(month[5:7])
    first = year if number >= 4 else year - 1
    return f"{first}-{(first + 1) % 100:02d}"
