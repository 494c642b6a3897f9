"""The book that the day kernel keeps: every visit that is not served ahead, as records, and back to the trace."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .clock import Bools, Floats, Ints
from .order import rising
from .pathway import CASELOAD, PLAN, POOL, Plan
from .state import CASELOAD as FROM_ENTRY
from .state import CASELOAD_FROM_ALLOCATION as FROM_ALLOCATION
from .state import ENTRY, NOBODY, PIECE, blank
from .state import PLAN as STAY
from .state import POOL as TURN
from .trace import Trace
from .visits import FORECAST, Visits

SAME = ("effort", "least", "given", "late_after", "asks_again_after", "urgent", "sub_team", "clock_urgent")
POINTERS = ("then", "sign_off", "comes_back", "asks_again", "clock_visit")
HAPPENED = ("entered", "allocated", "finished")
AT_A_TIME = 4096


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


def entries(plan: Plan, trace: Trace, known: Places, first_piece: Ints) -> npt.NDArray[Any]:
    """The book before the first day; `first_piece`: of each entry. Some rows at a time, so that they stay near."""
    codes = {POOL: TURN, CASELOAD: FROM_ENTRY, PLAN: STAY}
    kinds = [FROM_ALLOCATION if s.least_from_allocation else codes[s.kind] for s in plan.stages]
    book = np.empty(len(known.rows), dtype=ENTRY)
    for first in range(0, len(book), AT_A_TIME):
        some = slice(first, first + AT_A_TIME)
        _enter(book[some], trace, known.rows[some], known.of, np.array(kinds, dtype=np.int8))
    book["first_piece"] = first_piece
    return book


def _enter(
    book: npt.NDArray[Any],
    trace: Trace,
    rows: Ints,
    of: npt.NDArray[np.int32],
    kinds: npt.NDArray[np.int8],
) -> None:
    """Write entries for some rows of the visits."""
    visits = trace.visits
    for name in SAME:
        book[name] = getattr(visits, name)[rows]
    for name in POINTERS:
        book[name] = of[getattr(visits, name)[rows]]
    clock = visits.clock_visit[rows]
    ahead = (clock >= 0) & (book["clock_visit"] < 0)
    book["clock_at"] = np.where(ahead, trace.entered[clock], np.nan)
    book["kind"] = kinds[visits.stage[rows]]
    book["awaited"] = visits.labelled[rows] & (visits.origin[rows] == FORECAST)
    back = visits.comes_back[rows] >= 0
    book["returns_after"] = np.where(back, visits.comes_back_after[rows], visits.takes_back_after[rows])
    book["worker"] = NOBODY
    for name in HAPPENED:
        book[name] = np.nan


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
