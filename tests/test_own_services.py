"""Services nobody here thought of: one team and one pool, plans alone, thirty teams; each simulated and described."""

from __future__ import annotations

from typing import Any

import pytest

from frontdoor import api
from report.describe import described
from scenarios.schema import Scenario


def number(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "source": "assumed"}


def exponential(mean: float, unit: str) -> dict[str, Any]:
    return {"distribution": "exponential", "mean": number(mean, unit)}


def pool(title: str, team: str, hours: float, routes: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "pool", "title": title, "team": team, "effort": exponential(hours, "hours"), "routes": routes}


def asked(per_day: float, stages: dict[str, Any], fte: dict[str, float], **more: Any) -> Scenario:
    """A service whose clients are counted in calls, at its first stage; every worker is of one role."""
    team = {
        name: {"title": name, "staff": {"all": {"role": "worker", "fte": number(n, "FTE")}}} for name, n in fte.items()
    }
    role = {"title": "Worker", "hours_per_day": number(6, "hours"), "caseload_cap": number(15, "cases")}
    return Scenario.model_validate(
        {
            "name": "own",
            "title": "A service of somebody's own",
            "question": "Does it run?",
            "area": "Anytown",
            "as_at": "2021-03-31",
            "horizon_months": 4,
            "replications": 2,
            "seed": 1,
            "demand": {"source": "steady", "per_working_day": {"calls": number(per_day, "calls a working day")}},
            "service": {
                "hours_per_day": number(7.4, "hours"),
                "entries": {"calls": {"measure": "calls", "enters": next(iter(stages))}},
                "stages": stages,
            },
            "workforce": {"roles": {"worker": role}, "teams": team},
            **more,
        }
    )


def one_team() -> Scenario:
    return asked(20, {"answering": pool("Answering", "everyone", 1.5, {"closed": {}})}, {"everyone": 6})


def plans_alone() -> Scenario:
    plan = {
        "kind": "plan",
        "title": "Plan",
        "team": "everyone",
        "hours_per_month": number(6, "hours per plan and month"),
    }
    plan |= {"stay": exponential(9, "months"), "routes": {"closed": {}}}
    return asked(2, {"plan": plan}, {"everyone": 20}, opening={"plan": {"open": number(300, "children")}})


def thirty_teams() -> Scenario:
    areas = [f"area_{n}" for n in range(1, 29)]
    area = {
        "kind": "caseload",
        "effort": exponential(12, "hours"),
        "least_elapsed": exponential(15, "working days"),
        "sign_off": "signing",
        "target_working_days": 45,
        "routes": {"closed": {}},
    }
    stages = {
        "door": pool("Door", "door", 0.5, {name: {"share": number(0.02, "share")} for name in areas} | {"closed": {}}),
        **{name: {**area, "title": name, "team": name} for name in areas},
        "signing": pool("Signing", "heads", 0.4, {"closed": {}}),
    }
    return asked(100, stages, {"door": 12, "heads": 6, **dict.fromkeys(areas, 6.5)})


@pytest.mark.parametrize("service", [one_team, plans_alone, thirty_teams], ids=lambda make: make.__name__)
def test_any_service_is_simulated_and_described(service: Any) -> None:
    scenario = service()
    results, events = api.simulate(scenario, processes=1, keep_events=True)
    assert events is not None
    first = next(iter(scenario.service.stages))
    whole = results.measures[results.measures["period"] == "all"].set_index(["replication", "measure"])["value"]
    assert set(events["stage"].unique()) >= set(scenario.service.stages)
    for replication in range(scenario.replications):
        came = whole[replication, "calls"]
        assert came == pytest.approx(float(scenario.demand.per_working_day["calls"]) * 83, rel=0.3)  # type: ignore[union-attr]
        assert came == whole[replication, f"{first}_starts"]
    words = described(scenario)
    assert all(stage.title in words for stage in scenario.service.stages.values())
