"""Pools at the very front, whose whole demand is known beforehand: served for the whole horizon at once.

Contact screening is most of all that happens, and nothing that happens behind it changes who comes to it. So its
turns are found in one pass, with the rules of pools.py, before the days begin; those who go on arrive at their next
stage as if from outside. The same function runs compiled and as ordinary Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .clock import Bools, Floats, Ints
from .moments import begin, diary, first, pop, push
from .pathway import CLOSED, POOL, Plan
from .state import FOREVER, NOBODY, TINY, Column, Table

SLOTS_A_WORKER = 16
"""Slots that the day's moments are sorted into: a few for each turn that one worker ends in a usual day."""
FIRST_URGENT, LAST_URGENT, FIRST_OTHER, LAST_OTHER, FIRST_IDLE, LAST_IDLE = range(6)


Outcome = tuple[Floats, Floats, Floats, Ints]


class Turns(NamedTuple):
    """One sub-team of a pool and all its visits, in order of being ready (`ready`, in working days).

    `left`: hours of work left. `began`, `ended`, `by`: when the work began and ended, and by which of the workers.
    `following`: next in the queue. `chains`: ends of the queues and of the line of those idle.
    `hours`, `in_post`, `given`: by day and worker; `finishes`, `serving`, `next_idle`, `since`: by worker.
    """

    ready: Column
    urgent: Column
    left: Column
    began: Column
    ended: Column
    by: Column
    following: Column
    chains: Column
    hours: Table
    in_post: Table
    given: Table
    finishes: Column
    serving: Column
    next_idle: Column
    since: Column
    today: Any


def serve_ahead(turns: Turns) -> None:
    """Find when each visit's work begins and ends, and who does it."""
    coming, last_day = 0, len(turns.hours) - 1
    for day in range(len(turns.hours)):
        begin(turns.today, day)
        open_day(turns, day)
        end = day + 1.0
        while True:
            comes = turns.ready[coming] if coming < len(turns.ready) else FOREVER
            now = first(turns.today)
            if now <= comes and now < FOREVER:
                worker = pop(turns.today)
                if now < end or day < last_day:
                    end_turn(turns, worker, day, now)
            elif comes < end or (comes == end and day < last_day):
                worker = turns.chains[FIRST_IDLE]
                if worker == NOBODY:
                    line_up(turns, coming)
                else:
                    turns.chains[FIRST_IDLE] = turns.next_idle[worker]
                    begin_turn(turns, coming, worker, day, max(comes, 0.0))
                coming += 1
            else:
                break
        for worker in range(len(turns.serving)):
            if turns.serving[worker] != NOBODY:
                book(turns, worker, day, end)


def open_day(turns: Turns, day: int) -> None:
    """The day's roster: leavers put their work back, those idle at work stand in line by number and take what waits."""
    chains, in_post, hours = turns.chains, turns.in_post[day], turns.hours[day]
    for worker in range(len(turns.serving)):
        row = turns.serving[worker]
        if row != NOBODY and not in_post[worker] and turns.in_post[day - 1][worker] and not turns.finishes[worker]:
            turns.serving[worker] = NOBODY
            line_up(turns, row)
    chains[FIRST_IDLE] = NOBODY
    for worker in range(len(turns.serving) - 1, -1, -1):
        if turns.serving[worker] != NOBODY:
            plan_end(turns, worker, day, float(day))
        elif in_post[worker] and hours[worker] > 0.0:
            if chains[FIRST_IDLE] == NOBODY:
                chains[LAST_IDLE] = worker
            turns.next_idle[worker] = chains[FIRST_IDLE]
            chains[FIRST_IDLE] = worker
    while chains[FIRST_IDLE] != NOBODY and next_turn(turns) != NOBODY:
        worker = chains[FIRST_IDLE]
        chains[FIRST_IDLE] = turns.next_idle[worker]
        begin_turn(turns, call(turns), worker, day, float(day))


def begin_turn(turns: Turns, row: int, worker: int, day: int, now: float) -> None:
    """A worker begins, or goes on with, a visit's work."""
    turns.serving[worker], turns.since[worker] = row, now
    if math.isnan(turns.began[row]):
        turns.began[row], turns.by[row] = now, worker
    plan_end(turns, worker, day, now)


def plan_end(turns: Turns, worker: int, day: int, now: float) -> None:
    """Note when the work in hand ends, if that is today."""
    rate, end = turns.hours[day][worker], day + 1.0
    if rate > 0.0:
        due = now + turns.left[turns.serving[worker]] / rate
        if due <= end + TINY:
            push(turns.today, min(due, end), worker)


def book(turns: Turns, worker: int, day: int, now: float) -> None:
    """Book the hours given to the work in hand."""
    hours = (now - turns.since[worker]) * turns.hours[day][worker]
    turns.since[worker] = now
    turns.left[turns.serving[worker]] -= hours
    turns.given[day][worker] += hours


def end_turn(turns: Turns, worker: int, day: int, now: float) -> None:
    """A visit's work is done: its worker takes the next, or joins the end of those idle."""
    book(turns, worker, day, now)
    turns.ended[turns.serving[worker]] = now
    turns.serving[worker] = NOBODY
    if not turns.in_post[day][worker]:
        return
    if next_turn(turns) != NOBODY:
        begin_turn(turns, call(turns), worker, day, now)
        return
    chains = turns.chains
    turns.next_idle[worker] = NOBODY
    if chains[FIRST_IDLE] == NOBODY:
        chains[FIRST_IDLE] = worker
    else:
        turns.next_idle[chains[LAST_IDLE]] = worker
    chains[LAST_IDLE] = worker


def line_up(turns: Turns, row: int) -> None:
    """Put a visit in its queue at the place that its number, the order of being ready, gives it."""
    chains, following = turns.chains, turns.following
    head, tail = (FIRST_URGENT, LAST_URGENT) if turns.urgent[row] else (FIRST_OTHER, LAST_OTHER)
    if chains[head] == NOBODY:
        following[row] = NOBODY
        chains[head], chains[tail] = row, row
    elif chains[tail] < row:
        following[row] = NOBODY
        following[chains[tail]] = row
        chains[tail] = row
    elif chains[head] > row:
        following[row] = chains[head]
        chains[head] = row
    else:
        before = chains[head]
        while following[before] < row:
            before = following[before]
        following[row] = following[before]
        following[before] = row


def next_turn(turns: Turns) -> int:
    """Whose turn it is; NOBODY where nobody waits."""
    urgent = turns.chains[FIRST_URGENT]
    return int(urgent if urgent != NOBODY else turns.chains[FIRST_OTHER])


def call(turns: Turns) -> int:
    """Take whose turn it is out of the queue."""
    chains = turns.chains
    head = FIRST_URGENT if chains[FIRST_URGENT] != NOBODY else FIRST_OTHER
    row = chains[head]
    chains[head] = turns.following[row]
    return int(row)


def fronts(plan: Plan) -> tuple[int, ...]:
    """Pool stages that only children from outside enter, and whose team does nothing else and has no part in a merger.

    Not the door at which returns or repeat contacts enter, nor a stage whose closed cases may come back.
    """
    reached = {way.to for stage in plan.stages for way in stage.ways} - {CLOSED}
    reached |= {way.to for work in plan.urgent for way in work.ways}
    reached |= {stage.sign_off for stage in plan.stages}
    if plan.returns is not None:
        reached |= {plan.returns.door, *plan.returns.closing}
    reached.add(plan.effects.asks_at)
    merging = {t for t, team in enumerate(plan.teams) if team.merges_into >= 0}
    merging |= {team.merges_into for team in plan.teams}
    teams = [stage.team for stage in plan.stages]
    return tuple(
        s
        for s, stage in enumerate(plan.stages)
        if stage.kind == POOL and s not in reached and teams.count(stage.team) == 1 and stage.team not in merging
    )


def turns_of(ready: Floats, urgent: Bools, trace: Outcome, hours: Floats, in_post: Bools, finishes: Bools) -> Turns:
    """Turns before anything has happened; `trace`: columns for hours left, begun, ended and by whom."""
    workers = hours.shape[1]
    today = diary(workers + 1, slots=SLOTS_A_WORKER * workers)
    return Turns(
        ready,
        urgent,
        *trace,
        following=np.empty(len(ready), dtype=np.int64),
        chains=np.full(6, NOBODY),
        hours=hours,
        in_post=in_post,
        given=np.zeros(hours.shape),
        finishes=finishes,
        serving=np.full(workers, NOBODY),
        next_idle=np.full(workers, NOBODY),
        since=np.zeros(workers),
        today=today,
    )


def served(turns: Turns, serve: Callable[..., None] | None) -> Turns:
    """Turns when all is done: by the compiled function, which works in place, or as ordinary Python on lists."""
    if serve is not None:
        serve(*turns)
        return turns
    lists = Turns._make([*(column.tolist() for column in turns[:-1]), []])
    serve_ahead(lists)
    for column, values in zip(turns[2:6], lists[2:6], strict=True):
        column[:] = values
    return turns._replace(given=np.array(lists.given).reshape(turns.given.shape))
