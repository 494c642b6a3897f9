"""Workers by the cases they hold: everybody in post is counted once, and with the cases he holds."""

import numpy as np
import pytest

from scenarios.load import load
from scenarios.measure_names import HELD, held_name
from simulate.arrivals import steady_paths
from simulate.caseload_spread import workers_by_cases
from simulate.holdings import Holding, above_guide
from simulate.once import prepare

ROLES = ("experienced", "newly_qualified")


def test_each_worker_in_post_falls_in_one_band():
    cases = np.array([[0, 5, 6, 40, 12], [1, 10, 20, 31, 12]])
    here = np.array([[True, True, True, True, False], [True, True, False, True, True]])
    found = dict(workers_by_cases("assessment", Holding(cases, here), np.array([0, 0, 0, 1, 1]), ROLES))
    assert found["assessment_experienced_holding_0"].tolist() == [1, 0]
    assert found["assessment_experienced_holding_1_to_5"].tolist() == [1, 1]
    assert found["assessment_experienced_holding_6_to_10"].tolist() == [1, 1]
    assert found["assessment_newly_qualified_holding_31_or_more"].tolist() == [1, 1]
    assert found["assessment_newly_qualified_holding_11_to_15"].tolist() == [0, 1]
    assert sum(found.values()).tolist() == here.sum(axis=1).tolist()


def test_who_is_above_the_guide_is_a_share_of_those_in_post():
    holding = Holding(np.array([[19, 18, 30], [0, 0, 0]]), np.array([[True, True, False], [False, False, False]]))
    assert above_guide(holding, np.array([18.0, 18.0, 18.0]), np.ones((2, 3))).tolist()[0] == 0.5
    assert np.isnan(above_guide(holding, np.array([18.0, 18.0, 18.0]), np.ones((2, 3)))[1])


def test_workers_of_a_run_hold_what_is_allocated(request):
    scenario = load(request.config.rootpath / "tests" / "data" / "reference-service.yaml", {"horizon_months": 2})
    one = prepare(scenario)
    run, _ = one.live(steady_paths({"contacts": 182.0}, scenario.as_at, 2, 1, 1), None, 0)
    held = [run.of(held_name("assessment", "worker", low, high)) for low, high in HELD]
    assert sum(held) == pytest.approx(run.of("assessment_fte"))
    least, most = (sum(n * band[end] for n, band in zip(held[:-1], HELD, strict=False)) for end in (0, 1))
    assert held[-1] == 0
    assert least <= run.of("assessment_allocated") <= most
