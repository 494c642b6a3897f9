"""The service one child at a time, exact in time: the oracle of the fast engine, and the model to read first.

A child is a SimPy process that goes from stage to stage; a case in the hands of a worker is part of it. Time is in
working days; the whole part is the day. What a child brings (visits.py) is fixed; here is only when things happen.

- A pool takes work first come first served, urgent first, by the idle worker who stands first in line: by number each
  morning, then in the order in which they become free. Work in hand stands still while its worker is away.
- A caseload worker shares the day's hours equally among the cases that have work left, urgent pieces before all else.
- A case goes to the worker at work in its sub-team with fewest open cases below the cap, the lowest number on ties;
else
  it waits, urgent first, then by time of entry. Cases open at the start are dealt likewise among all in post, away
  or not.
- A case closes when its work and its urgent pieces are done, its least elapsed time has passed, and it is signed off.
- People change at the start of a day only, after all that falls on that instant. A leaver's cases and work in hand
go back
  to their place in the queue with what is left of them; cases being signed off are not handed over.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Generator
from heapq import heappush
from typing import Any

import numpy as np
import simpy
from simpy.events import EventPriority

from . import strain
from .caseline import Case, CaseLine, Handover
from .caseworker import Caseworker, Work
from .clock import Clock
from .pathway import CASELOAD, PLAN, POOL, Plan
from .poolworker import Job, PoolLine, PoolWorker
from .trace import Trace
from .visits import FORECAST, NONE, Visits
from .workforce import Roster

Process = Generator[simpy.Event, Any, None]
AFTER_ALL_ELSE = EventPriority(2)
"""SimPy priority of the day's change: ordinary events have 1."""


def run(plan: Plan, clock: Clock, visits: Visits, roster: Roster) -> Trace:
    """One replication, child by child."""
    return _Service(plan, clock, visits, roster).trace()


class _Service:
    def __init__(self, plan: Plan, clock: Clock, visits: Visits, roster: Roster) -> None:
        self.plan, self.clock, self.visits, self.roster = plan, clock, visits, roster
        self.env = simpy.Environment()
        self.order = itertools.count()
        number, pieces = len(visits), len(visits.urgent_visit)
        self.entered, self.allocated, self.finished = ([np.nan] * number for _ in range(3))
        self.worker = [NONE] * number
        self.urgent_began, self.urgent_done = [np.nan] * pieces, [np.nan] * pieces
        self.handovers: list[Handover] = []
        self.given = [np.zeros(clock.days) for _ in range(len(roster))]
        self.taken_back = 0
        self.v = visits.as_lists()
        self.pieces: dict[int, list[int]] = {}
        for piece, row in enumerate(self.v.urgent_visit):
            self.pieces.setdefault(row, []).append(piece)
        self.kind = [plan.stages[s].kind for s in self.v.stage]
        self._staff()

    def _staff(self) -> None:
        pools = {stage.team for stage in self.plan.stages if stage.kind == POOL}
        self.gone_to = list(range(self.plan.sub_teams))
        self.pool_lines = {
            line: PoolLine(self.env) for line, team in enumerate(self.plan.team_of_sub_team) if team in pools
        }
        self.case_lines = {line: CaseLine() for line in range(self.plan.sub_teams) if line not in self.pool_lines}
        cumulative = np.concatenate([np.zeros((len(self.roster), 1)), np.cumsum(self.roster.hours, axis=1)], axis=1)
        self.pool_workers: dict[int, PoolWorker] = {}
        self.caseworkers: dict[int, Caseworker] = {}
        for w in range(len(self.roster)):
            if int(self.roster.sub_team[w, 0]) in self.pool_lines:
                self.pool_workers[w] = PoolWorker(self.env, w, cumulative[w].tolist(), self.given[w])
            else:
                self.caseworkers[w] = Caseworker(self.env, w, self.given[w])

    def trace(self) -> Trace:
        """Run to the horizon and say what happened."""
        self.env.process(self.days())
        self.env.process(self.demand())
        self.env.run(until=self.clock.days)
        for caseworker in self.caseworkers.values():
            caseworker.settle()
        for pool_worker in self.pool_workers.values():
            pool_worker.settle()
        return Trace(
            visits=self.visits,
            entered=np.array(self.entered),
            allocated=np.array(self.allocated),
            finished=np.array(self.finished),
            worker=np.array(self.worker, dtype=np.int64),
            urgent_began=np.array(self.urgent_began, dtype=np.float64),
            urgent_done=np.array(self.urgent_done, dtype=np.float64),
            handed_visit=np.array([h.row for h in self.handovers], dtype=np.int64),
            handed_back=np.array([h.back for h in self.handovers], dtype=np.float64),
            handed_worker=np.array([h.worker for h in self.handovers], dtype=np.int64),
            handed_taken=np.array([h.taken for h in self.handovers], dtype=np.float64),
            given=np.array(self.given).reshape(len(self.roster), self.clock.days),
            roster=self.roster,
        )

    # The day

    def days(self) -> Process:
        """Each morning the day's roster comes into force."""
        for day in range(self.clock.days):
            if day > 0:
                yield self.after_all_else(day - self.env.now)
            self.change_staff(day)

    def after_all_else(self, delay: float) -> simpy.Event:
        """An event that comes after everything else of its instant."""
        event = simpy.Event(self.env)
        event._ok, event._value = True, None
        self.env.schedule(event, priority=AFTER_ALL_ELSE, delay=delay)
        return event

    def change_staff(self, day: int) -> None:
        """Leavers hand over, teams merge, those at work take what waits."""
        if day > 0 and self.roster.lot is not None:
            self.judge(day)
        roster = self.roster
        employed, hours, cap = roster.employed[:, day], roster.hours[:, day], roster.cap[:, day]
        line = roster.sub_team[:, day].tolist()
        if day > 0:
            leaving = roster.employed[:, day - 1] & ~employed & ~roster.finish_on_leaving
            for w in np.flatnonzero(leaving).tolist():
                self.leave(w)
        self.merge(day)
        for cases in self.case_lines.values():
            cases.workers = []
        for pool in self.pool_lines.values():
            pool.idle = deque()
        for w, caseworker in self.caseworkers.items():
            room = int(cap[w]) if employed[w] else 0
            share = self.plan.effects.share_worked(len(caseworker.cases), room)
            caseworker.start_day(float(hours[w]) * share, room)
            caseworker.line = self.case_lines[line[w]] if employed[w] else None
            if employed[w]:
                caseworker.line.workers.append(caseworker)
        for w, pool_worker in self.pool_workers.items():
            pool_worker.line = self.pool_lines[line[w]] if employed[w] else None
            if employed[w] and hours[w] > 0 and pool_worker.job is None:
                self.pool_lines[line[w]].idle.append(pool_worker)
        for pool in self.pool_lines.values():
            pool.serve()
        for cases in self.case_lines.values():
            self.allocate(cases)

    def judge(self, day: int) -> None:
        """Whoever has had enough of too many cases is gone from today; those who come after them may be new."""
        held = {w: len(caseworker.cases) for w, caseworker in self.caseworkers.items()}
        self.roster = strain.judged(self.roster, np.array([held.get(w, 0) for w in range(len(self.roster))]), day)
        for w in range(len(self.given), len(self.roster)):
            self.given.append(np.zeros(self.clock.days))
            self.caseworkers[w] = Caseworker(self.env, w, self.given[w])

    def leave(self, w: int) -> None:
        """A worker leaves: cases and work in hand go back to their place in the queue."""
        if w in self.pool_workers:
            self.pool_workers[w].put_back()
            return
        worker = self.caseworkers[w]
        for case in list(worker.cases):
            worker.let_go(case, case.work)
            case.worker = None
            if not case.being_signed_off:
                case.taken = self.env.event()
                case.handover = Handover(case.row, self.env.now)
                self.handovers.append(case.handover)
                self.wait(case)

    def merge(self, day: int) -> None:
        """Queues of teams that merge today move to the team that takes over."""
        for team in self.plan.teams:
            if team.merges_on is None or self.clock.day_of(team.merges_on) != day:
                continue
            for line in range(team.first_sub_team, team.first_sub_team + team.sub_teams):
                self.gone_to[line] = self.plan.merged(line)
                if line in self.pool_lines:
                    self.pool_lines[self.line_of(line)].take_over(self.pool_lines[line])
                else:
                    moving, self.case_lines[line].queue = self.case_lines[line].queue, []
                    for waiting in moving:
                        heappush(self.case_lines[self.line_of(line)].queue, waiting)

    def line_of(self, line: int) -> int:
        """The sub-team that now does the work of a sub-team."""
        while self.gone_to[line] != line:
            line = self.gone_to[line]
        return line

    # The children

    def demand(self) -> Process:
        """Children come: those open at the start first, then in order of time."""
        first = np.flatnonzero(self.visits.enters_first)
        first = first[np.argsort(self.visits.enters[first], kind="stable")]
        known = [row for row in first.tolist() if self.v.enters[row] < 0]
        self.open_at_the_start(known)
        for row in first[len(known) :].tolist():
            yield self.env.timeout(self.v.enters[row] - self.env.now)
            self.come(row, self.v.enters[row])

    def open_at_the_start(self, rows: list[int]) -> None:
        """Cases already open are dealt among all in post; what finds no room waits."""
        for row in rows:
            self.come(row, self.v.enters[row])
        for line in self.case_lines.values():
            self.allocate(line, whoever=True)

    def come(self, row: int, when: float) -> None:
        """A child comes to a first stage. A pool needs no process until the child goes further."""
        if self.stays_away(row):
            return
        if self.kind[row] == POOL:
            self.entered[row] = when
            self.ready(row).callbacks.append(lambda _: self.go_on(row))
        elif self.kind[row] == CASELOAD and when < 0:
            self.entered[row] = when
            case = self.case(row)
            self.wait(case)
            self.env.process(self.child(row, case))
        else:
            self.entered[row] = when
            self.env.process(self.child(row))

    def child(self, row: int, case: Case | None = None) -> Process:
        """One child's way, from stage to stage."""
        if self.kind[row] == POOL:
            yield self.ready(row)
        elif self.kind[row] == PLAN:
            self.allocated[row] = self.entered[row]
            yield self.env.timeout(max(self.clock_start(row) + self.v.least[row] - self.env.now, 0.0))
        else:
            yield from self.caseload(row, case)
        self.go_on(row)

    def go_on(self, row: int) -> None:
        """A child leaves a stage for the next one, and may come back later."""
        self.finished[row] = self.env.now
        if self.v.then[row] != NONE:
            self.enter(self.v.then[row])
        if self.v.comes_back[row] != NONE and not self.in_time(row):
            self.env.process(self.come_back(self.v.comes_back[row], self.v.comes_back_after[row]))
        if self.v.takes_back_after[row] >= 0:
            self.env.process(self.take_back(self.v.takes_back_after[row]))

    def in_time(self, row: int) -> bool:
        """Whether a case that comes back only if it is late was in time."""
        return bool(self.env.now - self.clock_start(row) <= self.v.late_after[row])

    def ask_again(self, row: int) -> Process:
        """A family whose case nobody has taken by then asks again."""
        yield self.env.timeout(self.v.asks_again_after[row])
        if self.worker[row] == NONE:
            self.enter(self.v.asks_again[row])

    def enter(self, row: int) -> None:
        """A child enters a later stage."""
        if not self.stays_away(row):
            self.entered[row] = self.env.now
            self.env.process(self.child(row))

    def come_back(self, row: int, after: float) -> Process:
        """A closed case comes back."""
        yield self.env.timeout(after)
        self.enter(row)

    def take_back(self, after: float) -> Process:
        """A return that the forecast counts is not to come."""
        yield self.env.timeout(after)
        self.taken_back += 1

    def stays_away(self, row: int) -> bool:
        """Whether this referral is one that the forecast counts as a return and that no longer comes."""
        if self.taken_back and self.v.labelled[row] and self.v.origin[row] == FORECAST:
            self.taken_back -= 1
            return True
        return False

    def clock_start(self, row: int) -> float:
        """When the clock of a visit started."""
        if self.v.clock_urgent[row] != NONE:
            return float(self.urgent_began[self.v.clock_urgent[row]])
        visit = self.v.clock_visit[row]
        return float(self.entered[row if visit == NONE else visit])

    # Pools

    def ready(self, row: int) -> simpy.Event:
        """Join a pool's queue as soon as its lead time allows; the event that the work is done."""
        job = Job(row, self.v.effort[row], self.v.urgent[row], self.env.event(), self.begun)
        due = self.clock_start(row) + self.v.least[row]
        if due > self.env.now:
            self.env.timeout(due - self.env.now).callbacks.append(lambda _: self.join(job))
        else:
            self.join(job)
        return job.done

    def join(self, job: Job) -> None:
        """Join the queue of the sub-team that does the work now."""
        self.pool_lines[self.line_of(self.v.sub_team[job.row])].join(job)

    def begun(self, row: int, worker: int) -> None:
        """Note who takes a visit, the first time."""
        if self.worker[row] == NONE:
            self.allocated[row], self.worker[row] = self.env.now, worker

    # Caseloads

    def case(self, row: int) -> Case:
        """A new case."""
        return Case(row, [Work(self.v.effort[row], self.env.event())], self.env.event())

    def wait(self, case: Case) -> None:
        """A case waits for somebody with room."""
        line = self.case_lines[self.line_of(self.v.sub_team[case.row])]
        line.wait(case, self.v.urgent[case.row], self.entered[case.row], next(self.order))

    def allocate(self, line: CaseLine, *, whoever: bool = False) -> None:
        """Those with room take cases from the head of the queue."""
        for case, worker in line.fill(whoever=whoever):
            if self.worker[case.row] == NONE:
                self.begun(case.row, worker.number)
                if whoever and self.entered[case.row] < 0:
                    self.allocated[case.row] = self.entered[case.row]
                    case.work[0].left = max(case.work[0].left - self.v.given[case.row], 0.0)
            elif case.handover is not None:
                case.handover.worker, case.handover.taken = worker.number, self.env.now
            case.worker = worker
            worker.take(case, case.work)
            case.taken.succeed()

    def caseload(self, row: int, case: Case | None) -> Process:
        """A case, from its entry to its closure."""
        if case is None:
            case = self.case(row)
            self.wait(case)
            self.allocate(self.case_lines[self.line_of(self.v.sub_team[row])])
            if self.worker[row] == NONE and self.v.asks_again[row] != NONE:
                self.env.process(self.ask_again(row))
        yield case.taken
        began = self.allocated[row]
        pieces = [
            self.env.process(self.urgent_work(case, piece, began + self.v.urgent_after[piece]))
            for piece in self.pieces.get(row, ())
        ]
        yield case.work[0].done
        stage = self.plan.stages[self.v.stage[row]]
        due = (began if stage.least_from_allocation else self.clock_start(row)) + self.v.least[row]
        if due > self.env.now:
            yield self.env.timeout(due - self.env.now)
        yield from pieces
        while case.worker is None:
            yield case.taken
        if self.v.sign_off[row] != NONE:
            yield from self.sign_off(case)
        worker, case.worker = case.worker, None
        if worker is not None:
            worker.let_go(case, [])
            if worker.line is not None:
                self.allocate(worker.line)

    def urgent_work(self, case: Case, piece: int, at: float) -> Process:
        """A piece of urgent work: on whoever holds the case, before their other work."""
        yield self.env.timeout(max(at - self.env.now, 0.0))
        self.urgent_began[piece] = self.env.now
        work = Work(self.v.urgent_effort[piece], self.env.event(), urgent=True)
        case.work.append(work)
        if case.worker is not None:
            case.worker.give(work)
        yield work.done
        self.urgent_done[piece] = self.env.now
        if self.v.urgent_then[piece] != NONE:
            self.enter(self.v.urgent_then[piece])

    def sign_off(self, case: Case) -> Process:
        """A manager signs the case off; the worker holds it meanwhile."""
        case.being_signed_off = True
        signing = self.v.sign_off[case.row]
        self.entered[signing] = self.env.now
        yield self.ready(signing)
        self.finished[signing] = self.env.now
