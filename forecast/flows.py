"""Stocks that add up: open(t) = open(t-1) + starts(t) - ends(t) on every path.

Two separate flow forecasts accumulate their errors, so only starts are forecast; ends are a rate of the open stock.
The centre of the stock is the mean of that roll, the last count and, where the stock itself is published by month, a
direct forecast; the correction goes back into the rate (forecasting study; decision record 0123).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
FIRST_MONTHS = 6  # of a path, taken to say how it has been running up to its start
RATE_REACH = 3.0  # a corrected rate stays within this factor of the forecast rate


@dataclass(frozen=True)
class StockPaths:
    """Whole counts of one stock, shape (paths, months) each; ends never exceed the stock they come from."""

    starts: Array
    ends: Array
    open: Array


def rolled(opening: float, starts: Array, rate: float) -> Array:
    """The stock from its opening count, monthly starts and a constant monthly exit rate, shape (months,)."""
    level, out = opening, np.empty(len(starts))
    for month, starting in enumerate(starts):
        level = level + starting - rate * level
        out[month] = level
    return out


def corrected_rates(opening: float, starts: Array, rate: float, direct: Array | None = None) -> Array:
    """Monthly exit rates that carry the stock along its averaged centre, shape (months,).

    `starts`: central monthly starts. `direct`: central forecast of the stock itself, where there is one.
    """
    opinions = [rolled(opening, starts, rate), np.full(len(starts), opening)]
    if direct is not None:
        opinions.append(direct)
    centre = np.mean(opinions, axis=0)
    before = np.concatenate([[opening], centre[:-1]])
    ends = before + starts - centre
    return np.asarray(np.clip(ends / np.maximum(before, 1.0), rate / RATE_REACH, min(rate * RATE_REACH, 1.0)))


def estimated_openings(count: float, starts: Array, usual: Array, strays: Array, rate: float, unseen: int) -> Array:
    """Whole opening counts, shape (paths,), where the last known count is `unseen` months old.

    A path whose starts run above usual, or whose exits run below, has done so since: its opening count is higher by
    what that adds up to, less what has left again. `starts`: whole counts, shape (paths, months); `usual`: their
    centre, shape (months,); `strays`: deviation in logs of the exit rate, shape of `starts`.
    """
    first = slice(0, FIRST_MONTHS)
    more = starts[:, first].sum(axis=1) / max(float(usual[first].sum()), 1.0) - 1.0
    faster = np.exp(strays[:, first].mean(axis=1)) - 1.0
    lasting = (1.0 - (1.0 - rate) ** unseen) / rate if rate > 0 else float(unseen)
    added = (float(usual[first].mean()) * more - rate * count * faster) * lasting
    return np.asarray(np.round(np.maximum(count + added, 0.0)))


def exits(opening: Array, starts: Array, rates: Array, streams: list[np.random.Generator]) -> StockPaths:
    """Ends drawn from the open stock month by month: each open child ends with the month's chance.

    `opening`: whole counts, shape (paths,). `starts`: whole counts, shape (paths, months). `rates`: chance of ending in
    the month, same shape. Raises ValueError where an opening count is not a whole number >= 0.
    """
    if (opening < 0).any() or (opening != np.round(opening)).any():
        raise ValueError("an opening count is not a whole number, 0 or more")
    chance = np.clip(rates, 0.0, 1.0)
    ends, opened = np.zeros_like(starts), np.zeros_like(starts)
    for path, stream in enumerate(streams):
        level = int(opening[path])
        for month in range(starts.shape[1]):
            leaving = int(stream.binomial(level, chance[path, month]))
            level += int(starts[path, month]) - leaving
            ends[path, month], opened[path, month] = leaving, level
    return StockPaths(starts, ends, opened)
