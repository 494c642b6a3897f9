"""England's and the regions' published monthly referrals: what an authority may borrow its season from.

Source: Department for Education, Characteristics of children in need, referrals by month; see reference/README.md.
"""

from __future__ import annotations

import functools
from importlib import resources

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.calendar import working_days

Array = npt.NDArray[np.float64]
ENGLAND = "England"
LEFT_OUT = pd.period_range("2020-03", "2021-03", freq="M")  # decision 0101


@functools.cache
def _table() -> pd.DataFrame:
    file = resources.files("forecast").joinpath("reference", "england_referrals.csv")
    with resources.as_file(file) as path:
        long = pd.read_csv(path)
    wide = long.pivot_table(index="month", columns="area", values="referrals")
    wide.index = pd.PeriodIndex(wide.index, freq="M")
    return wide.sort_index()


def areas() -> tuple[str, ...]:
    """England and the nine regions with a reference series."""
    return tuple(str(name) for name in _table().columns)


def is_whole(area: str) -> bool:
    """Whether an area is made of many authorities: England, a region, Inner or Outer London."""
    return area in (*areas(), "Inner London", "Outer London")


def referrals(area: str, until: pd.Period) -> pd.Series[float]:
    """Monthly referrals of England or a region up to a month (counts rounded to 10), indexed by month."""
    series = _table()[area]
    return series[series.index <= until]


@functools.lru_cache(maxsize=256)
def _season(area: str, until: pd.Period) -> tuple[float, ...] | None:
    series = referrals(area, until)
    if len(series) == 0:
        return None
    months = pd.PeriodIndex(series.index)
    logs = np.log(series.to_numpy(dtype=np.float64) / working_days(months))
    year = np.asarray(months.year) - (np.asarray(months.month) < 4)
    kept = ~months.isin(LEFT_OUT)
    patterns = []
    for one in np.unique(year):
        whole = (year == one) & kept
        if (year == one).sum() == 12 and whole.sum() >= 11:
            pattern = np.full(12, np.nan)
            pattern[np.asarray(months.month)[whole] - 1] = logs[whole] - logs[whole].mean()
            patterns.append(pattern)
    if not patterns:
        return None
    mean = np.nanmean(patterns, axis=0)
    return tuple(float(x) for x in mean - mean.mean())


def season(until: pd.Period, area: str = ENGLAND) -> Array | None:
    """Log deviation of referrals per working day in each calendar month from the year's mean, January first.

    From financial years wholly before or at `until`; shape (12,), summing to nought; None where no year is whole.
    """
    pattern = _season(area, until)
    return None if pattern is None else np.array(pattern)
