"""Nothing is lost: children, hours and time add up exactly in every run, on every day."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecast.paths import SamplePaths
from scenarios.feedback import Feedback, Strain
from scenarios.quantity import Quantity
from simulate.spells import Moments, Spells
from simulate.visits import NONE

from .conftest import AS_AT, caseload, exponential, lognormal, pool, quantity, service, staff

ROUND = 1e-6


def strained(scenario, leaving_per_year=6.0, above=0.5):
    """The same service, where whoever holds more than a share of the cap is likelier to leave."""
    strain = Strain(
        above=Quantity(above, "share", "assumed"), leaving_per_year=Quantity(leaving_per_year, "", "assumed")
    )
    return scenario.model_copy(update={"feedback": Feedback(strain=strain)})


def whole_service(months=12, seed=1):
    """All at once: pools, caps, urgent work, sign-off, a plan, returns, leavers, sickness, open cases."""
    enquiry = {
        "title": "Enquiry",
        "share": quantity(0.3, "share"),
        "starts_after": exponential(2, "working days"),
        "effort": exponential(0.3),
        "routes": {"conference": {"share": quantity(0.5, "share")}, "closed": {}},
    }
    stages = {
        "desk": pool("desk", exponential(0.3), {"team": {"share": quantity(0.5, "share")}, "closed": {}}),
        "team": caseload(
            "team",
            lognormal(2.0, 0.7),
            exponential(10, "working days"),
            {"care": {"share": quantity(0.2, "share")}, "closed": {}},
            urgent_work={"enquiry": enquiry},
            sign_off="manager",
        ),
        "manager": pool("managers", exponential(0.1)),
        "conference": pool("chairs", exponential(0.5), lead_time=exponential(8, "working days"), clock_from="enquiry"),
        "care": {"kind": "plan", "title": "care", "stay": exponential(60, "working days"), "routes": {"closed": {}}},
    }
    teams = {
        "desk": staff(3),
        "team": staff(12, cap=6, sub_teams=3, absent=True),
        "managers": staff(1),
        "chairs": staff(1),
    }
    returns = {
        "closing": ["team"],
        "enters": "team",
        "share": quantity(0.2, "share"),
        "already_in_forecast": quantity(0, "share"),
        "delay": exponential(20, "working days"),
    }
    sickness = {
        "away": {**exponential(8, "working days"), "rounded_up": True},
        "at_work": {**exponential(40, "working days"), "rounded_up": True},
    }
    opening = {"team": {"open": quantity(60, "cases")}, "care": {"open": quantity(80, "children")}}
    scenario = service(
        stages,
        teams,
        7.0,
        months,
        returns=returns,
        opening=opening,
        absence={"sickness": sickness},
        urgent_share=0.2,
        seed=seed,
    )
    people = scenario.workforce.teams["team"].staff["people"]
    leaving = people.model_copy(
        update={
            "leaving_per_year": people.fte.__class__(0.8, "a year", "assumed"),
            "time_to_fill": scenario.service.stages["care"].stay,
        }
    )
    team = scenario.workforce.teams["team"].model_copy(update={"staff": {"people": leaving}})
    force = scenario.workforce.model_copy(update={"teams": {**scenario.workforce.teams, "team": team}})
    return scenario.model_copy(update={"workforce": force})


@pytest.fixture(
    params=[(1, None), (2, None), (3, None), (3, strained)], ids=["seed 1", "seed 2", "seed 3", "overload makes leave"]
)
def lived(live, request):
    seed, change = request.param
    scenario = whole_service(seed=seed)
    (one,) = live(scenario if change is None else change(scenario), 1)
    return one


def test_children_in_are_children_out_and_open_every_day(lived):
    trace, visits = lived.trace, lived.trace.visits
    for s in range(len(lived.plan.stages)):
        rows = np.flatnonzero((visits.stage == s) & ~np.isnan(trace.entered))
        spells = Spells(*((Moments(times[rows], lived.clock.days),) for times in (trace.entered, trace.finished)))
        before = np.count_nonzero(trace.entered[rows] < 0)
        for day in range(lived.clock.days):
            came = np.count_nonzero(trace.entered[rows] < day + 1)
            gone = np.count_nonzero(trace.finished[rows] < day + 1)
            assert spells.present[day] == came - gone
        assert before + spells.starts.sum() == spells.ends.sum() + spells.present[-1]


def test_who_leaves_a_stage_enters_the_next_at_that_moment(lived):
    trace, visits = lived.trace, lived.trace.visits
    led = np.flatnonzero(visits.then != NONE)
    assert np.array_equal(trace.finished[led], trace.entered[visits.then[led]], equal_nan=True)
    led = np.flatnonzero(visits.urgent_then != NONE)
    assert np.array_equal(trace.urgent_done[led], trace.entered[visits.urgent_then[led]], equal_nan=True)
    back = np.flatnonzero(visits.comes_back != NONE)
    due = trace.finished[back] + visits.comes_back_after[back]
    due[due >= lived.clock.days] = np.nan
    assert np.allclose(due, trace.entered[visits.comes_back[back]], equal_nan=True)


def test_time_runs_forwards(lived):
    trace, visits = lived.trace, lived.trace.visits
    assert not (trace.allocated < trace.entered - ROUND).any()
    assert not (trace.finished < trace.allocated - ROUND).any()
    assert not (trace.urgent_done < trace.urgent_began).any()
    carrying = trace.finished[visits.urgent_visit]
    done = ~np.isnan(carrying)
    assert (trace.urgent_done[done] <= carrying[done] + ROUND).all()


def test_hours_given_are_the_work_done(lived):
    """Hours given to work that is finished are its effort; the rest went to work still in hand."""
    trace, visits = lived.trace, lived.trace.visits
    held_before = trace.allocated < 0
    asked = np.where(held_before, visits.effort - visits.given, visits.effort)
    plans = np.isin(visits.stage, [s for s, stage in enumerate(lived.plan.stages) if stage.kind == "plan"])
    asked[plans] = 0.0
    begun = ~np.isnan(trace.allocated)
    done = asked[~np.isnan(trace.finished)].sum() + visits.urgent_effort[~np.isnan(trace.urgent_done)].sum()
    most = asked[begun].sum() + visits.urgent_effort[~np.isnan(trace.urgent_began)].sum()
    assert done - ROUND <= trace.given.sum() <= most + ROUND
    assert (trace.given <= lived.people.hours + ROUND).all()
    assert (trace.given >= -ROUND).all()


def test_hours_given_are_exactly_the_work_when_all_is_done(live):
    periods = pd.period_range("2018-01", periods=12, freq="M")
    values = np.zeros((1, 1, 12))
    values[0, 0, :3] = 120
    scenario = whole_service().model_copy(update={"opening": {}})
    (lived,) = live(scenario, 1, SamplePaths(("arrivals",), periods, values, AS_AT, "a quarter"))
    trace, visits = lived.trace, lived.trace.visits
    worked = ~np.isin(visits.stage, [lived.plan.index("care")])
    came = ~np.isnan(trace.entered)
    assert not np.isnan(trace.finished[worked & came]).any()
    effort = visits.effort[worked & came].sum() + visits.urgent_effort[came[visits.urgent_visit]].sum()
    assert trace.given.sum() == pytest.approx(effort, abs=ROUND)


def test_littles_law_holds_exactly_with_its_edges(lived):
    """Mean number times days is the time that each spent there within the horizon (Little 1961, 2011)."""
    trace, measured = lived.trace, lived.measured
    for stage in lived.plan.stages:
        rows = lived.visits(stage.name)
        stayed = np.where(np.isnan(trace.finished[rows]), lived.clock.days, trace.finished[rows])
        time = (stayed - np.maximum(trace.entered[rows], 0.0)).sum()
        assert measured.of(f"{stage.name}_open_mean") * lived.clock.days == pytest.approx(time, abs=ROUND)


def test_nobody_holds_more_than_the_cap(lived):
    """Open cases of a worker rise above the cap on no day on which the worker takes any."""
    trace, team = lived.trace, lived.plan.index("team")
    rows = lived.visits("team")
    taken = ~np.isnan(trace.allocated[rows]) & (trace.allocated[rows] >= 0)
    when, who = trace.allocated[rows][taken], trace.worker[rows][taken]
    for moment, worker in zip(when.tolist(), who.tolist(), strict=True):
        mine = rows[(trace.worker[rows] == worker)]
        held = np.count_nonzero((trace.allocated[mine] <= moment) & ~(trace.finished[mine] <= moment))
        handed = np.isin(mine, trace.handed_visit).sum()
        assert held - handed <= lived.people.cap[worker, int(moment)]
    assert (lived.trace.visits.stage[rows] == team).all()


def test_cases_wait_only_while_nobody_has_room(lived):
    measured = lived.measured
    waiting = measured.daily[measured.daily_names.index("team_waiting")]
    assert (waiting >= 0).all()
    assert measured.of("team_open_mean") == pytest.approx(
        measured.of("team_waiting_mean") + measured.of("team_allocated_mean")
    )


def test_measures_of_months_add_up_to_the_whole(lived):
    measured = lived.measured
    months = [period for period in measured.periods if len(period) == 7 and period[4] == "-" and period[5:] <= "12"]
    months = [period for period in months if period in lived.clock.month_names]
    for name in ("team_starts", "team_ends", "enquiry_starts", "team_hours_used", "arrivals"):
        assert sum(measured.of(name, month) for month in months) == pytest.approx(measured.of(name))


def test_the_same_seed_gives_the_same_bytes(live):
    scenario = whole_service(months=3)
    one, two = [next(iter(live(scenario, 1))).trace for _ in range(2)]
    for field in dataclasses.fields(one):
        if field.name not in ("visits", "roster"):
            assert getattr(one, field.name).tobytes() == getattr(two, field.name).tobytes()
