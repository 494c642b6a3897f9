"""What is due when: today's moments in a heap, later ones in a chain for each day.

An event is a number: a visit's next moment (its record), a piece of urgent work that begins, a worker's next work done,
or that the first case of those done is to be wound up, in that order; each kind begins where the numbers of all rows,
pieces and workers end.
"""

from __future__ import annotations

from .moments import push
from .state import State


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
    piece, event = state.pieces[number], len(state.book.entered) + number
    piece.due = due
    if due <= day + 1.0:
        push(state.today, due, event)
    elif due < len(state.agenda):
        piece.after = state.agenda[int(due)]
        state.agenda[int(due)] = event


def recall(state: State, day: int) -> None:
    """Put what is due today on the heap."""
    visits = len(state.book.entered)
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
    book = state.book
    if book.clock_urgent[row] >= 0:
        return float(state.pieces[book.clock_urgent[row]].began)
    if book.clock_visit[row] >= 0:
        return float(book.entered[book.clock_visit[row]])
    return float(book.entered[row])
