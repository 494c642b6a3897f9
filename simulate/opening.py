"""Today's open cases: how old they are, and what remains of them given their age.

A case still open at age a has work left or its least elapsed time not yet passed. So its work W and least time L
are drawn together, conditional on W > r a or L > a, where r is the hours a case has had a day. Ages, where not
stated, are those that a steady flow leaves: their density falls as the chance of still being open, stretched so
that the flow of the last months gives the stated number. Residual lengths: Cox, Renewal Theory (1962), chapter 5.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from . import streams
from .children import Children, Known, Who
from .clock import Floats, Ints, Whole
from .draws import Draw, cdf, mean, quantile, residual, survival
from .pathway import CASELOAD, Open, Plan, Stage
from .reach import NEGLIGIBLE
from .streams import Keys, uniform
from .together import chance_of_both, either_above
from .visits import OPENING

GRID = 400
"""Points at which the chance of still being open is known, closer at young ages; between them it is linear."""
POINTS = np.linspace(0.0, 1.0, GRID) ** 2
COARSE = POINTS[::7]
"""Points that do to find how fast cases have been worked on: their mean time is within 0.3 % of that on all."""
LONGEST = 1 - 1e-6
SLOWER = np.geomspace(1.0, 1e-3, 140)
"""Parts of a full day at which it is worked out how long a case lasts; in between, logarithms are on straight lines."""
MOST_STRETCHED = 10.0
"""Times the age that a steady flow leaves: a stock that its flow cannot explain is not endlessly old."""


@dataclass(frozen=True)
class _Ages:
    """The chance of still being open at each age, and the factor by which ages are stretched."""

    age: Floats
    open_still: Floats
    stretch: float = 1.0

    @functools.cached_property
    def lasted(self) -> Floats:
        """Mean working days that a case has lasted by each age; the last is how long it lasts."""
        steps = np.diff(self.age) * (self.open_still[1:] + self.open_still[:-1]) / 2
        return np.concatenate([[0.0], np.cumsum(steps)])

    def mean(self) -> float:
        """Mean working days that a case lasts."""
        return float(self.lasted[-1])

    def steady(self, luck: Floats) -> Floats:
        """Ages as a steady flow leaves them."""
        return np.asarray(np.interp(luck * self.lasted[-1], self.lasted, self.age) * self.stretch)


def open_cases(plan: Plan, counts: dict[int, float], flows: list[float], seed: int, replication: int) -> list[Children]:
    """Children open at the start, stage by stage, as many as stated (or as `counts` by stage says where not stated).

    `flows[stage]`: children a working day through each stage of late; next to none: ages are not stretched.
    """
    generator = streams.stream(seed, replication, "open at the start")
    found, first = [], 0
    for known in sorted(plan.opening, key=lambda known: known.stage):
        number = round(counts.get(known.stage, known.counted) if known.count is None else known.count)
        key = streams.keys(generator, np.full(number, known.stage), np.arange(number))
        found.append(_cases(plan, known, key, np.arange(first, first + number, dtype=np.int32), flows[known.stage]))
        first += number
    return found


def _cases(plan: Plan, known: Open, key: Keys, child: Whole, flow: float) -> Children:
    stage, number = plan.stages[known.stage], len(key)
    luck = uniform(key, "age at the start")
    rate = hours_a_day(stage, number, flow, plan.hours_per_day)
    if known.ages is None:
        age = _stretched(_lasting(stage, rate), number, flow).steady(luck)
    else:
        age = quantile(known.ages, luck)
    if known.share_left is not None:
        effort, least, given = _shared(stage, known.share_left, age, key)
    elif stage.kind == CASELOAD:
        effort, least = _remaining(stage, rate, age, key)
        given = np.minimum(effort, rate * age)
    else:
        effort, given = np.full(number, np.nan), np.zeros(number)
        least = age + residual(stage.least, uniform(key, "least at the start"), age)
    urgent_share = max((door.urgent_share.values[0] for door in plan.doors), default=0.0)
    who = Who(key, child, np.full(number, OPENING, dtype=np.int8), -age, uniform(key, "urgent") < urgent_share)
    return Children(known.stage, who, Known(effort, least, given, np.full(number, np.nan)))


def hours_a_day(stage: Stage, number: int, flow: float, full_day: float) -> float:
    """Hours of work a day that a case of a caseload stage has had, from the number open and the flow of late.

    By Little's law a case lasts number / flow working days; it lasts until its work is done and its least time has
    passed, so the hours a day follow. At most a full day; without a flow, mean work over mean least time.
    """
    if stage.kind != CASELOAD:
        return 0.0
    if flow <= NEGLIGIBLE or number == 0:
        return min(full_day, mean(stage.effort) / max(mean(stage.least), 1.0))
    lasts = np.log(number / flow)
    known = _lasting_at(stage, full_day)
    beyond = max(lasts - known[-1], 0.0)  # there time is all work: half the pace, twice the time
    return float(full_day * np.exp(np.interp(lasts, known, np.log(SLOWER)) - beyond))


@functools.lru_cache(maxsize=64)
def _lasting_at(stage: Stage, full_day: float) -> Floats:
    """Logarithm of the mean working days that a case lasts at each of the parts SLOWER of a full day, rising."""
    lasts = np.log([_lasting(stage, float(rate), COARSE).mean() for rate in full_day * SLOWER])
    return np.maximum.accumulate(lasts)


def _lasting(stage: Stage, rate: float, points: Floats = POINTS) -> _Ages:
    if stage.kind != CASELOAD:
        return _staying(stage.least)
    age = max(_longest(stage.least), _longest(stage.effort) / rate) * points
    return _Ages(age, 1 - chance_of_both(cdf(stage.effort, rate * age), cdf(stage.least, age), stage.tie))


@functools.lru_cache(maxsize=64)
def _longest(draw: Draw) -> float:
    """What hardly any case exceeds."""
    return float(quantile(draw, np.array(LONGEST)))


@functools.lru_cache(maxsize=64)
def _staying(stay: Draw) -> _Ages:
    age = max(_longest(stay), 1e-9) * POINTS
    return _Ages(age, survival(stay, age))


def _stretched(ages: _Ages, number: int, flow: float) -> _Ages:
    if flow <= NEGLIGIBLE or ages.mean() <= 0:
        return ages
    return _Ages(ages.age, ages.open_still, min(number / (flow * ages.mean()), MOST_STRETCHED))


def _remaining(stage: Stage, rate: float, age: Floats, key: Keys) -> tuple[Floats, Floats]:
    """Whole work (hours) and whole least elapsed time (working days) of cases open at an age."""
    if stage.tie:
        bounds = cdf(stage.effort, rate * age), cdf(stage.least, age)
        work, time = either_above(*bounds, stage.tie, functools.partial(_tries, key))
        return np.maximum(_within(stage.effort, work), 0.0), np.maximum(_within(stage.least, time), 0.0)
    work_left, time_left = survival(stage.effort, rate * age), survival(stage.least, age)
    either = work_left + time_left - work_left * time_left
    luck = uniform(key, "why open at the start") * either
    by_work = luck < work_left
    of_work, of_time = uniform(key, "work at the start"), uniform(key, "least at the start")
    work = np.where(by_work, 1 - work_left + of_work * work_left, of_work * (1 - work_left))
    time = np.where(by_work, of_time, 1 - time_left + of_time * time_left)
    effort, least = _within(stage.effort, work), _within(stage.least, time)
    over = either <= 0
    return np.where(over, rate * age, effort), np.where(over, age, least)


def _tries(key: Keys, purpose: str, cases: Ints, tries: int) -> Floats:
    turn: Keys = np.arange(tries, dtype=np.uint64)
    many = streams.mixed(np.add.outer(key[cases], turn))
    return uniform(many, f"open at the start: {purpose}")


def _shared(stage: Stage, left: tuple[float, float], age: Floats, key: Keys) -> tuple[Floats, Floats, Floats]:
    """Whole work, least elapsed time and work given of cases of which a stated share is left."""
    low, high = left
    share = low + (high - low) * uniform(key, "share left at the start")
    work = quantile(stage.effort, uniform(key, "work at the start"))
    time = quantile(stage.least, uniform(key, "least at the start"))
    return work, age + share * time, (1 - share) * work


def _within(draw: Draw, share: Floats) -> Floats:
    return quantile(draw, np.clip(share, 0.0, 1.0 - 2.0**-53))
