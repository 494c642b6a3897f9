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
import os
import sys
from collections.abc import Iterator

TRIM_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -4, -8
"""Parameters of the GNU C library's mallopt."""
DONT_NEED, HUGE_PAGES = 4, 14
"""Advice of Linux's madvise."""
PAGE, ROOM = 2**21, 2**27
"""Bytes of a large page, and of the room that a process asks for in such: a replication of a usual service fits."""


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


def keep_memory() -> bool:
    """Let this process keep freed memory for its next arrays; whether that could be done (GNU C library only)."""
    return _kept(os.getpid())


@functools.cache
def _kept(process: int) -> bool:  # noqa: ARG001 (each process has its own memory, one forked from another too)
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None)
    mallopt = getattr(library, "mallopt", None)
    if mallopt is None:
        return False
    wishes = ((TRIM_THRESHOLD, -1), (MMAP_MAX, 0), (ARENA_MAX, 1))
    kept = all(mallopt(parameter, value) == 1 for parameter, value in wishes)
    if kept:
        _make_room(library)
    return kept


def _make_room(library: ctypes.CDLL) -> None:
    """Ask for room in large pages, of which the processor remembers more at once, and free it for the next arrays.

    What a process has from the one it was forked from would be copied in small pages: it is given up first.
    """
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    library.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    room = library.malloc(ROOM)
    if room is None:
        return
    first = -(-room // PAGE) * PAGE
    for advice in (DONT_NEED, HUGE_PAGES):
        library.madvise(first, (room + ROOM - first) // PAGE * PAGE, advice)
    library.free(room)
