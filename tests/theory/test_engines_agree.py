"""The fast engine tells the tracer's story, child by child."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulate import model, tracer
from simulate.arrivals import arrive, steady_paths
from simulate.clock import Clock
from simulate.pathway import compile
from simulate.posts import establish
from simulate.workforce import roster

from .test_conservation import strained, whole_service


def merging(scenario):
    """The managers' pool, on a date, does the chairs' work too; leavers of the team finish what they hold."""
    teams = dict(scenario.workforce.teams)
    teams["chairs"] = teams["chairs"].model_copy(update={"merges_into": "managers", "merges_on": date(2018, 5, 1)})
    teams["team"] = teams["team"].model_copy(update={"on_leaving": "finish"})
    return scenario.model_copy(update={"workforce": scenario.workforce.model_copy(update={"teams": teams})})


def as_it_is(scenario):
    return scenario


def strained_and_merging(scenario):
    return strained(merging(scenario))


@pytest.mark.parametrize(
    "change", [as_it_is, merging, strained, strained_and_merging], ids=lambda change: change.__name__
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_moment_of_every_child_is_the_same(seed, change):
    scenario = change(whole_service(seed=seed))
    clock, plan = Clock(scenario.as_at, scenario.horizon_months), compile(scenario)
    paths = steady_paths({"arrivals": 7.0}, scenario.as_at, scenario.horizon_months, 1, seed)
    people = roster(establish(scenario, clock), seed, 0)
    visits = arrive(plan, clock, paths, 0, seed)
    exact, fast = tracer.run(plan, clock, visits, people), model.run(plan, clock, visits, people)
    for name in ("entered", "allocated", "finished", "urgent_began", "urgent_done"):
        assert np.allclose(getattr(exact, name), getattr(fast, name), rtol=0, atol=1e-6, equal_nan=True), name
    assert np.array_equal(exact.worker, fast.worker)
    assert np.allclose(exact.given, fast.given, atol=1e-6)
    assert np.array_equal(exact.roster.hours, fast.roster.hours)
    assert exact.roster.names == fast.roster.names
    assert (exact.roster.employed.sum() < people.employed.sum()) == (scenario.feedback is not None)
    assert (len(exact.handed_visit) > 0) == (change in (as_it_is, strained))
    assert sorted(exact.handed_visit) == sorted(fast.handed_visit)
