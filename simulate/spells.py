"""Numbers present day by day, from when each came and went."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from .clock import Bools, Floats, Ints


@dataclass(frozen=True)
class Spells:
    """Those who came before the horizon's end: when each came (negative: before the start) and went (NaN: has not)."""

    came: Floats
    went: Floats
    days: int

    @functools.cached_property
    def starts(self) -> Ints:
        """How many came on each day; those there at the start came on none."""
        return _per_day(self.came[self.came >= 0], self.days)

    @functools.cached_property
    def ends(self) -> Ints:
        """How many went on each day."""
        return _per_day(self.went[~np.isnan(self.went)], self.days)

    @functools.cached_property
    def present(self) -> Ints:
        """How many are there at the end of each day."""
        first = int(np.count_nonzero(self.came < 0))
        return first + np.cumsum(self.starts - self.ends)

    @functools.cached_property
    def time(self) -> Floats:
        """Days spent there in each day, by all together: the mean number present over the day."""
        came, went = self.came[self.came >= 0], self.went[~np.isnan(self.went)]
        return np.asarray(self.present - _gone_of_day(came, self.days) + _gone_of_day(went, self.days))

    def at(self, moment: float) -> Bools:
        """Who is there just before a moment."""
        return (self.came < moment) & ~(self.went < moment)


def _per_day(times: Floats, days: int) -> Ints:
    return np.bincount(times.astype(np.int64), minlength=days)[:days]


def _gone_of_day(times: Floats, days: int) -> Floats:
    """By day, the parts of the day gone when each came, added up."""
    day = times.astype(np.int64)
    return np.asarray(np.bincount(day, weights=times - day, minlength=days)[:days], dtype=np.float64)
