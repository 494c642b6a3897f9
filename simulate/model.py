"""SimPy conducts: one environment a replication, with the working day and mergers of teams as its processes.

Cases live in arrays; the day kernel (day.py) carries them through each day, exact to the moment. The answers are
those of `tracer.run`, child by child, and do not depend on whether the kernel is compiled.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import simpy

from . import day as kernel
from . import records, strain
from .ahead import fronts, served, turns_of
from .book import coming, places
from .clock import Clock, Ints
from .engine import compiled_advance, compiled_ahead
from .fast import compiles
from .memory import uncollected
from .order import in_order
from .pathway import Plan
from .state import NOBODY, Rota, State
from .trace import Trace
from .visits import Visits
from .workforce import Roster

Event = simpy.events.Event


class Standing(NamedTuple):
    """How a replication stands as a day begins; `who`: the workers of the roster whom the day kernel needs."""

    state: State
    rota: Rota
    roster: Roster
    who: Ints


def run(plan: Plan, clock: Clock, visits: Visits, roster: Roster, compiled: bool | None = None) -> Trace:
    """One replication of the whole service.

    `compiled`: whether numba compiles the kernel; None: where it is installed, unless FRONTDOOR_NUMBA=0. The answer is
    the same to the last bit.
    """
    fast = compiles(compiled)
    trace = records.blank_trace(visits, roster)
    at_front = serve_fronts(plan, visits, roster, trace, fast)
    known, who = places(at_front, visits.soon, clock.days), records.needed(plan, roster)
    arriving = coming(visits, at_front, trace.finished, known)
    with uncollected():
        state, rota = records.prepared(plan, clock, who, trace, known, arriving, fast)
        left = conduct(plan, clock, Standing(state, rota, roster, who), fast)
        return records.written(trace, known, *left)


def serve_fronts(plan: Plan, visits: Visits, roster: Roster, trace: Trace, fast: bool) -> npt.NDArray[np.bool_]:
    """Serve the pools at the front for the whole horizon and write them into the trace; which visits these are."""
    front = np.zeros(len(plan.stages), dtype=np.bool_)
    front[list(fronts(plan))] = True
    at_front: npt.NDArray[np.bool_] = front[visits.stage]
    teams = {plan.stages[s].team for s in fronts(plan)}
    lines = [line for line, team in enumerate(plan.team_of_sub_team) if team in teams]
    for line in lines:
        rows = in_order(np.flatnonzero(at_front & (visits.sub_team == line)), visits.enters)
        ready = visits.enters[rows] + visits.least[rows]
        np.maximum(ready, 0.0, out=ready)
        order = in_order(np.arange(len(ready)), ready)
        place = rows if isinstance(order, slice) else np.arange(len(visits))[rows][order]
        never = np.full((2, len(ready)), np.nan)
        outcome = (visits.effort[place].copy(), *never, np.full(len(ready), NOBODY))
        who = np.flatnonzero(roster.sub_team[:, 0] == line)
        hours, employed = np.ascontiguousarray(roster.hours[who].T), np.ascontiguousarray(roster.employed[who].T)
        turns = turns_of(ready[order], visits.urgent[place], outcome, hours, employed, roster.finish_on_leaving[who])
        turns = served(turns, compiled_ahead() if fast else None)
        trace.entered[rows] = visits.enters[rows]
        trace.allocated[place], trace.finished[place] = turns.began, turns.ended
        trace.worker[place] = np.append(who, NOBODY)[turns.by]
        trace.given[who] = turns.given.T
    return at_front


def conduct(plan: Plan, clock: Clock, start: Standing, fast: bool) -> Standing:
    """Run the environment from the first working day to the end of the last; how things stand then."""
    env = simpy.Environment()
    going = []
    for team in plan.teams:
        if team.merges_into >= 0 and team.merges_on is not None:
            lines = range(team.first_sub_team, team.first_sub_team + team.sub_teams)
            moves = [(line, plan.merged(line)) for line in lines]
            going.append(merger(env, start.state, clock.day_of(team.merges_on), moves))
    for process in going:
        env.process(process)
    left: Any = env.run(until=env.process(working_days(env, start, clock.days, fast)))
    for process in going:
        process.close()
    env.run()  # what is left in its queue holds the environment, and so the arrays: let them go now
    standing: Standing = left
    return standing


def working_days(env: simpy.Environment, start: Standing, days: int, fast: bool) -> Generator[Event, Any, Standing]:
    """Every day, one after the other; compiled, all days at once until something else is due."""
    state, rota, roster, who = start
    come = np.searchsorted(rota.comes, np.arange(1, days + 1), side="right").tolist()
    day = 0
    while day < days:
        if day > 0:
            yield env.timeout(day - env.now)
        if day > 0 and roster.lot is not None:
            state, rota, roster, who = judge(Standing(state, rota, roster, who), day)
        until = day + 1
        if fast:
            if roster.lot is None:
                until = max(until, int(min(env.peek(), days)))
            compiled_advance()(*state, *rota, day, until)
        else:
            state = records.with_room(state, records.live_at_most(state, come[day]))
            kernel.advance(state, rota, day, until)
        day = until
    return Standing(state, rota, roster, who)


def judge(now: Standing, day: int) -> Standing:
    """Whoever has had enough of too many cases is gone from today (strain.py)."""
    held = np.zeros(len(now.roster), dtype=np.int64)
    held[now.who] = records.field(now.state.workers, "open", np.int64)
    state, roster = records.with_handovers(now.state, int(held.sum())), strain.judged(now.roster, held, day)
    if roster.hours is now.roster.hours:
        return now._replace(state=state, roster=roster)
    who = np.concatenate([now.who, np.arange(len(now.roster), len(roster))])
    return Standing(*records.with_roster(state, now.rota, roster, who), roster, who)


def merger(env: simpy.Environment, state: State, day: int, moves: list[tuple[int, int]]) -> Generator[Event, Any, None]:
    """On its day, before the day begins, a team's queues become those of the team that takes it over."""
    if day > 0:
        yield env.timeout(day)
    for line, into in moves:
        state.gone_to[line] = into
