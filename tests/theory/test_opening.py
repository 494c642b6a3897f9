"""A start from today's open cases goes on as the run that led to them would have (trap 4)."""

from __future__ import annotations

import numpy as np
import pytest

from simulate.opening import _lasting, hours_a_day
from simulate.pathway import compile

from .conftest import caseload, exponential, lognormal, service, staff

LATER = np.array([2, 5, 10, 20, 40, 80])
"""Working days after the snapshot at which those who were open are counted."""


def still_open(lived, stage, since):
    """Of those open at a moment, the share still open later, and their ages at the moment."""
    rows = lived.visits(stage)
    came, went = lived.trace.entered[rows], lived.trace.finished[rows]
    there = (came < since) & ~(went < since)
    left = np.where(np.isnan(went[there]), np.inf, went[there]) - since
    return (left[:, None] > LATER).mean(axis=0), since - came[there]


def compare(one, two):
    one, two = np.array(one), np.array(two)
    gap = one.mean(axis=0) - two.mean(axis=0)
    error = np.sqrt(one.var(axis=0, ddof=1) / len(one) + two.var(axis=0, ddof=1) / len(two))
    assert (np.abs(gap) < 3.3 * error + 1e-9).all(), (gap, error)
    assert error.max() < 0.03


def snapshot(live, scenario, stage, number, since=250):
    shares, ages = zip(*(still_open(lived, stage, since) for lived in live(scenario, number)), strict=True)
    return shares, np.concatenate(ages), np.mean([len(age) for age in ages])


def as_bands(ages):
    edges = np.unique(np.quantile(ages, np.linspace(0, 1, 41)))
    counts, _ = np.histogram(ages, edges)
    return {
        "distribution": "bands",
        "unit": "working days",
        "source": "assumed",
        "edges": edges.tolist(),
        "counts": counts.tolist(),
    }


@pytest.mark.parametrize("ages", ["stationary", "given"])
def test_stock_of_plans_goes_on_as_before(live, ages):
    stages = {
        "care": {
            "kind": "plan",
            "title": "care",
            "stay": lognormal(60, 1.0, "working days"),
            "routes": {"closed": {}},
        }
    }
    scenario = service(stages, {"desk": staff(1)}, 4.0, 48)
    before, seen, number = snapshot(live, scenario, "care", 20, since=800)
    start = {"open": {"value": round(number), "unit": "children", "source": "assumed"}}
    if ages == "given":
        start["ages"] = as_bands(seen)
    loaded = service(stages, {"desk": staff(1)}, 4.0, 12, opening={"care": start}, seed=2)
    after = [still_open(lived, "care", 0.0)[0] for lived in live(loaded, 20)]
    compare(before, after)


@pytest.mark.parametrize("ages", ["stationary", "given"])
def test_caseload_goes_on_as_before(live, ages):
    """Twenty workers with room for all; work shared, and a least elapsed time that keeps half the cases open."""
    stages = {"team": caseload("team", lognormal(1.6, 0.6), exponential(6, "working days"))}
    team = {"team": staff(20, cap=100)}
    scenario = service(stages, team, 10.0, 15)
    before, seen, number = snapshot(live, scenario, "team", 16)
    start = {"open": {"value": round(number), "unit": "cases", "source": "assumed"}}
    if ages == "given":
        start["ages"] = as_bands(seen)
    loaded = service(stages, team, 10.0, 5, opening={"team": start}, seed=2)
    after = [still_open(lived, "team", 0.0)[0] for lived in live(loaded, 16)]
    compare(before, after)


def test_a_fresh_draw_would_fail_the_same_test(live):
    """The test above can tell: children new at the start stay too long or too short."""
    stages = {"team": caseload("team", lognormal(1.6, 0.6), exponential(6, "working days"))}
    team = {"team": staff(20, cap=100)}
    before, _, number = snapshot(live, service(stages, team, 10.0, 15), "team", 10)
    new = {
        "open": {"value": round(number), "unit": "cases", "source": "assumed"},
        "ages": {
            "distribution": "bands",
            "unit": "working days",
            "source": "assumed",
            "edges": [0, 1e-6],
            "counts": [1],
        },
    }
    after = [
        still_open(lived, "team", 0.0)[0]
        for lived in live(service(stages, team, 10.0, 5, opening={"team": new}, seed=2), 10)
    ]
    with pytest.raises(AssertionError):
        compare(before, after)


def test_hours_a_day_follow_from_the_number_open():
    """Little's law: the more open for the same flow, the fewer hours each has had a day; at most a full day."""
    stages = {"team": caseload("team", lognormal(4.0, 0.6), exponential(6, "working days"))}
    stage = compile(service(stages, {"team": staff(20, cap=100)}, 10.0, 12)).stages[0]
    rates = [hours_a_day(stage, number, 10.0, 7.0) for number in (50, 100, 200, 400, 800)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 7.0
    assert [_lasting(stage, rate).mean() for rate in rates[2:]] == pytest.approx([20, 40, 80], rel=0.003)
    assert hours_a_day(stage, 10**6, 10.0, 7.0) == pytest.approx(4.0 / 10**5, rel=0.003)  # all of its time is work
    assert rates[-1] == pytest.approx(4.0 / 80, rel=0.15)


def test_a_table_of_counts_by_age_is_what_is_open_at_the_start(live):
    stages = {"team": caseload("team", exponential(2.0), exponential(30, "working days"))}
    table = {"distribution": "bands", "unit": "working days", "source": "assumed", "edges": [0, 10, 20, 60]}
    start = {"team": {"ages": {**table, "counts": [120, 60, 20]}}}
    (lived,) = live(service(stages, {"team": staff(40, cap=10)}, 0.1, 3, opening=start), 1)
    ages = -lived.trace.entered[lived.trace.entered < 0]
    assert len(ages) == 200
    counts = np.histogram(ages, [0, 10, 20, 60])[0]
    assert (np.abs(counts - [120, 60, 20]) < 3.3 * np.sqrt([48, 42, 18])).all()


def test_ages_are_finite_where_next_to_nothing_flows(live):
    rarely = {"share": {"value": 2.2e-313, "unit": "share", "source": "assumed"}}
    stages = {
        "team": caseload(
            "team", exponential(1, "hours"), exponential(5, "working days"), {"care": rarely, "closed": {}}
        ),
        "care": {"kind": "plan", "title": "care", "stay": exponential(60, "working days"), "routes": {"closed": {}}},
    }
    start = {"care": {"open": {"value": 5, "unit": "children", "source": "assumed"}}}
    (lived,) = live(service(stages, {"team": staff(20, cap=100)}, 1.0, 12, opening=start), 1)
    assert (lived.trace.entered[lived.visits("care")] < 0).sum() == 5
