"""From visits and a roster to the records the day kernel runs on, and back to what happened."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np
import numpy.typing as npt

from .ahead import fronts
from .clock import Clock, Floats, Ints
from .moments import MOMENT
from .pathway import CASELOAD, PLAN, POOL, Plan
from .state import CASELOAD as FROM_ENTRY
from .state import CASELOAD_FROM_ALLOCATION as FROM_ALLOCATION
from .state import HANDOVER, LINE, NOBODY, PIECE, TALLY, VISIT, WORKER, Book, Records, Rota, State, as_objects
from .state import PLAN as STAY
from .state import POOL as TURN
from .trace import Trace
from .visits import FORECAST, Visits
from .workforce import Roster

MOMENTS_A_WORKER = 16
"""Moments of a day that one worker brings at most, beside those of visits and urgent pieces."""
MOMENTS = ("began", "done", "taken")
POINTERS = (
    *("then", "next_piece", "holder", "following", "after", "held_after", "held_before", "handed", "visit", "worker"),
    *("first_active", "first_urgent", "first_held", "next_in_line", "serving", "signs"),
    *("last_urgent", "first_other", "last_other", "first_at_work", "last_at_work"),
)


def coming(visits: Visits, at_front: npt.NDArray[np.bool_], finished: Floats) -> tuple[Ints, Floats]:
    """Rows that come to the day kernel from outside, and when, in order of time.

    `at_front`: visits served ahead; where they lead, they come from outside when they have `finished` there.
    """
    behind = np.flatnonzero(~at_front)
    outside = behind[~np.isnan(visits.enters[behind])]
    before = np.flatnonzero(at_front & (visits.then >= 0))
    before = before[~np.isnan(finished[before])]
    arriving = np.concatenate([outside, visits.then[before]])
    comes = np.concatenate([visits.enters[outside], finished[before]])
    order = np.argsort(comes, kind="stable")
    return arriving[order], comes[order]


def needed(plan: Plan, roster: Roster) -> Ints:
    """The workers whom the day kernel needs: those of teams with a caseload, or a pool that is not at the front."""
    ahead = fronts(plan)
    teams = [stage.team for s, stage in enumerate(plan.stages) if stage.kind != PLAN and s not in ahead]
    return np.flatnonzero(np.isin(roster.team, sorted(set(teams))).any(axis=1))


def in_order(rows: Ints | slice, keys: Floats) -> Ints | slice:
    """Rows in rising order of their keys, stable; a slice where they are all in a run and in order already."""
    if not isinstance(rows, slice):
        if len(rows) == 0 or rows[-1] - rows[0] + 1 != len(rows):
            return rows[np.argsort(keys[rows], kind="stable")]
        rows = slice(int(rows[0]), int(rows[-1]) + 1)
    mine = keys[rows]
    if (mine[1:] >= mine[:-1]).all():
        return rows
    return np.asarray(np.argsort(mine, kind="stable") + rows.start)


def prepared(
    plan: Plan, clock: Clock, roster: Roster, who: Ints, trace: Trace, arriving: tuple[Ints, Floats], objects: bool
) -> tuple[State, Rota]:
    """The state before the first day; `objects`: as Python lists and objects, not arrays.

    `who`: the workers of the roster whom the day kernel needs. The book's columns of what happened are those of
    `trace`, which holds what was served ahead.
    """
    visits = trace.visits
    pools = {stage.team for stage in plan.stages if stage.kind == POOL}
    lines = blank(LINE, plan.sub_teams)
    lines["pool"] = [team in pools for team in plan.team_of_sub_team]
    workers = blank(WORKER, len(who))
    workers["finishes"] = roster.finish_on_leaving[who]
    first_piece, pieces = _pieces(visits)
    tally = np.zeros(1, dtype=TALLY)
    tally["free"], tally["first_done"] = NOBODY, NOBODY
    tally["above"], tally["hours_lost"] = plan.effects.above, plan.effects.hours_lost
    kinds = (pieces, workers, lines, blank(HANDOVER, _most_handovers(plan, visits, roster)), tally)
    columns = (np.full(clock.days, NOBODY), np.arange(plan.sub_teams))
    rota = (*arriving, *by_day(roster, who), np.zeros((clock.days, len(who))))
    book = _book(plan, trace, first_piece)
    if objects:
        lists = [column.tolist() for column in (*book, *columns, *rota)]
        own, rest = Book(*lists[: len(book)]), lists[len(book) :]
        return State._make([own, [], *map(as_objects, kinds), *rest[:2], []]), Rota(*rest[2:])
    return State(Book(*book), blank(VISIT, 0), *kinds, *columns, np.zeros(1, dtype=MOMENT)), Rota(*rota)


def by_day(roster: Roster, who: Ints) -> tuple[npt.NDArray[Any], ...]:
    """Hours, cap, in post and sub-team of some workers: one row a day, as in the Rota."""
    tables = (roster.hours, roster.cap, roster.employed, roster.sub_team)
    return tuple(np.ascontiguousarray(table[who].T) for table in tables)


def with_handovers(state: State, most: int) -> State:
    """The same state with room for so many handovers more."""
    have = len(state.handovers)
    wanted = int(field(state.tally, "handed", np.int64)[0]) + most
    if wanted <= have:
        return state
    more = blank(HANDOVER, max(wanted, 2 * have) - have)
    if isinstance(state.handovers, list):
        state.handovers.extend(as_objects(more))
        return state
    return state._replace(handovers=np.concatenate([state.handovers, more]))


def with_roster(state: State, rota: Rota, roster: Roster, who: Ints) -> tuple[State, Rota]:
    """The same state and rota under another roster from a new day on; the last of `who` may be newcomers."""
    days, known = len(rota.given), len(state.workers)
    newcomers = blank(WORKER, len(who) - known)
    newcomers["finishes"] = roster.finish_on_leaving[who[known:]]
    given = np.concatenate([np.asarray(rota.given).reshape(days, known), np.zeros((days, len(newcomers)))], axis=1)
    tables = (*by_day(roster, who), given)
    if isinstance(state.workers, list):
        state.workers.extend(as_objects(newcomers))
        return state, Rota(rota.arriving, rota.comes, *(table.tolist() for table in tables))
    state = state._replace(
        workers=np.concatenate([state.workers, newcomers]),
        today=np.zeros(len(state.today) + MOMENTS_A_WORKER * len(newcomers), dtype=MOMENT),
    )
    return state, Rota(rota.arriving, rota.comes, *tables)


def with_room(state: State, live: int) -> State:
    """The same state with records for so many visits at once, and for as many moments as they can bring in a day.

    A visit has one record at most, so there are never more records than visits: `agenda` tells events apart by that.
    """
    have = len(state.visits)
    if min(live, len(state.book.entered)) <= have:
        return state
    more = blank(VISIT, min(max(live, have + have // 2), len(state.book.entered)) - have)
    more["following"] = np.arange(have + 1, have + len(more) + 1)
    tally = state.tally
    more["following"][-1] = int(field(tally, "free", np.int64)[0])
    if isinstance(tally, list):
        tally[0].free = have
        state.visits.extend(as_objects(more))
        return state
    tally["free"] = have
    moments = 4 * (have + len(more)) + 2 * len(state.pieces) + MOMENTS_A_WORKER * len(state.workers) + 64
    today = np.zeros(moments, dtype=MOMENT)
    return state._replace(visits=np.concatenate([state.visits, more]), today=today)


def live_today(state: State, rota: Rota, day: int) -> int:
    """More visits than can be under way at once in a day.

    Each child under way or coming today has one visit, besides one to sign it off, one to ask again and one after
    each urgent piece.
    """
    tally = state.tally
    arrived, live = (int(field(tally, name, np.int64)[0]) for name in ("arrived", "live"))
    today = bisect_right(rota.comes, day + 1.0, arrived) - arrived
    return 3 * (live + today + len(state.pieces)) + 1


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


def written(
    trace: Trace, state: State, rota: Rota, roster: Roster, who: Ints, at_front: npt.NDArray[np.bool_]
) -> Trace:
    """The trace at the end: what was served ahead and what the day kernel carried, by the workers `who`."""
    book, number = state.book, int(field(state.tally, "handed", np.int64)[0])
    handovers = state.handovers[:number]
    named = np.append(who, NOBODY)
    worker = np.asarray(book.worker)
    given = np.zeros_like(roster.hours)
    given[: len(trace.given)] = trace.given
    given[who] += np.asarray(rota.given).reshape(given.shape[1], len(who)).T
    return Trace(
        visits=trace.visits,
        entered=np.asarray(book.entered),
        allocated=np.asarray(book.allocated),
        finished=np.asarray(book.finished),
        worker=np.where(at_front, worker, named[np.where(at_front, NOBODY, worker)]),
        urgent_began=field(state.pieces, "began", np.float64).copy(),
        urgent_done=field(state.pieces, "done", np.float64).copy(),
        handed_visit=field(handovers, "visit", np.int64).copy(),
        handed_back=field(handovers, "back", np.float64).copy(),
        handed_worker=named[field(handovers, "worker", np.int64)],
        handed_taken=field(handovers, "taken", np.float64).copy(),
        given=given,
        roster=roster,
    )


def blank_trace(visits: Visits, roster: Roster) -> Trace:
    """Nothing has happened yet."""
    rows, none, never = len(visits), np.empty(0, dtype=np.int64), np.empty(0)
    return Trace(
        visits=visits,
        entered=np.full(rows, np.nan),
        allocated=np.full(rows, np.nan),
        finished=np.full(rows, np.nan),
        worker=np.full(rows, NOBODY),
        urgent_began=never,
        urgent_done=never,
        handed_visit=none,
        handed_back=never,
        handed_worker=none,
        handed_taken=never,
        given=np.zeros(roster.hours.shape),
        roster=roster,
    )


def _book(plan: Plan, trace: Trace, first_piece: Ints) -> tuple[npt.NDArray[Any], ...]:
    codes = {POOL: TURN, CASELOAD: FROM_ENTRY, PLAN: STAY}
    kinds = [FROM_ALLOCATION if s.least_from_allocation else codes[s.kind] for s in plan.stages]
    visits = trace.visits
    return (
        np.array(kinds, dtype=np.int8),
        *(visits.stage, visits.sub_team, visits.urgent, visits.labelled & (visits.origin == FORECAST)),
        *(visits.effort, visits.least, visits.given, visits.clock_visit, visits.clock_urgent),
        *(visits.then, visits.sign_off, visits.comes_back),
        np.where(visits.comes_back >= 0, visits.comes_back_after, visits.takes_back_after),
        *(visits.late_after, visits.asks_again, visits.asks_again_after),
        first_piece,
        *(trace.entered, trace.allocated, trace.finished, trace.worker),
    )


def _pieces(visits: Visits) -> tuple[Ints, npt.NDArray[Any]]:
    """The first piece of urgent work of every visit, and all pieces."""
    first, following = _chained(visits.urgent_visit, len(visits))
    pieces = blank(PIECE, len(visits.urgent_visit))
    pieces["begins_after"], pieces["left"] = visits.urgent_after, visits.urgent_effort
    pieces["then"], pieces["next_piece"] = visits.urgent_then, following
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
