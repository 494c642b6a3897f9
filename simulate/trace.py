"""What happened: every visit of every child to every stage, with its moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .visits import Visits
from .workforce import Roster

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trace:
    """One replication as it went; every measure is derived from this and the roster. Times in working days.

    One value for each row of `visits`:
    `entered`: came to the stage (negative: before the start; NaN: never came within the horizon).
    `allocated`: work began; for a caseload, the first time a worker took the case (NaN: not yet; equal to `entered`
    for cases held at the start, whose moment of allocation is not known). A plan is allocated as it is entered.
    `finished`: left the stage (NaN: still there, or never came).
    `worker`: who took it first (-1: nobody).
    One value for each row of `visits.urgent_*`:
    `urgent_began`, `urgent_done`: when the urgent work began and was done (NaN: not yet).
    Handovers, one row each time a case went back to its queue because its worker left:
    `handed_visit`, `handed_back` (time), `handed_worker` (who took it next; -1), `handed_taken` (time; NaN: still
    waiting).
    `given[worker, day]`: hours of work done, at most the roster's hours.
    `roster`: who was in post and at work: as laid out before the run, unless overload made people leave.
    """

    visits: Visits
    entered: Floats
    allocated: Floats
    finished: Floats
    worker: Ints
    urgent_began: Floats
    urgent_done: Floats
    handed_visit: Ints
    handed_back: Floats
    handed_worker: Ints
    handed_taken: Floats
    given: Floats
    roster: Roster
