"""The workforce: roles, teams, and what happens to people over time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from .distributions import Distribution
from .limits import (
    ChangingHours,
    ChangingPositive,
    ChangingPosts,
    ChangingShare,
    DaysOfYear,
    Positive,
    Pounds,
    Share,
)
from .quantity import Day, Frozen, Number, Whole
from .service import Name


class Induction(Frozen):
    """A newcomer starts at `starting_share` of hours and cap and grows evenly to full over `weeks`."""

    weeks: Positive
    starting_share: Share


class Role(Frozen):
    """What one worker of the role can hold and give.

    `caseload_cap` and `hours_per_day` are for a full-time worker; `fte_per_worker` scales both (0.6: a part-timer).
    `salary_per_year` of a full-time worker; for somebody `employed_by` an agency it is what the agency is paid.
    """

    title: str
    caseload_cap: ChangingPositive | None = None
    caseload_guide: ChangingPositive | None = None
    hours_per_day: ChangingHours
    fte_per_worker: Share | None = None
    induction: Induction | None = None
    salary_per_year: Pounds | None = None
    employed_by: Literal["council", "agency"] = "council"


class Staff(Frozen):
    """Posts of one role in a team, over all its sub-teams, with how people leave and are replaced.

    `fte` is posts; without `leaving_per_year` every post is filled. `time_to_fill`: how long a post stays vacant.
    `vacant_share`: share of posts vacant at the start. `contract_ends`: agency staff all leave on this date.
    """

    role: Name
    fte: ChangingPosts
    leaving_per_year: ChangingShare | None = None
    time_to_fill: Distribution | None = None
    vacant_share: Share | None = None
    contract_ends: Day | None = None


class Team(Frozen):
    """A team, or `sub_teams` alike teams among which staff and children are dealt evenly.

    `on_leaving`: a leaver's cases are handed over (back to the queue's head) or finished by the leaver.
    `merges_into` another team on `merges_on`: staff and cases move.
    """

    title: str
    sub_teams: Annotated[Whole, Field(ge=1, le=200)] = 1
    staff: dict[Name, Staff]
    on_leaving: Literal["handover", "finish"] = "handover"
    merges_into: Name | None = None
    merges_on: Day | None = None
    absent: bool = True


class Sickness(Frozen):
    """Spells of sickness: working days away, after working days at work.

    `at_start`: on day 0 people are away as usual ("as usual": spells began long before), or all "at work".
    """

    away: Distribution
    at_work: Distribution
    at_start: Literal["as usual", "at work"] = "as usual"


class AnnualLeave(Frozen):
    """Working days of leave a worker takes a year, by calendar month in the given proportions (January first)."""

    days_per_year: DaysOfYear
    month_weights: Annotated[tuple[Annotated[Number, Field(ge=0)], ...], Field(min_length=12, max_length=12)]
    source: str

    @field_validator("month_weights")
    @classmethod
    def _some_leave(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if sum(weights) <= 0:
            raise ValueError("some month must weigh more than 0")
        return weights


class Wave(Frozen):
    """A wave of absence: between two dates this share of workers at work is away besides, drawn by worker."""

    first: Day
    last: Day
    share_away: Share


class Absence(Frozen):
    """Why people who are in post are not at work."""

    sickness: Sickness | None = None
    annual_leave: AnnualLeave | None = None
    training_days_per_year: DaysOfYear | None = None
    waves: dict[Name, Wave] = {}


class Costs(Frozen):
    """What people cost beside their salaries; no cost moves the simulation.

    `on_costs`: employer's pension and national insurance as a share of salary, for those the council employs.
    `recruitment_per_starter`: pounds for each person who joins, whoever employs them.
    """

    on_costs: Share
    recruitment_per_starter: Pounds


class Workforce(Frozen):
    """Roles, teams and absence."""

    roles: dict[Name, Role]
    teams: dict[Name, Team]
    absence: Absence = Absence()
    costs: Costs | None = None
