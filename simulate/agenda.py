"""What is due when: today's moments in a heap, later ones in a chain for each day.

An event is a number: a visit's next moment (its record), a piece of urgent work that begins, a worker's next work done,
or that the first case of those done is to be wound up, in that order; each kind begins where the numbers of all rows,
pieces and workers end.
"""

from __future__ import annotations

from .moments import push
from .state import A_PIECE, AHEAD, OWN, State


def schedule_visit(state: State, number: int, due: float, day: int) -> None:
    """Note a visit's next moment: on today's heap, in the chain of its day, or nowhere if beyond the horizon."""
    visit = state.visits[number]
    visit.due = due
    if due <= day + 1.0:
        push(state.today, due, number)
    elif due < len(state.agenda):
        visit.after = state.agenda[int(due)]
        state.agenda[int(due)] = number


def schedule_piece(state: State, number: int, due: float, day: int) -> None:
    """Note when a piece of urgent work begins."""
    piece, event = state.pieces[number], len(state.book) + number
    piece.due = due
    if due <= day + 1.0:
        push(state.today, due, event)
    elif due < len(state.agenda):
        piece.after = state.agenda[int(due)]
        state.agenda[int(due)] = event


def recall(state: State, day: int) -> None:
    """Put what is due today on the heap."""
    visits = len(state.book)
    event = state.agenda[day]
    while event >= 0:
        if event < visits:
            push(state.today, state.visits[event].due, event)
            event = state.visits[event].after
        else:
            push(state.today, state.pieces[event - visits].due, event)
            event = state.pieces[event - visits].after


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
