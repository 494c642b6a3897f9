"""The service as numbers: stages, routes, teams and doors, with indices in place of names."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from scenarios.measure_names import Named

from .draws import NOTHING, Draw, Steps

CLOSED = -1
Kind = Literal["pool", "caseload", "plan"]
POOL: Final = "pool"
CASELOAD: Final = "caseload"
PLAN: Final = "plan"


@dataclass(frozen=True)
class Way:
    """A route: to a stage (or CLOSED), by a share, by following a measure of the sample paths, or by taking the rest.

    `base`: the share that the forecast already contains; it differs from `share` in a what-if only.
    """

    to: int
    share: Steps | None = None
    base: float | None = None
    follows: str | None = None

    @property
    def takes_rest(self) -> bool:
        """Whether it takes whoever no other route takes."""
        return self.share is None and self.follows is None


@dataclass(frozen=True)
class Stage:
    """A stage; indices point into the tuples of Plan, -1 means none.

    `effort`: hours. `least`: working days (lead time, least elapsed time or stay). `clock_stage`, `clock_urgent`:
    whose beginning starts the clock. `by_dates`: working days taken are counted between dates.
    `limits`: the working days whose share is reported; `target`: the promise among them. `tie`: correlation of effort
    with least.
    """

    name: str
    title: str
    kind: Kind
    team: int
    effort: Draw
    least: Draw
    ways: tuple[Way, ...]
    least_from_allocation: bool = False
    clock_stage: int = -1
    clock_urgent: int = -1
    by_dates: bool = True
    sign_off: int = -1
    urgent: tuple[int, ...] = ()
    target: int | None = None
    limits: tuple[int, ...] = ()
    hours_per_month: Steps = NOTHING
    tie: float = 0.0


@dataclass(frozen=True)
class Urgent:
    """Urgent work that a share of the children of a caseload stage bring, and where it leads."""

    name: str
    title: str
    stage: int
    taken: Way
    after: Draw
    effort: Draw
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Door:
    """Where a measure of the sample paths enters."""

    name: str
    measure: str
    stage: int
    per_unit: Steps | None
    urgent_share: Steps


@dataclass(frozen=True)
class Returning:
    """Closed cases that come back; `within` working days counts as a re-referral (None: always)."""

    closing: tuple[int, ...]
    door: int
    share: Steps
    base: Steps
    delay: Draw
    within: float | None


@dataclass(frozen=True)
class Team:
    """A team and the indices of its sub-teams; from `merges_on` its queues, cases and staff go to `merges_into`."""

    name: str
    title: str
    first_sub_team: int
    sub_teams: int
    merges_into: int = -1
    merges_on: date | None = None


@dataclass(frozen=True)
class Open:
    """Cases open at the start of one stage; `ages` in working days (None: as a steady flow leaves them).

    `count`: as stated; None: the figures' own, and where there is none `counted`, the sum of the ages' bands.
    `share_left`: lowest and highest share of work and time still to come (None: drawn given the age).
    """

    stage: int
    count: float | None
    ages: Draw | None
    share_left: tuple[float, float] | None = None
    counted: float = 0.0


@dataclass(frozen=True)
class Effects:
    """Feedback; each part is off where it says so.

    `late_stages`: stages whose late cases come back more often, by `late_share` (0: off). `thin_stages`: stages whose
    cases come back more often by `thin_share` (0: off) if whoever closes them holds more than `thin_above` caps.
    `waiting_for`: stage whose
    unallocated cases ask again (-1: off), a share `asking` of them `after` so many working days, at stage `asks_at`.
    `above`, `hours_lost`: a worker with more open cases than `above` caps loses `hours_lost` of the day's hours for
    each cap above (0: off).
    """

    late_stages: tuple[int, ...] = ()
    late_share: float = 0.0
    thin_stages: tuple[int, ...] = ()
    thin_share: float = 0.0
    thin_above: float = 0.0
    waiting_for: int = -1
    asks_at: int = -1
    asking: float = 0.0
    after: Draw | None = None
    above: float = 1.0
    hours_lost: float = 0.0

    def is_thin(self, open_cases: int, cap: int) -> bool:
        """Whether work closed by a worker with so many open cases is thin."""
        return cap > 0 and open_cases > self.thin_above * cap

    def share_worked(self, open_cases: int, cap: int) -> float:
        """Share of the day's hours that a worker with so many open cases gives."""
        over = open_cases - self.above * cap
        if self.hours_lost <= 0.0 or over <= 0.0 or cap <= 0:
            return 1.0
        return max(1.0 - self.hours_lost * over / cap, 0.0)


@dataclass(frozen=True)
class Plan:
    """The whole service.

    `order`: stage indices such that every route leads forward. `guides`: caseload guide of a full-time worker, by role
    in the order of `roles`. `measures`: every measure that a run yields, by name. `effects`: feedback.
    """

    stages: tuple[Stage, ...]
    urgent: tuple[Urgent, ...]
    doors: tuple[Door, ...]
    returns: Returning | None
    teams: tuple[Team, ...]
    opening: tuple[Open, ...]
    order: tuple[int, ...]
    hours_per_day: float
    guides: tuple[Steps | None, ...]
    roles: tuple[str, ...]
    measures: tuple[tuple[str, Named], ...]
    effects: Effects = Effects()

    @property
    def sub_teams(self) -> int:
        """Number of sub-teams of all teams."""
        return sum(team.sub_teams for team in self.teams)

    @functools.cached_property
    def team_of_sub_team(self) -> tuple[int, ...]:
        """The team of each sub-team."""
        return tuple(t for t, team in enumerate(self.teams) for _ in range(team.sub_teams))

    def merged(self, sub_team: int) -> int:
        """The sub-team that takes over a sub-team when its team merges (itself if it never does)."""
        team = self.teams[self.team_of_sub_team[sub_team]]
        if team.merges_into < 0:
            return sub_team
        into = self.teams[team.merges_into]
        return into.first_sub_team + (sub_team - team.first_sub_team) % into.sub_teams

    def index(self, stage: str) -> int:
        """Index of a stage by name; raises ValueError where there is none."""
        return [s.name for s in self.stages].index(stage)
