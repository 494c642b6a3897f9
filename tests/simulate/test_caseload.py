"""Timelines worked out by hand, and every edge of staff that changes, on both engines."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest

from simulate import model, tracer
from simulate.clock import Clock
from simulate.draws import constant
from simulate.pathway import CASELOAD, POOL, Effects, Plan, Stage, Team, Way
from simulate.trace import Trace
from simulate.visits import FORECAST, OPENING, Visits
from simulate.workforce import Roster

CLOCK = Clock(date(2021, 3, 31), 3)
DAYS = CLOCK.days
NAN = np.nan
WORK, SIGN = 0, 1
TEAMS = (Team("team", "Team", 0, 1), Team("managers", "Managers", 1, 1), Team("other", "Other", 2, 1))


@pytest.fixture(params=["tracer", "compiled", "python"])
def run(request):
    """Run visits through a service of one caseload stage, signed off by managers, on one of the engines."""
    engine = {
        "tracer": tracer.run,
        "compiled": lambda *given: model.run(*given, compiled=True),
        "python": lambda *given: model.run(*given, compiled=False),
    }[request.param]

    def lived(visits, roster, teams=TEAMS) -> Trace:
        return engine(plan(teams), CLOCK, visits, roster)

    return lived


def plan(teams=TEAMS):
    """Work by the team, sign-off by the managers, and work of the team that may take over."""
    stages = (
        Stage("work", "Work", CASELOAD, 0, constant(1), constant(0), (Way(-1),), sign_off=SIGN),
        Stage("sign", "Sign", POOL, 1, constant(1), constant(0), (Way(-1),)),
        Stage("other", "Other", CASELOAD, 2, constant(1), constant(0), (Way(-1),)),
    )
    known = {
        "stages": stages,
        "teams": teams,
        "order": (0, 1, 2),
        "hours_per_day": 1.0,
        "returns": None,
        "effects": Effects(),
    }
    return Plan(**{field.name: known.get(field.name, ()) for field in dataclasses.fields(Plan)})


def cases(*given, sign=None):
    """Visits to the team: (enters, hours), or with least working days, or with least working days and urgency."""
    rows = [(*one, *(0.0, False)[len(one) - 2 :]) for one in given]
    signing = [] if sign is None else [(NAN, sign, 0.0, False)] * len(rows)
    table = rows + signing
    number, extra = len(rows), len(signing)
    none, empty = np.full(number + extra, -1), np.empty(0)
    enters = np.array([r[0] for r in table])
    return Visits(
        child=np.r_[np.arange(number), np.arange(extra)],
        stage=np.r_[np.full(number, WORK), np.full(extra, SIGN)],
        sub_team=np.r_[np.full(number, 0), np.full(extra, 1)],
        origin=np.where(enters < 0, OPENING, FORECAST),
        urgent=np.array([r[3] for r in table]),
        labelled=np.zeros(number + extra, dtype=bool),
        enters=enters,
        soon=np.nan_to_num(enters),
        effort=np.array([r[1] for r in table], dtype=float),
        least=np.array([r[2] for r in table], dtype=float),
        given=np.zeros(number + extra),
        clock_visit=none,
        clock_urgent=none,
        then=none,
        sign_off=np.r_[np.arange(number, number + extra) if extra else np.full(number, -1), np.full(extra, -1)],
        comes_back=none,
        comes_back_after=np.full(number + extra, NAN),
        takes_back_after=np.full(number + extra, NAN),
        late_after=np.full(number + extra, NAN),
        asks_again=none,
        asks_again_after=np.full(number + extra, NAN),
        **{
            field.name: (empty if field.name in ("urgent_after", "urgent_effort") else empty.astype(int))
            for field in dataclasses.fields(Visits)
            if field.name.startswith("urgent_")
        },
    )


def team(*workers, cap=2, managers=1, finish=False):
    """A roster: each worker a list of hours by day, the last going on; None: not in post. Then managers at 1 hour."""
    rows = [list(w) + [w[-1]] * (DAYS - len(w)) for w in workers] + [[1.0] * DAYS] * managers
    employed = np.array([[h is not None for h in row] for row in rows])
    hours = np.array([[h or 0.0 for h in row] for row in rows])
    line = np.r_[np.zeros(len(workers), dtype=int), np.ones(managers, dtype=int)]
    if finish:
        hours = np.where(employed, hours, np.maximum.accumulate(hours, axis=1))
    shape = (len(rows), DAYS)
    return Roster(
        hours=hours,
        full_day=np.ones((len(rows), 1)),
        cap=np.where(employed, cap, 0),
        employed=employed,
        fte=employed.astype(float),
        team=np.broadcast_to(line[:, None], shape).copy(),
        sub_team=np.broadcast_to(line[:, None], shape).copy(),
        role=np.zeros(len(rows), dtype=int),
        names=tuple(f"Worker {w}" for w in range(len(rows))),
        finish_on_leaving=np.full(len(rows), finish),
    )


def test_two_cases_share_the_hours_and_the_rest_goes_to_the_longer(run):
    trace = run(cases((0.0, 1.0), (0.0, 2.0)), team([1.0]))
    assert trace.finished[:2] == pytest.approx([2.0, 3.0])
    assert trace.given.sum() == pytest.approx(3.0)


def test_a_case_that_comes_later_shares_from_then_on(run):
    trace = run(cases((0.0, 2.0), (1.0, 0.5)), team([1.0]))
    assert trace.finished[:2] == pytest.approx([2.5, 2.0])


def test_least_elapsed_time_keeps_a_case_open_but_takes_no_hours(run):
    trace = run(cases((0.0, 1.0, 5.0), (0.0, 1.0), (0.5, 1.0)), team([1.0], cap=2))
    assert trace.finished[0] == pytest.approx(5.0)
    assert trace.finished[1] == pytest.approx(2.0)
    assert trace.allocated[2] == pytest.approx(2.0)
    assert trace.finished[2] == pytest.approx(3.0)


def test_a_place_freed_within_the_day_is_filled_at_that_moment(run):
    trace = run(cases((0.0, 0.25), (0.1, 0.25), (0.2, 0.25)), team([1.0], cap=1))
    assert trace.allocated[:3] == pytest.approx([0.0, 0.25, 0.5])
    assert trace.finished[2] == pytest.approx(0.75)


def test_urgent_cases_are_allocated_before_others_that_wait_longer(run):
    trace = run(cases((0.0, 1.0), (0.1, 1.0), (0.2, 1.0, 0.0, True)), team([1.0], cap=1))
    assert trace.allocated[2] == pytest.approx(1.0)
    assert trace.allocated[1] == pytest.approx(2.0)


def test_the_worker_with_fewest_open_cases_takes_the_next(run):
    trace = run(cases((0.0, 5.0), (0.1, 5.0), (0.2, 5.0), (0.3, 5.0)), team([1.0], [1.0], cap=9))
    assert trace.worker[:4].tolist() == [0, 1, 0, 1]


def test_cases_stand_still_while_their_worker_is_away_and_go_on_after(run):
    trace = run(cases((0.0, 2.0)), team([1.0, 0.0, 0.0, 1.0]))
    assert trace.finished[0] == pytest.approx(4.0)


def test_a_finish_at_the_very_end_of_the_last_day_at_work_counts_on_that_day(run):
    """The change falls on the same instant as the finish: the finish comes first."""
    trace = run(cases((0.0, 1.0)), team([1.0, 0.0, 0.0, 1.0]))
    assert trace.finished[0] == pytest.approx(1.0)


def test_nobody_at_work_means_all_wait_until_somebody_is(run):
    trace = run(cases((0.5, 1.0), (1.5, 1.0)), team([0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0], cap=1))
    assert trace.allocated[:2] == pytest.approx([3.0, 3.0])


def test_no_staff_at_all_means_nothing_happens(run):
    trace = run(cases((0.5, 1.0)), team([None]))
    assert np.isnan(trace.allocated[0])
    assert trace.given[0].sum() == 0


def test_a_cap_that_falls_below_what_is_held_takes_none_and_sends_none_away(run):
    roster = team([1.0], cap=3)
    cap = roster.cap.copy()
    cap[0, 1:] = 1
    trace = run(cases((0.0, 1.0), (0.0, 2.0), (0.0, 3.0), (1.0, 1.0)), dataclasses.replace(roster, cap=cap))
    assert (trace.allocated[:3] == 0).all()
    assert trace.finished[:3] == pytest.approx([3.0, 5.0, 6.0])
    assert trace.allocated[3] == pytest.approx(6.0)


def test_a_leavers_cases_go_back_with_what_is_left_of_them(run):
    trace = run(cases((0.0, 2.0)), team([1.0, None], [0.0, 1.0]))
    assert trace.worker[0] == 0
    assert trace.handed_visit.tolist() == [0]
    assert trace.handed_back == pytest.approx([1.0])
    assert trace.handed_taken == pytest.approx([1.0])
    assert trace.handed_worker.tolist() == [1]
    assert trace.finished[0] == pytest.approx(2.0)


def test_a_leavers_case_keeps_its_place_before_those_who_came_later(run):
    trace = run(cases((0.0, 3.0), (0.5, 1.0)), team([1.0, None], [0.0, 0.0, 1.0], cap=1))
    assert trace.handed_taken == pytest.approx([2.0])
    assert trace.allocated[1] == pytest.approx(4.0)


def test_a_leaver_who_finishes_takes_no_more_and_works_off_the_rest(run):
    trace = run(cases((0.0, 3.0), (1.5, 1.0)), team([1.0, None], cap=2, finish=True))
    assert trace.finished[0] == pytest.approx(3.0)
    assert np.isnan(trace.allocated[1])


def test_a_case_is_held_until_it_is_signed_off(run):
    trace = run(cases((0.0, 1.0), (0.5, 1.0), sign=2.0), team([1.0], cap=1))
    assert trace.entered[2] == pytest.approx(1.0)
    assert trace.finished[:2] == pytest.approx([3.0, 6.0])
    assert trace.allocated[1] == pytest.approx(3.0)


def test_a_case_being_signed_off_closes_though_its_worker_leaves(run):
    trace = run(cases((0.0, 1.0), sign=2.0), team([1.0, None]))
    assert trace.finished[0] == pytest.approx(3.0)
    assert len(trace.handed_visit) == 0


def test_cases_open_at_the_start_are_dealt_among_all_in_post(run):
    """Also to those who are away on the first day; time open counts from before the start."""
    trace = run(cases((-3.0, 1.0, 4.0), (-2.0, 1.0)), team([1.0], [0.0, 1.0], cap=1))
    assert trace.allocated[:2].tolist() == [-3.0, -2.0]
    assert trace.worker[:2].tolist() == [0, 1]
    assert trace.finished[:2] == pytest.approx([1.0, 2.0])


@pytest.mark.parametrize(("first", "taken"), [(0, 0.5), (2, 2.0)])
def test_a_team_that_closes_merges_with_its_queue_and_its_people(run, first, taken):
    day = CLOCK.dates[first].astype(object)
    teams = (dataclasses.replace(TEAMS[0], merges_into=2, merges_on=day), *TEAMS[1:])
    roster = team([1.0], [1.0], cap=1, managers=0)
    where = roster.sub_team.copy()
    where[0, first:], where[1, :] = 2, 2
    hours = roster.hours.copy()
    hours[1, 5:] = 0.0
    roster = dataclasses.replace(roster, sub_team=where, team=where, hours=hours)
    trace = run(cases((0.0, 4.0), (0.5, 1.0)), roster, teams)
    assert trace.worker[:2].tolist() == [0, 1]
    assert trace.allocated[1] == pytest.approx(taken)
    assert trace.finished[:2] == pytest.approx([4.0, taken + 1.0])


def test_pool_work_in_hand_stands_still_while_its_worker_is_away(run):
    roster = team([1.0], cap=1)
    hours = roster.hours.copy()
    hours[1, 1:3] = 0.0
    trace = run(cases((0.0, 0.5), sign=1.0), dataclasses.replace(roster, hours=hours))
    assert trace.finished[0] == pytest.approx(3.5)


def test_pool_work_in_hand_of_a_leaver_is_taken_up_by_another(run):
    roster = team([1.0], cap=1, managers=2)
    hours, employed = roster.hours.copy(), roster.employed.copy()
    hours[1, 1:], employed[1, 1:], hours[2, :1] = 0.0, False, 0.0
    trace = run(cases((0.0, 0.5), sign=1.0), dataclasses.replace(roster, hours=hours, employed=employed))
    assert trace.worker[1] == 1
    assert trace.finished[0] == pytest.approx(1.5)
