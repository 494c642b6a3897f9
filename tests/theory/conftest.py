"""Small services in which theory knows the answer, and the running of them on either engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

from forecast.paths import SamplePaths
from scenarios.schema import Scenario
from simulate import model, tracer
from simulate.arrivals import arrive, steady_paths
from simulate.clock import Clock
from simulate.measures import Measured, measure
from simulate.pathway import Plan, compile
from simulate.posts import establish
from simulate.trace import Trace
from simulate.workforce import Roster, roster

AS_AT = date(2017, 12, 31)
STANDARD_ERRORS = 3.3
"""One false alarm in a thousand; seeds are fixed, so a test that passes once passes always."""


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "source": "assumed"}


def exponential(mean: float, unit: str = "hours") -> dict[str, Any]:
    return {"distribution": "exponential", "mean": quantity(mean, unit)}


def lognormal(mean: float, sigma: float, unit: str = "hours") -> dict[str, Any]:
    return {"distribution": "lognormal", "mean": quantity(mean, unit), "sigma": quantity(sigma, "of the log")}


def constant(mean: float, unit: str = "hours") -> dict[str, Any]:
    return {"distribution": "constant", "mean": quantity(mean, unit)}


def pool(team: str, effort: dict[str, Any], routes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "pool", "title": team, "team": team, "effort": effort, "routes": routes or {"closed": {}}, **more}


def caseload(
    team: str,
    effort: dict[str, Any],
    least: dict[str, Any] | None = None,
    routes: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    least = least or {
        "distribution": "bands",
        "unit": "working days",
        "source": "assumed",
        "edges": [0, 1e-9],
        "counts": [1],
    }
    stage = {"kind": "caseload", "title": team, "team": team, "effort": effort, "least_elapsed": least}
    return {**stage, "counting": "elapsed", "routes": routes or {"closed": {}}, **more}


def staff(number: float, cap: float | None = None, sub_teams: int = 1, **team: Any) -> dict[str, Any]:
    """A team of `number` workers who give one hour a day, so that hours of work are working days."""
    return {"number": number, "cap": cap, "sub_teams": sub_teams, "team": {"absent": False, **team}}


def service(
    stages: dict[str, Any],
    teams: dict[str, Any],
    per_day: float,
    months: int,
    *,
    returns: dict[str, Any] | None = None,
    opening: dict[str, Any] | None = None,
    absence: dict[str, Any] | None = None,
    urgent_share: float = 0.0,
    seed: int = 1,
) -> Scenario:
    """A scenario with steady demand `per_day` at the first stage; every worker gives one hour a day."""
    roles = {
        name: {
            "title": name,
            "hours_per_day": quantity(1.0, "hours"),
            **({} if team["cap"] is None else {"caseload_cap": quantity(team["cap"], "cases")}),
        }
        for name, team in teams.items()
    }
    return Scenario.model_validate(
        {
            "name": "theory",
            "title": "A service with a known answer",
            "question": "Does the model give it?",
            "area": "nowhere",
            "as_at": AS_AT,
            "horizon_months": months,
            "replications": 10,
            "seed": seed,
            "demand": {"source": "steady", "per_working_day": {"arrivals": quantity(per_day, "per working day")}},
            "service": {
                "hours_per_day": quantity(1.0, "hours"),
                "entries": {
                    "door": {
                        "measure": "arrivals",
                        "enters": next(iter(stages)),
                        "urgent_share": quantity(urgent_share, "share"),
                    }
                },
                "stages": stages,
                **({} if returns is None else {"returns": returns}),
            },
            "workforce": {
                "roles": roles,
                "teams": {
                    name: {
                        "title": name,
                        "sub_teams": team["sub_teams"],
                        "staff": {"people": {"role": name, "fte": quantity(team["number"], "FTE")}},
                        **team["team"],
                    }
                    for name, team in teams.items()
                },
                "absence": absence or {},
            },
            "opening": opening or {},
        }
    )


@dataclass(frozen=True)
class Lived:
    """One replication of a scenario."""

    plan: Plan
    clock: Clock
    people: Roster
    trace: Trace

    @property
    def measured(self) -> Measured:
        return measure(self.plan, self.clock, self.people, self.trace)

    def visits(self, stage: str) -> Any:
        """Rows of a stage's visits that happened."""
        here = self.trace.visits.stage == self.plan.index(stage)
        return np.flatnonzero(here & ~np.isnan(self.trace.entered))


Live = Callable[..., Iterator[Lived]]


@pytest.fixture(params=["tracer", "fast"])
def live(request: pytest.FixtureRequest) -> Live:
    """Run replications of a scenario on one of the two engines."""
    run = {"tracer": tracer.run, "fast": model.run}[request.param]

    def replications(scenario: Scenario, number: int, paths: SamplePaths | None = None) -> Iterator[Lived]:
        clock, plan = Clock(scenario.as_at, scenario.horizon_months), compile(scenario)
        posts = establish(scenario, clock)
        if paths is None:
            rates = {name: float(rate) for name, rate in scenario.demand.per_working_day.items()}
            paths = steady_paths(rates, scenario.as_at, scenario.horizon_months, number, scenario.seed)
        for r in range(number):
            people = roster(posts, scenario.seed, r)
            visits = arrive(plan, clock, paths, r, scenario.seed)
            trace = run(plan, clock, visits, people)
            yield Lived(plan, clock, trace.roster, trace)

    return replications


@pytest.fixture
def agrees() -> Callable[..., None]:
    """Whether replications agree with an exact value, and are many enough to tell."""

    def check(values: Any, exact: float, precision: float) -> None:
        values = np.asarray(values, dtype=np.float64)
        error = values.std(ddof=1) / np.sqrt(len(values))
        assert error < precision * abs(exact), f"too few replications to tell: {error} of {exact}"
        assert abs(values.mean() - exact) < STANDARD_ERRORS * error, f"{values.mean()} +- {error}, exact {exact}"

    return check
