"""The service as a graph of three kinds of stage: pool, caseload and plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .distributions import Distribution
from .limits import ChangingNotNegative, ChangingShare, Hours, Positive, Share
from .quantity import Frozen, Whole

CLOSED = "closed"
FLOWS = (
    "contacts",
    "referrals",
    "assessments",
    "section_47",
    "conferences",
    "cp_starts",
    "cp_ends",
    "cla_starts",
    "cla_ends",
)
STOCKS = ("cp_open", "cla_open")
"""What demand is counted in, month by month: children at each step of the pathway, and plans and children in care."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Days = Annotated[Whole, Field(gt=0, le=1000)]


class Route(Frozen):
    """Where a child goes next: a share of those who leave the stage.

    `follows`: a measure of the sample paths; in the base scenario as many children take this route as the path says.
    A route without a share takes all the rest. `already_in_forecast`: the share that was usual when the measures that
    later routes follow were forecast; state it with the new share in a what-if, so that those routes move with it.
    """

    share: ChangingShare | None = None
    follows: Name | None = None
    already_in_forecast: Share | None = None


Routes = dict[Name, Route]


class Pool(Frozen):
    """Work taken first-come-first-served, urgent first, by whoever of a team is on shift.

    `lead_time`: working days before the work can be done (a conference has to be called), counted from where the
    clock starts: the moment the child entered `clock_from` (a stage or urgent work), or this stage where that is
    not set. Working days taken, for the target and the report, are counted from there too.
    """

    kind: Literal["pool"]
    title: str
    team: Name
    effort: Distribution
    lead_time: Distribution | None = None
    target_working_days: Days | None = None
    report_working_days: tuple[Days, ...] = ()
    clock_from: Name | None = None
    routes: Routes


class UrgentWork(Frozen):
    """Extra urgent work on the worker who holds the child (a section 47 enquiry), with a branch of its own.

    `share` of the stage's children; `follows` and `already_in_forecast` as for routes. It starts `starts_after`
    allocation and goes before the worker's other work. When its work is done the branch follows `routes`; the
    child's case stays open.
    """

    title: str
    share: ChangingShare
    follows: Name | None = None
    already_in_forecast: Share | None = None
    starts_after: Distribution
    effort: Distribution
    routes: Routes


class Caseload(Frozen):
    """Named workers of a team hold many open cases up to a cap; the day's hours are shared among active cases.

    `effort_goes_with_elapsed`: correlation (0 to 1) of a case's work with its least elapsed time, by a Gaussian copula.

    A case closes when its work is done and not before `least_elapsed` working days after `clock_from`
    (default: entry to this stage). `counting`: "dates" counts whole working days between dates, as the statutory
    measure does; "elapsed" compares the exact elapsed time. After the work a case may need `sign_off` in a pool.
    """

    kind: Literal["caseload"]
    title: str
    team: Name
    effort: Distribution
    least_elapsed: Distribution
    least_elapsed_from: Literal["entry", "allocation"] = "entry"
    effort_goes_with_elapsed: Share | None = None
    urgent_work: dict[Name, UrgentWork] = {}
    sign_off: Name | None = None
    target_working_days: Days | None = None
    report_working_days: tuple[Days, ...] = ()
    counting: Literal["dates", "elapsed"] = "dates"
    clock_from: Name | None = None
    routes: Routes


class Plan(Frozen):
    """Children stay for a fitted time and are never turned away: a stock that puts hours on a team behind."""

    kind: Literal["plan"]
    title: str
    stay: Distribution
    team: Name | None = None
    hours_per_month: ChangingNotNegative | None = None
    routes: Routes


Stage = Annotated[Pool | Caseload | Plan, Field(discriminator="kind")]


class Entry(Frozen):
    """What enters the service, where: a measure of the sample paths, times `per_unit`, with a share that is urgent."""

    measure: Name
    enters: Name
    per_unit: ChangingNotNegative | None = None
    urgent_share: ChangingShare | None = None
    title: str = ""


class Returns(Frozen):
    """Closed cases that come back as referrals.

    `share` of the cases that close from `closing` stages come back after `delay`, entering at `enters`.
    `already_in_forecast`: the share that the forecast already contains. In the base scenario both are equal and
    simulated referrals equal the forecast; a what-if that changes `share` adds or removes the difference. Both are
    those of the day on which the child came in.
    """

    closing: tuple[Name, ...]
    enters: Name
    share: ChangingShare
    already_in_forecast: ChangingShare
    delay: Distribution
    within_months: Positive | None = None


class Service(Frozen):
    """The whole graph; `hours_per_day` is a full-time working day, for the pools' clocks."""

    hours_per_day: Hours
    entries: dict[Name, Entry]
    stages: dict[Name, Stage]
    returns: Returns | None = None
