"""The queueing-theory first guess at a team's posts, worked out at once and printed beside the simulated answer.

Offered load R is work brought a working day over what one post gives; the square-root rule adds z times the root of R
for a chance of delay (Halfin and Whitt 1981). Caps set another floor, by Little's law. Neither knows of backlogs,
peaks or feedback: a check, not an answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from scenarios.parameters import in_force
from scenarios.people import Absence, Role
from scenarios.quantity import value_at
from scenarios.schema import Scenario
from scenarios.units import WORKING_DAYS_PER_YEAR
from simulate.clock import WORKING_DAYS_PER_MONTH
from simulate.draws import compiled, mean
from simulate.pathway import CASELOAD, PLAN, Plan, compile
from simulate.reach import flows


@dataclass(frozen=True)
class Guess:
    """Posts for a team by queueing theory.

    `load`: posts that give as many hours as cases ask for. `with_safety`: load and the square-root margin. `by_cap`:
    posts that can hold the cases that their least elapsed time keeps open (0: no cap). `posts`: the larger of the last
    two. `hours_a_day`: work brought a working day. `given_a_day`: hours one post gives a working day, less absence.
    """

    load: float
    with_safety: float
    by_cap: float
    posts: float
    hours_a_day: float
    given_a_day: float


def first_guess(
    scenario: Scenario, team: str, rates: Mapping[str, float], *, probability: float = 0.8, post: str | None = None
) -> Guess:
    """Posts that a team needs for steady demand.

    `rates`: the measures' mean counts a working day; plans and care follow the scenario's shares. `post`: whose role
    the posts have (default: the team's largest).
    Raises KeyError for an unknown team.
    """
    from scipy.stats import norm

    plan = compile(scenario)
    at = list(scenario.workforce.teams).index(team)
    through = flows(plan, {name: rate for name, rate in rates.items() if not name.endswith("_starts")})
    role = scenario.workforce.roles[scenario.workforce.teams[team].staff[post or largest_post(scenario, team)].role]
    absence = in_force(scenario.workforce.absence, scenario.as_at + timedelta(days=1))
    present = at_work(absence) if scenario.workforce.teams[team].absent else 1.0
    given = value_at(role.hours_per_day, scenario.as_at) * present * _size(role)
    hours = _hours(plan, at, through)
    load = hours / given if given else math.inf
    with_safety = load + float(norm.ppf(probability)) * math.sqrt(load)
    cap = 0.0 if role.caseload_cap is None else value_at(role.caseload_cap, scenario.as_at) * _size(role)
    by_cap = _held(plan, at, through) / cap if cap else 0.0
    return Guess(load, with_safety, by_cap, max(with_safety, by_cap), hours, given)


def largest_post(scenario: Scenario, team: str) -> str:
    """The line of a team's staff with the most posts at the as-at date; raises KeyError for an unknown team."""
    staff = scenario.workforce.teams[team].staff
    return max(staff, key=lambda name: value_at(staff[name].fte, scenario.as_at))


def at_work(absence: Absence) -> float:
    """Share of working days on which somebody in post is at work: sickness, leave and training taken out, waves not."""
    share = 1.0
    if absence.sickness is not None:
        away, at = (
            mean(compiled(part, "working days", 1.0)) for part in (absence.sickness.away, absence.sickness.at_work)
        )
        share *= at / (at + away)
    days = 0.0 if absence.annual_leave is None else float(absence.annual_leave.days_per_year)
    days += float(absence.training_days_per_year or 0.0)
    return share * (1 - days / WORKING_DAYS_PER_YEAR)


def _size(role: Role) -> float:
    return float(role.fte_per_worker) if role.fte_per_worker is not None else 1.0


def _hours(plan: Plan, team: int, through: Sequence[float]) -> float:
    """Hours of work that cases bring a team a working day."""
    hours = 0.0
    for stage, rate in zip(plan.stages, through, strict=True):
        if stage.team != team:
            continue
        if stage.kind == PLAN:
            hours += rate * mean(stage.least) * stage.hours_per_month.values[0] / WORKING_DAYS_PER_MONTH
            continue
        hours += rate * mean(stage.effort)
        for work in (plan.urgent[u] for u in stage.urgent):
            share = 0.0 if work.taken.share is None else work.taken.share.values[0]
            hours += rate * share * mean(work.effort)
    return hours


def _held(plan: Plan, team: int, through: Sequence[float]) -> float:
    """Cases that their least elapsed time alone keeps open, by Little's law."""
    return sum(
        rate * mean(stage.least)
        for stage, rate in zip(plan.stages, through, strict=True)
        if stage.team == team and stage.kind == CASELOAD
    )
