"""Pool workers: one piece of work at a time, first come first served, urgent first, never interrupted by other work.

Idle workers stand in line by number each morning; who finishes during the day joins the end. Work in hand stands still
while its worker is away, and goes back to its place in the queue if the worker leaves. The same functions run
compiled and as ordinary Python.
"""

from __future__ import annotations

import math

from .caseload import look_ahead
from .queues import head, leave_queue, sub_team_of, wait
from .state import NOBODY, State


def join(state: State, row: int, day: int, now: float) -> None:
    """A visit is ready to be worked on: the first idle worker takes it, or it waits."""
    number = sub_team_of(state, row)
    line = state.lines[number]
    state.visits[row].since = now
    if line.first_at_work == NOBODY:
        wait(state, row, number)
    else:
        worker = line.first_at_work
        line.first_at_work = state.workers[worker].next_in_line
        serve(state, row, worker, day, now)


def serve(state: State, row: int, by: int, day: int, now: float) -> None:
    """A worker begins, or goes on with, a visit's work."""
    visit, worker = state.visits[row], state.workers[by]
    worker.serving, worker.till = row, now
    visit.holder = by
    entry = state.book[visit.row]
    if math.isnan(entry.allocated):
        entry.allocated, entry.worker = now, by
    look_ahead(state, by, day)


def free(state: State, by: int, day: int, now: float) -> int:
    """A worker is done with a visit and takes the next, or stands idle; returns the visit that is done."""
    worker = state.workers[by]
    row = int(worker.serving)
    state.visits[row].left = 0.0
    worker.serving = NOBODY
    if not worker.in_post:
        return row
    if head(state, worker.line) != NOBODY:
        serve(state, leave_queue(state, worker.line), by, day, now)
        return row
    line = state.lines[worker.line]
    worker.next_in_line = NOBODY
    if line.first_at_work == NOBODY:
        line.first_at_work = by
    else:
        state.workers[line.last_at_work].next_in_line = by
    line.last_at_work = by
    return row


def serve_waiting(state: State, number: int, day: int, now: float) -> None:
    """Idle workers of a sub-team take up what waits."""
    line = state.lines[number]
    while line.first_at_work != NOBODY and head(state, number) != NOBODY:
        worker = line.first_at_work
        line.first_at_work = state.workers[worker].next_in_line
        serve(state, leave_queue(state, number), worker, day, now)


def put_back(state: State, by: int) -> None:
    """A leaver's work in hand goes back to its place in the queue."""
    row = state.workers[by].serving
    if row != NOBODY:
        state.workers[by].serving = NOBODY
        state.visits[row].holder = NOBODY
        wait(state, row, sub_team_of(state, row))
