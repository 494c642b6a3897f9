"""One working day of the whole service, moment by moment: the kernel that SimPy calls once a day.

Plain loops on the records of `state`. Compiled by numba where it is importable and wanted; the very same functions run as
ordinary Python and give the same answers bit for bit.
"""

from __future__ import annotations

from .agenda import clock_start, recall, schedule_visit
from .caseload import (
    begin_piece,
    fill,
    finish_piece,
    finish_work,
    hand_back,
    least_loaded,
    let_go,
    look_ahead,
    settle,
    take,
)
from .moments import first, pop
from .pools import free, join, put_back, serve_waiting
from .queues import follow_merger, head, sub_team_of, wait
from .state import FOREVER, NOBODY, PLAN, POOL, SIGNING, Rota, State


def advance(state: State, rota: Rota, day: int) -> None:
    """Carry the service through one day: staff changes at its start, then everything that happens, in order of time.

    What falls exactly on the end of the day is done before the next day's changes.
    """
    change_staff(state, rota, day)
    recall(state, day)
    if day == 0:
        deal_opening(state, rota)
    tally, end, last_day = state.tally[0], day + 1.0, len(state.agenda) - 1
    while True:
        comes = rota.comes[tally.arrived] if tally.arrived < len(rota.comes) else FOREVER
        now = first(state.today)
        if now < FOREVER and now <= comes:
            event = pop(state.today)
            if now < end or day < last_day:
                happen(state, event, day, now)
        elif comes < end or (comes == end and day < last_day):
            tally.arrived += 1
            come(state, rota.arriving[tally.arrived - 1], comes, day, comes)
        else:
            break
    given = rota.given[day]
    for number in range(len(state.workers)):
        settle(state, number, end)
        given[number] = state.workers[number].given


def change_staff(state: State, rota: Rota, day: int) -> None:
    """The day's roster comes into force: leavers hand over, movers move, those at work take what waits."""
    hours, cap, in_post, sub_team = rota.hours[day], rota.cap[day], rota.in_post[day], rota.line[day]
    for number in range(len(state.workers)):
        worker = state.workers[number]
        if worker.in_post and not in_post[number] and not worker.finishes:
            hand_back(state, number, float(day))
            put_back(state, number)
        worker.in_post, worker.line = in_post[number], sub_team[number]
        worker.cap, worker.rate = cap[number], hours[number]
        worker.next, worker.given = FOREVER, 0.0
    for number in range(len(state.lines)):
        if state.gone_to[number] != number:
            follow_merger(state, number)
    line_up(state, False)
    for number in range(len(state.workers)):
        look_ahead(state, number, day)
    for number in range(len(state.lines)):
        if state.lines[number].pool:
            serve_waiting(state, number, day, float(day))
        else:
            fill(state, number, day, float(day))


def line_up(state: State, everyone: bool) -> None:
    """Chain the workers of each sub-team by number: those at work (for pools: and idle), or everyone in post."""
    for number in range(len(state.lines)):
        state.lines[number].first_at_work = NOBODY
    for number in range(len(state.workers) - 1, -1, -1):
        worker = state.workers[number]
        if worker.in_post and (everyone or worker.rate > 0.0) and worker.serving == NOBODY:
            line = state.lines[worker.line]
            if line.first_at_work == NOBODY:
                line.last_at_work = number
            worker.next_in_line = line.first_at_work
            line.first_at_work = number


def deal_opening(state: State, rota: Rota) -> None:
    """Cases open at the start are dealt among all in post, away or not; what finds no room waits."""
    tally = state.tally[0]
    while tally.arrived < len(rota.comes) and rota.comes[tally.arrived] < 0.0:
        row = rota.arriving[tally.arrived]
        visit, entered = state.visits[row], rota.comes[tally.arrived]
        tally.arrived += 1
        if visit.kind == POOL or visit.kind == PLAN:
            come(state, row, entered, 0, 0.0)
        else:
            visit.entered, visit.since, visit.left = entered, entered, visit.effort
            wait(state, row, sub_team_of(state, row))
    line_up(state, True)
    for number in range(len(state.lines)):
        if not state.lines[number].pool:
            fill(state, number, 0, 0.0)
    line_up(state, False)


def come(state: State, row: int, entered: float, day: int, now: float) -> None:
    """A child enters a stage, unless it is a return of the forecast that is not to come."""
    visit = state.visits[row]
    if visit.labelled and state.tally[0].taken_back > 0:
        state.tally[0].taken_back -= 1
        return
    visit.entered, visit.left = entered, visit.effort
    if visit.kind == PLAN:
        visit.allocated = entered
        schedule_visit(state, row, max(clock_start(state, row) + visit.least, now), day)
    elif visit.kind == POOL:
        ready = clock_start(state, row) + visit.least
        if ready > now:
            schedule_visit(state, row, ready, day)
        else:
            join(state, row, day, now)
    else:
        line = sub_team_of(state, row)
        visit.since = entered
        worker = NOBODY if head(state, line) != NOBODY else least_loaded(state, line)
        if worker == NOBODY:
            wait(state, row, line)
        else:
            take(state, row, worker, day, now)


def happen(state: State, event: int, day: int, now: float) -> None:
    """One moment: a visit's next moment, urgent work that begins, a worker's work done, a case to wind up."""
    if event < len(state.visits):
        moment(state, event, day, now)
        return
    event -= len(state.visits)
    if event < len(state.pieces):
        begin_piece(state, event, day, now)
        return
    event -= len(state.pieces)
    if event < len(state.workers):
        if state.workers[event].next == now:
            state.workers[event].next = FOREVER
            work_done(state, event, day, now)
        return
    wind_up(state, event - len(state.workers), day, now)


def moment(state: State, row: int, day: int, now: float) -> None:
    """A visit's next moment: a plan ends, a pool's lead time or a case's least time is over, a closed case comes back."""
    visit = state.visits[row]
    if visit.finished <= now:
        come_back(state, row, day, now)
    elif visit.kind == PLAN:
        go_on(state, row, day, now)
    elif visit.kind == POOL:
        join(state, row, day, now)
    else:
        visit.pending -= 1
        if visit.pending == 0 and visit.holder != NOBODY:
            wind_up(state, row, day, now)


def work_done(state: State, by: int, day: int, now: float) -> None:
    """A worker's next piece of work is done: a pool's visit, urgent work, or the work on a case."""
    settle(state, by, now)
    worker = state.workers[by]
    if worker.serving != NOBODY:
        row = free(state, by, day, now)
        if state.visits[row].signs != NOBODY:
            state.visits[row].finished = now
            close(state, state.visits[row].signs, day, now)
        else:
            go_on(state, row, day, now)
        return
    if worker.urgent > 0:
        piece = state.pieces[finish_piece(state, by, now)]
        look_ahead(state, by, day)
        row = int(piece.visit)
        if piece.then != NOBODY:
            come(state, piece.then, now, day, now)
    else:
        row = finish_work(state, by)
        look_ahead(state, by, day)
    if state.visits[row].pending == 0:
        wind_up(state, row, day, now)


def wind_up(state: State, row: int, day: int, now: float) -> None:
    """A case's work, time and urgent pieces are done: it is signed off, or closes at once."""
    visit = state.visits[row]
    if visit.sign_off == NOBODY:
        close(state, row, day, now)
    else:
        visit.pending = SIGNING
        come(state, visit.sign_off, now, day, now)


def close(state: State, row: int, day: int, now: float) -> None:
    """A case closes: its worker has room again, and the child goes on."""
    worker = state.visits[row].holder
    if worker != NOBODY:
        let_go(state, row, worker)
        fill(state, state.workers[worker].line, day, now)
    go_on(state, row, day, now)


def go_on(state: State, row: int, day: int, now: float) -> None:
    """A child leaves a stage for the next one, and may come back later."""
    visit = state.visits[row]
    visit.finished = now
    if visit.then != NOBODY:
        come(state, visit.then, now, day, now)
    if visit.returns_after >= 0.0:
        schedule_visit(state, row, now + visit.returns_after, day)


def come_back(state: State, row: int, day: int, now: float) -> None:
    """A closed case comes back; or a return that the forecast counts is not to come."""
    again = state.visits[row].comes_back
    if again == NOBODY:
        state.tally[0].taken_back += 1
    else:
        come(state, again, now, day, now)
