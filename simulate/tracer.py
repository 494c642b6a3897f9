"""The service one child at a time, exact in time: the oracle of the fast engine, and the model to read first.

A child is a SimPy process that goes from stage to stage; a case in the hands of a worker is part of it. Time is in
working days; the whole part is the day. What a child brings (visits.py) is fixed; here is only when things happen.

- A pool takes work first come first served, urgent first, by the idle worker who stands first in line: by number each
  morning, then in the order in which they become free. Work in hand stands still while its worker is away.
- A caseload worker shares the day's hours equally among the cases that have work left, urgent pieces before all else.
- A case goes to the worker at work in its sub-team with fewest open cases below the cap, the lowest number on ties;
  else it waits, urgent first, then by time of entry. Cases open at the start are dealt likewise among all in post, away
  or not.
- A case closes when its work and its urgent pieces are done, its least elapsed time has passed, and it is signed off.
- People change at the start of a day only, after all that falls on that instant. A leaver's cases and work in hand
  go back to their place in the queue with what is left of them; cases being signed off are not handed over.

The people and their queues are in office.py.
"""

from __future__ import annotations

import numpy as np
import simpy

from .caseline import Case
from .caseworker import Work
from .clock import Clock
from .office import Notes, Office, Process
from .pathway import CASELOAD, PLAN, POOL, Plan
from .poolworker import Job
from .trace import Trace
from .visits import FORECAST, NONE, THIN, Visits
from .workforce import Roster


def run(plan: Plan, clock: Clock, visits: Visits, roster: Roster) -> Trace:
    """One replication, child by child."""
    return _Service(plan, clock, visits, roster).trace()


class _Service:
    def __init__(self, plan: Plan, clock: Clock, visits: Visits, roster: Roster) -> None:
        self.plan, self.clock, self.visits = plan, clock, visits
        self.env = simpy.Environment()
        self.v = visits.as_lists()
        self.notes = Notes(len(visits))
        self.entered, self.finished = self.notes.entered, [np.nan] * len(visits)
        self.office = Office(self.env, plan, clock, roster, self.v, self.notes)
        pieces = len(visits.urgent_visit)
        self.urgent_began, self.urgent_done = [np.nan] * pieces, [np.nan] * pieces
        self.taken_back, self.thin = 0, set[int]()
        self.pieces: dict[int, list[int]] = {}
        for piece, row in enumerate(self.v.urgent_visit):
            self.pieces.setdefault(row, []).append(piece)
        self.kind = [plan.stages[s].kind for s in self.v.stage]

    def trace(self) -> Trace:
        """Run to the horizon and say what happened."""
        self.env.process(self.office.days())
        self.env.process(self.demand())
        self.env.run(until=self.clock.days)
        given, handovers = self.office.hours_given(), self.office.handovers
        return Trace(
            visits=self.visits,
            entered=np.array(self.entered),
            allocated=np.array(self.notes.allocated),
            finished=np.array(self.finished),
            worker=np.array(self.notes.worker, dtype=np.int64),
            urgent_began=np.array(self.urgent_began, dtype=np.float64),
            urgent_done=np.array(self.urgent_done, dtype=np.float64),
            handed_visit=np.array([h.row for h in handovers], dtype=np.int64),
            handed_back=np.array([h.back for h in handovers], dtype=np.float64),
            handed_worker=np.array([h.worker for h in handovers], dtype=np.int64),
            handed_taken=np.array([h.taken for h in handovers], dtype=np.float64),
            given=given,
            roster=self.office.roster,
        )

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
        self.office.deal()

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
            self.office.wait(case)
            self.env.process(self.child(row, case))
        else:
            self.entered[row] = when
            self.env.process(self.child(row))

    def child(self, row: int, case: Case | None = None) -> Process:
        """One child's way, from stage to stage."""
        if self.kind[row] == POOL:
            yield self.ready(row)
        elif self.kind[row] == PLAN:
            self.notes.allocated[row] = self.entered[row]
            yield self.env.timeout(max(self.clock_start(row) + self.v.least[row] - self.env.now, 0.0))
        else:
            yield from self.caseload(row, case)
        self.go_on(row)

    def go_on(self, row: int) -> None:
        """A child leaves a stage for the next one, and may come back later."""
        self.finished[row] = self.env.now
        if self.v.then[row] != NONE:
            self.enter(self.v.then[row])
        if self.v.comes_back[row] != NONE and not self.is_done_well(row):
            self.env.process(self.come_back(self.v.comes_back[row], self.v.comes_back_after[row]))
        if self.v.takes_back_after[row] >= 0:
            self.env.process(self.take_back(self.v.takes_back_after[row]))

    def is_done_well(self, row: int) -> bool:
        """Whether a case that comes back only if it is late, or the work thin, was in time, or not thin."""
        if self.v.late_after[row] == THIN:
            return row not in self.thin
        return bool(self.env.now - self.clock_start(row) <= self.v.late_after[row])

    def ask_again(self, row: int) -> Process:
        """A family whose case nobody has taken by then asks again."""
        yield self.env.timeout(self.v.asks_again_after[row])
        if self.notes.worker[row] == NONE:
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
        job = Job(row, self.v.effort[row], self.v.urgent[row], self.env.event(), self.office.begun)
        due = self.clock_start(row) + self.v.least[row]
        if due > self.env.now:
            self.env.timeout(due - self.env.now).callbacks.append(lambda _: self.office.join(job))
        else:
            self.office.join(job)
        return job.done

    # Caseloads

    def case(self, row: int) -> Case:
        """A new case."""
        return Case(row, [Work(self.v.effort[row], self.env.event())], self.env.event())

    def caseload(self, row: int, case: Case | None) -> Process:
        """A case, from its entry to its closure."""
        if case is None:
            case = self.case(row)
            self.office.take_in(case)
            if self.notes.worker[row] == NONE and self.v.asks_again[row] != NONE:
                self.env.process(self.ask_again(row))
        yield case.taken
        began = self.notes.allocated[row]
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
        if worker is not None and self.plan.effects.is_thin(len(worker.cases), worker.cap):
            self.thin.add(row)
        if worker is not None:
            worker.let_go(case, [])
            self.office.room_with(worker)

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
