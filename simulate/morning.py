"""How a day begins for the day kernel: who is at work, what changes hands, and what the day may need brought near."""

from __future__ import annotations

from .agenda import bring_near
from .burden import share_worked
from .caseload import fill, hand_back, look_ahead
from .pools import put_back, serve_waiting
from .queues import follow_merger
from .state import FOREVER, NOBODY, Rota, State


def read_ahead(state: State, rota: Rota, day: int) -> None:
    """Read through the entries that can come today at the soonest, one after the other, so that they are near.

    The processor sees such reading coming and waits for none of it; a third of the kernel's time was waiting for
    entries one by one.
    """
    for number in range(rota.soonest[day] if day > 0 else 0, rota.soonest[day + 1]):
        bring_near(state, number)


def change_staff(state: State, rota: Rota, day: int) -> None:
    """The day's roster comes into force: leavers hand over, movers move, those at work take what waits."""
    hours, cap, in_post, sub_team = rota.hours[day], rota.cap[day], rota.in_post[day], rota.line[day]
    for number in range(len(state.workers)):
        worker = state.workers[number]
        if worker.in_post and not in_post[number] and not worker.finishes:
            hand_back(state, number, float(day))
            put_back(state, number)
        worker.in_post, worker.line = in_post[number], sub_team[number]
        worker.cap, worker.rate = cap[number], hours[number] * share_worked(state, worker.open, cap[number])
        worker.next, worker.given = FOREVER, 0.0
    for number in range(len(state.lines)):
        if state.gone_to[number] != number:
            follow_merger(state, number)
    line_up(state, False)
    for number in range(len(state.workers)):
        look_ahead(state, number, day)
        worker = state.workers[number]
        if worker.next < FOREVER and worker.first_active != NOBODY:
            bring_near(state, state.visits[worker.first_active].row)
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
