"""A scenario's service compiled into a graph of numbers, once before it is simulated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

from scenarios import service as described
from scenarios.measure_names import measure_names
from scenarios.parameters import in_force
from scenarios.schema import OpeningStage, Scenario

from .draws import NOTHING, compiled, constant, in_unit, steps
from .graph import CASELOAD, CLOSED, PLAN, POOL, Door, Effects, Open, Plan, Returning, Stage, Team, Urgent, Way

__all__ = [
    "CASELOAD",
    "CLOSED",
    "PLAN",
    "POOL",
    "Door",
    "Effects",
    "Open",
    "Plan",
    "Returning",
    "Stage",
    "Team",
    "Urgent",
    "Way",
    "compile",
]


def compile(scenario: Scenario) -> Plan:
    """The service of a scenario as numbers.

    Raises ValueError where routes lead in a circle (children come back by `returns`), where a team serves both a
    pool and a caseload, where a sign-off is not a pool, or where a unit is not a time.
    """
    begins = scenario.as_at + timedelta(days=1)
    service, day = in_force(scenario.service, begins), float(scenario.service.hours_per_day)
    names, teams = list(service.stages), list(scenario.workforce.teams)
    pieces = [
        (holder, name, work)
        for holder, stage in service.stages.items()
        if isinstance(stage, described.Caseload)
        for name, work in stage.urgent_work.items()
    ]
    urgent_names = [name for _, name, _ in pieces]
    stages = tuple(_stage(name, stage, names, teams, urgent_names, day) for name, stage in service.stages.items())
    urgent = tuple(_urgent(name, work, names.index(holder), names, day) for holder, name, work in pieces)
    _each_team_one_kind(stages, teams)
    return Plan(
        stages=stages,
        urgent=urgent,
        doors=tuple(_door(name, entry, names) for name, entry in service.entries.items()),
        returns=None if service.returns is None else _returning(service.returns, names, day),
        teams=_teams(scenario, teams),
        opening=tuple(
            _open(names.index(name), in_force(opening, begins), day) for name, opening in scenario.opening.items()
        ),
        order=_order(stages, urgent),
        hours_per_day=day,
        guides=tuple(
            None if role.caseload_guide is None else steps(role.caseload_guide)
            for role in scenario.workforce.roles.values()
        ),
        roles=tuple(scenario.workforce.roles),
        measures=tuple(measure_names(scenario.model_dump(mode="json", exclude={"starts", "facts"})).items()),
        effects=_effects(scenario, names, day),
    )


def _effects(scenario: Scenario, names: list[str], day: float) -> Effects:
    feedback, found = scenario.feedback, Effects()
    if feedback is None:
        return found
    if late := feedback.late_work:
        stages = tuple(names.index(name) for name in late.stages)
        found = replace(found, late_stages=stages, late_share=float(late.extra_share))
    if thin := feedback.thin_work:
        stages = tuple(names.index(name) for name in thin.stages)
        found = replace(found, thin_stages=stages, thin_share=float(thin.extra_share), thin_above=float(thin.above))
    if asking := feedback.repeat_contacts:
        found = replace(
            found,
            waiting_for=names.index(asking.waiting_for),
            asks_at=names.index(asking.enters),
            asking=float(asking.share),
            after=compiled(asking.after, "working days", day),
        )
    if overload := feedback.overload:
        found = replace(found, above=float(overload.above), hours_lost=float(overload.hours_lost))
    return found


def _stage(
    name: str, stage: described.Stage, names: list[str], teams: list[str], urgent: list[str], day: float
) -> Stage:
    nothing = constant(0.0)
    ways = _ways(stage.routes, names)
    if isinstance(stage, described.Plan):
        team = -1 if stage.team is None else teams.index(stage.team)
        hours = NOTHING if stage.hours_per_month is None else steps(stage.hours_per_month)
        stay = compiled(stage.stay, "working days", day)
        return Stage(name, stage.title, PLAN, team, nothing, stay, ways, hours_per_month=hours)
    team = teams.index(stage.team)
    effort = compiled(stage.effort, "hours", day)
    limits = tuple(sorted({*stage.report_working_days, *(filter(None, [stage.target_working_days]))}))
    clock_stage = names.index(stage.clock_from) if stage.clock_from in names else -1
    clock_urgent = urgent.index(stage.clock_from) if stage.clock_from in urgent else -1
    if isinstance(stage, described.Pool):
        lead = nothing if stage.lead_time is None else compiled(stage.lead_time, "working days", day)
        return Stage(
            name,
            stage.title,
            POOL,
            team,
            effort,
            lead,
            ways,
            clock_stage=clock_stage,
            clock_urgent=clock_urgent,
            target=stage.target_working_days,
            limits=limits,
        )
    return Stage(
        name,
        stage.title,
        CASELOAD,
        team,
        effort,
        compiled(stage.least_elapsed, "working days", day),
        ways,
        least_from_allocation=stage.least_elapsed_from == "allocation",
        clock_stage=clock_stage,
        clock_urgent=clock_urgent,
        by_dates=stage.counting == "dates",
        sign_off=-1 if stage.sign_off is None else names.index(stage.sign_off),
        urgent=tuple(urgent.index(piece) for piece in stage.urgent_work),
        tie=0.0 if stage.effort_goes_with_elapsed is None else float(stage.effort_goes_with_elapsed),
        target=stage.target_working_days,
        limits=limits,
    )


def _urgent(name: str, work: described.UrgentWork, stage: int, names: list[str], day: float) -> Urgent:
    base = None if work.already_in_forecast is None else float(work.already_in_forecast)
    return Urgent(
        name=name,
        title=work.title,
        stage=stage,
        taken=Way(stage, steps(work.share), base, work.follows),
        after=compiled(work.starts_after, "working days", day),
        effort=compiled(work.effort, "hours", day),
        ways=_ways(work.routes, names),
    )


def _ways(routes: described.Routes, names: list[str]) -> tuple[Way, ...]:
    """Followed routes first, then shares, then whoever takes the rest."""
    ways = [
        Way(
            CLOSED if to == described.CLOSED else names.index(to),
            None if route.share is None else steps(route.share),
            None if route.already_in_forecast is None else float(route.already_in_forecast),
            route.follows,
        )
        for to, route in routes.items()
    ]
    return tuple(sorted(ways, key=lambda way: (way.takes_rest, way.follows is None)))


def _door(name: str, entry: described.Entry, names: list[str]) -> Door:
    per_unit = None if entry.per_unit is None else steps(entry.per_unit)
    urgent = NOTHING if entry.urgent_share is None else steps(entry.urgent_share)
    return Door(name, entry.measure, names.index(entry.enters), per_unit, urgent)


def _returning(returns: described.Returns, names: list[str], day: float) -> Returning:
    return Returning(
        closing=tuple(names.index(name) for name in returns.closing),
        door=names.index(returns.enters),
        share=steps(returns.share),
        base=steps(returns.already_in_forecast),
        delay=compiled(returns.delay, "working days", day),
        within=None
        if returns.within_months is None
        else float(returns.within_months) * in_unit("months", "working days", day),
    )


def _open(stage: int, opening: OpeningStage, day: float) -> Open:
    ages = None if opening.ages == "stationary" else compiled(opening.ages, "working days", day)
    left = None if opening.share_left is None else (float(opening.share_left.low), float(opening.share_left.high))
    number = None if opening.open is None else float(opening.open)
    return Open(stage, number, ages, left, opening.counted or 0.0)


def _teams(scenario: Scenario, names: list[str]) -> tuple[Team, ...]:
    teams, first = [], 0
    for name, team in scenario.workforce.teams.items():
        into = -1 if team.merges_into is None else names.index(team.merges_into)
        teams.append(Team(name, team.title, first, team.sub_teams, into, team.merges_on))
        first += team.sub_teams
    return tuple(teams)


def _order(stages: tuple[Stage, ...], urgent: tuple[Urgent, ...]) -> tuple[int, ...]:
    """Stages such that each comes after all that lead to it; ties in the scenario's order."""
    before: dict[int, set[int]] = {s: set() for s in range(len(stages))}
    for s, stage in enumerate(stages):
        for to in _reached(stage, urgent):
            before[to].add(s)
    try:
        return tuple(TopologicalSorter(before).static_order())
    except CycleError as circle:
        path = " -> ".join(stages[s].name for s in reversed(circle.args[1]))
        raise ValueError(f"routes lead in a circle: {path}; use returns for children who come back") from None


def _reached(stage: Stage, urgent: tuple[Urgent, ...]) -> Iterable[int]:
    ways = [*stage.ways, *(way for u in stage.urgent for way in urgent[u].ways)]
    return [way.to for way in ways if way.to != CLOSED] + ([stage.sign_off] if stage.sign_off >= 0 else [])


def _each_team_one_kind(stages: tuple[Stage, ...], teams: list[str]) -> None:
    for t, team in enumerate(teams):
        kinds = {stage.kind for stage in stages if stage.team == t} - {PLAN}
        if len(kinds) > 1:
            raise ValueError(f"team {team} serves both a pool and a caseload: give each its own team")
    for stage in stages:
        if stage.sign_off >= 0 and stages[stage.sign_off].kind != POOL:
            raise ValueError(f"{stage.name} is signed off in {stages[stage.sign_off].name}, which is not a pool")
