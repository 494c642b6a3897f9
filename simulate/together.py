"""Work and elapsed time that go together: a case that can close early needs little work.

The two are tied by a Gaussian copula of correlation `tie`; each keeps its own distribution. With a tie of 0 they are
independent.
Source of the method: Nelsen, An Introduction to Copulas (2006), chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .clock import Floats, Ints

SLICES = (np.arange(24) + 0.5) / 24
"""Middles of equal slices of one uniform number, over which the chance of both is summed."""
BLOCKS = (4, 16, 64, 256)
"""Tries made at a time, until the condition holds."""
Draw = Callable[[str, Ints, int], Floats]
"""For a purpose, so many uniform numbers for each of the cases named by row: shape (cases, tries)."""


def tied(own: Floats, other: Floats, tie: float) -> Floats:
    """Uniform numbers correlated with `other`, made from independent ones."""
    from scipy.special import ndtr

    return own if tie == 0.0 else np.asarray(ndtr(tied_normals(own, other, tie)))


def tied_normals(own: Floats, other: Floats, tie: float) -> Floats:
    """`tied` as standard normal numbers."""
    from scipy.special import ndtri

    return np.asarray(tie * ndtri(other) + np.sqrt(1 - tie**2) * ndtri(own))


def chance_of_both(first: Floats, second: Floats, tie: float) -> Floats:
    """Chance that two tied uniform numbers are at most `first` and at most `second`, element by element."""
    from scipy.special import ndtr, ndtri

    if tie == 0.0:
        return np.asarray(first * second)
    within = np.clip(second[:, None] * len(SLICES) - np.arange(len(SLICES)), 0.0, 1.0)
    bound = ndtri(np.clip(first, 1e-12, 1 - 1e-12))[:, None]
    return np.asarray((ndtr((bound - tie * ndtri(SLICES)) / np.sqrt(1 - tie**2)) * within).mean(axis=1))


def either_above(first: Floats, second: Floats, tie: float, draw: Draw) -> tuple[Floats, Floats]:
    """Tied uniform numbers given that one is above `first` or the other above `second`: (first's, second's).

    Drawn again until it holds, some tries at a time; a case for which it holds almost never is left at its two bounds.
    """
    one, two = first.copy(), second.copy()
    waiting = np.arange(len(first))
    for block, tries in enumerate(BLOCKS):
        if not len(waiting):
            break
        other = draw(f"elapsed, block {block}", waiting, tries)
        own = tied(draw(f"work, block {block}", waiting, tries), other, tie)
        holds = (own > first[waiting, None]) | (other > second[waiting, None])
        found, at = holds.any(axis=1), np.argmax(holds, axis=1)
        chosen = np.flatnonzero(found), at[found]
        one[waiting[found]], two[waiting[found]] = own[chosen], other[chosen]
        waiting = waiting[~found]
    return one, two
