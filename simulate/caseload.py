"""Caseload workers: who takes a case, how the day's hours are shared, when a case can finish.

A worker's productive hours run evenly over the day and are shared equally among active cases; urgent pieces go first
and share alike. The sharing is exact by virtual time: a meter counts the hours given to each active case, and a case
with w hours left when the meter reads m is done at m + w (processor sharing; Kleinrock 1967). Plain loops on the
records of `state`; the same functions run compiled and as ordinary Python.
"""

from __future__ import annotations

import math

from .agenda import least_over, schedule
from .moments import push
from .queues import head, leave_queue, sub_team_of, wait
from .state import CASELOAD_FROM_ALLOCATION, FOREVER, NOBODY, SIGNING, TINY, State


def settle(state: State, number: int, now: float) -> None:
    """Bring a worker's meters up to now: hand the hours since the last time to whatever is active."""
    worker = state.workers[number]
    hours = (now - worker.till) * worker.rate
    worker.till = now
    if hours <= 0.0:
        return
    if worker.serving != NOBODY:
        state.visits[worker.serving].left -= hours
    elif worker.urgent > 0:
        worker.urgent_meter += hours / worker.urgent
    elif worker.active > 0:
        worker.meter += hours / worker.active
    else:
        return
    worker.given += hours


def look_ahead(state: State, number: int, day: int) -> None:
    """Note when a worker's next piece of work will be done, if that is today."""
    worker = state.workers[number]
    hours = FOREVER
    if worker.serving != NOBODY:
        hours = state.visits[worker.serving].left
    elif worker.urgent > 0:
        hours = (state.pieces[worker.first_urgent].goal - worker.urgent_meter) * worker.urgent
    elif worker.active > 0:
        hours = (state.visits[worker.first_active].goal - worker.meter) * worker.active
    due = FOREVER
    if worker.rate > 0.0 and hours < FOREVER:
        due = worker.till + max(hours, 0.0) / worker.rate
    if due > day + 1.0 + TINY:
        worker.next = FOREVER
        return
    due = min(due, day + 1.0)
    if due != worker.next:
        push(state.today, due, len(state.book) + len(state.pieces) + number)
        worker.next = due


def least_loaded(state: State, number: int) -> int:
    """The worker at work in a sub-team with fewest open cases among those below their cap; NOBODY where none is."""
    best, fewest = NOBODY, 0
    candidate = state.lines[number].first_at_work
    while candidate != NOBODY:
        worker = state.workers[candidate]
        if worker.open < worker.cap and (best == NOBODY or worker.open < fewest):
            best, fewest = candidate, worker.open
        candidate = worker.next_in_line
    return int(best)


def take(state: State, row: int, number: int, day: int, now: float) -> None:
    """A worker takes a case: the first time its clock and urgent pieces are set going, later its work just goes on."""
    visit = state.visits[row]
    settle(state, number, now)
    visit.holder = number
    hold(state, row, number)
    if math.isnan(state.book[visit.row].allocated):
        start_case(state, row, number, day, now)
    elif visit.handed != NOBODY:
        take_up_again(state, row, number, now)
    if visit.left > 0.0:
        work_on(state, row, number)
    if visit.pending == 0:
        note_done(state, row, now)
    look_ahead(state, number, day)


def note_done(state: State, row: int, now: float) -> None:
    """A case has nothing left to do as it is taken: it is wound up now, after those done before it."""
    tally = state.tally[0]
    state.visits[row].following = NOBODY
    if tally.first_done == NOBODY:
        tally.first_done = row
    else:
        state.visits[tally.last_done].following = row
    tally.last_done = row
    push(state.today, now, len(state.book) + len(state.pieces) + len(state.workers))


def start_case(state: State, row: int, number: int, day: int, now: float) -> None:
    """The first allocation of a case: what must happen before it can finish, and when. Opening cases began earlier."""
    visit = state.visits[row]
    entry, began = state.book[visit.row], now
    if entry.entered < 0.0 and now <= 0.0:
        began = entry.entered
        if entry.seldom != NOBODY:
            visit.left = max(visit.left - state.seldom[entry.seldom].given, 0.0)
    entry.allocated, entry.worker = began, number
    visit.pending = 1 if visit.left > 0.0 else 0
    over = began + entry.least if visit.kind == CASELOAD_FROM_ALLOCATION else least_over(state, visit.row)
    if over > now:
        visit.pending += 1
        schedule(state, row, over, day)
    piece = first_piece(state, visit.row)
    while piece != NOBODY:
        visit.pending += 1
        state.pieces[piece].visit = row
        due = max(began + state.pieces[piece].begins_after, now)
        schedule(state, len(state.book) + piece, due, day)
        piece = state.pieces[piece].next_piece


def first_piece(state: State, row: int) -> int:
    """The first piece of urgent work that a visit brings; NOBODY: it brings none."""
    seldom = state.book[row].seldom
    return NOBODY if seldom == NOBODY else int(state.seldom[seldom].first_piece)


def take_up_again(state: State, row: int, number: int, now: float) -> None:
    """Another worker takes over a case that was handed back, with its urgent work in hand."""
    visit = state.visits[row]
    handover = state.handovers[visit.handed]
    handover.worker, handover.taken = number, now
    piece = first_piece(state, visit.row)
    while piece != NOBODY:
        if not math.isnan(state.pieces[piece].began) and math.isnan(state.pieces[piece].done):
            work_on_urgent(state, piece, number)
        piece = state.pieces[piece].next_piece


def hold(state: State, row: int, number: int) -> None:
    """Add a case to those a worker holds."""
    visit, worker = state.visits[row], state.workers[number]
    visit.held_after, visit.held_before = worker.first_held, NOBODY
    if worker.first_held != NOBODY:
        state.visits[worker.first_held].held_before = row
    worker.first_held = row
    worker.open += 1


def let_go(state: State, row: int, number: int) -> None:
    """Take a case from those a worker holds."""
    visit, worker = state.visits[row], state.workers[number]
    if visit.held_before == NOBODY:
        worker.first_held = visit.held_after
    else:
        state.visits[visit.held_before].held_after = visit.held_after
    if visit.held_after != NOBODY:
        state.visits[visit.held_after].held_before = visit.held_before
    worker.open -= 1
    visit.holder = NOBODY


def work_on(state: State, row: int, number: int) -> None:
    """Add a case to a worker's active ones, in order of the meter reading at which it will be done."""
    visits = state.visits
    visit, worker = visits[row], state.workers[number]
    visit.goal = worker.meter + visit.left
    worker.active += 1
    ahead = worker.first_active
    if ahead == NOBODY or visits[ahead].goal > visit.goal:
        visit.following = ahead
        worker.first_active = row
        return
    before = visits[ahead]
    while before.following != NOBODY and visits[before.following].goal <= visit.goal:
        before = visits[before.following]
    visit.following = before.following
    before.following = row


def work_on_urgent(state: State, number: int, by: int) -> None:
    """Add a piece of urgent work to a worker's, in order of the meter reading at which it will be done."""
    pieces = state.pieces
    piece, worker = pieces[number], state.workers[by]
    piece.goal = worker.urgent_meter + piece.left
    worker.urgent += 1
    ahead = worker.first_urgent
    if ahead == NOBODY or pieces[ahead].goal > piece.goal:
        piece.following = ahead
        worker.first_urgent = number
        return
    before = pieces[ahead]
    while before.following != NOBODY and pieces[before.following].goal <= piece.goal:
        before = pieces[before.following]
    piece.following = before.following
    before.following = number


def begin_piece(state: State, number: int, day: int, now: float) -> None:
    """Urgent work begins: on the worker who holds the case, or on whoever takes it next."""
    piece = state.pieces[number]
    piece.began = now
    holder = state.visits[piece.visit].holder
    if holder != NOBODY:
        settle(state, holder, now)
        work_on_urgent(state, number, holder)
        look_ahead(state, holder, day)


def finish_piece(state: State, by: int, now: float) -> int:
    """A worker's first urgent piece is done; returns it."""
    worker = state.workers[by]
    number = int(worker.first_urgent)
    piece = state.pieces[number]
    worker.first_urgent = piece.following
    worker.urgent -= 1
    worker.urgent_meter = piece.goal if worker.urgent > 0 else 0.0
    piece.left, piece.done = 0.0, now
    state.visits[piece.visit].pending -= 1
    return number


def finish_work(state: State, by: int) -> int:
    """The work on a worker's first active case is done; returns the case."""
    worker = state.workers[by]
    row = int(worker.first_active)
    visit = state.visits[row]
    worker.first_active = visit.following
    worker.active -= 1
    worker.meter = visit.goal if worker.active > 0 else 0.0
    visit.left = 0.0
    visit.pending -= 1
    return row


def fill(state: State, line: int, day: int, now: float) -> None:
    """Allocate from a sub-team's queue while somebody at work has room."""
    while head(state, line) != NOBODY:
        number = least_loaded(state, line)
        if number == NOBODY:
            return
        take(state, leave_queue(state, line), number, day, now)


def hand_back(state: State, by: int, now: float) -> None:
    """A leaver's cases go back to their queue with what is left of their work; those being signed off stay."""
    visits, pieces, worker = state.visits, state.pieces, state.workers[by]
    row = worker.first_active
    while row != NOBODY:
        visits[row].left = visits[row].goal - worker.meter
        row = visits[row].following
    piece = worker.first_urgent
    while piece != NOBODY:
        pieces[piece].left = pieces[piece].goal - worker.urgent_meter
        piece = pieces[piece].following
    row = worker.first_held
    while row != NOBODY:
        visit = visits[row]
        visit.holder = NOBODY
        if visit.pending != SIGNING:
            note_handover(state, row, now)
            wait(state, row, sub_team_of(state, row))
        row = visit.held_after
    worker.open, worker.first_held = 0, NOBODY
    worker.active, worker.first_active, worker.meter = 0, NOBODY, 0.0
    worker.urgent, worker.first_urgent, worker.urgent_meter = 0, NOBODY, 0.0


def note_handover(state: State, row: int, now: float) -> None:
    """Write down that a case went back to its queue."""
    tally = state.tally[0]
    handover = state.handovers[tally.handed]
    handover.visit, handover.back = state.visits[row].row, now
    state.visits[row].handed = tally.handed
    tally.handed += 1
