"""Cases, and the queue before a sub-team of caseworkers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import simpy

from .caseworker import Caseworker, Work
from .visits import NONE


@dataclass(eq=False)
class Case:
    """A visit to a caseload stage: what it still asks of whoever holds it."""

    row: int
    work: list[Work]
    taken: simpy.Event
    worker: Caseworker | None = None
    being_signed_off: bool = False
    handover: Handover | None = None


@dataclass
class Handover:
    """A case went back to its queue because its worker left; who took it next, and when."""

    row: int
    back: float
    worker: int = NONE
    taken: float = np.nan


class CaseLine:
    """A sub-team of caseload workers and the queue before it."""

    def __init__(self) -> None:
        self.workers: list[Caseworker] = []
        self.queue: list[tuple[bool, float, int, Case]] = []

    def wait(self, case: Case, urgent: bool, since: float, order: int) -> None:
        """Put a case in the queue."""
        heappush(self.queue, (not urgent, since, order, case))

    def fill(self, *, whoever: bool = False) -> Iterator[tuple[Case, Caseworker]]:
        """Cases from the head of the queue with who takes them, while somebody has room (`whoever`: away or not)."""
        while self.queue:
            able = [w for w in self.workers if w.has_room and (whoever or w.rate > 0)]
            if not able:
                return
            worker = min(able, key=lambda w: (len(w.cases), w.number))
            yield heappop(self.queue)[-1], worker
