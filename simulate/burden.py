"""What too many open cases do to a worker's day and work, for the day kernel; plain loops, compiled or not."""

from __future__ import annotations

from .state import NOBODY, State


def share_worked(state: State, open_cases: int, cap: int) -> float:
    """Share of the day's hours that a worker with so many open cases gives (overload)."""
    tally = state.tally[0]
    over = open_cases - tally.above * cap
    if tally.hours_lost <= 0.0 or over <= 0.0 or cap <= 0:
        return 1.0
    return float(max(1.0 - tally.hours_lost * over / cap, 0.0))


def is_thin(state: State, worker: int) -> bool:
    """Whether the work that a worker closes now is thin: too many cases are held."""
    if worker == NOBODY:
        return False
    held, cap = state.workers[worker].open, state.workers[worker].cap
    return bool(cap > 0 and held > state.tally[0].thin_above * cap)
