"""A service compiled: routes in order, flows that balance, faults named."""

import numpy as np
import pytest

from scenarios.load import load
from simulate.arrivals import arrive, recent_rates, steady_paths
from simulate.clock import Clock
from simulate.pathway import compile
from simulate.reach import flows, onward, reach
from simulate.visits import NONE, RETURNED


@pytest.fixture(scope="module")
def reference(request):
    return load(request.config.rootpath / "tests" / "data" / "reference-service.yaml")


def changed_stage(scenario, stage, **changes):
    stages = {**scenario.service.stages, stage: scenario.service.stages[stage].model_copy(update=changes)}
    return scenario.model_copy(update={"service": scenario.service.model_copy(update={"stages": stages})})


def test_routes_lead_forwards(reference):
    plan = compile(reference)
    place = {s: at for at, s in enumerate(plan.order)}
    for s, stage in enumerate(plan.stages):
        assert all(place[way.to] > place[s] for way in stage.ways if way.to >= 0)


def test_routes_in_a_circle_are_refused(reference):
    routes = {**reference.service.stages["cp"].routes, "decision": reference.service.stages["cp"].routes["closed"]}
    with pytest.raises(ValueError, match=r"routes lead in a circle: .*decision.*use returns"):
        compile(changed_stage(reference, "cp", routes=routes))


def test_a_team_cannot_serve_a_pool_and_a_caseload(reference):
    with pytest.raises(ValueError, match="team assessment serves both a pool and a caseload"):
        compile(changed_stage(reference, "decision", team="assessment"))


def test_a_stay_in_children_is_refused(reference):
    stay = reference.service.stages["cp"].stay
    wrong = stay.model_copy(update={"mean": type(stay.mean)(190, "children", "assumed")})
    with pytest.raises(ValueError, match="unit 'children' is not a time"):
        compile(changed_stage(reference, "cp", stay=wrong))


def test_flows_balance_with_returns(reference):
    """x referrals a day of which 0.86 are assessed and a fifth of those come back: x = 0.17 c + 0.2 * 0.86 x."""
    plan = compile(reference)
    through = dict(zip([stage.name for stage in plan.stages], flows(plan, {"contacts": 182.0}), strict=True))
    referrals = 0.17 * 182 / (1 - 0.2 * 0.86)
    assert through["decision"] == pytest.approx(referrals, rel=1e-6)
    assert through["assessment"] == pytest.approx(0.86 * referrals, rel=1e-6)
    assert through["cin"] == pytest.approx(0.3 * 0.86 * referrals, rel=1e-6)


def test_reach_multiplies_shares_and_adds_times(reference):
    plan = compile(reference)
    share, lag = reach(plan, plan.index("decision"), "cp_starts")
    assert share == pytest.approx(0.86 * 0.08)
    assert lag == pytest.approx(0.5 / 7.4 + 27.5)
    assert onward(plan, plan.stages[plan.index("assessment")].ways, "cp_starts")[0] == pytest.approx(0.08)
    assert reach(plan, plan.index("cla"), "cp_starts")[0] == 0.0


def test_rates_are_of_the_first_months(reference):
    paths = steady_paths({"contacts": 182.0}, reference.as_at, 24, 2, 1)
    assert recent_rates(paths, 0)["contacts"] == pytest.approx(182, rel=0.03)


def test_visits_hang_together(reference):
    plan, clock = compile(reference), Clock(reference.as_at, 6)
    visits = arrive(plan, clock, steady_paths({"contacts": 182.0}, reference.as_at, 6, 1, 1), 0, 1)
    led = np.concatenate([column[column != NONE] for column in (visits.then, visits.comes_back, visits.sign_off)])
    assert len(np.unique(led)) == len(led)
    assert np.isnan(visits.enters[led]).all()
    assert not np.isnan(np.delete(visits.enters, led)).any()
    back = visits.comes_back[visits.comes_back != NONE]
    assert (visits.origin[back] == RETURNED).all()
    assert (visits.child[back] == visits.child[np.flatnonzero(visits.comes_back != NONE)]).all()
    shares = np.bincount(visits.sub_team[visits.stage == plan.index("assessment")])
    dealt = shares[shares > 0]
    assert len(dealt) == 10
    assert np.abs(dealt / dealt.mean() - 1).max() < 3.3 / np.sqrt(dealt.mean()) * 1.5
    routes = [np.mean(visits.stage[visits.then[(visits.stage == 2) & (visits.then != NONE)]] == s) for s in (3, 4, 5)]
    assert routes == pytest.approx([0.2, 0.75, 0.05], abs=0.03)
