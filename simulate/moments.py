"""Today's moments in order of time: pairs of (when, event), smallest first.

As ordinary Python they are the standard library's heap on a list. Compiled they are a diary: the day is cut into equal
slots, each with a chain of its moments in order, so that adding and taking out cost the same however many there are
(a calendar queue; Brown 1988). Both give the pairs in the one order there is.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
import numpy.typing as npt

from .state import FOREVER

Diary = Any
"""A list of (when, event), or records of MOMENT."""
MOMENT = np.dtype(
    [
        ("when", np.float64),  # of record 0: when the day begins
        ("event", np.int64),  # of record 0: how many moments are to come
        ("after", np.int32),  # the next in its slot; of record 0: first of the records free again
        ("first", np.int32),  # of the slot of this number; of record 0: the first slot that may hold any
        ("last", np.int32),  # of the slot of this number; of record 0: the first record that was never used
        ("slots", np.int32),  # of record 0 only
    ],
    align=True,
)
"""A moment, and beside it the ends of the chain of the slot with the same number; 0: none."""


def diary(room: int, slots: int) -> npt.NDArray[Any]:
    """An empty diary for so many moments at once."""
    records = np.empty(max(room, slots + 1) + 1, dtype=MOMENT)
    records[: slots + 2] = 0
    records[0] = (0.0, 0, 0, 1, 1, slots)
    return records


def begin(today: Diary, day: int) -> None:
    """Begin a day; all moments of the day before are over."""


def push(today: Diary, when: float, event: int) -> None:
    """Add a moment of the day, or of its very end."""
    heappush(today, (when, event))


def pop(today: Diary) -> int:
    """Take out the first moment; returns its event."""
    return int(heappop(today)[1])


def first(today: Diary) -> float:
    """When the first moment is; never, where there is none."""
    return float(today[0][0]) if len(today) > 0 else FOREVER


def begin_records(today: Diary, day: int) -> None:
    """`begin` on records."""
    today[0].when = float(day)


def push_record(today: Diary, when: float, event: int) -> None:
    """`push` on records; raises IndexError where they are full."""
    top = today[0]
    number = top.after
    if number > 0:
        top.after = today[number].after
    else:
        number = top.last
        if number == len(today):
            raise IndexError("more moments in a day than there is room for")
        top.last = number + 1
    moment = today[number]
    moment.when, moment.event, moment.after = when, event, 0
    top.event += 1
    place = min(max(int((when - top.when) * top.slots), 0), int(top.slots)) + 1
    top.first = min(top.first, place)
    slot = today[place]
    if slot.first == 0:
        slot.first, slot.last = number, number
    elif not sooner(moment, today[slot.last]):
        today[slot.last].after = number
        slot.last = number
    elif sooner(moment, today[slot.first]):
        moment.after = slot.first
        slot.first = number
    else:
        before = today[slot.first]
        while not sooner(moment, today[before.after]):
            before = today[before.after]
        moment.after = before.after
        before.after = number


def sooner(one: Any, other: Any) -> bool:
    """Whether a moment comes before another."""
    return bool(one.when < other.when or (one.when == other.when and one.event < other.event))


def pop_record(today: Diary) -> int:
    """`pop` on records."""
    top, number = today[0], turn(today)
    moment, slot = today[number], today[today[0].first]
    slot.first = moment.after
    moment.after, top.after = top.after, number
    top.event -= 1
    return int(moment.event)


def first_record(today: Diary) -> float:
    """`first` on records."""
    return float(today[turn(today)].when) if today[0].event > 0 else FOREVER


def turn(today: Diary) -> int:
    """The record of the first moment to come; there is one."""
    top = today[0]
    while today[top.first].first == 0:
        top.first += 1
    return int(today[top.first].first)
