"""SimPy conducts: one environment a replication, with the working day and mergers of teams as its processes.

Cases live in arrays; the day kernel (day.py) carries them through each day, exact to the moment. The answers are
those of `tracer.run`, child by child, and do not depend on whether the kernel is compiled.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy

from . import day as kernel
from . import records
from .ahead import fronts, served, turns_of
from .clock import Clock
from .engine import compiled_advance, compiled_ahead
from .fast import compiles
from .pathway import Plan
from .state import NOBODY, Rota, State
from .trace import Trace
from .visits import Visits
from .workforce import Roster

Event = simpy.events.Event


def run(plan: Plan, clock: Clock, visits: Visits, roster: Roster, compiled: bool | None = None) -> Trace:
    """One replication of the whole service.

    `compiled`: whether numba compiles the kernel; None: where it is installed, unless FRONTDOOR_NUMBA=0. The answer is
    the same to the last bit.
    """
    fast = compiles(compiled)
    trace = records.blank_trace(visits, roster)
    at_front = serve_fronts(plan, visits, roster, trace, fast)
    arriving = records.coming(visits, at_front, trace.finished)
    who = records.needed(plan, roster)
    state, rota = records.prepared(plan, clock, roster, who, trace, arriving, objects=not fast)
    conduct(plan, clock, state, rota, fast)
    return records.written(trace, state, rota, who, at_front)


def serve_fronts(plan: Plan, visits: Visits, roster: Roster, trace: Trace, fast: bool) -> npt.NDArray[np.bool_]:
    """Serve the pools at the front for the whole horizon and write them into the trace; which visits these are."""
    front = np.zeros(len(plan.stages), dtype=np.bool_)
    front[list(fronts(plan))] = True
    at_front: npt.NDArray[np.bool_] = front[visits.stage]
    teams = {plan.stages[s].team for s in fronts(plan)}
    lines = [line for line, team in enumerate(plan.team_of_sub_team) if team in teams]
    for line in lines:
        rows = records.in_order(np.flatnonzero(at_front & (visits.sub_team == line)), visits.enters)
        ready = visits.enters[rows] + visits.least[rows]
        np.maximum(ready, 0.0, out=ready)
        order = records.in_order(slice(0, len(ready)), ready)
        place = rows if isinstance(order, slice) else np.arange(len(visits))[rows][order]
        outcome = (visits.effort[place].copy(), trace.allocated[place], trace.finished[place], trace.worker[place])
        who = np.flatnonzero(roster.sub_team[:, 0] == line)
        hours, employed = np.ascontiguousarray(roster.hours[who].T), np.ascontiguousarray(roster.employed[who].T)
        turns = turns_of(ready[order], visits.urgent[place], outcome, hours, employed, roster.finish_on_leaving[who])
        turns = served(turns, compiled_ahead() if fast else None)
        trace.entered[rows] = visits.enters[rows]
        trace.allocated[place], trace.finished[place] = turns.began, turns.ended
        trace.worker[place] = np.append(who, NOBODY)[turns.by]
        trace.given[who] = turns.given.T
    return at_front


def conduct(plan: Plan, clock: Clock, state: State, rota: Rota, fast: bool) -> None:
    """Run the environment from the first working day to the end of the last."""
    env = simpy.Environment()
    going = [working_days(env, state, rota, fast)]
    for team in plan.teams:
        if team.merges_into >= 0 and team.merges_on is not None:
            lines = range(team.first_sub_team, team.first_sub_team + team.sub_teams)
            moves = [(line, plan.merged(line)) for line in lines]
            going.insert(-1, merger(env, state, clock.day_of(team.merges_on), moves))
    for process in going:
        env.process(process)
    env.run(until=clock.days)
    for process in going:
        process.close()  # an environment and its processes hold one another: let the arrays go now


def working_days(env: simpy.Environment, state: State, rota: Rota, fast: bool) -> Generator[Event, Any, None]:
    """Every day, one after the other, with records for all who can be in the service on it."""
    while True:
        day = int(env.now)
        state = records.with_room(state, records.live_today(state, rota, day))
        if fast:
            book, *others = state
            compiled_advance()(*book, *others, *rota, day)
        else:
            kernel.advance(state, rota, day)
        yield env.timeout(1)


def merger(env: simpy.Environment, state: State, day: int, moves: list[tuple[int, int]]) -> Generator[Event, Any, None]:
    """On its day, before the day begins, a team's queues become those of the team that takes it over."""
    if day > 0:
        yield env.timeout(day)
    for line, into in moves:
        state.gone_to[line] = into
