"""From visits and a roster to the records the day kernel runs on, and back to what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .ahead import fronts
from .book import Places, entries, pieces, read_back
from .clock import Clock, Floats, Ints
from .engine import compiled_read_back, compiled_write
from .moments import diary
from .pathway import PLAN, POOL, Plan
from .state import HANDOVER, LINE, NOBODY, TALLY, VISIT, WORKER, Records, Rota, State, as_objects, blank, in_lines
from .trace import Trace
from .visits import Visits
from .workforce import Roster

MOMENTS_A_WORKER = 16
"""Moments of a day that one worker brings at most, beside those of visits and urgent pieces."""
SLOTS_A_WORKER = 4
"""Slots that the day's moments are sorted into: a few for each moment of a usual day."""


def needed(plan: Plan, roster: Roster) -> Ints:
    """The workers whom the day kernel needs: those of teams with a caseload, or a pool that is not at the front."""
    ahead = fronts(plan)
    serves = np.zeros(len(plan.teams), dtype=np.bool_)
    serves[[stage.team for s, stage in enumerate(plan.stages) if stage.kind != PLAN and s not in ahead]] = True
    return np.flatnonzero(serves[roster.team[:, :1] if roster.stays else roster.team].any(axis=1))


def prepared(
    plan: Plan, clock: Clock, who: Ints, trace: Trace, known: Places, arriving: tuple[Ints, Floats], fast: bool
) -> tuple[State, Rota]:
    """The state before the first day; `fast`: as arrays for compiled code, not as Python lists and objects.

    `who`: the workers of the roster whom the day kernel needs. `trace` holds what was served ahead. `known`: the
    other visits, and `arriving` those of them that come from outside.
    """
    visits, roster = trace.visits, trace.roster
    pools = {stage.team for stage in plan.stages if stage.kind == POOL}
    lines = blank(LINE, plan.sub_teams)
    lines["pool"] = [team in pools for team in plan.team_of_sub_team]
    workers = blank(WORKER, len(who))
    workers["finishes"] = roster.finish_on_leaving[who]
    first_piece, urgent = pieces(visits, known)
    tally = np.zeros(1, dtype=TALLY)
    tally["free"], tally["first_done"] = NOBODY, NOBODY
    tally["above"], tally["hours_lost"] = plan.effects.above, plan.effects.hours_lost
    tally["thin_above"] = plan.effects.thin_above
    kinds = (urgent, workers, lines, blank(HANDOVER, _most_handovers(len(known.rows), roster)), tally)
    events = len(known.rows) + len(urgent)
    noted = (np.empty(events), np.empty(events, dtype=np.int32))
    columns = (np.full(clock.days, NOBODY), *noted, np.arange(plan.sub_teams))
    rota = (*arriving, known.soonest, *by_day(roster, who), np.zeros((clock.days, len(who))))
    book, seldom = entries(plan, trace, known, first_piece, compiled_write() if fast else None)
    if not fast:
        lists = [column.tolist() for column in (*columns, *rota)]
        return State._make([book, seldom, [], *map(as_objects, kinds), *lists[:4], []]), Rota(*lists[4:])
    room = in_lines(VISIT, len(book))
    most = 4 * len(book) + 2 * len(urgent) + MOMENTS_A_WORKER * len(who) + 64
    return State(book, seldom, room, *kinds, *columns, diary(most, SLOTS_A_WORKER * len(who))), Rota(*rota)


def by_day(roster: Roster, who: Ints) -> tuple[npt.NDArray[Any], ...]:
    """Hours, cap, in post and sub-team of some workers: one row a day, as in the Rota."""
    tables = (roster.hours, roster.cap, roster.employed, roster.sub_team)
    return tuple(np.ascontiguousarray(table[who].T) for table in tables)


def with_handovers(state: State, most: int) -> State:
    """The same state with room for so many handovers more."""
    have = len(state.handovers)
    wanted = tallied(state, "handed") + most
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
        return state, Rota(rota.arriving, rota.comes, rota.soonest, *(table.tolist() for table in tables))
    state = state._replace(
        workers=np.concatenate([state.workers, newcomers]),
        today=diary(len(state.today) + MOMENTS_A_WORKER * len(newcomers), SLOTS_A_WORKER * len(who)),
    )
    return state, Rota(rota.arriving, rota.comes, rota.soonest, *tables)


def with_room(state: State, live: int) -> State:
    """The same state with objects for so many visits at once; records have room for all of them from the start.

    A visit has one record at most, so there are never more records than visits: `agenda` tells events apart by that.
    """
    have, most = len(state.visits), len(state.book)
    if min(live, most) > have:
        state.visits.extend(as_objects(blank(VISIT, min(max(live, have + have // 2), most) - have)))
    return state


def live_at_most(state: State, come_by_now: int) -> int:
    """More visits than can be under way at once in a day by whose end so many have come from outside.

    Each child under way or coming today has one visit, besides one to sign it off, one to ask again and one after
    each urgent piece.
    """
    return 3 * (tallied(state, "live") + come_by_now - tallied(state, "arrived") + len(state.pieces)) + 1


def tallied(state: State, name: str) -> int:
    """One count of the tally."""
    tally = state.tally
    return int(getattr(tally[0], name) if isinstance(tally, list) else tally[name][0])


def field(records: Records, name: str, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """One field of all records as an array."""
    if isinstance(records, np.ndarray):
        return np.asarray(records[name], dtype=kind)
    return np.array([getattr(record, name) for record in records], dtype=kind)


def written(trace: Trace, known: Places, state: State, rota: Rota, roster: Roster, who: Ints) -> Trace:
    """The trace at the end: what was served ahead and what the day kernel carried, by the workers `who`."""
    handovers = state.handovers[: tallied(state, "handed")]
    named = np.append(who, NOBODY)
    given = np.zeros_like(roster.hours)
    given[: len(trace.given)] = trace.given
    given[who] += np.asarray(rota.given).reshape(given.shape[1], len(who)).T
    read = compiled_read_back() if isinstance(state.book, np.ndarray) else read_back
    read(state.book, known.rows, named, trace.entered, trace.allocated, trace.finished, trace.worker)
    return replace(
        trace,
        urgent_began=field(state.pieces, "began", np.float64).copy(),
        urgent_done=field(state.pieces, "done", np.float64).copy(),
        handed_visit=known.rows[field(handovers, "visit", np.int64)],
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


def _most_handovers(cases: int, roster: Roster) -> int:
    """More cases than leavers can hand back: each leaving of each worker, times the most of so many he can hold."""
    leaving = (roster.employed[:, :-1] & ~roster.employed[:, 1:] & ~roster.finish_on_leaving[:, None]).sum(axis=1)
    if not leaving.any():
        return 0
    most = np.minimum(roster.cap.max(axis=1, initial=0), cases)
    return int((leaving * most).sum())
