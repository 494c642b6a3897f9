"""Who holds a post when: vacancies at the start, leaving at a hazard, time to fill, contracts that end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .clock import Floats, Ints
from .draws import dates_for, quantile
from .streams import Keys, uniform

if TYPE_CHECKING:
    from .posts import Establishment


@dataclass(frozen=True)
class Stints:
    """Who holds which post when, one value a person: post, holder 0, 1, ... of it, first day, day after the last.

    `patience`: the leavings that a person outlasts (exponential, mean 1): they leave when the hazard of the days in
    post adds up to it.
    """

    post: Ints
    holder: Ints
    start: Ints
    end: Ints
    patience: Floats

    def __len__(self) -> int:
        return len(self.post)


def holders(establishment: Establishment, keys: Keys) -> Stints:
    """Everyone who holds a post, by post and holder.

    A holder stays an exponential time at the post's hazard, then the post stands vacant for the drawn time to fill;
    without one it is not filled again. A post that a dated change adds is filled on that date.
    """
    first, end = _funded(establishment)
    return _in_turn(establishment, keys, first + _vacant(establishment, keys), end, 0)


def successors(establishment: Establishment, keys: Keys, post: int, holder: int, left: int) -> Stints:
    """Who holds a post, one after the other, once a holder has left it on a day."""
    _, end = _funded(establishment)
    start = np.full(len(keys), np.inf)
    since = np.full(len(keys), float(left))
    start[post] = left + _time_to_fill(establishment, uniform(keys, f"filling {holder}"), since)[post]
    return _in_turn(establishment, keys, start, end, holder + 1)


def leaving_day(establishment: Establishment, post: Ints, start: Ints | Floats, patience: Floats) -> Floats:
    """First day out of post of those who start on a day and have so much patience left: one day at the least."""
    per_day = establishment.leaving_per_day
    if per_day.shape[1] == 1:
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            return np.asarray(start + np.fmax(np.ceil(patience / per_day[post, 0]), 1.0))
    by_day, days = establishment.leavings[post], establishment.clock.days
    due = by_day[np.arange(len(post)), np.clip(start, 0, days).astype(np.int64)] + patience
    last = (by_day < due[:, None]).sum(axis=1)
    return np.where(last > days, np.inf, np.maximum(last, start + 1.0))


def _in_turn(establishment: Establishment, keys: Keys, start: Floats, end: Ints, holder: int) -> Stints:
    """Holders of every post from the given first days on, the first of them numbered `holder`."""
    posts, found = np.arange(len(keys)), []
    while (start < end).any():
        patience = -np.log1p(-uniform(keys, f"leaving {holder}"))
        last = leaving_day(establishment, posts, start, patience)
        table = np.stack([posts, np.full(len(keys), holder), start, np.minimum(last, end), patience])
        found.append(table[:, start < end])
        start = last + _time_to_fill(establishment, uniform(keys, f"filling {holder}"), last)
        holder += 1
    table = np.concatenate([np.empty((5, 0)), *found], axis=1)
    table = table[:, np.lexsort((table[1], table[0]))]
    post, number, first, until = table[:4].astype(np.int64)
    return Stints(post, number, first, until, table[4])


def _funded(establishment: Establishment) -> tuple[Ints, Ints]:
    """First day of each post, and the day from which nobody holds it."""
    funded = establishment.size > 0
    days, ever = funded.shape[1], funded.any(axis=1)
    end = np.where(ever, days - np.argmax(funded[:, ::-1], axis=1), 0)
    return np.where(ever, np.argmax(funded, axis=1), days), np.minimum(end, establishment.ends)


def _time_to_fill(establishment: Establishment, draws: Floats, since: Floats) -> Floats:
    """Whole working days each post stays vacant from a day on; for ever where the scenario states no time."""
    wait = np.full(len(draws), np.inf)
    for group in establishment.groups:
        if group.to_fill is not None:
            days = dates_for(group.to_fill, establishment.clock, since[group.rows])
            wait[group.rows] = np.round(quantile(group.to_fill, draws[group.rows], days))
    return wait


def _vacant(establishment: Establishment, keys: Keys) -> Floats:
    """Working days from the start until each post is held: 0, or the rest of its vacancy.

    The stated share of a group's posts is vacant, rounded by chance; an even share of its drawn time to fill remains.
    """
    wait = np.zeros(len(keys))
    if not any(group.vacant_share for group in establishment.groups):
        return wait
    order, rest = uniform(keys, "vacancy"), uniform(keys, "rest of vacancy")
    full = _time_to_fill(establishment, uniform(keys, "filling first"), wait)
    for group in establishment.groups:
        at_start = np.flatnonzero(establishment.size[group.rows, 0] > 0)
        if not group.vacant_share or not len(at_start):
            continue
        ranked = at_start[np.argsort(order[group.rows][at_start], kind="stable")] + group.rows.start
        rounding = uniform(keys[group.rows][:1], "vacancies rounded")[0]
        chosen = ranked[: int(np.floor(group.vacant_share * len(at_start) + rounding))]
        with np.errstate(invalid="ignore"):
            wait[chosen] = np.maximum(np.round(full[chosen] * rest[chosen]), 1.0)
    return wait
