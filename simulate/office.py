"""Where the tracer's people work: who is at work each morning, what leavers hand back, who takes what waits."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Generator
from heapq import heappush
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy
from simpy.events import EventPriority

from . import strain
from .caseline import Case, CaseLine, Handover
from .caseworker import Caseworker
from .clock import Clock
from .pathway import POOL, Plan
from .poolworker import Job, PoolLine, PoolWorker
from .visits import NONE
from .workforce import Roster

Process = Generator[simpy.Event, Any, None]
AFTER_ALL_ELSE = EventPriority(2)
"""SimPy priority of the day's change: ordinary events have 1."""


class Notes:
    """When each visit came and was first taken (NaN: not yet), and by which worker."""

    def __init__(self, number: int) -> None:
        self.entered, self.allocated = [np.nan] * number, [np.nan] * number
        self.worker = [NONE] * number


class Office:
    """Workers and queues of all sub-teams; `visits`: columns as lists."""

    def __init__(
        self,
        env: simpy.Environment,
        plan: Plan,
        clock: Clock,
        roster: Roster,
        visits: SimpleNamespace,
        notes: Notes,
    ) -> None:
        self.env, self.plan, self.clock, self.roster = env, plan, clock, roster
        self.v, self.notes = visits, notes
        self.order = itertools.count()
        self.handovers: list[Handover] = []
        self.given = [np.zeros(clock.days) for _ in range(len(roster))]
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

    def wait(self, case: Case) -> None:
        """A case waits for somebody with room."""
        line = self.case_lines[self.line_of(self.v.sub_team[case.row])]
        line.wait(case, self.v.urgent[case.row], self.notes.entered[case.row], next(self.order))

    def take_in(self, case: Case) -> None:
        """A case comes: it goes to whoever has room, after those who wait."""
        self.wait(case)
        self.allocate(self.case_lines[self.line_of(self.v.sub_team[case.row])])

    def room_with(self, worker: Caseworker) -> None:
        """A worker has let go of a case: the next one waiting may come."""
        if worker.line is not None:
            self.allocate(worker.line)

    def deal(self) -> None:
        """Cases open at the start go to all in post, away or not."""
        for line in self.case_lines.values():
            self.allocate(line, whoever=True)

    def allocate(self, line: CaseLine, *, whoever: bool = False) -> None:
        """Those with room take cases from the head of the queue."""
        for case, worker in line.fill(whoever=whoever):
            if self.notes.worker[case.row] == NONE:
                self.begun(case.row, worker.number)
                if whoever and self.notes.entered[case.row] < 0:
                    self.notes.allocated[case.row] = self.notes.entered[case.row]
                    case.work[0].left = max(case.work[0].left - self.v.given[case.row], 0.0)
            elif case.handover is not None:
                case.handover.worker, case.handover.taken = worker.number, self.env.now
            case.worker = worker
            worker.take(case, case.work)
            case.taken.succeed()

    def join(self, job: Job) -> None:
        """Join the queue of the sub-team that does the work now."""
        self.pool_lines[self.line_of(self.v.sub_team[job.row])].join(job)

    def begun(self, row: int, worker: int) -> None:
        """Note who takes a visit, the first time."""
        if self.notes.worker[row] == NONE:
            self.notes.allocated[row], self.notes.worker[row] = self.env.now, worker

    def hours_given(self) -> npt.NDArray[np.float64]:
        """Hours that each worker has given by day, up to now: (w, d)."""
        for caseworker in self.caseworkers.values():
            caseworker.settle()
        for pool_worker in self.pool_workers.values():
            pool_worker.settle()
        return np.array(self.given).reshape(len(self.roster), self.clock.days)
