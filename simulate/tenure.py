"""Who holds a post when: vacancies at the start, leaving at a hazard, time to fill, contracts that end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .draws import quantile
from .streams import Keys, uniform

if TYPE_CHECKING:
    from .workforce import Establishment

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Stints = tuple[Ints, Ints, Ints, Ints]


def holders(establishment: Establishment, keys: Keys) -> Stints:
    """Everyone who holds a post: (post, first day, day after the last, holder 0, 1, ...), by post and holder.

    A holder stays an exponential time at the post's hazard, then the post stands vacant for the drawn time to fill;
    without one it is not filled again. A post that a dated change adds is filled on that date.
    """
    funded = establishment.size > 0
    posts, days = funded.shape
    ever = funded.any(axis=1)
    end = np.minimum(np.where(ever, days - np.argmax(funded[:, ::-1], axis=1), 0), establishment.ends)
    start = np.where(ever, np.argmax(funded, axis=1), days) + _vacant(establishment, keys)
    found = []
    holder = 0
    while (start < end).any():
        leave = uniform(keys, f"leaving {holder}")
        with np.errstate(divide="ignore", over="ignore"):
            stay = np.ceil(-np.log1p(-leave) / establishment.leaving_per_day)
        last = start + np.maximum(stay, 1.0)
        table = np.stack([np.arange(posts), start, np.minimum(last, end), np.full(posts, holder)])
        found.append(table[:, start < end])
        start = last + _time_to_fill(establishment, uniform(keys, f"filling {holder}"))
        holder += 1
    if not found:
        return (np.empty(0, np.int64),) * 4
    table = np.concatenate(found, axis=1).astype(np.int64)
    post, first, until, number = table[:, np.lexsort((table[3], table[0]))]
    return post, first, until, number


def _time_to_fill(establishment: Establishment, draws: Floats) -> Floats:
    """Whole working days each post stays vacant; for ever where the scenario states no time."""
    wait = np.full(len(draws), np.inf)
    for group in establishment.groups:
        if group.to_fill is not None:
            wait[group.rows] = np.round(quantile(group.to_fill, draws[group.rows]))
    return wait


def _vacant(establishment: Establishment, keys: Keys) -> Floats:
    """Working days from the start until each post is held: 0, or the rest of its vacancy.

    The stated share of a group's posts is vacant, rounded by chance; an even share of its drawn time to fill remains.
    """
    wait = np.zeros(len(keys))
    if not any(group.vacant_share for group in establishment.groups):
        return wait
    order, rest = uniform(keys, "vacancy"), uniform(keys, "rest of vacancy")
    full = _time_to_fill(establishment, uniform(keys, "filling first"))
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
