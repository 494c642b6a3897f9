"""Working days of the whole service, moment by moment: the kernel that SimPy calls for every stretch of days.

Plain loops on the records of `state`. Compiled by numba where it is importable and wanted; the very same functions
run as ordinary Python and give the same answers bit for bit.
"""

from __future__ import annotations

from .agenda import clock_start, least_over, recall, schedule
from .burden import is_thin
from .caseload import (
    begin_piece,
    fill,
    finish_piece,
    finish_work,
    least_loaded,
    let_go,
    look_ahead,
    settle,
    take,
)
from .moments import begin, first, pop
from .morning import change_staff, line_up, read_ahead
from .pools import free, join
from .queues import head, sub_team_of, wait
from .state import (
    ALWAYS,
    ASKING,
    CASELOAD,
    CASELOAD_FROM_ALLOCATION,
    FOREVER,
    NOBODY,
    PLAN,
    POOL,
    SIGNING,
    Rota,
    State,
)
from .visits import THIN


def advance(state: State, rota: Rota, day: int, until: int) -> None:
    """Carry the service through the days from `day` up to, not with, `until`."""
    for today in range(day, until):
        live_through(state, rota, today)


def live_through(state: State, rota: Rota, day: int) -> None:
    """Carry the service through one day: staff changes at its start, then everything that happens, in order of time.

    What falls exactly on the end of the day is done before the next day's changes.
    """
    begin(state.today, day)
    read_ahead(state, rota, day)
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


def deal_opening(state: State, rota: Rota) -> None:
    """Cases open at the start are dealt among all in post, away or not; what finds no room waits."""
    tally = state.tally[0]
    while tally.arrived < len(rota.comes) and rota.comes[tally.arrived] < 0.0:
        row, entered = rota.arriving[tally.arrived], rota.comes[tally.arrived]
        tally.arrived += 1
        if is_case(state, row):
            number = enter(state, row, entered)
            wait(state, number, sub_team_of(state, number))
        else:
            come(state, row, entered, 0, 0.0)
    line_up(state, True)
    for number in range(len(state.lines)):
        if not state.lines[number].pool:
            fill(state, number, 0, 0.0)
    line_up(state, False)


def is_case(state: State, row: int) -> bool:
    """Whether a visit is to a caseload stage."""
    kind = state.book[row].kind
    return bool(kind in (CASELOAD, CASELOAD_FROM_ALLOCATION))


def take_record(state: State) -> int:
    """Take a free record; raises IndexError where there is none (records.with_room makes room)."""
    tally = state.tally[0]
    number = int(tally.free)
    if number == NOBODY:
        number = int(tally.fresh)
        if number == len(state.visits):
            raise IndexError("more visits at once than there is room for")
        tally.fresh = number + 1
    else:
        tally.free = state.visits[number].following
    tally.live += 1
    return number


def enter(state: State, row: int, entered: float) -> int:
    """Open a record for a visit; returns it."""
    number = take_record(state)
    entry, visit = state.book[row], state.visits[number]
    visit.row, visit.left, visit.since = row, entry.effort, entered
    visit.kind, visit.urgent, visit.over = entry.kind, entry.urgent, False
    visit.holder, visit.handed, visit.signs, visit.pending = NOBODY, NOBODY, NOBODY, 0
    entry.entered = entered
    return number


def come(state: State, row: int, entered: float, day: int, now: float) -> None:
    """A child comes to a stage, unless it is a return of the forecast that is not to come."""
    entry = state.book[row]
    if entry.seldom != NOBODY and state.seldom[entry.seldom].awaited and state.tally[0].taken_back > 0:
        state.tally[0].taken_back -= 1
        return
    number = enter(state, row, entered)
    if is_case(state, row):
        line = sub_team_of(state, number)
        worker = NOBODY if head(state, line) != NOBODY else least_loaded(state, line)
        if worker == NOBODY:
            wait(state, number, line)
            if entry.seldom != NOBODY and state.seldom[entry.seldom].asks_again != NOBODY:
                may_ask_again(state, row, day)
        else:
            take(state, number, worker, day, now)
        return
    ready = least_over(state, row)
    if entry.kind == PLAN:
        entry.allocated = entered
        schedule(state, number, max(ready, now), day)
    elif ready > now:
        schedule(state, number, ready, day)
    else:
        join(state, number, day, now)


def may_ask_again(state: State, row: int, day: int) -> None:
    """Note when a family who waits will ask again, if nobody has taken the case by then."""
    number = take_record(state)
    entry, visit = state.book[row], state.visits[number]
    said = state.seldom[entry.seldom]
    visit.row, visit.signs, visit.kind, visit.over = said.asks_again, row, ASKING, False
    schedule(state, number, entry.entered + said.asks_again_after, day)


def ask_again(state: State, number: int, day: int, now: float) -> None:
    """A family whose case nobody has taken asks again."""
    row, case = int(state.visits[number].row), int(state.visits[number].signs)
    leave(state, number)
    if state.book[case].worker == NOBODY:
        come(state, row, now, day, now)


def happen(state: State, event: int, day: int, now: float) -> None:
    """One moment: a visit's next moment, urgent work that begins, a worker's work done, the first case to wind up."""
    rows, pieces, workers = len(state.book), len(state.pieces), len(state.workers)
    if event < rows:
        moment(state, event, day, now)
    elif event < rows + pieces:
        begin_piece(state, event - rows, day, now)
    elif event < rows + pieces + workers:
        number = event - rows - pieces
        if state.workers[number].next == now:
            state.workers[number].next = FOREVER
            work_done(state, number, day, now)
    else:
        number = int(state.tally[0].first_done)
        state.tally[0].first_done = state.visits[number].following
        wind_up(state, number, day, now)


def moment(state: State, number: int, day: int, now: float) -> None:
    """A visit's next moment: a plan ends, a lead time or least time is over, a closed case comes back."""
    visit = state.visits[number]
    if visit.over:
        come_back(state, number, day, now)
    elif visit.kind == ASKING:
        ask_again(state, number, day, now)
    elif visit.kind == PLAN:
        go_on(state, number, day, now)
    elif visit.kind == POOL:
        join(state, number, day, now)
    else:
        visit.pending -= 1
        if visit.pending == 0 and visit.holder != NOBODY:
            wind_up(state, number, day, now)


def work_done(state: State, by: int, day: int, now: float) -> None:
    """A worker's next piece of work is done: a pool's visit, urgent work, or the work on a case."""
    settle(state, by, now)
    worker = state.workers[by]
    if worker.serving != NOBODY:
        number = free(state, by, day, now)
        case = state.visits[number].signs
        if case == NOBODY:
            go_on(state, number, day, now)
        else:
            state.book[state.visits[number].row].finished = now
            leave(state, number)
            close(state, case, day, now)
        return
    if worker.urgent > 0:
        piece = state.pieces[finish_piece(state, by, now)]
        look_ahead(state, by, day)
        number = int(piece.visit)
        if piece.then != NOBODY:
            come(state, piece.then, now, day, now)
    else:
        number = finish_work(state, by)
        look_ahead(state, by, day)
    if state.visits[number].pending == 0:
        wind_up(state, number, day, now)


def wind_up(state: State, number: int, day: int, now: float) -> None:
    """A case's work, time and urgent pieces are done: it is signed off, or closes at once."""
    visit = state.visits[number]
    signing = state.book[visit.row].sign_off
    if signing == NOBODY:
        close(state, number, day, now)
        return
    visit.pending = SIGNING
    signer = enter(state, signing, now)
    state.visits[signer].signs = number
    ready = least_over(state, signing)
    if ready > now:
        schedule(state, signer, ready, day)
    else:
        join(state, signer, day, now)


def close(state: State, number: int, day: int, now: float) -> None:
    """A case closes: its worker has room again, and the child goes on."""
    worker, seldom = state.visits[number].holder, state.book[state.visits[number].row].seldom
    if seldom != NOBODY and state.seldom[seldom].late_after == THIN and is_thin(state, worker):
        state.seldom[seldom].late_after = ALWAYS
    if worker != NOBODY:
        let_go(state, number, worker)
        fill(state, state.workers[worker].line, day, now)
    go_on(state, number, day, now)


def go_on(state: State, number: int, day: int, now: float) -> None:
    """A child leaves a stage for the next one, and may come back later."""
    visit = state.visits[number]
    row = int(visit.row)
    entry = state.book[row]
    entry.finished = now
    if comes_back_later(state, row, now):
        visit.over = True
        schedule(state, number, now + state.seldom[entry.seldom].returns_after, day)
    else:
        leave(state, number)
    if entry.then != NOBODY:
        come(state, entry.then, now, day, now)


def comes_back_later(state: State, row: int, now: float) -> bool:
    """Whether a visit that has just finished has a return to come, or one of the forecast to take back."""
    entry = state.book[row]
    if entry.seldom == NOBODY:
        return False
    said = state.seldom[entry.seldom]
    return bool(said.returns_after >= 0.0 and not now - clock_start(state, row) <= said.late_after)


def come_back(state: State, number: int, day: int, now: float) -> None:
    """A closed case comes back; or a return that the forecast counts is not to come."""
    again = state.seldom[state.book[state.visits[number].row].seldom].comes_back
    leave(state, number)
    if again == NOBODY:
        state.tally[0].taken_back += 1
    else:
        come(state, again, now, day, now)


def leave(state: State, number: int) -> None:
    """Close the record of a visit; another may use it."""
    tally = state.tally[0]
    state.visits[number].following = tally.free
    tally.free = number
    tally.live -= 1
