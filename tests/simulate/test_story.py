"""One child's path reads in order and agrees with the trace."""

import dataclasses

import numpy as np
import pytest

from scenarios.load import load
from simulate.arrivals import arrive, steady_paths
from simulate.clock import Clock
from simulate.pathway import compile
from simulate.posts import establish
from simulate.story import path_of
from simulate.tracer import run
from simulate.workforce import roster


@pytest.fixture(scope="module")
def lived(request):
    path = request.config.rootpath / "tests" / "data" / "reference-service.yaml"
    scenario = load(path, {"horizon_months": 3})
    clock, plan = Clock(scenario.as_at, 3), compile(scenario)
    paths = steady_paths({"contacts": 182.0}, scenario.as_at, 3, 1, 1)
    people = roster(establish(scenario, clock), 1, 0)
    return plan, clock, people, run(plan, clock, arrive(plan, clock, paths, 0, 1), people)


def test_a_childs_path_is_told_in_order(lived):
    plan, clock, people, trace = lived
    assessed = np.flatnonzero((trace.visits.stage == plan.index("assessment")) & (trace.finished > 0))
    child = int(trace.visits.child[assessed[-1]])
    told = path_of(trace, plan, clock, child, people.names)
    times = [moment.time for moment in told]
    assert times == sorted(times)
    assert [moment.stage for moment in told][:3] == ["Screening"] * 3
    assert told[1].worker.startswith("Screener")
    assert all(moment.date == str(clock.date_of(np.array([moment.time]))[0]) for moment in told)


def test_an_unknown_child_is_named(lived):
    plan, clock, _, trace = lived
    with pytest.raises(ValueError, match="no child 999999999 came"):
        path_of(trace, plan, clock, 999_999_999)


def test_visits_of_unequal_columns_are_refused(lived):
    visits = lived[3].visits
    with pytest.raises(ValueError, match="differ in length"):
        dataclasses.replace(visits, child=visits.child[:-1])
