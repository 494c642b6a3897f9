"""England's working days: Monday to Friday without bank holidays, counted and listed.

Source of the holidays: the `holidays` package, subdivision England, substitute days included.
"""

from __future__ import annotations

import functools
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

FIRST_YEAR, LAST_YEAR = 1990, 2119
"""Ten years, the longest horizon, beyond the last year that a scenario may speak of."""


@functools.cache
def bank_holidays() -> npt.NDArray[np.datetime64]:
    """England's bank holidays from 1990 to 2119, sorted, as days (datetime64[D])."""
    import holidays

    days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return np.array(sorted(days), dtype="datetime64[D]")


def is_working_day(day: date) -> bool:
    """Whether England's offices are open on a date."""
    return bool(np.is_busday(np.datetime64(day, "D"), holidays=bank_holidays()))


def working_dates(first: date, last: date) -> npt.NDArray[np.datetime64]:
    """All working dates from `first` to `last`, both included (datetime64[D])."""
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    return days[np.is_busday(days, holidays=bank_holidays())]


def working_days(months: pd.PeriodIndex) -> npt.NDArray[np.int64]:
    """Number of working days in each month (18 to 23)."""
    starts = np.asarray(months.asfreq("D", how="S").to_timestamp(), dtype="datetime64[D]")
    ends = np.asarray(months.asfreq("D", how="E").to_timestamp(), dtype="datetime64[D]")
    return np.asarray(np.busday_count(starts, ends + 1, holidays=bank_holidays()), dtype=np.int64)
