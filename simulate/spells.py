"""Moments by the day they fall on, and numbers present day by day from when each came and went."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from . import passes
from .clock import Floats, Ints, Whole


@dataclass(frozen=True)
class Moments:
    """Moments in working days (negative: before the start; NaN: never) over a horizon of so many days.

    All sums are over the horizon: moments before the start, after the end and never count on no day.
    """

    times: Floats
    days: int

    @functools.cached_property
    def _days(self) -> tuple[Whole, Ints, Floats]:
        return passes.by_day(self.times, self.days)

    @property
    def place(self) -> Whole:
        """The working day of each counted from 1; 0 before the start, `days` + 1 never or after the end."""
        return self._days[0]

    @property
    def before(self) -> int:
        """How many lie before the start."""
        return int(self._days[1][0])

    @property
    def number(self) -> Ints:
        """How many fall on each day."""
        return self._days[1][1:-1]

    @property
    def parts(self) -> Floats:
        """By day, the parts of the day gone at each moment, added up."""
        return self._days[2][1:-1]

    def total(self, values: Floats) -> Floats:
        """Sum by day of values, one for each moment."""
        return passes.total(self.place, values, self.days)[1:-1]

    def within(self, values: Floats, limits: tuple[int, ...]) -> Ints:
        """How many values, one for each moment, are at most each of the limits (rows), by day."""
        return passes.within(self.place, values, limits, self.days)[:, 1:-1]

    def numbers_by(self, group: Whole, groups: int) -> tuple[Ints, Floats, Ints]:
        """By group (rows): how many fall on each day, the parts of the day gone, and how many before the start."""
        place, shape = group * (self.days + 2) + self.place, (groups, self.days + 2)
        number: Ints = np.bincount(place, minlength=groups * shape[1]).reshape(shape)
        parts = self.times - (self.place - 1)
        gone: Floats = np.bincount(place, parts, groups * shape[1]).astype(np.float64).reshape(shape)
        return number[:, 1:-1], gone[:, 1:-1], number[:, 0]


@dataclass(frozen=True)
class Spells:
    """Those who came and went; a spell whose beginning is never is none, one whose end is never still lasts.

    `came`, `went`: any tables of moments; together each beginning has an end.
    """

    came: tuple[Moments, ...]
    went: tuple[Moments, ...]

    @functools.cached_property
    def starts(self) -> Ints:
        """How many came on each day; those there at the start came on none."""
        return np.asarray(sum(moments.number for moments in self.came))

    @functools.cached_property
    def ends(self) -> Ints:
        """How many went on each day."""
        return np.asarray(sum(moments.number for moments in self.went))

    @functools.cached_property
    def present(self) -> Ints:
        """How many are there at the end of each day."""
        return sum(moments.before for moments in self.came) + np.cumsum(self.starts - self.ends)

    @functools.cached_property
    def time(self) -> Floats:
        """Days spent there in each day, by all together: the mean number present over the day."""
        gone = sum(moments.parts for moments in self.went) - sum(moments.parts for moments in self.came)
        return np.asarray(self.present + gone)


def spells_by(
    came: Iterable[tuple[Moments, Whole]], went: Iterable[tuple[Moments, Whole]], groups: int
) -> tuple[Ints, Floats]:
    """`Spells.present` and `Spells.time` by group (rows), from tables of moments with the group of each."""
    starts, begun, before = (sum(x) for x in zip(*(m.numbers_by(g, groups) for m, g in came), strict=True))
    ends, over, _ = (sum(x) for x in zip(*(m.numbers_by(g, groups) for m, g in went), strict=True))
    present = np.reshape(before, (groups, 1)) + np.cumsum(np.subtract(starts, ends), axis=1)
    return np.asarray(present), np.asarray(present + np.subtract(over, begun))


def present_at(came: Moments, went: Moments, ends: Ints) -> tuple[Ints, Ints]:
    """Who is there just before each of the moments `ends` (whole days, rising): pairs of (row, place in `ends`)."""
    passed = np.searchsorted(ends, np.arange(-1, came.days + 1), side="right")
    passed[-1] = len(ends)
    return passes.present(passed, passed, came.place, went.place)
