"""Why people in post are not at work: sickness, annual leave, training, waves of absence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .clock import Clock, Floats, Ints, dates_of
from .draws import Draw, quantile, steps
from .streams import Keys, mixed, uniform

if TYPE_CHECKING:
    from .posts import Establishment

Bools = npt.NDArray[np.bool_]
SPELLS = 16
"""Spells drawn at a time, until every post's reach the end."""
FOREVER = 1e9
"""Working days that no spell lasts."""


def away(establishment: Establishment, keys: Keys) -> Bools:
    """Whether whoever holds each post is away, by post and day: (p, d). Posts of teams without absence never are."""
    rules = establishment.absence
    missing = np.zeros(establishment.size.shape, dtype=np.bool_)
    if establishment.sickness is not None:
        missing |= _sick(establishment, keys)
    if rules.annual_leave is not None and rules.annual_leave.days_per_year > 0:
        missing |= _on_leave(establishment, keys)
    if rules.training_days_per_year:
        missing |= _in_training(establishment, keys)
    for name in rules.waves:
        missing |= _in_wave(establishment, name, keys)
    return np.asarray(missing & establishment.absent[:, None])


def _sick(establishment: Establishment, keys: Keys) -> Bools:
    """Spells at work and away in turn; a spell's edges fall to the start of the day they lie in."""
    spells, clock = establishment.sickness, establishment.clock
    assert spells is not None
    together = 1 if spells.at_work.is_dated or spells.away.is_dated else SPELLS
    posts, days = establishment.size.shape
    now = np.full((posts, 1), -float(spells.run_in))
    away = np.zeros((posts, days), dtype=np.bool_)
    row = (np.arange(posts) * (days + 1))[:, None]
    drawn = 0
    while (now < days).any():
        which = _numbered(keys, drawn, together)
        lengths = np.empty((posts, 2 * together))
        lengths[:, 0::2] = _lasting(spells.at_work, uniform(which, "at work"), now, clock)
        lengths[:, 1::2] = _lasting(spells.away, uniform(which, "sick"), now + lengths[:, :1], clock)
        times = now + np.cumsum(lengths, axis=1)
        edges = np.clip(np.floor(times), 0, days).astype(np.int64) + row
        away |= _between(edges[:, 0::2], edges[:, 1::2], posts, days)
        now = times[:, -1:]
        drawn += together
    return away


def _lasting(draw: Draw, luck: Floats, begins: Floats, clock: Clock) -> Floats:
    """How long spells last that begin then. Where their mean changes on a date, what is left of a spell under way
    stretches with it: a share of the mean is used up a day, whatever the mean of that day is."""
    if not draw.is_dated:
        return quantile(draw, luck)
    shape = replace(draw, factor=steps(1.0), rounded_up=False)
    changes, means = clock.time_of(np.array(draw.factor.dates[1:], dtype="datetime64[D]")), draw.factor.values
    ends = (min(float(begins.min()), *changes.tolist(), 0.0), max(float(begins.max()), *changes.tolist(), 0.0))
    times = np.array([ends[0] - 1, *changes, ends[1] + FOREVER])
    used = np.concatenate([[0.0], np.cumsum(np.diff(times) / np.array(means))])
    due = np.interp(begins, times, used) + quantile(shape, luck, dates_of(clock, begins))
    lengths = np.interp(due, used, times) - begins
    return np.asarray(np.ceil(lengths) if draw.rounded_up else lengths)


def _between(starts: Ints, ends: Ints, posts: int, days: int) -> Bools:
    """Days from starts to before ends, which count along rows of days + 1; spells of a row do not overlap."""
    change = np.bincount(starts.ravel(), minlength=posts * (days + 1)).astype(np.int8)
    change -= np.bincount(ends.ravel(), minlength=posts * (days + 1)).astype(np.int8)
    return np.asarray(np.cumsum(change.reshape(posts, days + 1), axis=1, dtype=np.int8)[:, :days] > 0)


def _on_leave(establishment: Establishment, keys: Keys) -> Bools:
    """One unbroken leave a month at a random place in it; fractions of a day carry over from month to month."""
    rule, clock = establishment.absence.annual_leave, establishment.clock
    assert rule is not None
    months = clock.months
    number = clock.horizon_months
    first, length = np.searchsorted(months, np.arange(number)), np.bincount(months, minlength=number)
    weights = np.array(rule.month_weights)
    share = weights[clock.month_numbers - 1] / weights.sum()
    due = float(rule.days_per_year) * share * length / clock.working_days_of_months
    total = np.floor(np.concatenate([[0.0], np.cumsum(due)]) + uniform(keys, "leave")[:, None])
    taken = np.minimum(np.diff(total, axis=1), length)
    place = uniform(_numbered(keys, 0, number), "leave begins")
    begins = (first + np.floor(place * (length - taken + 1))).astype(np.int64)
    row = (np.arange(len(keys)) * (clock.days + 1))[:, None]
    return _between(begins + row, (begins + taken.astype(np.int64)) + row, len(keys), clock.days)


def _in_training(establishment: Establishment, keys: Keys) -> Bools:
    """Single days, evenly apart, each person's own day in the cycle."""
    clock = establishment.clock
    per_day = float(establishment.absence.training_days_per_year or 0.0) / clock.days_per_year
    passed = np.floor(np.arange(clock.days + 1) * per_day + uniform(keys, "training")[:, None])
    return np.asarray(np.diff(passed, axis=1) > 0)


def _in_wave(establishment: Establishment, name: str, keys: Keys) -> Bools:
    """The same people throughout the wave: the stated share of them, by chance."""
    wave, clock = establishment.absence.waves[name], establishment.clock
    chosen: Floats = uniform(keys, f"wave {name}")
    day = np.arange(clock.days)
    inside = (day >= clock.day_of(wave.first)) & (day < clock.day_after(wave.last))
    return np.asarray((chosen < float(wave.share_away))[:, None] & inside)


def _numbered(keys: Keys, first: int, number: int) -> Keys:
    """A key for each post and each of `number` things that happen to it in turn."""
    turns: Keys = np.arange(first, first + number, dtype=np.uint64)
    numbered: Keys = mixed(np.add(keys[:, None], turns, dtype=np.uint64))
    return numbered
