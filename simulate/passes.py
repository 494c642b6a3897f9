"""Sums over many moments, each in one compiled pass; NumPy gives the same to the bit where numba is not wanted."""

from __future__ import annotations

import numpy as np

from .clock import Floats, Ints, Whole
from .fast import compiles, looped


def by_day(times: Floats, days: int) -> tuple[Whole, Ints, Floats]:
    """Place of each moment (its working day from 1; 0: before the start, `days` + 1: never or after the end), and by
    place how many there are and the parts of the day gone at each, added up."""
    if compiles():
        place, number, gone = np.empty(len(times), np.int32), np.zeros(days + 2, np.int64), np.zeros(days + 2)
        looped(_by_day)(times, place, number, gone)
        return place, number, gone
    whole = np.fmin(times, float(days))
    np.maximum(whole, -1.0, out=whole)
    np.floor(whole, out=whole)
    place = (whole + 1.0).astype(np.int32)
    gone = np.bincount(place, times - whole, days + 2).astype(np.float64)
    return place, np.bincount(place, minlength=days + 2), gone


def total(place: Whole, values: Floats, days: int) -> Floats:
    """Sum of values by place."""
    if compiles():
        sums = np.zeros(days + 2)
        looped(_total)(place, values, sums)
        return sums
    return np.bincount(place, values, days + 2).astype(np.float64)


def within(place: Whole, values: Floats, limits: tuple[int, ...], days: int) -> Ints:
    """How many values are at most each of the limits (rows), by place."""
    if compiles():
        counts = np.zeros((len(limits), days + 2), np.int64)
        looped(_within)(place, values, np.array(limits, dtype=np.float64), counts)
        return counts
    found = [np.bincount(place[values <= limit], minlength=days + 2) for limit in limits]
    return np.array(found, dtype=np.int64).reshape(len(limits), days + 2)


def between(daily: Floats | Ints, starts: Ints, ends: Ints) -> Floats:
    """Sum of each row of a table (row, day) from each of the days `starts` up to, not with, that of `ends`."""
    if compiles():
        sums = np.empty((len(daily), len(ends)))
        looped(_between)(daily, starts, ends, sums)
        return sums
    running = np.zeros((len(daily), daily.shape[1] + 1))
    np.cumsum(daily, axis=1, out=running[:, 1:])
    return np.asarray(running[:, ends] - running[:, starts])


def spread(month: Ints, place: Whole, values: Floats, months: int, most: int) -> Ints:
    """How many there are of each whole value by month (`month[place]`; `months`: none): shape (months, largest + 1).

    Values are at least 0; larger ones than `most` count as that.
    """
    if compiles():
        wide = looped(_widest)(month, place, values, months, most) + 1
        counts = np.zeros((months, wide), np.int64)
        looped(_spread)(month, place, values, most, counts)
        return counts
    here = np.flatnonzero(month[place] < months)
    value = np.minimum(values[here], float(most)).astype(np.int64)
    wide = int(value.max(initial=0)) + 1
    box = month[place[here]] * wide + value
    return np.bincount(box, minlength=months * wide).reshape(months, wide)


def present(first: Ints, last: Ints, came: Whole, went: Whole) -> tuple[Ints, Ints]:
    """Pairs of (row, n) for every n from `first[came[row]]` up to, not with, `last[went[row]]`, row by row."""
    if compiles():
        number = looped(_pairs)(first, last, came, went)
        rows, turns = np.empty(number, np.int64), np.empty(number, np.int64)
        looped(_present)(first, last, came, went, rows, turns)
        return rows, turns
    begin, end = first[came], last[went]
    there = np.flatnonzero(end > begin)
    times = end[there] - begin[there]
    rows = np.repeat(there, times)
    turn = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    return rows, begin[rows] + turn


def _by_day(times: Floats, place: Whole, number: Ints, gone: Floats) -> None:
    days = len(number) - 2
    for row in range(len(times)):
        when = times[row]
        whole = float(days)
        if when < days:
            whole = np.floor(max(when, -1.0))
        at = int(whole) + 1
        place[row] = at
        number[at] += 1
        gone[at] += when - whole


def _total(place: Whole, values: Floats, sums: Floats) -> None:
    for row in range(len(place)):
        sums[place[row]] += values[row]


def _within(place: Whole, values: Floats, limits: Floats, counts: Ints) -> None:
    for row in range(len(place)):
        for n in range(len(limits)):
            if values[row] <= limits[n]:
                counts[n, place[row]] += 1


def _between(daily: Floats | Ints, starts: Ints, ends: Ints, sums: Floats) -> None:
    running = np.empty(daily.shape[1] + 1)
    running[0] = 0.0
    for row in range(len(daily)):
        for day in range(daily.shape[1]):
            running[day + 1] = running[day] + daily[row, day]
        for period in range(len(ends)):
            sums[row, period] = running[ends[period]] - running[starts[period]]


def _widest(month: Ints, place: Whole, values: Floats, months: int, most: int) -> int:
    widest = 0
    for row in range(len(place)):
        if month[place[row]] < months:
            widest = max(widest, int(min(values[row], float(most))))
    return widest


def _spread(month: Ints, place: Whole, values: Floats, most: int, counts: Ints) -> None:
    for row in range(len(place)):
        at = month[place[row]]
        if at < len(counts):
            counts[at, int(min(values[row], float(most)))] += 1


def _pairs(first: Ints, last: Ints, came: Whole, went: Whole) -> int:
    number = 0
    for row in range(len(came)):
        number += max(last[went[row]] - first[came[row]], 0)
    return number


def _present(first: Ints, last: Ints, came: Whole, went: Whole, rows: Ints, turns: Ints) -> None:
    at = 0
    for row in range(len(came)):
        for turn in range(first[came[row]], last[went[row]]):
            rows[at], turns[at] = row, turn
            at += 1
