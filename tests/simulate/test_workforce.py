"""People over time: posts, roles, joiners and leavers, vacancies, induction, leave, sickness, training, waves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from scenarios.schema import Scenario
from simulate.arrivals import arrive, steady_paths
from simulate.clock import Clock
from simulate.holdings import guides_on
from simulate.model import run
from simulate.pathway import compile
from simulate.posts import establish
from simulate.staff import fte_by, staffed
from simulate.workforce import roster

AS_AT = date(2021, 3, 31)
MONTHS = 24
STANDARD_ERRORS = 3.3


def quantity(value, unit="units"):
    return {"value": value, "unit": unit, "source": "assumed"}


def days(kind, mean, **more):
    return {"distribution": kind, "mean": quantity(mean, "working days"), **more}


def scenario(staff=None, *, roles=None, absence=None, teams=None, **team):
    """A service of one caseload team; `staff` lines over the default of ten full-time posts."""
    staff = staff or {"people": {"role": "worker", "fte": quantity(10, "FTE")}}
    roles = roles or {"worker": role("Worker", 16)}
    return Scenario.model_validate(
        {
            "name": "people",
            "title": "People",
            "question": "Who is at work?",
            "area": "nowhere",
            "as_at": AS_AT,
            "horizon_months": MONTHS,
            "replications": 1,
            "seed": 1,
            "demand": {"source": "steady", "per_working_day": {"arrivals": quantity(1.0)}},
            "service": {
                "hours_per_day": quantity(7.4, "hours"),
                "entries": {"door": {"measure": "arrivals", "enters": "work"}},
                "stages": {
                    "work": {
                        "kind": "caseload",
                        "title": "Work",
                        "team": "team",
                        "effort": {"distribution": "constant", "mean": quantity(5, "hours")},
                        "least_elapsed": days("constant", 1),
                        "routes": {"closed": {}},
                    }
                },
            },
            "workforce": {
                "roles": roles,
                "teams": {"team": {"title": "Team", "staff": staff, **team}, **(teams or {})},
                "absence": absence or {},
            },
        }
    )


def role(title, cap, hours=5.0, **more):
    return {"title": title, "caseload_cap": quantity(cap, "cases"), "hours_per_day": quantity(hours, "hours"), **more}


def people(asked, seed=1, replication=0):
    return roster(establish(asked, Clock(AS_AT, MONTHS)), seed, replication)


def test_without_absence_everybody_works_every_day():
    found = people(scenario())
    assert found.hours.shape == (10, Clock(AS_AT, MONTHS).days)
    assert (found.hours == 5.0).all()
    assert (found.cap == 16).all()
    assert found.employed.all()
    assert found.names[0] == "Worker 1"


@pytest.mark.parametrize("fte", [0.4, 3.0, 7.25, 10.0])
def test_posts_add_up_to_the_full_time_equivalents(fte):
    found = people(scenario({"people": {"role": "worker", "fte": quantity(fte, "FTE")}}))
    assert len(found) == np.ceil(fte)
    assert found.hours[:, 0].sum() == pytest.approx(5.0 * fte)


def test_part_timers_hold_and_give_their_share():
    part = {"worker": role("Worker", 20, fte_per_worker=quantity(0.6, "FTE"))}
    found = people(scenario({"people": {"role": "worker", "fte": quantity(6, "FTE")}}, roles=part))
    assert len(found) == 10
    assert found.hours[:, 0] == pytest.approx(3.0)
    assert (found.cap[:, 0] == 12).all()


def test_each_role_has_its_own_cap_and_hours():
    roles = {"worker": role("Worker", 20), "new": role("Newly qualified", 12, 4.5)}
    staff = {
        "old": {"role": "worker", "fte": quantity(2, "FTE")},
        "new": {"role": "new", "fte": quantity(3, "FTE")},
    }
    found = people(scenario(staff, roles=roles))
    assert found.role.tolist() == [0, 0, 1, 1, 1]
    assert found.cap[:, 0].tolist() == [20, 20, 12, 12, 12]
    assert found.hours[:, 0].tolist() == [5, 5, 4.5, 4.5, 4.5]


def test_staff_are_dealt_evenly_among_sub_teams():
    staff = {"a": {"role": "worker", "fte": quantity(7, "FTE")}, "b": {"role": "worker", "fte": quantity(6, "FTE")}}
    found = people(scenario(staff, sub_teams=4))
    numbers = np.bincount(found.sub_team[:, 0], minlength=4)
    assert numbers.max() - numbers.min() <= 1


def test_a_dated_change_of_posts_comes_on_its_date():
    dated = {
        "unit": "FTE",
        "source": "assumed",
        "dated": [
            {"from": "2021-01-01", "value": 4},
            {"from": "2021-10-01", "value": 6},
            {"from": "2022-04-01", "value": 3},
        ],
    }
    found, clock = people(scenario({"people": {"role": "worker", "fte": dated}})), Clock(AS_AT, MONTHS)
    numbers = found.employed.sum(axis=0)
    up, down = clock.day_of(date(2021, 10, 1)), clock.day_of(date(2022, 4, 1))
    assert set(numbers[:up]) == {4}
    assert set(numbers[up:down]) == {6}
    assert set(numbers[down:]) == {3}


def test_agency_contracts_end_on_their_last_day():
    staff = {
        "own": {"role": "worker", "fte": quantity(3, "FTE")},
        "agency": {"role": "worker", "fte": quantity(2, "FTE"), "contract_ends": "2021-12-31"},
    }
    found, clock = people(scenario(staff)), Clock(AS_AT, MONTHS)
    gone = clock.day_of(date(2022, 1, 1))
    assert found.employed[:, gone - 1].sum() == 5
    assert found.employed[:, gone].sum() == 3
    assert found.hours[:, gone:].sum() == pytest.approx(3 * 5.0 * (clock.days - gone))


def test_people_leave_at_the_stated_rate_and_posts_stay_vacant_the_stated_time():
    """A post is held and vacant in turn: leavings a year and the share vacant are those of a renewal process."""
    rate, fill = 0.5, 60.0
    staff = {
        "people": {
            "role": "worker",
            "fte": quantity(400, "FTE"),
            "leaving_per_year": quantity(rate, "a year"),
            "time_to_fill": days("exponential", fill),
        }
    }
    found, clock = people(scenario(staff)), Clock(AS_AT, MONTHS)
    held = 1 / (rate / clock.days_per_year)
    left = (found.employed[:, :-1] & ~found.employed[:, 1:]).sum()
    worked = found.employed[:, :-1].sum()
    assert abs(left / worked - 1 / held) < STANDARD_ERRORS * np.sqrt(left) / worked
    t = np.arange(clock.days)
    vacant = fill / (held + fill) * (1 - np.exp(-(1 / held + 1 / fill) * t))
    share = 1 - found.employed.sum(axis=0) / 400
    error = np.sqrt(vacant * (1 - vacant) / 400)
    assert (np.abs(share - vacant)[50:] < (STANDARD_ERRORS + 1) * error[50:]).all()


def test_without_a_time_to_fill_posts_stay_vacant():
    staff = {"people": {"role": "worker", "fte": quantity(50, "FTE"), "leaving_per_year": quantity(0.5, "a year")}}
    found = people(scenario(staff))
    assert (np.diff(found.employed.sum(axis=0)) <= 0).all()
    assert len(found) == 50


def test_vacancies_at_the_start_are_as_many_as_stated():
    staff = {
        "people": {
            "role": "worker",
            "fte": quantity(40, "FTE"),
            "vacant_share": quantity(0.25, "share"),
            "time_to_fill": days("exponential", 50),
        }
    }
    found = people(scenario(staff))
    assert found.employed[:, 0].sum() == 30
    assert found.employed[:, -1].sum() == 40


def test_newcomers_grow_into_their_work():
    induction = {"weeks": quantity(10, "weeks"), "starting_share": quantity(0.4, "share")}
    dated = {
        "unit": "FTE",
        "source": "assumed",
        "dated": [{"from": "2021-01-01", "value": 1}, {"from": "2021-10-01", "value": 2}],
    }
    asked = scenario(
        {"people": {"role": "worker", "fte": dated}}, roles={"worker": role("Worker", 10, induction=induction)}
    )
    found, start = people(asked), Clock(AS_AT, MONTHS).day_of(date(2021, 10, 1))
    assert (found.hours[0] == 5.0).all()
    new = found.hours[1, start:]
    assert new[0] == pytest.approx(0.4 * 5.0)
    assert found.cap[1, start] == 4
    assert (np.diff(new) >= 0).all()
    assert new[47] < 5.0
    assert new[49:] == pytest.approx(5.0)


def test_sickness_takes_the_share_that_its_spells_make():
    spells = {"away": days("exponential", 10), "at_work": days("exponential", 90)}
    asked = scenario({"people": {"role": "worker", "fte": quantity(600, "FTE")}}, absence={"sickness": spells})
    away = people(asked).hours == 0
    by_person = away.mean(axis=1)
    assert abs(by_person.mean() - 0.1) < STANDARD_ERRORS * by_person.std() / np.sqrt(600)
    first = away[:, 0].mean()
    assert abs(first - 0.1) < STANDARD_ERRORS * np.sqrt(0.1 * 0.9 / 600)


def test_all_are_at_work_on_the_first_day_where_the_scenario_says_so():
    spells = {
        "away": days("exponential", 10, rounded_up=True),
        "at_work": days("exponential", 20, rounded_up=True),
        "at_start": "at work",
    }
    found = people(scenario(absence={"sickness": spells}))
    assert (found.hours[:, 0] > 0).all()
    assert (found.hours == 0).any()


def test_annual_leave_is_taken_in_full_and_in_its_season():
    weights = [1.0] * 12
    weights[7] = 4.0
    leave = {"days_per_year": quantity(30, "days"), "month_weights": weights, "source": "assumed"}
    asked = scenario({"people": {"role": "worker", "fte": quantity(100, "FTE")}}, absence={"annual_leave": leave})
    found, clock = people(asked), Clock(AS_AT, MONTHS)
    away = found.hours == 0
    assert away.sum(axis=1).min() >= 59
    assert away.sum(axis=1).max() <= 61
    month = clock.dates.astype("datetime64[M]").astype(int) % 12 + 1
    assert away[:, month == 8].sum() / away.sum() == pytest.approx(4 / 15, rel=0.05)


def test_training_takes_its_days():
    asked = scenario(absence={"training_days_per_year": quantity(5, "days")})
    days_away = (people(asked).hours == 0).sum(axis=1)
    assert set(days_away) <= {9, 10, 11}


def test_a_wave_takes_its_share_between_its_dates():
    wave = {"winter": {"first": "2021-12-01", "last": "2022-01-31", "share_away": quantity(0.3, "share")}}
    asked = scenario({"people": {"role": "worker", "fte": quantity(500, "FTE")}}, absence={"waves": wave})
    away, clock = people(asked).hours == 0, Clock(AS_AT, MONTHS)
    inside = slice(clock.day_of(date(2021, 12, 1)), clock.day_after(date(2022, 1, 31)))
    assert abs(away[:, inside].mean() - 0.3) < STANDARD_ERRORS * np.sqrt(0.3 * 0.7 / 500)
    assert away.sum() == away[:, inside].sum()


def test_teams_without_absence_have_none():
    spells = {"away": days("exponential", 10), "at_work": days("exponential", 20)}
    assert (people(scenario(absence={"sickness": spells}, absent=False)).hours > 0).all()


def test_one_persons_absence_hangs_on_nobody_else():
    """More posts, and another team, leave everybody's absence as it was."""
    absence = {
        "sickness": {"away": days("exponential", 10), "at_work": days("exponential", 40)},
        "annual_leave": {"days_per_year": quantity(28, "days"), "month_weights": [1.0] * 12, "source": "assumed"},
        "training_days_per_year": quantity(5, "days"),
    }
    other = {"other": {"title": "Other", "staff": {"people": {"role": "worker", "fte": quantity(3, "FTE")}}}}
    few = people(scenario(absence=absence))
    many = people(scenario({"people": {"role": "worker", "fte": quantity(14, "FTE")}}, absence=absence, teams=other))
    assert np.array_equal(few.hours, many.hours[:10])
    assert not np.array_equal(many.hours[:3], many.hours[14:])


def test_the_horizon_changes_nobodys_past():
    absence = {"sickness": {"away": days("exponential", 10), "at_work": days("exponential", 40)}}
    staff = {
        "people": {
            "role": "worker",
            "fte": quantity(20, "FTE"),
            "leaving_per_year": quantity(0.4, "a year"),
            "time_to_fill": days("exponential", 30),
        }
    }
    asked = scenario(staff, absence=absence)
    short = roster(establish(asked, Clock(AS_AT, 6)), 1, 0)
    long = roster(establish(asked, Clock(AS_AT, 24)), 1, 0)
    rows = [long.names.index(name) for name in short.names]
    assert np.array_equal(short.hours, long.hours[rows, : short.hours.shape[1]])


def test_replications_differ_and_repeat():
    absence = {"sickness": {"away": days("exponential", 10), "at_work": days("exponential", 40)}}
    asked = scenario(absence=absence)
    assert np.array_equal(people(asked).hours, people(asked).hours)
    assert not np.array_equal(people(asked).hours, people(asked, replication=1).hours)
    assert not np.array_equal(people(asked).hours, people(asked, seed=2).hours)


def test_leavers_who_finish_go_on_working_without_new_cases():
    staff = {"people": {"role": "worker", "fte": quantity(2, "FTE"), "contract_ends": "2021-12-31"}}
    found, clock = people(scenario(staff, on_leaving="finish")), Clock(AS_AT, MONTHS)
    gone = clock.day_after(date(2021, 12, 31))
    assert not found.employed[:, gone:].any()
    assert (found.hours[:, gone:] == 5.0).all()
    assert (found.cap[:, gone:] == 0).all()


def test_a_merged_team_is_part_of_the_other_from_its_day():
    other = {
        "other": {"title": "Other", "sub_teams": 2, "staff": {"people": {"role": "worker", "fte": quantity(4, "FTE")}}}
    }
    asked = scenario(sub_teams=3, teams=other, merges_into="other", merges_on="2022-01-04")
    found, clock = people(asked), Clock(AS_AT, MONTHS)
    day = clock.day_of(date(2022, 1, 4))
    assert set(found.team[:10, day - 1]) == {0}
    assert set(found.team[:, day]) == {1}
    assert set(found.sub_team[:, day]) == {3, 4}


@pytest.mark.parametrize("second", ["2022-02-01", "2021-12-01"])
def test_people_follow_their_queue_through_one_merger_after_another(second):
    """Also where the team that takes them over has already gone into a third."""
    staff = {"people": {"role": "worker", "fte": quantity(4, "FTE")}}
    teams = {
        "other": {"title": "Other", "sub_teams": 2, "staff": staff, "merges_into": "third", "merges_on": second},
        "third": {"title": "Third", "staff": staff},
    }
    asked = scenario(sub_teams=3, teams=teams, merges_into="other", merges_on="2022-01-04")
    found, clock = people(asked), Clock(AS_AT, MONTHS)
    first, last = (clock.day_of(date.fromisoformat(day)) for day in ("2022-01-04", max(second, "2022-01-04")))
    assert (found.team[:10, :first] == 0).all()
    assert (found.team[:10, first:last] == 1).all()
    assert (found.team[:, last:] == 2).all()
    assert (found.sub_team[:, last:] == 5).all()


@pytest.mark.parametrize("merger", [{}, {"merges_into": "other", "merges_on": "2022-01-04"}])
def test_posts_of_sub_teams_are_those_of_their_people(merger):
    staff = {"people": {"role": "worker", "fte": quantity(4, "FTE"), "contract_ends": "2022-06-30"}}
    other = {"other": {"title": "Other", "sub_teams": 2, "staff": staff}}
    found = people(scenario(sub_teams=3, teams=other, **merger))
    assert found.stays == (not merger)
    for lines in (range(3), range(3, 5)):
        posts = fte_by(found, lines)
        assert np.array_equal(posts, [np.where(found.sub_team == line, found.fte, 0.0).sum(axis=0) for line in lines])
        assert posts.sum() > 0


def dated(unit, before, after, when=date(2022, 4, 1)):
    """One value at first, changed on a date; and long ago another."""
    steps = (date(2000, 1, 1), before * 0.9), (date(2010, 1, 1), before), (when, after)
    return {"unit": unit, "source": "assumed", "dated": [{"from": day, "value": value} for day, value in steps]}


def test_a_roles_cap_hours_and_guide_change_on_their_date():
    asked = {
        "worker": {
            "title": "Worker",
            "caseload_cap": dated("cases", 16, 20),
            "caseload_guide": dated("cases", 12, 15),
            "hours_per_day": dated("hours", 5.0, 6.0),
        },
        "other": role("Other", 8),
    }
    staff = {
        "people": {"role": "worker", "fte": quantity(1.5, "FTE")},
        "others": {"role": "other", "fte": quantity(1, "FTE")},
    }
    one, clock = scenario(staff, roles=asked), Clock(AS_AT, MONTHS)
    found, day = people(one), clock.day_of(date(2022, 4, 1))
    assert found.cap[:, [0, day - 1, day, -1]].tolist() == [[16, 16, 20, 20], [8, 8, 10, 10], [8, 8, 8, 8]]
    assert found.hours[:, [0, day - 1, day]].tolist() == [[5, 5, 6], [2.5, 2.5, 3], [5, 5, 5]]
    plan = compile(one)
    assert guides_on(plan, clock.dates[[day - 1, day]]).tolist() == [[12, np.inf], [15, np.inf]]


def test_hours_lost_are_those_of_the_day():
    asked = {"worker": {**role("Worker", 16), "hours_per_day": dated("hours", 5.0, 6.0)}}
    wave = {"first": "2021-04-01", "last": "2023-03-31", "share_away": quantity(1, "share")}
    one, clock = scenario(roles=asked, absence={"waves": {"all": wave}}), Clock(AS_AT, MONTHS)
    plan, found = compile(one), people(one)
    visits = arrive(plan, clock, steady_paths({"arrivals": 1.0}, AS_AT, MONTHS, 1, 1), 0, 1)
    (staff,) = staffed(plan, found, run(plan, clock, visits, found))
    day = clock.day_of(date(2022, 4, 1))
    assert staff.lost[[0, day - 1, day, -1]].tolist() == [50, 50, 60, 60]


def left_by(asked, day, runs=40):
    """Leavers before a day and from it on, and days in post, over replications."""
    posts, early, late, days = establish(asked, Clock(AS_AT, MONTHS)), 0, 0, np.zeros(2)
    for replication in range(runs):
        found = roster(posts, 1, replication)
        gone = found.employed[:, :-1] & ~found.employed[:, 1:]
        early, late = early + gone[:, : day - 1].sum(), late + gone[:, day - 1 :].sum()
        days += found.employed[:, :day].sum(), found.employed[:, day:].sum()
    return early, late, days


def test_people_leave_at_the_rate_of_the_day():
    clock = Clock(AS_AT, MONTHS)
    day = clock.day_of(date(2022, 4, 1))
    line = {"role": "worker", "fte": quantity(40, "FTE"), "leaving_per_year": dated("share", 0.1, 0.5)}
    line["time_to_fill"] = days("constant", 5)
    early, late, there = left_by(scenario({"people": line}), day)
    for leavers, at, rate in ((early, there[0], 0.1), (late, there[1], 0.5)):
        expected = at * (1 - np.exp(-rate / clock.days_per_year))
        assert abs(leavers - expected) < STANDARD_ERRORS * np.sqrt(expected)


def test_a_rate_dated_but_the_same_gives_the_same_people():
    line = {"role": "worker", "fte": quantity(40, "FTE"), "time_to_fill": days("exponential", 40)}
    plain = people(scenario({"people": {**line, "leaving_per_year": quantity(0.3, "share")}}))
    same = people(scenario({"people": {**line, "leaving_per_year": dated("share", 0.3, 0.3)}}))
    assert plain.names == same.names
    assert np.array_equal(plain.employed, same.employed)


def test_a_post_stays_vacant_as_long_as_was_usual_when_it_fell_vacant():
    line = {"role": "worker", "fte": quantity(60, "FTE"), "leaving_per_year": quantity(0.8, "share")}
    line["time_to_fill"] = {"distribution": "constant", "mean": dated("working days", 10, 30)}
    found, day = people(scenario({"people": line})), Clock(AS_AT, MONTHS).day_of(date(2022, 4, 1))
    gone, come = (
        {name.split(",")[0]: [] for name in found.names},
        {name.split(",")[0]: [] for name in found.names},
    )
    for name, row in zip(found.names, found.employed, strict=True):
        post, at = name.split(",")[0], np.flatnonzero(row)
        come[post].append(at[0])
        gone[post].append(at[-1] + 1)
    waits = [
        (left, came - left)
        for post in gone
        for left, came in zip(sorted(gone[post])[:-1], sorted(come[post])[1:], strict=True)
    ]
    assert {wait for left, wait in waits if left < day} == {10}
    assert {wait for left, wait in waits if left >= day} == {30}


@pytest.mark.parametrize("side", ["away", "at_work"])
def test_sickness_changes_on_its_date(side):
    usual = {"away": days("exponential", 6), "at_work": days("exponential", 54)}
    changed = {"away": (6.0, 18.0), "at_work": (54.0, 18.0)}[side]
    sick = {**usual, side: {"distribution": "exponential", "mean": dated("working days", *changed)}}
    found = people(scenario({"people": {"role": "worker", "fte": quantity(1500, "FTE")}}, absence={"sickness": sick}))
    away = (found.hours == 0).mean(axis=0)
    day = Clock(AS_AT, MONTHS).day_of(date(2022, 4, 1))
    assert abs(away[:day].mean() - 0.1) < 0.01
    assert abs(away[day + 60 :].mean() - 0.25) < 0.015
    assert abs(away[day + 5] - 0.1) > 0.02


def test_sickness_dated_but_the_same_is_the_same():
    usual = {"away": days("exponential", 6, rounded_up=True), "at_work": days("lognormal", 54, sigma=quantity(0.5))}
    same = {"away": {**usual["away"], "mean": dated("working days", 6, 6)}, "at_work": usual["at_work"]}
    one, two = (people(scenario(absence={"sickness": sick}), seed=3) for sick in (usual, same))
    assert np.array_equal(one.hours, two.hours)
