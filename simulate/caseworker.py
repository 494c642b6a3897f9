"""A caseload worker as a processor-sharing server on virtual time, urgent work first.

A meter counts the hours given so far to each active piece of work; a piece that needs w hours when the meter reads
m is done at m + w. So one pending timeout a worker is enough, however many cases share the hours (Kleinrock,
Queueing Systems II, 1976).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any

import numpy.typing as npt
import simpy

NEAR = 1e-9
"""Working days within which a moment is taken to be the end of a day."""


@dataclass(eq=False)
class Work:
    """Hours of work left on a case; `done` happens when there are none. `goal`: the meter reading at which that is."""

    left: float
    done: simpy.Event
    urgent: bool = False
    goal: float = 0.0


@dataclass(eq=False)
class _Class:
    """Work of one class, sharing alike: the meter, and the pieces by goal."""

    meter: float = 0.0
    pieces: list[tuple[float, int, Work]] = field(default_factory=list)


class Caseworker:
    """Somebody with open cases up to a cap, whose hours of the day go to their work, evenly over the day."""

    def __init__(self, env: simpy.Environment, number: int, given: npt.NDArray[Any]) -> None:
        self.env, self.number, self.given = env, number, given
        self.line: Any = None
        self.rate, self.cap = 0.0, 0
        self.cases: list[Any] = []
        self._classes = {True: _Class(), False: _Class()}
        self._since, self._plan, self._order = 0.0, 0, 0

    @property
    def has_room(self) -> bool:
        """Whether another case may be taken."""
        return len(self.cases) < self.cap

    def start_day(self, hours: float, cap: int) -> None:
        """A new day with its hours (0: away) and cap."""
        self.settle()
        self.cap = cap
        if hours != self.rate:
            self.rate = hours
            self._look_ahead()

    def take(self, case: Any, work: list[Work]) -> None:
        """Hold a case from now on and give time to its work."""
        self.cases.append(case)
        for piece in work:
            if not piece.done.triggered:
                self.give(piece)

    def give(self, work: Work) -> None:
        """Begin, or go on with, a piece of work."""
        self.settle()
        if work.left <= 0:
            work.done.succeed()
            return
        own = self._classes[work.urgent]
        self._order += 1
        work.goal = own.meter + work.left
        heappush(own.pieces, (work.goal, self._order, work))
        self._look_ahead()

    def let_go(self, case: Any, work: list[Work]) -> None:
        """Hold a case no more; what is left of its work stays with it."""
        self.settle()
        self.cases.remove(case)
        for own in self._classes.values():
            for _, _, piece in own.pieces:
                if piece in work:
                    piece.left = piece.goal - own.meter
            own.pieces = [entry for entry in own.pieces if entry[2] not in work]
            heapify(own.pieces)
        if work:
            self._look_ahead()

    def settle(self) -> None:
        """Bring the meter up to now. A day's change settles first, so the time since lies in one day."""
        hours = (self.env.now - self._since) * self.rate
        own = self._active()
        if hours > 0 and own.pieces:
            own.meter += hours / len(own.pieces)
            self.given[int(self._since)] += hours
        self._since = self.env.now

    def _active(self) -> _Class:
        return self._classes[True] if self._classes[True].pieces else self._classes[False]

    def _look_ahead(self) -> None:
        """Plan the next moment at which a piece of work is done, at today's rate."""
        self._plan += 1
        own = self._active()
        if self.rate <= 0 or not own.pieces:
            return
        hours = (own.pieces[0][0] - own.meter) * len(own.pieces)
        due = self.env.now + max(hours, 0.0) / self.rate
        if abs(due - round(due)) < NEAR:
            due = max(float(round(due)), self.env.now)
        plan = self._plan
        self.env.timeout(due - self.env.now).callbacks.append(lambda _: self._finish(plan))

    def _finish(self, plan: int) -> None:
        if plan != self._plan:
            return
        self.settle()
        own = self._active()
        goal, _, work = heappop(own.pieces)
        own.meter = goal if own.pieces else 0.0
        work.left = 0.0
        work.done.succeed()
        self._look_ahead()
