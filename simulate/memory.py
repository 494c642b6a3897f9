"""Memory between arrays: keep it, do not hand it back after every one.

A replication makes thousands of arrays. The GNU C library asks the system for each larger one anew and hands it back,
and Dask starts its workers so that this holds for all of them, in a thread with a small heap of its own: that costs
from a tenth to half as much again as the work itself. Decision record 0410.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import sys
from collections.abc import Iterator

TRIM_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -4, -8
"""Parameters of the GNU C library's mallopt."""


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest for as long as many objects are made that hold no circles among them.

    It would look through all of them again and again: a quarter of the time without numba.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@functools.cache
def keep_memory() -> bool:
    """Let this process keep freed memory for its next arrays; whether that could be done (GNU C library only)."""
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wishes = ((TRIM_THRESHOLD, -1), (MMAP_MAX, 0), (ARENA_MAX, 1))
    return all(mallopt(parameter, value) == 1 for parameter, value in wishes)
