"""A sample path becomes children at the door, working day by working day, after those who are open at the start."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from forecast.calendar import bank_holidays
from forecast.paths import SamplePaths

from . import opening, streams
from .children import Children, Who
from .clock import Clock, Floats
from .draws import dates_for
from .journeys import journeys
from .pathway import Door, Plan
from .reach import flows
from .routing import Router
from .visits import FORECAST, SURGE, Visits

RECENT_MONTHS = 3
"""Months of the path whose mean stands for the flow of late; it sets the ages of the cases open at the start."""


def arrive(
    plan: Plan,
    clock: Clock,
    paths: SamplePaths,
    replication: int,
    seed: int,
    *,
    row: int | None = None,
    surge: SamplePaths | None = None,
) -> Visits:
    """All children of one replication and their visits: open at the start, by the path, and beyond it.

    `row`: the path in `paths` (default: that of the replication's number). `surge`: further children of the same
    measures, on its path in the same row. Counts of a month partly over are taken for the part that remains.
    Raises ValueError where the path holds more referrals than contacts that they come from.
    """
    row = replication if row is None else row
    rates = recent_rates(paths, row)
    named = {f"{stage.name}_open": s for s, stage in enumerate(plan.stages)}
    counts = {named[stock]: float(paths.opening_of(stock)[row]) for stock, _ in paths.opening if stock in named}
    children = opening.open_cases(plan, counts, flows(plan, rates), seed, replication)
    router = Router(
        plan=plan,
        clock=clock,
        targets=_targets(plan, clock, paths, row),
        surge={} if surge is None else _targets(plan, clock, surge, row),
        opening={c.stage: np.maximum(c.who.enters + c.known.least, 0.0) for c in children if c.known is not None},
        rounding=float(streams.stream(seed, replication, "rounding").random()),
    )
    first = sum(map(len, children))
    for origin, source in ((FORECAST, paths), (SURGE, surge)):
        for door in plan.doors if source is not None else ():
            assert source is not None
            children.append(_coming(door, clock, source, row, replication, seed, origin, first))
            first += len(children[-1])
    return journeys(plan, clock, children, router)


def recent_rates(paths: SamplePaths, row: int) -> dict[str, float]:
    """Mean of every measure a working day over a path's first months."""
    recent = slice(0, min(RECENT_MONTHS, len(paths.months)))
    days = _working_days_from(int(paths.months.asi8[0]), recent.stop)
    return {name: float(paths.of(name)[row, recent].sum()) / days for name in paths.measures}


@functools.lru_cache
def _working_days_from(month: int, number: int) -> float:
    """Working days of so many months from a month, counted from January 1970."""
    months = np.arange(month, month + number + 1).astype("datetime64[M]").astype("datetime64[D]")
    return float(np.busday_count(months[0], months[-1], holidays=bank_holidays()))


def steady_paths(
    per_working_day: Mapping[str, float], as_at: date, months: int, replications: int, seed: int
) -> SamplePaths:
    """Demand at a steady rate: Poisson counts of each month, each replication on its own."""
    from forecast.calendar import working_days

    first = pd.Period(pd.Timestamp(Clock(as_at, months).dates[0]), "M")
    periods = pd.period_range(first, periods=months, freq="M")
    expected = np.outer(list(per_working_day.values()), working_days(periods))
    values = [streams.stream(seed, r, "steady demand").poisson(expected) for r in range(replications)]
    return SamplePaths(tuple(per_working_day), periods, np.array(values, dtype=np.float64), as_at, "steady")


def _by_month(clock: Clock, paths: SamplePaths, row: int, measure: str) -> Floats:
    """One path's counts on the clock's months, 0 where the paths end sooner."""
    place = paths.months.asi8 - clock.month_starts[0].astype(np.int64)
    here = (place >= 0) & (place < clock.horizon_months)
    counts = np.zeros(clock.horizon_months)
    counts[place[here]] = paths.of(measure)[row, here]
    return counts


def _targets(plan: Plan, clock: Clock, paths: SamplePaths, row: int) -> dict[str, Floats]:
    followed = {way.follows for stage in plan.stages for way in stage.ways}
    followed |= {way.follows for work in plan.urgent for way in (work.taken, *work.ways)}
    left = _share_left(clock)
    return {name: _by_month(clock, paths, row, name) * left for name in paths.measures if name in followed}


def _share_left(clock: Clock) -> Floats:
    share = np.ones(clock.horizon_months)
    share[0] = clock.month_bounds[1] / clock.working_days_of_months[0]
    return share


def _coming(
    door: Door, clock: Clock, paths: SamplePaths, row: int, replication: int, seed: int, origin: int, first_child: int
) -> Children:
    """Children who come in at a door, numbered from `first_child`."""
    purpose = f"{door.name} of {'surge' if origin == SURGE else 'forecast'}"
    generator = streams.stream(seed, replication, purpose)
    counts = np.zeros(clock.horizon_months)
    if door.measure in paths.measures:
        counts = _by_month(clock, paths, row, door.measure)
    if door.per_unit is not None:
        counts = counts * door.per_unit.at(clock.month_starts[:-1].astype("datetime64[D]"))
    whole = np.floor(counts + streams.stream(seed, replication, f"rounding {purpose}").random(len(counts)))
    number = whole.astype(np.int64)
    month = np.repeat(np.arange(len(number)), number)
    rank = np.arange(len(month)) - np.repeat(np.cumsum(number) - number, number)
    key = streams.keys(generator, month, rank)
    times = clock.month_bounds[month] + streams.uniform(key, "time in the month") * clock.working_days_of_months[month]
    ends = np.cumsum(number).tolist()  # months come in order: so it is enough to sort within each
    order = np.concatenate([first + np.argsort(times[first:last]) for first, last in pairwise([0, *ends])])
    order = order[times[order] >= 0]
    key, times, child = key[order], times[order], np.arange(first_child, first_child + len(order), dtype=np.int32)
    share = door.urgent_share.at(dates_for(door.urgent_share, clock, times))
    urgent = streams.uniform(key, "urgent") < share
    return Children(door.stage, Who(key, child, np.full(len(key), origin, dtype=np.int8), times, urgent))
