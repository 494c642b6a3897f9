"""Rows in rising order of their keys, those of equal keys as they stood."""

from __future__ import annotations

import numpy as np

from .clock import Floats, Ints


def rising(keys: Floats) -> Ints:
    """Places of the keys in rising order, stable: NumPy's quick sort, which is not, with equal keys put right."""
    order = np.argsort(keys)
    ranked = keys[order]
    same = ranked[1:] == ranked[:-1]
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        order[tied] = order[tied][np.lexsort((order[tied], ranked[tied]))]
    return order


def run_of(rows: Ints) -> Ints | slice:
    """Rising rows; as a slice where they are all in a run."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def in_order(rows: Ints, keys: Floats) -> Ints | slice:
    """Rows in rising order of their keys, stable; a slice where they are all in a run and in order already."""
    mine = keys[rows]
    if not (mine[1:] >= mine[:-1]).all():
        return rows[rising(mine)]
    return run_of(rows)
