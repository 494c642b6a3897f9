"""What a struggling service does to itself, switch by switch, on both engines."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.load import load
from simulate import model, tracer
from simulate.arrivals import arrive, steady_paths
from simulate.clock import Clock
from simulate.pathway import Effects, compile
from simulate.posts import establish
from simulate.visits import RETURNED, THIN
from simulate.workforce import roster

MONTHS = 6
STANDARD_ERRORS = 3.3


def quantity(value, unit="share"):
    return {"value": value, "unit": unit, "source": "assumed"}


@pytest.fixture(params=["tracer", "fast"])
def lived(request, pytestconfig):
    """One replication of the reference service with a feedback and other changes, on one of the engines."""
    base = load(pytestconfig.rootpath / "tests" / "data" / "reference-service.yaml")

    def run(feedback=None, workers=150, target=45):
        raw = base.model_dump(mode="json", by_alias=True, exclude_none=True)
        raw |= {"horizon_months": MONTHS, "feedback": feedback}
        raw["workforce"]["teams"]["assessment"]["staff"]["workers"]["fte"]["value"] = workers
        raw["service"]["stages"]["assessment"]["target_working_days"] = target
        scenario = type(base).model_validate(raw)
        clock, plan = Clock(scenario.as_at, MONTHS), compile(scenario)
        rates = {name: float(rate) for name, rate in scenario.demand.per_working_day.items()}
        visits = arrive(plan, clock, steady_paths(rates, scenario.as_at, MONTHS, 1, 1), 0, 1)
        engine = {"tracer": tracer.run, "fast": model.run}[request.param]
        return plan, engine(plan, clock, visits, roster(establish(scenario, clock), 1, 0))

    return run


def came_back(plan, trace):
    """Rows of closed assessments, and whether each comes back."""
    rows = np.flatnonzero((trace.visits.stage == plan.index("assessment")) & ~np.isnan(trace.finished))
    days = trace.given.shape[1]
    rows = rows[trace.finished[rows] + np.nan_to_num(trace.visits.comes_back_after[rows]) < days]
    rows = rows[np.isnan(trace.visits.late_after[rows]) | (trace.visits.comes_back[rows] >= 0)]
    again = trace.visits.comes_back[rows]
    return rows, (again >= 0) & ~np.isnan(trace.entered[again])


def test_late_cases_come_back_more_often_and_others_as_before(lived):
    feedback = {"late_work": {"stages": ["assessment"], "extra_share": quantity(0.4)}}
    plan, trace = lived(feedback, target=20)
    rows, back = came_back(plan, trace)
    conditional = ~np.isnan(trace.visits.late_after[rows])
    late = trace.finished[rows] - trace.entered[rows] > 20
    assert conditional.sum() > 50
    assert np.array_equal(back[conditional], late[conditional])


def test_cases_that_the_overloaded_close_come_back_more_often_and_others_as_before(lived):
    """Counted afresh: how many cases whoever closes one holds then, itself among them."""
    thin = {"stages": ["assessment"], "above": quantity(0.85, "share of the cap"), "extra_share": quantity(0.4)}
    plan, trace = lived({"thin_work": thin})
    rows, back = came_back(plan, trace)
    may = trace.visits.late_after[rows] == THIN
    began, ended, worker = trace.allocated, np.nan_to_num(trace.finished, nan=np.inf), trace.worker
    cases = np.flatnonzero(trace.visits.stage == plan.index("assessment"))
    held = np.array(
        [
            np.count_nonzero((worker[cases] == worker[row]) & (began[cases] <= now) & (ended[cases] >= now))
            for row, now in zip(rows[may], ended[rows[may]], strict=True)
        ]
    )
    assert 50 < (held > 0.85 * 9).sum() < may.sum() - 50
    assert np.array_equal(back[may], held > 0.85 * 9)
    assert (rows[may] != rows[~may][:, None]).all()


def test_late_and_thin_work_bring_back_each_their_own(lived):
    both = {
        "late_work": {"stages": ["assessment"], "extra_share": quantity(0.3)},
        "thin_work": {"stages": ["assessment"], "above": quantity(0, "share of the cap"), "extra_share": quantity(0.3)},
    }
    plan, trace = lived(both, target=20)
    rows, back = came_back(plan, trace)
    condition = trace.visits.late_after[rows]
    late = trace.finished[rows] - trace.entered[rows] > 20
    assert min((condition == 20).sum(), (condition == THIN).sum()) > 50
    assert np.array_equal(back[condition == 20], late[condition == 20])
    assert back[condition == THIN].all()


def test_late_work_that_is_never_late_changes_nothing(lived):
    plan, plain = lived()
    _, never = lived({"late_work": {"stages": ["assessment"], "extra_share": quantity(0.4)}}, target=900)
    rows = np.flatnonzero((plain.visits.stage == plan.index("assessment")) & (plain.visits.origin < RETURNED))
    others = np.flatnonzero((never.visits.stage == plan.index("assessment")) & (never.visits.origin < RETURNED))
    assert np.array_equal(plain.finished[rows], never.finished[others], equal_nan=True)


def test_those_who_wait_ask_again_and_no_others(lived):
    """With hardly any worker nearly all wait: the stated share of them asks again, after the stated time."""
    asks = {"waiting_for": "assessment", "enters": "screening", "share": quantity(0.5)}
    asks["after"] = {"distribution": "constant", "mean": quantity(5, "working days")}
    plan, trace = lived({"repeat_contacts": asks}, workers=20)
    rows = np.flatnonzero(trace.visits.asks_again >= 0)
    again = trace.entered[trace.visits.asks_again[rows]]
    known = trace.entered[rows] < 100
    taken = trace.allocated[rows] - trace.entered[rows] <= 5
    assert np.array_equal(~np.isnan(again[known]), ~taken[known])
    assert np.allclose(again[known & ~taken], trace.entered[rows][known & ~taken] + 5)
    here = (trace.visits.stage == plan.index("assessment")) & (trace.visits.enters != trace.visits.enters)
    everyone = here.sum()
    assert abs(len(rows) / everyone - 0.5) < STANDARD_ERRORS * np.sqrt(0.25 / everyone)


def test_overloaded_workers_give_fewer_hours(lived):
    _, plain = lived()
    _, slowed = lived({"overload": {"above": quantity(0.5, "share of the cap"), "hours_lost": quantity(1.0)}})
    assert slowed.given.sum() < 0.95 * plain.given.sum()
    assert np.count_nonzero(slowed.finished < 100) < np.count_nonzero(plain.finished < 100)


def test_share_worked_falls_evenly_above_the_limit():
    effects = Effects(above=1.0, hours_lost=0.5)
    assert effects.share_worked(10, 10) == 1.0
    assert effects.share_worked(15, 10) == pytest.approx(0.75)
    assert effects.share_worked(20, 10) == pytest.approx(0.5)
    assert effects.share_worked(100, 10) == 0.0
    assert Effects().share_worked(100, 10) == 1.0


def test_all_is_off_unless_stated(lived):
    plan, trace = lived()
    assert plan.effects == Effects()
    assert (trace.visits.asks_again == -1).all()
    assert np.isnan(trace.visits.late_after).all()
