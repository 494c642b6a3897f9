"""A pool: workers who take one piece of work at a time from a common queue, first come first served, urgent first."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy.typing as npt
import simpy


@dataclass(eq=False)
class Job:
    """A visit to a pool: hours left, and the event that they are done. `since`: when it joined the queue."""

    row: int
    left: float
    urgent: bool
    done: simpy.Event
    begun: Callable[[int, int], None]
    since: float = 0.0


class PoolLine:
    """The queue of a pool and those who stand idle before it."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.idle: deque[PoolWorker] = deque()
        self.queue: list[tuple[bool, float, int, Job]] = []
        self._order = 0

    def join(self, job: Job) -> None:
        """Join the queue, at the end of its class."""
        job.since = self.env.now
        self.wait(job)
        self.serve()

    def wait(self, job: Job) -> None:
        """Take the place in the queue that the job's urgency and time of joining give it."""
        self._order += 1
        heappush(self.queue, (not job.urgent, job.since, self._order, job))

    def serve(self) -> None:
        """Those idle take what waits."""
        while self.idle and self.queue:
            self.idle.popleft().begin(heappop(self.queue)[-1])

    def take_over(self, other: PoolLine) -> None:
        """Move another line's queue into this one, each by its time of joining."""
        while other.queue:
            self.wait(heappop(other.queue)[-1])


class PoolWorker:
    """Somebody who works on one job at a time; `cumulative[d]` hours lie before day d, spread evenly over each day."""

    def __init__(self, env: simpy.Environment, number: int, cumulative: list[float], given: npt.NDArray[Any]) -> None:
        self.env, self.number, self.cumulative, self.given = env, number, cumulative, given
        self.line: PoolLine | None = None
        self.job: Job | None = None
        self._since, self._plan = 0.0, 0

    def begin(self, job: Job) -> None:
        """Take up a job; if it is not done when the worker goes off, it stands still until they are back."""
        self.job, self._since = job, self.env.now
        job.begun(job.row, self.number)
        self._plan += 1
        plan, due = self._plan, self._time_at(self._hours_at(self.env.now) + job.left)
        if due is not None:
            self.env.timeout(max(due - self.env.now, 0.0)).callbacks.append(lambda _: self._finish(plan))

    def put_back(self) -> None:
        """Leave: the job in hand goes back to its place in the queue with what is left of it."""
        self.settle()
        job, self.job = self.job, None
        self._plan += 1
        if job is not None and self.line is not None:
            self.line.wait(job)

    def settle(self) -> None:
        """Book the hours given to the job in hand since it was last booked."""
        if self.job is None:
            return
        now, last = self.env.now, len(self.given)
        for day in range(int(self._since), min(int(now) + 1, last)):
            hours = self._hours_at(min(now, day + 1.0)) - self._hours_at(max(self._since, float(day)))
            self.given[day] += hours
            self.job.left -= hours
        self._since = now

    def _finish(self, plan: int) -> None:
        job = self.job
        if plan != self._plan or job is None:
            return
        self.settle()
        self.job = None
        if self.line is not None:
            self.line.idle.append(self)
            self.line.serve()
        job.done.succeed()

    def _hours_at(self, time: float) -> float:
        day = min(int(time), len(self.given) - 1)
        return self.cumulative[day] + (time - day) * (self.cumulative[day + 1] - self.cumulative[day])

    def _time_at(self, hours: float) -> float | None:
        """When the worker has worked so many hours in all; None: not before the horizon."""
        if hours > self.cumulative[-1]:
            return None
        day = max(bisect_left(self.cumulative, hours) - 1, 0)
        length = self.cumulative[day + 1] - self.cumulative[day]
        return day + ((hours - self.cumulative[day]) / length if length > 0 else 0.0)
