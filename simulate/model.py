"""SimPy conducts: one environment a replication, with the working day, mergers of teams and feedback as its processes.

Cases live in arrays; the day kernel (day.py) carries them through each day, exact to the moment. The answers are those of
`tracer.run`, child by child, and do not depend on whether the kernel is compiled.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy

from . import day as kernel
from .clock import Clock
from .engine import Advance, compiled_advance, compiles
from .moments import MOMENT
from .pathway import CASELOAD, PLAN, POOL, Plan
from .state import HANDOVER, LINE, NOBODY, PIECE, TALLY, VISIT, WORKER, Records, Rota, State, as_objects
from .state import CASELOAD_FROM_ALLOCATION as FROM_ALLOCATION
from .state import CASELOAD as FROM_ENTRY
from .state import PLAN as STAY
from .state import POOL as TURN
from .trace import Trace
from .visits import Visits
from .workforce import Roster

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Event = simpy.events.Event
MOMENTS = ("entered", "allocated", "finished", "began", "done", "taken")
POINTERS = (
    *("clock_visit", "clock_urgent", "then", "sign_off", "signs", "comes_back", "first_piece", "next_piece"),
    *("worker", "holder", "following", "after", "held_after", "held_before", "handed", "visit"),
    *("first_active", "first_urgent", "first_held", "next_in_line", "serving"),
    *("last_urgent", "first_other", "last_other", "first_at_work", "last_at_work"),
)


def run(plan: Plan, clock: Clock, visits: Visits, roster: Roster, compiled: bool | None = None) -> Trace:
    """One replication of the whole service.

    `compiled`: whether numba compiles the kernel; None: where it is installed, unless FRONTDOOR_NUMBA=0. The answer is the
    same to the last bit.
    """
    fast = compiles(compiled)
    state, rota = prepare(plan, clock, visits, roster, objects=not fast)
    conduct(plan, clock, state, advance_of(state, rota, fast))
    return trace_of(visits, state, rota)


def advance_of(state: State, rota: Rota, fast: bool) -> Advance:
    """The kernel that carries the state through a day."""
    if not fast:
        return functools.partial(kernel.advance, state, rota)
    return functools.partial(compiled_advance(), *state, *rota)


def conduct(plan: Plan, clock: Clock, state: State, advance: Advance) -> None:
    """Run the environment from the first working day to the end of the last."""
    env = simpy.Environment()
    for team in plan.teams:
        if team.merges_into >= 0 and team.merges_on is not None:
            first, last = team.first_sub_team, team.first_sub_team + team.sub_teams
            gone_to = [plan.merged(line) for line in range(first, last)]
            env.process(
                merger(env, state, clock.day_of(team.merges_on), list(zip(range(first, last), gone_to, strict=True)))
            )
    env.process(working_days(env, advance))
    env.run(until=clock.days)


def working_days(env: simpy.Environment, advance: Advance) -> Iterator[Event]:
    """Every day, one after the other."""
    while True:
        advance(int(env.now))
        yield env.timeout(1)


def merger(env: simpy.Environment, state: State, day: int, moves: list[tuple[int, int]]) -> Iterator[Event]:
    """On its day, before the day begins, a team's queues become those of the team that takes it over."""
    yield env.timeout(day)
    for line, into in moves:
        state.gone_to[line] = into


def prepare(plan: Plan, clock: Clock, visits: Visits, roster: Roster, objects: bool = False) -> tuple[State, Rota]:
    """The state before the first day; `objects`: as Python lists and objects, not arrays."""
    pools = {stage.team for stage in plan.stages if stage.kind == POOL}
    lines = blank(LINE, plan.sub_teams)
    lines["pool"] = [team in pools for team in plan.team_of_sub_team]
    workers = blank(WORKER, len(roster))
    workers["finishes"] = roster.finish_on_leaving
    coming = np.flatnonzero(visits.enters_first)
    coming = coming[np.argsort(visits.enters[coming], kind="stable")]
    first_piece, pieces = pieces_of(visits)
    records = (
        records_of(plan, visits, first_piece),
        pieces,
        workers,
        lines,
        blank(HANDOVER, most_handovers(plan, visits, roster)),
        np.zeros(1, dtype=TALLY),
    )
    columns = (np.full(clock.days, NOBODY), np.arange(plan.sub_teams))
    rota = (
        coming,
        visits.enters[coming],
        np.ascontiguousarray(roster.hours.T),
        np.ascontiguousarray(roster.cap.T),
        np.ascontiguousarray(roster.employed.T),
        np.ascontiguousarray(roster.sub_team.T),
        np.zeros((clock.days, len(roster))),
    )
    if objects:
        lists = [column.tolist() for column in (*columns, *rota)]
        return State(*map(as_objects, records), *lists[:2], []), Rota(*lists[2:])
    today = np.empty(2 * (len(visits) + len(pieces)) + 16 * len(roster) + 64, dtype=MOMENT)
    today["event"][0] = 0
    return State(*records, *columns, today), Rota(*rota)


def blank(kind: npt.DTypeLike, number: int) -> npt.NDArray[Any]:
    """Records of nobody and nothing: pointers -1, moments NaN, `next` never, the rest 0."""
    records = np.zeros(number, dtype=kind)
    for name in records.dtype.names or ():
        if name in POINTERS:
            records[name] = NOBODY
        elif name in MOMENTS:
            records[name] = np.nan
    return records


def records_of(plan: Plan, visits: Visits, first_piece: Ints) -> npt.NDArray[Any]:
    """Every visit as the kernel needs it."""
    codes = {POOL: TURN, CASELOAD: FROM_ENTRY, PLAN: STAY}
    kinds = [FROM_ALLOCATION if s.least_from_allocation else codes[s.kind] for s in plan.stages]
    records = blank(VISIT, len(visits))
    for name in ("effort", "least", "given", "clock_visit", "clock_urgent", "then", "sign_off", "comes_back"):
        records[name] = getattr(visits, name)
    for name in ("sub_team", "urgent", "labelled"):
        records[name] = getattr(visits, name)
    back, taken = visits.comes_back_after, visits.takes_back_after
    records["returns_after"] = np.where(visits.comes_back >= 0, back, taken)
    records["kind"] = np.array(kinds, dtype=np.int8)[visits.stage]
    records["first_piece"] = first_piece
    signed = np.flatnonzero(visits.sign_off >= 0)
    records["signs"][visits.sign_off[signed]] = signed
    return records


def pieces_of(visits: Visits) -> tuple[Ints, npt.NDArray[Any]]:
    """The first piece of urgent work of every visit, and all pieces."""
    first, following = chained(visits.urgent_visit, len(visits))
    pieces = blank(PIECE, len(visits.urgent_visit))
    pieces["begins_after"], pieces["left"] = visits.urgent_after, visits.urgent_effort
    pieces["visit"], pieces["then"], pieces["next_piece"] = visits.urgent_visit, visits.urgent_then, following
    return first, pieces


def chained(owners: Ints, number: int) -> tuple[Ints, Ints]:
    """First item of each of `number` owners, and the next item of the same owner after each item; NOBODY: none."""
    first, following = np.full(number, NOBODY), np.full(len(owners), NOBODY)
    order = np.argsort(owners, kind="stable")
    same = owners[order][1:] == owners[order][:-1]
    following[order[:-1][same]] = order[1:][same]
    starts = np.concatenate([[True], ~same])[: len(owners)]
    first[owners[order[starts]]] = order[starts]
    return first, following


def most_handovers(plan: Plan, visits: Visits, roster: Roster) -> int:
    """More cases than leavers can hand back: each leaving of each worker, times the most he can hold."""
    leaving = (roster.employed[:, :-1] & ~roster.employed[:, 1:] & ~roster.finish_on_leaving[:, None]).sum(axis=1)
    cases = int(np.isin(visits.stage, [s for s, stage in enumerate(plan.stages) if stage.kind == CASELOAD]).sum())
    most = np.minimum(roster.cap.max(axis=1, initial=0), cases)
    return int((leaving * most).sum())


def trace_of(visits: Visits, state: State, rota: Rota) -> Trace:
    """What happened, from the state after the last day."""
    number = int(field(state.tally, "handed", np.int64)[0])
    handovers = state.handovers[:number]
    return Trace(
        visits=visits,
        entered=field(state.visits, "entered", np.float64),
        allocated=field(state.visits, "allocated", np.float64),
        finished=field(state.visits, "finished", np.float64),
        worker=field(state.visits, "worker", np.int64),
        urgent_began=field(state.pieces, "began", np.float64),
        urgent_done=field(state.pieces, "done", np.float64),
        handed_visit=field(handovers, "visit", np.int64),
        handed_back=field(handovers, "back", np.float64),
        handed_worker=field(handovers, "worker", np.int64),
        handed_taken=field(handovers, "taken", np.float64),
        given=np.asarray(rota.given).T,
    )


def field(records: Records, name: str, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """One field of all records as an array."""
    if isinstance(records, np.ndarray):
        return np.asarray(records[name], dtype=kind).copy()
    return np.array([getattr(record, name) for record in records], dtype=kind)
