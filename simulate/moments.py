"""Today's moments in order of time: a heap of (when, event), smallest first.

As ordinary Python it is the standard library's heap on a list. Compiled it is the same on records, as no list can grow
there: `records[0].event` counts those that follow. Both give the pairs in the one order there is.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np

from .state import FOREVER

Heap = Any
"""A list of (when, event), or records of MOMENT."""
MOMENT = np.dtype([("when", np.float64), ("event", np.int64)])


def push(heap: Heap, when: float, event: int) -> None:
    """Add a moment."""
    heappush(heap, (when, event))


def pop(heap: Heap) -> int:
    """Take out the first moment; returns its event."""
    return int(heappop(heap)[1])


def first(heap: Heap) -> float:
    """When the first moment is; never, where there is none."""
    return float(heap[0][0]) if len(heap) > 0 else FOREVER


def push_record(heap: Heap, when: float, event: int) -> None:
    """`push` on records; raises IndexError where they are full."""
    place = heap[0].event + 1
    if place == len(heap):
        raise IndexError("more moments in a day than there is room for")
    heap[0].event = place
    while place > 1:
        parent = place // 2
        if (heap[parent].when, heap[parent].event) <= (when, event):
            break
        heap[place].when, heap[place].event = heap[parent].when, heap[parent].event
        place = parent
    heap[place].when, heap[place].event = when, event


def pop_record(heap: Heap) -> int:
    """`pop` on records."""
    event, size = heap[1].event, heap[0].event
    last_when, last_event = heap[size].when, heap[size].event
    size -= 1
    heap[0].event = size
    place, child = 1, 2
    while child <= size:
        if child < size and (heap[child + 1].when, heap[child + 1].event) < (heap[child].when, heap[child].event):
            child += 1
        if (last_when, last_event) <= (heap[child].when, heap[child].event):
            break
        heap[place].when, heap[place].event = heap[child].when, heap[child].event
        place, child = child, 2 * child
    heap[place].when, heap[place].event = last_when, last_event
    return int(event)


def first_record(heap: Heap) -> float:
    """`first` on records."""
    return float(heap[1].when) if heap[0].event > 0 else FOREVER
