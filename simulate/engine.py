"""Which form of the day kernel runs: compiled by numba, or the same functions as ordinary Python."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import agenda, ahead, book, burden, caseload, day, moments, morning, pools, queues, state, visits
from .state import Rota, State

HELPERS = (
    moments.sooner,
    moments.turn,
    agenda.bring_near,
    agenda.schedule,
    agenda.recall,
    agenda.clock_start,
    agenda.least_over,
    queues.sub_team_of,
    queues.wait,
    queues.head,
    queues.leave_queue,
    queues.follow_merger,
    caseload.settle,
    caseload.look_ahead,
    caseload.least_loaded,
    caseload.take,
    caseload.note_done,
    caseload.take_up_again,
    caseload.note_handover,
    caseload.first_piece,
    caseload.start_case,
    caseload.hold,
    caseload.let_go,
    caseload.work_on,
    caseload.work_on_urgent,
    caseload.begin_piece,
    caseload.finish_piece,
    caseload.finish_work,
    caseload.fill,
    caseload.hand_back,
    pools.join,
    pools.serve,
    pools.free,
    pools.serve_waiting,
    pools.put_back,
    burden.share_worked,
    burden.is_thin,
    morning.read_ahead,
    morning.change_staff,
    morning.line_up,
    day.live_through,
    day.deal_opening,
    day.come,
    day.enter,
    day.take_record,
    day.may_ask_again,
    day.ask_again,
    day.leave,
    day.is_case,
    day.happen,
    day.moment,
    day.work_done,
    day.wind_up,
    day.comes_back_later,
    day.close,
    day.go_on,
    day.come_back,
)


AHEAD = (
    moments.sooner,
    moments.turn,
    ahead.open_day,
    ahead.begin_turn,
    ahead.plan_end,
    ahead.book,
    ahead.end_turn,
    ahead.line_up,
    ahead.next_turn,
    ahead.call,
    ahead.serve_ahead,
)
UNCOUNTED = {"_nrt": False}
"""The kernel allocates nothing, so numba's reference counting is off: it would cost more than the kernel itself.

Helpers are inlined, as handing on so many arrays costs more than most of them do.
"""
PARTS = len(State._fields)


@functools.cache
def compiled_advance() -> Callable[..., None]:
    """`day.advance` compiled by numba; the machine code is kept on disk, so only the first run ever waits for it.

    It takes the parts of the state and of the rota one by one, which numba recognises faster than named tuples, and
    the two days.
    """

    def advance_parts(*parts: Any) -> None:
        day.advance(State(*parts[:PARTS]), Rota(*parts[PARTS:-2]), *parts[-2:])

    return _compiled(advance_parts, (*HELPERS, day.advance))


@functools.cache
def compiled_ahead() -> Callable[..., None]:
    """`ahead.serve_ahead` compiled by numba; it takes the columns of Turns one by one."""

    def serve_parts(*parts: Any) -> None:
        ahead.serve_ahead(ahead.Turns(*parts))

    return _compiled(serve_parts, AHEAD)


@functools.cache
def compiled_write() -> Callable[..., None]:
    """`book.write` compiled by numba; it takes the columns one by one."""

    def write_parts(*parts: Any) -> None:
        book.write(parts[0], parts[1], parts[2], parts[3], book.Columns(*parts[4:]))

    return _compiled(write_parts, (book.write,))


@functools.cache
def compiled_read_back() -> Callable[..., None]:
    """`book.read_back` compiled by numba."""

    def read_parts(*parts: Any) -> None:
        book.read_back(*parts)

    return _compiled(read_parts, (book.read_back,))


def _source() -> str:
    """A fingerprint of all that is compiled.

    numba's cache looks at the file of the outermost function only, and tells versions of it apart by number; so each
    version of the sources gets a name of its own there, and processes of different versions never meet.
    """
    modules = (agenda, ahead, book, burden, caseload, day, moments, morning, pools, queues, state, visits)
    return hashlib.sha256(b"".join(Path(str(module.__file__)).read_bytes() for module in modules)).hexdigest()


def _compiled(whole: Callable[..., None], helpers: tuple[Callable[..., Any], ...]) -> Callable[..., None]:
    import numba
    from numba.extending import overload, register_jitable

    uncounted: Any = UNCOUNTED
    whole.__qualname__ = f"{whole.__name__}_{_source()[:16]}"

    for plain, on_records in _on_records().items():
        overload(plain, jit_options=uncounted, strict=False)(on_records)
    for helper in helpers:
        register_jitable(**uncounted, forceinline=True)(helper)
    compiled: Callable[..., None] = numba.njit(cache=True, error_model="numpy", **uncounted)(whole)
    return compiled


@functools.cache
def _on_records() -> dict[Callable[..., Any], Callable[..., Any]]:
    """What the day's moments are when compiled, for each of their functions."""
    return {
        moments.begin: _begin,
        moments.push: _push,
        moments.pop: _pop,
        moments.first: _first,
    }


def _begin(today: Any, day: Any) -> Callable[..., Any]:  # noqa: ARG001 (numba calls it with the types)
    return moments.begin_records


def _push(today: Any, when: Any, event: Any) -> Callable[..., Any]:  # noqa: ARG001 (numba calls it with the types)
    return moments.push_record


def _pop(today: Any) -> Callable[..., Any]:  # noqa: ARG001 (numba calls it with the types)
    return moments.pop_record


def _first(today: Any) -> Callable[..., Any]:  # noqa: ARG001 (numba calls it with the types)
    return moments.first_record
