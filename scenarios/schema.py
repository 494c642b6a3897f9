"""A scenario: one question put to the model, whole and frozen."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .distributions import Bands, Distribution, Shares
from .drift import Drift, Month
from .feedback import Feedback
from .limits import NotNegative, Positive, Share, not_above, within
from .people import Workforce
from .quantity import Day, Frozen, Number, Quantity, Whole
from .service import Name, Service

MOST_OPEN, MOST_A_DAY = 1_000_000, 100_000
"""Children open at the start, and arrivals a working day, that the model will hold: England has fewer."""
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]


Model = Literal[
    "seasonal_naive",
    "flat_mean",
    "pooled_mean",
    "pooled_smoothing",
    "simple",
    "damped",
    "theta",
    "optimised_theta",
    "structural_model",
    "moving_season",
    "calm_core",
    "own_gap",
    "pooled_regression",
    "combined",
]
"""Keys of forecast.models.MODELS, which is above this package."""
StepChange = Annotated[Quantity, within(-1, 10)]
"""At least every referral goes, at most there are ten more for each."""
AtStart = Annotated[NotNegative, not_above(MOST_OPEN)]
PerDay = Annotated[NotNegative, not_above(MOST_A_DAY)]
PerMonth = Annotated[NotNegative, not_above(31 * MOST_A_DAY)]


class ForecastDemand(Frozen):
    """Demand drawn from a forecast made on the as-at date from the figures known then.

    `figures`: "bundled", or the path of a file of your own figures beside the scenario.
    `lockdowns`: the name of a list of restricted months (forecast/reference/lockdowns.yaml), or "none".
    """

    source: Literal["forecast"]
    figures: str = "bundled"
    model: Model = "combined"
    lockdowns: Literal["england", "none"] = "england"


class ObservedDemand(Frozen):
    """Demand as it was: actual months drive the simulation (a hindcast)."""

    source: Literal["observed"]
    figures: str = "bundled"


class SteadyDemand(Frozen):
    """Demand at a stated rate, for a service without a history: Poisson counts a working day, no season, no trend.

    Each measure is stated once, by working day or by month (the mean over a year, spread over its working days).
    """

    source: Literal["steady"]
    per_working_day: dict[Name, PerDay] = {}
    per_month: dict[Name, PerMonth] = {}


Demand = Annotated[ForecastDemand | ObservedDemand | SteadyDemand, Field(discriminator="source")]


class Surge(Frozen):
    """A what-if laid over the forecast: referrals from one source held back, coming back later, or more for good.

    `source`: who refers; `share_of_referrals`: their share in usual times. In the `months` months from `start`,
    `deferred_share` of their referrals are held back; each comes back `delay_months` after its month, spread as
    `return_shape` says. From then on their referrals are `permanent_step` higher (0.1: by a tenth; negative: lower).
    Months held back before the as-at date are in the figures already: only their return is laid on.
    """

    title: str
    source: str
    share_of_referrals: Share
    start: Month
    months: Annotated[Whole, Field(ge=1, le=60)]
    deferred_share: Share
    delay_months: Annotated[Whole, Field(ge=0, le=60)] = 0
    return_shape: Literal["at_once", "even", "fading"] = "even"
    permanent_step: StepChange | None = None


class OpeningStage(Frozen):
    """What is open at the as-at date in one stage, and how old it is.

    `open`: number of open cases; without it, the figures' own count (plans, looked-after children), or where there is
    none the sum of the counts that `ages` holds in bands.
    `ages`: distribution of working days (or months) since each case began; "stationary": as a steady flow would leave
    it, stretched so that the flow of the last months gives the stated number.
    `share_left`: share of each case's work and time still to come, where it is known or assumed; without it, what is
    left is drawn given the age.
    """

    open: AtStart | None = None
    ages: Distribution | Literal["stationary"] = "stationary"
    share_left: Shares | None = None

    @property
    def counted(self) -> float | None:
        """The sum of the counts that `ages` holds in bands."""
        return sum(self.ages.counts) if isinstance(self.ages, Bands) else None


class Target(Frozen):
    """A promise to hold: a measure at least, or at most, a value."""

    title: str
    measure: str
    at_least: Positive | None = None
    at_most: NotNegative | None = None


class Fact(Frozen):
    """A published figure that a hindcast is judged against; `used_to_calibrate` says whether it was seen in fitting."""

    title: str
    measure: str
    period: str
    value: Number
    unit: str
    source: str
    used_to_calibrate: bool
    start: Name | None = None


class Start(Frozen):
    """One of several starts of the same scenario: what differs, as an overlay."""

    title: str
    change: dict[str, Any]


class Scenario(Frozen):
    """One question put to the model: demand, service, workforce, today's open cases and targets.

    `vary`: which numbers are drawn anew in each replication from their own low and high ("all", or the beginnings of
    dotted settings), so that results carry what is not known besides chance. None by default.
    `drift`: which practices may move from year to year, and how far. None by default.
    """

    schema_version: Literal[1] = 1
    name: Slug
    title: str
    question: str
    hypothesis: str = ""
    area: str
    as_at: Day
    horizon_months: Annotated[Whole, Field(ge=1, le=120)]
    replications: Annotated[Whole, Field(ge=1, le=100_000)]
    seed: Annotated[Whole, Field(ge=0, le=2**63 - 1)]
    demand: Demand
    surges: dict[Name, Surge] = {}
    service: Service
    workforce: Workforce
    opening: dict[Name, OpeningStage] = {}
    feedback: Feedback | None = None
    vary: tuple[str, ...] = ()
    drift: Drift | None = None
    targets: dict[Name, Target] = {}
    starts: dict[Name, Start] = {}
    facts: dict[Name, Fact] = {}
    notes: str = ""
    sources: dict[str, dict[str, str]] = {}
