"""The children and everything they bring with them: each visit to each stage with all its draws, fixed on arrival.

What a child will need does not depend on how busy the service is; only *when* it happens does. So the whole journey
is laid out before the simulation starts, and an engine has only to find the times.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import SimpleNamespace

import numpy as np

from .clock import Bools, Floats, Whole

OPENING, FORECAST, SURGE, RETURNED = range(4)
ORIGINS = ("opening", "forecast", "surge", "returned")
THIN = float("inf")
"""In the column late_after: it comes back only if the work is thin, and never because it is late."""
NONE = -1
"""In a column that points to another row: nobody, nowhere."""


@dataclass(frozen=True)
class Visits:
    """Possible visits, one row each; a row happens when the row that points to it finishes, or at `enters`.

    `child`: who. `stage`: index in Plan.stages. `sub_team`: index in Plan.sub_teams of the queue it waits in (-1
    for plans).
    `origin`: index in ORIGINS. `urgent`: goes before others. `labelled`: a referral that the forecast counts as a
    return, on the visit to the door at which returns enter.
    `enters`: working day on which a first visit enters (negative: open at the start); NaN where another row leads
    here. `soon`: the soonest working day at which the row can come; it changes nothing but how near in memory visits of
    the same time lie.
    `effort`: hours of work. `least`: working days: a pool's lead time, a caseload's least elapsed time (from
    allocation where the stage says so), a plan's stay; all counted from where the clock starts.
    `clock_visit`, `clock_urgent`: the visit whose entry, or the urgent work whose beginning, starts the clock of
    this visit; -1 and -1: its own entry.
    `given`: hours of the effort already given before the start, if the case is then held by a worker and not waiting.
    `then`: row entered on finishing; -1: none, the line ends.
    `sign_off`: row of the visit to the sign-off pool made after the work and before finishing; -1: none.
    `comes_back`: row entered `comes_back_after` working days after finishing; -1: none.
    `takes_back_after`: on finishing, the first labelled forecast referral to reach the door that many working days
    later or more does not come (the scenario has fewer returns than the forecast); NaN: none.
    `late_after`: it comes back only if finishing takes more working days than these from where the clock starts;
    infinite: only if the work is thin, by the cases that whoever closes it holds; NaN: always.
    `asks_again`: row entered if no worker has taken the case `asks_again_after` working days after its entry; -1: none.

    Urgent work, one row each: `urgent_visit`: row of the caseload visit that carries it. `urgent_work`: index in
    Plan.urgent.
    `urgent_after`: working days after allocation at which it begins. `urgent_effort`: hours. `urgent_then`: row
    entered when it is done; -1: none. A visit may carry several; it cannot finish before they are all done.
    """

    child: Whole
    stage: Whole
    sub_team: Whole
    origin: Whole
    urgent: Bools
    labelled: Bools
    enters: Floats
    soon: Floats
    effort: Floats
    least: Floats
    given: Floats
    clock_visit: Whole
    clock_urgent: Whole
    then: Whole
    sign_off: Whole
    comes_back: Whole
    comes_back_after: Floats
    takes_back_after: Floats
    late_after: Floats
    asks_again: Whole
    asks_again_after: Floats
    urgent_visit: Whole
    urgent_work: Whole
    urgent_after: Floats
    urgent_effort: Floats
    urgent_then: Whole

    def __post_init__(self) -> None:
        lengths = {f.name: len(getattr(self, f.name)) for f in fields(self)}
        visits = {n for name, n in lengths.items() if not name.startswith("urgent_")}
        pieces = {n for name, n in lengths.items() if name.startswith("urgent_")}
        if len(visits) != 1 or len(pieces) != 1:
            raise ValueError(f"columns of visits differ in length: {lengths}")

    def __len__(self) -> int:
        return len(self.child)

    @property
    def enters_first(self) -> Bools:
        """Which rows are a child's first: nothing leads to them but time."""
        return ~np.isnan(self.enters)

    def as_lists(self) -> SimpleNamespace:
        """The columns as plain lists, which Python reads faster one by one."""
        return SimpleNamespace(**{column.name: getattr(self, column.name).tolist() for column in fields(self)})

    def comes_to(self, rows: Whole) -> Bools:
        """Which of the rows are the first of a child's return."""
        returns = np.zeros(len(self), dtype=np.bool_)
        returns[self.comes_back[self.comes_back != NONE]] = True
        return np.asarray(returns[rows])
