"""The reference service as most would write it in SimPy: a process for each child, a loop for each day of each case.

Written for the benchmark, with the numbers of tests/data/reference-service.yaml. It is the yardstick of
speed, not of accuracy: hours left over on the day a case is finished are lost, as they are in models of this kind.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

Process = Generator[Any, Any, None]

CONTACTS_PER_DAY = 182
SCREENERS, SCREENING_HOURS = 28, 1.0
MANAGERS, DECISION_HOURS = 4, 0.5
HOURS_PER_DAY = 7.4
REFERRED, ASSESSED, URGENT = 0.17, 0.86, 0.15
TEAMS, TEAM_SIZE, CAP, WORKER_HOURS = 10, 15, 9, 3.6
WORK_MEAN, WORK_SIGMA = 15.0, 0.7
LEAST, MOST = 5, 50
AT_WORK, AWAY = 60, 8
COMES_BACK, BACK_AFTER = 0.2, 80
PLANS = {"cp": (0.08, 190), "cin": (0.30, 130), "cla": (0.02, 500)}
OPEN_PER_WORKER = 8


@dataclass(eq=False)
class Worker:
    """A social worker: who is open with them, who is active, and whether they are at work."""

    present: bool = True
    open: int = 0
    active: list[object] = field(default_factory=list)


@dataclass
class Team:
    """A team and the children who wait for one of its workers, urgent first."""

    workers: list[Worker]
    waiting: list[tuple[int, float, int, simpy.Event]] = field(default_factory=list)

    def allocate(self) -> None:
        """Give whoever waits first to the least loaded worker at work who has room, as long as there is one."""
        while self.waiting:
            free = [worker for worker in self.workers if worker.present and worker.open < CAP]
            if not free:
                return
            worker = min(free, key=lambda one: one.open)
            worker.open += 1
            first = min(self.waiting)
            self.waiting.remove(first)
            first[3].succeed(worker)


@dataclass
class Outcome:
    """What is counted: closures, closures within 45 days, children on plans, and daily counts."""

    closed: int = 0
    on_time: int = 0
    plans: int = 0
    open: int = 0
    waiting: int = 0
    daily: list[tuple[int, int, int]] = field(default_factory=list)


class Service:
    """The whole service, `k` times over."""

    def __init__(self, seed: int, k: int = 1) -> None:
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.k = k
        self.screeners = simpy.Resource(self.env, SCREENERS * k)
        self.managers = simpy.PriorityResource(self.env, MANAGERS * k)
        self.teams = [Team([Worker() for _ in range(TEAM_SIZE)]) for _ in range(TEAMS * k)]
        self.outcome = Outcome()
        self.number = 0

    def run(self, days: int) -> Outcome:
        """Simulate so many working days."""
        self.env.process(self.contacts())
        self.env.process(self.record())
        for team in self.teams:
            for worker in team.workers:
                self.env.process(self.absences(team, worker))
                for _ in range(OPEN_PER_WORKER):
                    self.env.process(self.assessment(urgent=False, team=team))
        self.env.run(until=days)
        return self.outcome

    def contacts(self) -> Process:
        while True:
            yield self.env.timeout(self.random.expovariate(CONTACTS_PER_DAY * self.k))
            self.env.process(self.contact())

    def contact(self) -> Process:
        with self.screeners.request() as request:
            yield request
            yield self.env.timeout(self.random.expovariate(1 / SCREENING_HOURS) / HOURS_PER_DAY)
        if self.random.random() < REFERRED:
            yield from self.referral()

    def referral(self) -> Process:
        urgent = self.random.random() < URGENT
        with self.managers.request(priority=0 if urgent else 1) as request:
            yield request
            yield self.env.timeout(self.random.expovariate(1 / DECISION_HOURS) / HOURS_PER_DAY)
        if self.random.random() < ASSESSED:
            yield from self.assessment(urgent, self.random.choice(self.teams))

    def assessment(self, urgent: bool, team: Team) -> Process:
        self.number += 1
        allocated = self.env.event()
        team.waiting.append((0 if urgent else 1, self.env.now, self.number, allocated))
        entered = self.env.now
        self.outcome.waiting += 1
        team.allocate()
        worker = yield allocated
        self.outcome.waiting -= 1
        self.outcome.open += 1
        yield from self.work(worker)
        self.outcome.open -= 1
        self.outcome.closed += 1
        self.outcome.on_time += self.env.now - entered <= 45
        worker.open -= 1
        team.allocate()
        self.env.process(self.plan())
        if self.random.random() < COMES_BACK:
            yield self.env.timeout(self.random.expovariate(1 / BACK_AFTER))
            yield from self.referral()

    def work(self, worker: Worker) -> Process:
        """A day's share of the worker's hours each day at work, until work and least time are done."""
        earliest = self.env.now + self.random.uniform(LEAST, MOST)
        left = self.random.lognormvariate(math.log(WORK_MEAN) - WORK_SIGMA**2 / 2, WORK_SIGMA)
        me = object()
        worker.active.append(me)
        while left > 0:
            yield self.env.timeout(1)
            if worker.present:
                left -= WORKER_HOURS / len(worker.active)
        worker.active.remove(me)
        if self.env.now < earliest:
            yield self.env.timeout(earliest - self.env.now)

    def plan(self) -> Process:
        draw = self.random.random()
        for share, stay in PLANS.values():
            if draw < share:
                self.outcome.plans += 1
                yield self.env.timeout(self.random.expovariate(1 / stay))
                self.outcome.plans -= 1
                return
            draw -= share

    def absences(self, team: Team, worker: Worker) -> Process:
        while True:
            yield self.env.timeout(math.ceil(self.random.expovariate(1 / AT_WORK)))
            worker.present = False
            yield self.env.timeout(math.ceil(self.random.expovariate(1 / AWAY)))
            worker.present = True
            team.allocate()

    def record(self) -> Process:
        while True:
            yield self.env.timeout(1)
            self.outcome.daily.append((self.outcome.open, self.outcome.waiting, self.outcome.plans))
