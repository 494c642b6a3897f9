"""Where children get to: how many reach a stage, how soon, and the flow through each stage."""

from __future__ import annotations

from collections.abc import Iterator

from .draws import Steps, mean
from .pathway import CLOSED, PLAN, POOL, Plan, Stage, Way

STARTS = "_starts"
"""The end of a measure's name that counts the starts of a stage."""
SMALLEST_REACH = 1e-9
ROUNDS, NEGLIGIBLE = 100, 1e-9
"""Times that returning children are sent round again, until their flow changes by less than this."""


def flows(plan: Plan, rates: dict[str, float]) -> list[float]:
    """Children a working day through each stage in a steady state, given the measures' rates a working day.

    Routes that follow a measure carry that measure's rate; shares are those the forecast contains.
    """
    through = [0.0] * len(plan.stages)
    back = 0.0
    for _ in range(ROUNDS):
        through = [0.0] * len(plan.stages)
        for door in plan.doors:
            through[door.stage] += rates.get(door.measure, 0.0) * (
                1.0 if door.per_unit is None else _now(door.per_unit)
            )
        closing = 0.0
        if plan.returns is not None:
            through[plan.returns.door] += back
        for s in plan.order:
            for to, rate in _carried(plan, s, through[s], rates):
                if to != CLOSED:
                    through[to] += rate
                elif plan.returns is not None and s in plan.returns.closing:
                    closing += rate
        again = 0.0 if plan.returns is None else closing * max(_now(plan.returns.share) - _now(plan.returns.base), 0.0)
        if abs(again - back) < NEGLIGIBLE:
            break
        back = again
    return through


def _carried(plan: Plan, s: int, rate: float, rates: dict[str, float]) -> Iterator[tuple[int, float]]:
    stage = plan.stages[s]
    yield from _split(plan, stage.ways, rate, rates)
    for u in stage.urgent:
        work = plan.urgent[u]
        begun = sum(part for _, part in _split(plan, (work.taken,), rate, rates, work.ways))
        yield from ((to, part) for to, part in _split(plan, work.ways, begun, rates) if to != CLOSED)
    if stage.sign_off >= 0:
        yield stage.sign_off, rate


def _split(
    plan: Plan, ways: tuple[Way, ...], rate: float, rates: dict[str, float], after: tuple[Way, ...] = ()
) -> Iterator[tuple[int, float]]:
    left = rate
    for way in ways:
        if way.takes_rest:
            continue
        share = way.base if way.base is not None else 0.0 if way.share is None else _now(way.share)
        part = min(rate * share, left)
        if way.follows in rates:
            reached = onward(plan, after, way.follows)[0] if after else reach(plan, way.to, way.follows)[0]
            part = min(rates[way.follows] / max(reached, SMALLEST_REACH), left)
        left -= part
        yield way.to, part
    for way in ways:
        if way.takes_rest:
            yield way.to, left


def _now(number: Steps) -> float:
    return number.values[0]


def starts_a_stage(plan: Plan, goal: str) -> bool:
    """Whether a measure counts the starts of a stage (cp_starts), or else a route itself (referrals)."""
    return goal in {f"{stage.name}{STARTS}" for stage in plan.stages}


def reach(plan: Plan, s: int, goal: str) -> tuple[float, float]:
    """Share of the children entering a stage who reach the start that `goal` counts, and their mean working days to it.

    A goal that no stage's name begins (referrals) counts the route itself.
    """
    stage = plan.stages[s]
    if not starts_a_stage(plan, goal) or f"{stage.name}{STARTS}" == goal:
        return 1.0, 0.0
    share, lag = onward(plan, stage.ways, goal)
    return share, lag + _lasts(plan, stage)


def onward(plan: Plan, ways: tuple[Way, ...], goal: str) -> tuple[float, float]:
    left, share, lag = 1.0, 0.0, 0.0
    for way in ways:
        usual = way.base if way.base is not None else left if way.share is None else way.share.values[0]
        part = left if way.takes_rest else min(usual, left)
        left -= part
        if way.to != CLOSED and part > 0:
            reached, later = reach(plan, way.to, goal)
            share += part * reached
            lag += part * reached * later
    return share, (lag / share if share > 0 else 0.0)


def _lasts(plan: Plan, stage: Stage) -> float:
    """Mean working days in a stage with nobody waiting."""
    if stage.kind == PLAN:
        return mean(stage.least)
    work = mean(stage.effort) / plan.hours_per_day if stage.kind == POOL else 0.0
    return max(mean(stage.least), work)


def leads(plan: Plan, s: int, fork: int) -> bool:
    """Whether a stage is the fork or leads to it."""
    stage = plan.stages[s]
    ways = [*stage.ways, *(way for u in stage.urgent for way in plan.urgent[u].ways)]
    return s == fork or any(way.to != CLOSED and leads(plan, way.to, fork) for way in ways)
