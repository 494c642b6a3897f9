"""Which form of the day kernel runs: compiled by numba, or the same functions as ordinary Python."""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Callable
from typing import Any

from . import agenda, caseload, day, moments, pools, queues
from .state import Rota, State

SWITCH = "FRONTDOOR_NUMBA"
Advance = Callable[[int], None]
HELPERS = (
    agenda.schedule_visit,
    agenda.schedule_piece,
    agenda.recall,
    agenda.clock_start,
    queues.sub_team_of,
    queues.wait,
    queues.head,
    queues.leave_queue,
    queues.follow_merger,
    caseload.settle,
    caseload.look_ahead,
    caseload.least_loaded,
    caseload.take,
    caseload.take_up_again,
    caseload.note_handover,
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
    day.change_staff,
    day.arrive,
    day.enter,
    day.happen,
    day.moment,
    day.work_done,
    day.wind_up,
    day.close,
    day.go_on,
    day.come_back,
)


def compiles(wanted: bool | None = None) -> bool:
    """Whether the kernel runs compiled: as `wanted`, else as FRONTDOOR_NUMBA says (0: no), where numba is installed."""
    if wanted is None:
        wanted = os.environ.get(SWITCH, "1") != "0"
    return wanted and importlib.util.find_spec("numba") is not None


@functools.cache
def compiled_advance() -> Callable[..., None]:
    """`day.advance` compiled by numba; the machine code is kept on disk, so only the first run ever waits for it.

    It takes the parts of the state and the rota one by one, which numba recognises faster than named tuples, and the day.
    Nothing is allocated in the kernel, so numba's reference counting is off (it would cost more than the kernel itself).
    """
    import numba
    from numba.extending import overload, register_jitable

    overload(moments.push, jit_options={"_nrt": False}, strict=False)(lambda heap, when, event: moments.push_record)
    overload(moments.pop, jit_options={"_nrt": False}, strict=False)(lambda heap: moments.pop_record)
    overload(moments.first, jit_options={"_nrt": False}, strict=False)(lambda heap: moments.first_record)
    for helper in (*HELPERS, day.advance):
        register_jitable(_nrt=False)(helper)
    return numba.njit(cache=True, _nrt=False)(advance_parts)


PARTS = len(State._fields)


def advance_parts(*parts: Any) -> None:
    """The parts of the state, of the rota, then the day."""
    day.advance(State(*parts[:PARTS]), Rota(*parts[PARTS:-1]), parts[-1])
