"""What is due when: today's moments in the diary, later ones in a chain for each day.

An event is a number: a visit's next moment (its record), a piece of urgent work that begins, a worker's next work done,
or that the first case of those done is to be wound up, in that order; each kind begins where the numbers of all rows,
pieces and workers end.
"""

from __future__ import annotations

from .moments import push
from .state import A_PIECE, AHEAD, NOBODY, OWN, State


def schedule(state: State, event: int, due: float, day: int) -> None:
    """Note when an event is due: among today's moments, in the chain of its day, or nowhere if beyond the horizon."""
    if due <= day + 1.0:
        push(state.today, due, event)
    elif due < len(state.agenda):
        state.due[event], state.after[event] = due, state.agenda[int(due)]
        state.agenda[int(due)] = event


def recall(state: State, day: int) -> None:
    """Put what is due today among today's moments; the book's entry of each visit is read so that it is near."""
    event, visits = state.agenda[day], len(state.book)
    while event != NOBODY:
        push(state.today, state.due[event], event)
        if event < visits:
            bring_near(state, state.visits[event].row)
        event = state.after[event]


def bring_near(state: State, row: int) -> None:
    """Read an entry of the book that may be needed today, so that it is near.

    Reading for many in turn, a processor waits for all of them at once; later it would wait for each. The sum is kept
    so that no compiler leaves the reading out.
    """
    state.tally[0].read_ahead += state.book[row].kind


def clock_start(state: State, row: int) -> float:
    """When the clock of a visit began: its own entry, an earlier visit's, or the beginning of urgent work."""
    entry = state.book[row]
    if entry.clock >= 0:
        return float(state.book[entry.clock].entered)
    if entry.clock == OWN:
        return float(entry.entered)
    if entry.clock == AHEAD:
        return float(state.seldom[entry.seldom].clock_at)
    return float(state.pieces[A_PIECE - entry.clock].began)


def least_over(state: State, row: int) -> float:
    """When a visit's lead time, least elapsed time or stay is over, from the start of its clock."""
    entry = state.book[row]
    return float(entry.least if entry.clock == AHEAD else clock_start(state, row) + entry.least)
