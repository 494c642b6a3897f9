"""From visits and a roster to the records the day kernel runs on, and back to what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .clock import Clock, Floats, Ints
from .moments import MOMENT
from .pathway import CASELOAD, PLAN, POOL, Plan
from .state import CASELOAD as FROM_ENTRY
from .state import CASELOAD_FROM_ALLOCATION as FROM_ALLOCATION
from .state import HANDOVER, LINE, NOBODY, PIECE, TALLY, VISIT, WORKER, Records, Rota, State, as_objects
from .state import PLAN as STAY
from .state import POOL as TURN
from .trace import Trace
from .visits import FORECAST, Visits
from .workforce import Roster

MOMENTS = ("clock", "entered", "allocated", "finished", "began", "done", "taken")
POINTERS = (
    *("clock_visit", "clock_urgent", "then", "sign_off", "signs", "comes_back", "first_piece", "next_piece"),
    *("worker", "holder", "following", "after", "held_after", "held_before", "handed", "visit"),
    *("first_active", "first_urgent", "first_held", "next_in_line", "serving"),
    *("last_urgent", "first_other", "last_other", "first_at_work", "last_at_work"),
)


@dataclass(frozen=True)
class Coming:
    """The visits that the day kernel carries, those at the front having been served ahead.

    `rows`: their rows in Visits. `number[row]`: their place among them; -1: served ahead (also at index -1: nobody).
    `arriving`, `comes`: those from outside, by place, in order of time. `clock`: start of the clock of each where it
    was entry to the front, else NaN.
    """

    rows: Ints
    number: Ints
    arriving: Ints
    comes: Floats
    clock: Floats


def coming(visits: Visits, at_front: npt.NDArray[np.bool_], entered: Floats, finished: Floats) -> Coming:
    """What comes to the day kernel; `at_front`: visits served ahead, with the moments of `entered` and `finished`."""
    rows = np.flatnonzero(~at_front)
    number = np.full(len(visits) + 1, NOBODY)
    number[rows] = np.arange(len(rows))
    outside = rows[visits.enters_first[rows]]
    before = np.flatnonzero(at_front & (visits.then >= 0) & ~np.isnan(finished))
    arriving = np.concatenate([outside, visits.then[before]])
    comes = np.concatenate([visits.enters[outside], finished[before]])
    order = np.argsort(comes, kind="stable")
    clock_visit = visits.clock_visit[rows]
    known = (clock_visit >= 0) & at_front[clock_visit]
    clock = np.where(known, entered[clock_visit], np.nan)
    return Coming(rows, number, number[arriving[order]], comes[order], clock)


def prepared(
    plan: Plan, clock: Clock, visits: Visits, roster: Roster, carried: Coming, objects: bool
) -> tuple[State, Rota]:
    """The state before the first day; `objects`: as Python lists and objects, not arrays."""
    pools = {stage.team for stage in plan.stages if stage.kind == POOL}
    lines = blank(LINE, plan.sub_teams)
    lines["pool"] = [team in pools for team in plan.team_of_sub_team]
    workers = blank(WORKER, len(roster))
    workers["finishes"] = roster.finish_on_leaving
    first_piece, pieces = _pieces(visits, carried)
    records = (
        _visits(plan, visits, carried, first_piece),
        pieces,
        workers,
        lines,
        blank(HANDOVER, _most_handovers(plan, visits, roster)),
        np.zeros(1, dtype=TALLY),
    )
    columns = (np.full(clock.days, NOBODY), np.arange(plan.sub_teams))
    rota = (
        carried.arriving,
        carried.comes,
        np.ascontiguousarray(roster.hours.T),
        np.ascontiguousarray(roster.cap.T),
        np.ascontiguousarray(roster.employed.T),
        np.ascontiguousarray(roster.sub_team.T),
        np.zeros((clock.days, len(roster))),
    )
    if objects:
        lists = [column.tolist() for column in (*columns, *rota)]
        return State(*map(as_objects, records), *lists[:2], []), Rota(*lists[2:])
    today = np.empty(2 * (len(carried.rows) + len(pieces)) + 16 * len(roster) + 64, dtype=MOMENT)
    today["event"][0] = 0
    return State(*records, *columns, today), Rota(*rota)


def blank(kind: npt.DTypeLike, number: int) -> npt.NDArray[Any]:
    """Records of nobody and nothing: pointers -1, moments NaN, the rest 0."""
    one = np.zeros(1, dtype=kind)
    for name in one.dtype.names or ():
        if name in POINTERS:
            one[name] = NOBODY
        elif name in MOMENTS:
            one[name] = np.nan
    return np.repeat(one, number)


def field(records: Records, name: str, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """One field of all records as an array."""
    if isinstance(records, np.ndarray):
        return np.asarray(records[name], dtype=kind)
    return np.array([getattr(record, name) for record in records], dtype=kind)


def write(trace: Trace, carried: Coming, state: State, rota: Rota) -> Trace:
    """The trace with what the day kernel carried; the front's part is there already."""
    rows, number = carried.rows, int(field(state.tally, "handed", np.int64)[0])
    for name, kind in (("entered", float), ("allocated", float), ("finished", float), ("worker", np.int64)):
        getattr(trace, name)[rows] = field(state.visits, name, kind)
    handovers = state.handovers[:number]
    return Trace(
        visits=trace.visits,
        entered=trace.entered,
        allocated=trace.allocated,
        finished=trace.finished,
        worker=trace.worker,
        urgent_began=field(state.pieces, "began", float).copy(),
        urgent_done=field(state.pieces, "done", float).copy(),
        handed_visit=rows[field(handovers, "visit", np.int64)],
        handed_back=field(handovers, "back", float).copy(),
        handed_worker=field(handovers, "worker", np.int64).copy(),
        handed_taken=field(handovers, "taken", float).copy(),
        given=trace.given + np.asarray(rota.given).T,
    )


def blank_trace(visits: Visits, roster: Roster) -> Trace:
    """Nothing has happened yet."""
    rows, none, never = len(visits), np.empty(0, dtype=np.int64), np.empty(0)
    moments = [np.full(rows, np.nan) for _ in range(3)]
    return Trace(
        visits, *moments, np.full(rows, NOBODY), never, never, none, never, none, never, np.zeros(roster.hours.shape)
    )


def _visits(plan: Plan, visits: Visits, carried: Coming, first_piece: Ints) -> npt.NDArray[Any]:
    codes = {POOL: TURN, CASELOAD: FROM_ENTRY, PLAN: STAY}
    kinds = [FROM_ALLOCATION if s.least_from_allocation else codes[s.kind] for s in plan.stages]
    rows, number = carried.rows, carried.number
    records = blank(VISIT, len(rows))
    for name in ("effort", "least", "given", "clock_urgent", "sub_team", "urgent"):
        records[name] = getattr(visits, name)[rows]
    for name in ("clock_visit", "then", "sign_off", "comes_back"):
        records[name] = number[getattr(visits, name)[rows]]
    back = records["comes_back"] >= 0
    records["returns_after"] = np.where(back, visits.comes_back_after[rows], visits.takes_back_after[rows])
    records["labelled"] = visits.labelled[rows] & (visits.origin[rows] == FORECAST)
    records["kind"] = np.array(kinds, dtype=np.int8)[visits.stage[rows]]
    records["clock"], records["first_piece"] = carried.clock, first_piece
    signed = np.flatnonzero(records["sign_off"] >= 0)
    records["signs"][records["sign_off"][signed]] = signed
    return records


def _pieces(visits: Visits, carried: Coming) -> tuple[Ints, npt.NDArray[Any]]:
    """The first piece of urgent work of every visit, and all pieces."""
    owners = carried.number[visits.urgent_visit]
    first, following = _chained(owners, len(carried.rows))
    pieces = blank(PIECE, len(owners))
    pieces["begins_after"], pieces["left"] = visits.urgent_after, visits.urgent_effort
    pieces["visit"], pieces["then"], pieces["next_piece"] = owners, carried.number[visits.urgent_then], following
    return first, pieces


def _chained(owners: Ints, number: int) -> tuple[Ints, Ints]:
    """First item of each of `number` owners, and the next item of the same owner after each item; -1: none."""
    first, following = np.full(number, NOBODY), np.full(len(owners), NOBODY)
    order = np.argsort(owners, kind="stable")
    same = owners[order][1:] == owners[order][:-1]
    following[order[:-1][same]] = order[1:][same]
    starts = np.concatenate([[True], ~same])[: len(owners)]
    first[owners[order[starts]]] = order[starts]
    return first, following


def _most_handovers(plan: Plan, visits: Visits, roster: Roster) -> int:
    """More cases than leavers can hand back: each leaving of each worker, times the most he can hold."""
    leaving = (roster.employed[:, :-1] & ~roster.employed[:, 1:] & ~roster.finish_on_leaving[:, None]).sum(axis=1)
    if not leaving.any():
        return 0
    cases = int(np.isin(visits.stage, [s for s, stage in enumerate(plan.stages) if stage.kind == CASELOAD]).sum())
    most = np.minimum(roster.cap.max(axis=1, initial=0), cases)
    return int((leaving * most).sum())
