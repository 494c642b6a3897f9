"""Which way each child goes: by share, or so that as many go as the sample path says.

A route that follows a measure takes, of the children inside the forecast, as many each month as the path has
starts, divided by the share of them who reach that start; those with the lowest draws go. The month is that of the
soonest time at which the start can come; for a count of children received (referrals), that of their receipt.
Children beyond the forecast (a surge, extra returns) go with the same chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scenarios.faults import Fault, ScenarioError

from .clock import Bools, Clock, Floats, Ints, day_of
from .draws import dates_for
from .fast import compiles, looped
from .pathway import CLOSED, Plan, Urgent, Way
from .reach import SMALLEST_REACH, STARTS, leads, onward, reach, starts_a_stage
from .visits import FORECAST, SURGE

Stages = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Leaving:
    """Children about to take a route: their luck, soonest time, when they came in, and standing.

    `real`: they do come here; `base`: they would under the shares that the forecast contains. `origin`: as in Visits.
    """

    luck: Floats
    soon: Floats
    enters: Floats
    real: Bools
    base: Bools
    origin: Ints


@dataclass
class Router:
    """Chooses routes for one replication; remembers the chances of followed routes for those who come later.

    `targets`, `surge`: counts by month of the followed measures, on this replication's path and in its surge.
    `opening`: by stage, when each of the children open at the start can leave at the soonest.
    `rounding`: a number between 0 and 1 that settles the fractions of counts.
    """

    plan: Plan
    clock: Clock
    targets: Mapping[str, Floats]
    surge: Mapping[str, Floats]
    opening: Mapping[int, Floats]
    rounding: float
    chances: dict[tuple[str, int, int, bool], Floats] = field(default_factory=dict)

    def choose(
        self, fork: str, stage: int, ways: tuple[Way, ...], leaving: Leaving, work: Urgent | None = None
    ) -> tuple[Stages, Stages]:
        """Destination of each child as things are, and under the shares that the forecast contains.

        `fork` names the fork, which lies at a stage. `work`: the fork is whether this urgent work comes.
        Raises ValueError where a counted route (referrals) is to take more children than there are.
        """
        closed = np.full(len(leaving.luck), CLOSED, dtype=np.int16)
        to, to_base = closed, closed
        low = low_base = np.zeros(1)
        differs = any(way.base is not None for way in ways)
        for w, way in enumerate(ways):
            width, width_base = self._widths((fork, stage, w), way, leaving, low_base, work)
            to = _gone(leaving.luck, low, width, way.to, to)
            low = low + width
            if differs:
                to_base = _gone(leaving.luck, low_base, width_base, way.to, to_base)
                low_base = low_base + width_base
            else:
                low_base = low
        return to, (to_base if differs else to)

    def _widths(
        self, fork: tuple[str, int, int], way: Way, leaving: Leaving, low: Floats, work: Urgent | None
    ) -> tuple[Floats, Floats]:
        if way.takes_rest:
            return np.asarray(np.inf), np.asarray(np.inf)
        share = None if way.share is None else way.share.at(dates_for(way.share, self.clock, leaving.enters))
        if way.follows is None or way.follows not in self.targets:
            assert share is not None
            return share, share if way.base is None else np.asarray(way.base)
        base = self._followed(fork, way.follows, way.to, leaving, low, work)
        return (base if share is None or way.base is None else base * share / way.base), base

    def _followed(
        self, fork: tuple[str, int, int], goal: str, to: int, leaving: Leaving, low: Floats, work: Urgent | None
    ) -> Floats:
        """Chance of each child, by the month of the soonest start; after the last month as in the last."""
        reached, lag = onward(self.plan, work.ways, goal) if work is not None else reach(self.plan, to, goal)
        months = self.clock.horizon_months
        if starts_a_stage(self.plan, goal):
            month = np.clip(self.clock.month_of(leaving.soon + lag), 0, months)
        else:
            month = self.clock.months[day_of(self.clock, leaving.enters)]
        height = leaving.luck - low
        for beyond, counts in ((False, self.targets), (True, self.surge)):
            candidates = leaving.base & (leaving.origin <= FORECAST)
            if beyond:
                candidates = leaving.real & (leaving.origin == SURGE)
            if goal not in counts or (*fork, beyond) in self.chances or not candidates.any():
                continue
            ahead = np.zeros(months) if beyond else self._ahead(goal, fork[1])
            wanted = np.maximum(counts[goal] - ahead, 0.0) / max(reached, SMALLEST_REACH)
            chances, owed = _chances(height, month, candidates, wanted, self.rounding)
            if owed and not beyond and not starts_a_stage(self.plan, goal):
                words = f"exceed the children they come from in {self.clock.month_names[owed - 1]}"
                raise ScenarioError([Fault("demand", 0, goal, words)])
            self.chances[*fork, beyond] = chances
        chance = self.chances.get((*fork, False), np.zeros(months + 1))[month]
        extra = self.chances.get((*fork, True))
        return chance if extra is None else np.where(leaving.origin == SURGE, extra[month], chance)

    def _ahead(self, goal: str, fork: int) -> Floats:
        """Expected starts by month of children open at the start in stages beyond the fork."""
        starts = np.zeros(self.clock.horizon_months)
        if not starts_a_stage(self.plan, goal):
            return starts
        for s, earliest in sorted(self.opening.items()):
            stage = self.plan.stages[s]
            if f"{stage.name}{STARTS}" == goal or leads(self.plan, s, fork):
                continue
            share, lag = onward(self.plan, stage.ways, goal)
            month = self.clock.month_of(earliest + lag)
            inside = (month >= 0) & (month < len(starts))
            starts += share * np.bincount(month[inside], minlength=len(starts))
        return starts


def _gone(luck: Floats, low: Floats, width: Floats, way: int, to: Stages) -> Stages:
    """Where children go whose way so far is `to`: this way, where luck falls in its width above `low`."""
    if not compiles():
        height = luck - low
        return np.where((height >= 0) & (height < width), np.int16(way), to)
    gone = np.empty_like(to)
    looped(_go)(luck, np.full_like(luck, low), np.full_like(luck, width), way, to, gone)
    return gone


def _go(luck: Floats, low: Floats, width: Floats, way: int, to: Stages, gone: Stages) -> None:
    for child in range(len(luck)):
        height = luck[child] - low[child]
        gone[child] = way if (height >= 0) & (height < width[child]) else to[child]


def _chances(height: Floats, month: Ints, candidates: Bools, wanted: Floats, rounding: float) -> tuple[Floats, int]:
    """By month, the height below which as many candidates lie as wanted; what a month lacks, the next makes up.

    Also the first month (counted from 1) that lacked any; 0: none did.
    """
    whole = np.diff(np.floor(np.concatenate([[0.0], np.cumsum(wanted)]) + rounding)).astype(np.int64)
    able = candidates & (height >= 0)
    heights, months = height[able], month[able].astype(np.int16)
    if (months[1:] < months[:-1]).any():
        order = np.argsort(months, kind="stable")
        heights, months = heights[order], months[order]
    bounds = np.searchsorted(months, np.arange(len(wanted) + 1))
    chances, owed, lacked = np.zeros(len(wanted) + 1), 0, 0
    for m, number in enumerate(whole.tolist()):
        here = heights[bounds[m] : bounds[m + 1]]
        due = number + owed
        taken = min(due, len(here))
        owed = due - taken
        lacked = lacked or (m + 1 if owed else 0)
        if taken == len(here):
            chances[m] = 1.0 if taken else chances[m - 1] if m else 0.0
        elif taken:
            parted = np.partition(here, taken)
            chances[m] = (parted[:taken].max() + parted[taken]) / 2
    chances[-1] = chances[-2]
    return chances, lacked
