"""The records of a running simulation: visits, urgent pieces, workers, sub-teams.

Compiled, each kind is one NumPy array of records; as ordinary Python, a list of objects with the same fields. The
kernel writes `visits[number].left` and runs on either. Only visits under way have a record, which is used again when
they are over: so the records in use stay few and near, however many visits a replication has.
"""

from __future__ import annotations

import functools
from dataclasses import make_dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Records = Any
"""A NumPy array of records, or a list of objects with the same fields."""
Column = Any
"""A NumPy array, or a list."""
Table = Any
"""One row a day, one number a worker: a NumPy array, or a list of lists."""

POOL, CASELOAD, CASELOAD_FROM_ALLOCATION, PLAN, ASKING = range(5)
NOBODY = -1
SIGNING = -1
FOREVER = float("inf")
ALWAYS = float("nan")
"""As the working days after which a case that closes is late enough to come back."""
NEVER = float("nan")
LINE_BYTES = 64
TINY = 1e-9
"""Working days: work due this little after a day's end is done by its end (rounding must not cost a day)."""

ENTRY = np.dtype(
    [
        ("effort", np.float64),
        ("least", np.float64),  # the moment itself where the clock is AHEAD and counts
        ("entered", np.float64),
        ("allocated", np.float64),
        ("finished", np.float64),
        ("worker", np.int32),
        ("then", np.int32),
        ("sign_off", np.int32),
        ("clock", np.int32),  # the entry whose coming starts its clock; OWN, AHEAD, or A_PIECE less the piece's number
        ("seldom", np.int32),  # what else there is to say of it
        ("sub_team", np.int16),
        ("kind", np.int8),
        ("urgent", np.bool_),
    ],
    align=True,
)
"""A visit in the book: what is fixed (as in Visits), and what happened (as in Trace).

64 bytes, one line of a processor's near memory: half of the kernel's time was waiting for longer ones.
"""
OWN, AHEAD, A_PIECE = -1, -2, -3
SELDOM = np.dtype(
    [
        ("given", np.float64),
        ("clock_at", np.float64),  # when its clock started, where that is AHEAD
        ("returns_after", np.float64),  # working days after finishing until it comes back or takes a return back
        ("late_after", np.float64),
        ("asks_again_after", np.float64),
        ("comes_back", np.int32),
        ("asks_again", np.int32),
        ("first_piece", np.int32),  # of a chain of urgent pieces
        ("awaited", np.bool_),  # labelled as a return, and in the forecast
    ],
    align=True,
)
"""What only few visits have."""
VISIT = np.dtype(
    [
        ("left", np.float64),  # hours of work left while nobody works on it
        ("goal", np.float64),  # reading of its worker's meter at which the work is done
        ("since", np.float64),  # when it joined the queue
        ("row", np.int32),  # in the book
        ("holder", np.int32),  # who holds it now
        ("following", np.int32),  # next in the queue, of its worker's active cases, of those done, or of free records
        ("held_after", np.int32),  # chain of all cases of its worker
        ("held_before", np.int32),
        ("handed", np.int32),  # its latest handover
        ("signs", np.int32),  # the case that this visit signs off
        ("pending", np.int32),  # what must still happen before it can finish (work, time, urgent pieces), or SIGNING
        ("kind", np.int8),  # as in the book; ASKING: not there yet, `signs` is the row of the case that waits
        ("urgent", np.bool_),
        ("over", np.bool_),  # finished, and waiting to come back
    ],
    align=True,
)
PIECE = np.dtype(
    [
        ("begins_after", np.float64),  # working days after allocation
        ("began", np.float64),
        ("done", np.float64),
        ("left", np.float64),
        ("goal", np.float64),
        ("visit", np.int32),  # the record of its case, once that is allocated
        ("next_piece", np.int32),  # of the same visit
        ("then", np.int32),
        ("following", np.int32),
    ],
    align=True,
)
WORKER = np.dtype(
    [
        ("meter", np.float64),  # hours given so far to each active case: virtual time
        ("urgent_meter", np.float64),
        ("rate", np.float64),  # hours a working day now
        ("till", np.float64),  # time up to which the meters are right
        ("next", np.float64),  # when the next piece of work will be done
        ("given", np.float64),  # hours of work done today
        ("active", np.int32),
        ("urgent", np.int32),
        ("first_active", np.int32),  # chain by goal
        ("first_urgent", np.int32),
        ("open", np.int32),
        ("first_held", np.int32),
        ("cap", np.int32),
        ("line", np.int32),  # sub-team now
        ("next_in_line", np.int32),  # next at work (for pools: next idle) in the sub-team
        ("serving", np.int32),  # a pool's visit in hand
        ("in_post", np.bool_),
        ("finishes", np.bool_),  # as a leaver, finishes the cases in hand
    ],
    align=True,
)
LINE = np.dtype(
    [
        ("first_urgent", np.int32),  # queues
        ("last_urgent", np.int32),
        ("first_other", np.int32),
        ("last_other", np.int32),
        ("first_at_work", np.int32),
        ("last_at_work", np.int32),
        ("pool", np.bool_),
    ],
    align=True,
)
HANDOVER = np.dtype(
    [("back", np.float64), ("taken", np.float64), ("visit", np.int32), ("worker", np.int32)], align=True
)
TALLY = np.dtype(
    [
        ("arrived", np.int64),
        ("handed", np.int64),
        ("taken_back", np.int64),
        ("free", np.int64),  # the first record of a visit that is free again
        ("fresh", np.int64),  # the first that was never used
        ("live", np.int64),
        ("first_done", np.int64),  # chain of cases done as they were taken, in that order
        ("last_done", np.int64),
        ("above", np.float64),  # overload: share of the cap above which hours are lost
        ("hours_lost", np.float64),  # share of the day's hours, for each cap above
        ("thin_above", np.float64),  # share of the cap above which work that is closed is thin
        ("read_ahead", np.int64),  # what `agenda.bring_near` adds up, and nobody asks for
    ],
    align=True,
)


MOMENTS = (
    *("began", "done", "taken"),
    *("clock_at", "returns_after", "late_after", "asks_again_after"),
)
POINTERS = (
    *("then", "next_piece", "holder", "following", "held_after", "held_before", "handed", "visit", "worker"),
    *("first_active", "first_urgent", "first_held", "next_in_line", "serving", "signs"),
    *("last_urgent", "first_other", "last_other", "first_at_work", "last_at_work"),
    *("comes_back", "asks_again", "first_piece"),
)


class State(NamedTuple):
    """The whole running simulation of one replication.

    `book`: every visit that is not served ahead; `seldom`: what else there is to say of some of them. `visits`: records
    of those who are in the service now or will come back. `agenda[day]`: first event of a chain; `due[event]`,
    `after[event]`: when it is, and the next of its chain, kept apart so that a chain is near. `gone_to[sub-team]`: who
    took it over; itself until then. `today`: the day's moments. `tally[0]`: how many have arrived and were handed
    back; returns of the forecast to take back; records free again, records never used, and how many are live; the first
    and last of the cases that are done and wait a moment to be wound up.
    """

    book: Records
    seldom: Records
    visits: Records
    pieces: Records
    workers: Records
    lines: Records
    handovers: Records
    tally: Records
    agenda: Column
    due: Column
    after: Column
    gone_to: Column
    today: Any


class Rota(NamedTuple):
    """What comes from outside, and the roster by day and worker.

    `arriving`, `comes`: visits from outside in order of coming, and when. `soonest[day]`: how many entries of the book,
    from its beginning, can come before a day. `given`: hours of work done.
    """

    arriving: Column
    comes: Column
    soonest: Column
    hours: Table
    cap: Table
    in_post: Table
    line: Table
    given: Table


@functools.cache
def shape(kind: np.dtype[Any]) -> type:
    """A Python class with the fields of a record."""
    return make_dataclass("Record", kind.names or (), slots=True)


def as_objects(records: npt.NDArray[Any]) -> list[Any]:
    """Records as Python objects with the same fields."""
    kind = shape(records.dtype)
    return [kind(*values) for values in zip(*(records[n].tolist() for n in records.dtype.names or ()), strict=True)]


def blank(kind: npt.DTypeLike, number: int) -> npt.NDArray[Any]:
    """Records of nobody and nothing: pointers -1, moments and delays NaN, the rest 0."""
    one = np.zeros(1, dtype=kind)
    for name in one.dtype.names or ():
        if name in POINTERS:
            one[name] = NOBODY
        elif name in MOMENTS:
            one[name] = np.nan
    return np.repeat(one, number)


def in_lines(kind: np.dtype[Any], number: int) -> npt.NDArray[Any]:
    """Room for records of 64 bytes, each in one line of the processor's near memory."""
    room = np.empty((number + 1) * LINE_BYTES, dtype=np.uint8)
    first = -room.ctypes.data % LINE_BYTES
    return room[first : first + number * LINE_BYTES].view(kind)
