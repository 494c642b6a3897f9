"""The book that the day kernel keeps: every visit that is not served ahead, as records, and back to the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .clock import Bools, Floats, Ints
from .order import rising
from .pathway import CASELOAD, PLAN, POOL, Plan
from .state import CASELOAD as FROM_ENTRY
from .state import CASELOAD_FROM_ALLOCATION as FROM_ALLOCATION
from .state import ENTRY, NOBODY, PIECE, POINTERS, Column, Records, as_objects, blank
from .state import PLAN as STAY
from .state import POOL as TURN
from .trace import Trace
from .visits import FORECAST, Visits

SELDOM = {
    "comes_back": "comes_back",
    "asks_again": "asks_again",
    "late_after": "late_after",
    "asks_again_after": "asks_again_after",
    "takes_back_after": "returns_after",
    "comes_back_after": "returns_after",
}
"""Columns of Visits that say something of few visits, and the field of an entry that each goes to."""

Write = Callable[..., None]


class Places(NamedTuple):
    """Where visits are in the book: `rows[entry]`: row in Visits; `of[row]`: entry (-1: served ahead; the last: -1)."""

    rows: Ints
    of: npt.NDArray[np.int32]


def places(at_front: Bools) -> Places:
    """Places of all visits that are not served ahead."""
    rows = np.flatnonzero(~at_front)
    of = np.full(len(at_front) + 1, NOBODY, dtype=np.int32)
    of[rows] = np.arange(len(rows), dtype=np.int32)
    return Places(rows, of)


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
    """What most entries are written from, one value a visit: as in Visits, and `entered` as in Trace."""

    effort: Column
    least: Column
    given: Column
    urgent: Column
    sub_team: Column
    stage: Column
    origin: Column
    labelled: Column
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
        entry.effort, entry.least, entry.given = visits.effort[row], visits.least[row], visits.given[row]
        entry.urgent, entry.sub_team, entry.kind = visits.urgent[row], visits.sub_team[row], kinds[visits.stage[row]]
        entry.awaited = bool(visits.labelled[row] and visits.origin[row] == FORECAST)
        entry.then, entry.sign_off = of[visits.then[row]], of[visits.sign_off[row]]
        clock = visits.clock_visit[row]
        entry.clock_visit, entry.clock_urgent = of[clock], visits.clock_urgent[row]
        if clock >= 0 and entry.clock_visit < 0:
            entry.clock_at = visits.entered[clock]


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


def entries(plan: Plan, trace: Trace, known: Places, first_piece: Ints, compiled: Write | None) -> Records:
    """The book before the first day; `first_piece`: of each entry. `compiled`: `write` compiled; None: on objects."""
    codes = {POOL: TURN, CASELOAD: FROM_ENTRY, PLAN: STAY}
    kinds = [FROM_ALLOCATION if s.least_from_allocation else codes[s.kind] for s in plan.stages]
    visits = trace.visits
    columns = Columns._make([*(getattr(visits, name) for name in Columns._fields[:-1]), trace.entered])
    book: Records = blank(ENTRY, len(known.rows))
    if compiled is None:
        book = as_objects(book)
        lists = Columns(*(column.tolist() for column in columns))
        write(book, known.rows.tolist(), known.of.tolist(), kinds, lists)
    else:
        plain = (np.require(column, requirements=("C", "W")) for column in columns)
        compiled(book, known.rows, known.of, np.array(kinds, dtype=np.int8), *plain)
    has_urgent = np.flatnonzero(first_piece != NOBODY)
    put(book, "first_piece", has_urgent, first_piece[has_urgent])
    for name, field in SELDOM.items():
        rows = _said(getattr(visits, name))
        rows = rows[known.of[rows] != NOBODY]
        said = getattr(visits, name)[rows]
        put(book, field, known.of[rows], known.of[said] if name in POINTERS else said)
    return book


def put(book: Records, name: str, numbers: Ints, values: Column) -> None:
    """Set one field of some of the entries."""
    if isinstance(book, np.ndarray):
        book[name][numbers] = values
        return
    for number, value in zip(numbers.tolist(), values.tolist(), strict=True):
        setattr(book[number], name, value)


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
