"""The book that the day kernel keeps: every visit that is not served ahead, as records, and back to the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .clock import Bools, Floats, Ints
from .order import rising
from .pathway import CASELOAD, PLAN, POOL, Plan
from .state import (
    A_PIECE,
    AHEAD,
    ENTRY,
    NEVER,
    NOBODY,
    OWN,
    PIECE,
    SELDOM,
    Column,
    Records,
    as_objects,
    blank,
    in_lines,
)
from .state import CASELOAD as FROM_ENTRY
from .state import CASELOAD_FROM_ALLOCATION as FROM_ALLOCATION
from .state import PLAN as STAY
from .state import POOL as TURN
from .trace import Trace
from .visits import FORECAST, Visits

Write = Callable[..., None]


class Places(NamedTuple):
    """Where visits are in the book: `rows[entry]`: row in Visits; `of[row]`: entry (-1: served ahead; the last: -1).

    `soonest[day]`: how many entries, from the beginning, can come before a day.
    """

    rows: Ints
    of: npt.NDArray[np.int32]
    soonest: Ints


def places(at_front: Bools, soon: Floats, days: int) -> Places:
    """Places of all visits that are not served ahead, in order of the day on which they can come at the soonest.

    So the kernel can read ahead each morning what it may need that day (morning.read_ahead).
    """
    rows = np.flatnonzero(~at_front)
    day = np.clip(soon[rows], -1, days).astype(np.int16)
    rows = rows[np.argsort(day, kind="stable")]
    of = np.full(len(at_front) + 1, NOBODY, dtype=np.int32)
    of[rows] = np.arange(len(rows), dtype=np.int32)
    return Places(rows, of, np.cumsum(np.bincount(day + 1, minlength=days + 1))[: days + 1])


def coming(visits: Visits, at_front: Bools, finished: Floats, known: Places) -> tuple[Ints, Floats]:
    """Entries that come to the day kernel from outside, and when, in order of time.

    `at_front`: visits served ahead; where they lead, they come from outside when they have `finished` there.
    """
    outside = known.rows[~np.isnan(visits.enters[known.rows])]
    before = np.flatnonzero(at_front & (visits.then >= 0))
    before = before[~np.isnan(finished[before])]
    arriving = np.concatenate([outside, visits.then[before]])
    comes = np.concatenate([visits.enters[outside], finished[before]])
    order = rising(comes)
    return known.of[arriving[order]].astype(np.int64), comes[order]


class Columns(NamedTuple):
    """What every entry is written from, one value a visit: as in Visits, and `entered` as in Trace."""

    effort: Column
    least: Column
    urgent: Column
    sub_team: Column
    stage: Column
    clock_visit: Column
    clock_urgent: Column
    then: Column
    sign_off: Column
    entered: Column


def write(book: Records, rows: Column, of: Column, kinds: Column, visits: Columns) -> None:
    """Write the entries of the visits at `rows`; `of`: the entry of each row, `kinds`: the kind of each stage.

    One pass over records; the same function runs compiled and as ordinary Python.
    """
    for number in range(len(rows)):
        row, entry = rows[number], book[number]
        entry.effort, entry.least, entry.urgent = visits.effort[row], visits.least[row], visits.urgent[row]
        entry.sub_team, entry.kind = visits.sub_team[row], kinds[visits.stage[row]]
        entry.then, entry.sign_off = of[visits.then[row]], of[visits.sign_off[row]]
        entry.entered, entry.allocated, entry.finished = NEVER, NEVER, NEVER
        entry.worker, entry.seldom = NOBODY, NOBODY
        starts, piece = visits.clock_visit[row], visits.clock_urgent[row]
        if piece >= 0:
            entry.clock = A_PIECE - piece
        elif starts < 0:
            entry.clock = OWN
        elif of[starts] >= 0:
            entry.clock = of[starts]
        else:
            entry.clock = AHEAD
            if entry.kind != FROM_ALLOCATION:
                entry.least = visits.entered[starts] + visits.least[row]


def read_back(
    book: Records, rows: Column, named: Column, entered: Column, allocated: Column, finished: Column, worker: Column
) -> None:
    """Write what happened to the entries into the columns of a trace; `named`: the workers as the roster knows them.

    One pass over records; the same function runs compiled and as ordinary Python.
    """
    for number in range(len(rows)):
        row, entry = rows[number], book[number]
        entered[row], allocated[row], finished[row] = entry.entered, entry.allocated, entry.finished
        worker[row] = named[entry.worker]


def entries(plan: Plan, trace: Trace, known: Places, first_piece: Ints, compiled: Write | None) -> tuple[Records, ...]:
    """The book before the first day, and what is seldom said of its entries; `first_piece`: of each entry.

    `compiled`: `write` compiled; None: lists of objects. Raises ValueError where there are more teams than the book
    can number.
    """
    if plan.sub_teams > np.iinfo(ENTRY["sub_team"]).max:
        raise ValueError(f"{plan.sub_teams:,} teams are more than can be numbered")
    codes = {POOL: TURN, CASELOAD: FROM_ENTRY, PLAN: STAY}
    kinds = [FROM_ALLOCATION if s.least_from_allocation else codes[s.kind] for s in plan.stages]
    columns = Columns._make([*(getattr(trace.visits, name) for name in Columns._fields[:-1]), trace.entered])
    numbers, said = _seldom(trace, known, first_piece)
    if compiled is None:
        objects = as_objects(np.zeros(len(known.rows), dtype=ENTRY))
        lists = Columns(*(column.tolist() for column in columns))
        write(objects, known.rows.tolist(), known.of.tolist(), kinds, lists)
        for seldom, number in enumerate(numbers.tolist()):
            objects[number].seldom = seldom
        return objects, as_objects(said)
    book = in_lines(ENTRY, len(known.rows))
    plain = (np.require(column, requirements=("C", "W")) for column in columns)
    compiled(book, known.rows, known.of, np.array(kinds, dtype=np.int8), *plain)
    book["seldom"][numbers] = np.arange(len(numbers))
    return book, said


def _seldom(trace: Trace, known: Places, first_piece: Ints) -> tuple[Ints, npt.NDArray[Any]]:
    """Numbers of the entries of which there is more to say, and that."""
    visits = trace.visits
    awaited = visits.labelled & (visits.origin == FORECAST)
    some = first_piece != NOBODY
    for column in (visits.comes_back, visits.asks_again, visits.takes_back_after):
        some[_of(known, _said(column))] = True
    some[_of(known, np.flatnonzero(awaited | (visits.given > 0)))] = True
    numbers = np.flatnonzero(some)
    rows = known.rows[numbers]
    found = blank(SELDOM, len(numbers))
    for name in ("given", "late_after", "asks_again_after"):
        found[name] = getattr(visits, name)[rows]
    for name in ("comes_back", "asks_again"):
        found[name] = known.of[getattr(visits, name)[rows]]
    found["returns_after"] = np.where(
        visits.comes_back[rows] >= 0, visits.comes_back_after[rows], visits.takes_back_after[rows]
    )
    starts = visits.clock_visit[rows]
    found["clock_at"] = np.where((starts >= 0) & (known.of[starts] < 0), trace.entered[starts], np.nan)
    found["first_piece"], found["awaited"] = first_piece[numbers], awaited[rows]
    return numbers, found


def _of(known: Places, rows: Ints) -> Ints:
    """Entries of those rows that have one."""
    of = known.of[rows]
    return np.asarray(of[of != NOBODY], dtype=np.int64)


def _said(column: npt.NDArray[Any]) -> Ints:
    """Rows of which a column of pointers or delays says anything; one value seen from every row says nothing."""
    return np.flatnonzero(column[:1] >= 0 if column.strides == (0,) else column >= 0)


def pieces(visits: Visits, known: Places) -> tuple[Ints, npt.NDArray[Any]]:
    """The first piece of urgent work of every entry, and all pieces."""
    first, following = _chained(known.of[visits.urgent_visit], len(known.rows))
    found = blank(PIECE, len(visits.urgent_visit))
    found["begins_after"], found["left"] = visits.urgent_after, visits.urgent_effort
    found["then"], found["next_piece"] = known.of[visits.urgent_then], following
    return first, found


def _chained(owners: npt.NDArray[Any], number: int) -> tuple[Ints, Ints]:
    """First item of each of `number` owners, and the next item of the same owner after each item; -1: none."""
    first, following = np.full(number, NOBODY), np.full(len(owners), NOBODY)
    order = np.argsort(owners, kind="stable")
    same = owners[order][1:] == owners[order][:-1]
    following[order[:-1][same]] = order[1:][same]
    starts = np.concatenate([[True], ~same])[: len(owners)]
    first[owners[order[starts]]] = order[starts]
    return first, following
