"""The ends of the range: nothing, nobody, one, all at once, the shortest, the longest; either engine lives through."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest

from .conftest import caseload, exponential, pool, quantity, service, staff

ROUND = 1e-6


def small(per_day=3.0, months=6, desk=2, team=6, cap=5, opening=10, as_at=None, seed=1, **more):
    """A pool, a caseload and a plan."""
    stages = {
        "desk": pool("desk", exponential(0.3), {"team": {"share": quantity(0.5, "share")}, "closed": {}}),
        "team": caseload(
            "team",
            exponential(2.0),
            exponential(8, "working days"),
            {"care": {"share": quantity(0.2, "share")}, "closed": {}},
        ),
        "care": {
            "kind": "plan",
            "title": "care",
            "team": "long",
            "stay": exponential(40, "working days"),
            "hours_per_month": quantity(2, "hours"),
            "routes": {"closed": {}},
        },
    }
    teams = {"desk": staff(desk), "team": staff(team, cap=cap, **more), "long": staff(1)}
    start = {"team": {"open": quantity(opening, "cases")}, "care": {"open": quantity(5, "children")}}
    scenario = service(stages, teams, per_day, months, opening=start, seed=seed)
    return scenario if as_at is None else scenario.model_copy(update={"as_at": as_at})


def lines(scenario, **changes):
    """The same with the team's line of staff changed."""
    team = scenario.workforce.teams["team"]
    people = team.staff["people"].model_copy(update=changes)
    teams = {**scenario.workforce.teams, "team": team.model_copy(update={"staff": {"people": people}})}
    return scenario.model_copy(update={"workforce": scenario.workforce.model_copy(update={"teams": teams})})


def sound(lived):
    """Children and hours add up on every day, whatever happens; what has been measured is finite."""
    trace, measured = lived.trace, lived.measured
    for stage in lived.plan.stages:
        rows = lived.visits(stage.name)
        came = np.array([np.count_nonzero(trace.entered[rows] < day + 1) for day in range(lived.clock.days)])
        gone = np.array([np.count_nonzero(trace.finished[rows] < day + 1) for day in range(lived.clock.days)])
        assert np.array_equal(measured.daily[measured.daily_names.index(f"{stage.name}_open")], came - gone)
    assert (trace.given <= lived.people.hours + ROUND).all()
    assert (trace.given >= -ROUND).all()
    assert not np.isinf(measured.by_period).any()
    assert (measured.daily >= 0).all()
    return measured


def test_no_demand_leaves_only_what_was_there(live):
    (lived,) = live(small(per_day=0.0), 1)
    measured = sound(lived)
    assert measured.of("arrivals") == measured.of("desk_starts") == measured.of("team_starts") == 0
    assert measured.of("team_ends") == 10
    assert np.isnan(measured.of("desk_days_mean"))
    assert measured.of("desk_hours_used") == 0


def test_no_demand_and_nothing_open_is_nothing_at_all(live):
    scenario = small(per_day=0.0)
    (lived,) = live(scenario.model_copy(update={"opening": {}}), 1)
    measured = sound(lived)
    assert len(lived.trace.visits) == 0
    assert measured.of("team_open") == 0
    assert measured.of("desk_fte") == 2


@pytest.mark.parametrize("nobody", ["desk", "team", "both"])
def test_nobody_means_everybody_waits(live, nobody):
    (lived,) = live(small(**({"desk": 0, "team": 0} if nobody == "both" else {nobody: 0})), 1)
    measured = sound(lived)
    first = "desk" if nobody in ("desk", "both") else "team"
    assert measured.of(f"{first}_waiting") == measured.of(f"{first}_open") > 50
    assert measured.of(f"{first}_fte") == measured.of(f"{first}_hours_available") == 0
    assert np.isnan(measured.of(f"{first}_utilisation"))
    if first == "team":
        assert np.isnan(measured.of("team_caseload_per_fte"))
        assert measured.of("team_longest_wait") >= lived.clock.days
    else:
        assert measured.of("team_starts") == 0


def test_one_worker_does_it_all_or_holds_the_cap(live):
    (lived,) = live(small(team=1), 1)
    measured = sound(lived)
    assert set(lived.trace.worker[lived.visits("team")]) <= {-1, 2}
    assert measured.of("team_allocated_mean") <= 5 + ROUND
    assert measured.of("team_caseload_per_fte") == pytest.approx(measured.of("team_allocated_mean"))


@pytest.mark.parametrize("on_leaving", ["handover", "finish"])
def test_everyone_leaves_on_one_day(live, on_leaving):
    scenario = lines(small(on_leaving=on_leaving), contract_ends=date(2018, 3, 30))
    (lived,) = live(scenario, 1)
    measured = sound(lived)
    gone = lived.clock.day_after(date(2018, 3, 30))
    rows = lived.visits("team")
    assert not (lived.trace.allocated[rows] >= gone).any()
    after = lived.trace.given[lived.people.team[:, 0] == 1][:, gone:].sum()
    assert measured.of("team_fte", "2018-04") == 0
    if on_leaving == "handover":
        assert after == 0
        assert len(lived.trace.handed_visit) > 0
        assert np.isnan(lived.trace.handed_taken).all()
        assert measured.of("team_waiting") == measured.of("team_open")
    else:
        assert after > 0
        assert measured.of("team_allocated") == 0
        held = ~np.isnan(lived.trace.allocated[rows])
        assert not np.isnan(lived.trace.finished[rows][held]).any()


def test_a_cap_of_one_is_one_case_each(live):
    (lived,) = live(small(cap=1, opening=30), 1)
    sound(lived)
    rows = lived.visits("team")
    for moment in np.linspace(0.5, lived.clock.days - 0.5, 40):
        held = (lived.trace.allocated[rows] <= moment) & ~(lived.trace.finished[rows] <= moment)
        assert np.bincount(lived.trace.worker[rows][held], minlength=1).max(initial=0) <= 1
    assert (lived.trace.allocated[rows] < 0).sum() == 6


@pytest.mark.parametrize("cap", [1, 2, 30])
def test_a_fifth_of_a_worker_holds_a_case_and_gives_a_fifth_of_the_day(live, cap):
    (lived,) = live(small(team=0.2, cap=cap, opening=3), 1)
    measured = sound(lived)
    mine = lived.people.team[:, 0] == 1
    assert mine.sum() == 1
    assert lived.people.hours[mine] == pytest.approx(0.2)
    assert set(lived.people.cap[mine].ravel()) == {max(round(0.2 * cap), 1)}
    assert measured.of("team_fte") == pytest.approx(0.2)
    assert measured.of("team_hours_used") == pytest.approx(0.2 * lived.clock.days, rel=0.15)


def test_a_month_is_enough_and_five_years_are_not_too_many(live):
    (short,) = live(small(months=1), 1)
    assert sound(short).periods == ("2018-01", "2017-18", "all")
    (long,) = live(small(months=60), 1)
    measured = sound(long)
    assert measured.periods[59] == "2022-12"
    assert len(measured.periods) == 60 + 6 + 1
    assert sum(measured.of("team_ends", month) for month in measured.periods[:60]) == measured.of("team_ends")
    # the first month is the same in both: a longer look ahead changes nobody's past
    assert measured.of("team_ends", "2018-01") == sound(short).of("team_ends")


@pytest.mark.parametrize("day_off", [date(2018, 12, 25), date(2018, 12, 26), date(2018, 12, 29), date(2018, 12, 30)])
def test_a_day_off_stands_for_the_working_day_before_it(live, day_off):
    """25 and 26 December 2018 are bank holidays, the 29th and 30th a weekend: the next working day is the same."""
    before = date(2018, 12, 24) if day_off.day < 27 else date(2018, 12, 28)
    (one,), (two,) = live(small(as_at=before), 1), live(small(as_at=day_off), 1)
    sound(one)
    assert np.array_equal(one.clock.dates, two.clock.dates)
    for field in dataclasses.fields(one.trace):
        if field.name not in ("visits", "roster"):
            assert getattr(one.trace, field.name).tobytes() == getattr(two.trace, field.name).tobytes()


def test_a_flood_waits_and_is_counted(live):
    (lived,) = live(small(per_day=60.0, months=2, opening=500, desk=40), 1)
    measured = sound(lived)
    assert measured.of("team_allocated") <= 6 * 5
    assert measured.of("team_waiting") > 900
