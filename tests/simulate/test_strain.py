"""Overload that makes people leave: earlier, never later, and the post's own next holder follows."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.schema import Scenario
from simulate import model, strain
from simulate.arrivals import arrive, steady_paths
from simulate.clock import Clock
from simulate.pathway import compile
from simulate.posts import establish
from simulate.workforce import roster

AS_AT = date(2021, 3, 31)
STANDARD_ERRORS = 3.3
NEVER = 10_000


def quantity(value, unit="units"):
    return {"value": value, "unit": unit, "source": "assumed"}


def scenario(  # one team of a caseload
    overload=None,
    *,
    posts=12,
    leaving=0.5,
    per_day=4.0,
    effort=8.0,
    months=12,
    seed=1,
    on_leaving="handover",
    newcomers_learn=True,
):
    staff = {"role": "worker", "fte": quantity(posts, "FTE"), "leaving_per_year": quantity(leaving, "a year")}
    staff["time_to_fill"] = {"distribution": "exponential", "mean": quantity(30, "working days")}
    least = {"distribution": "exponential", "mean": quantity(20, "working days")}
    work = {"kind": "caseload", "title": "Work", "team": "team", "least_elapsed": least, "routes": {"closed": {}}}
    work["effort"] = {"distribution": "exponential", "mean": quantity(effort, "hours")}
    induction = {"weeks": quantity(6, "weeks"), "starting_share": quantity(0.5, "share")}
    role = {"title": "Worker", "hours_per_day": quantity(5, "hours"), "caseload_cap": quantity(10, "cases")}
    role |= {"induction": induction} if newcomers_learn else {}
    feedback = None if overload is None else {"strain": overload}
    return Scenario.model_validate(
        {
            "name": "strain",
            "title": "Strain",
            "question": "Who leaves?",
            "area": "nowhere",
            "as_at": AS_AT,
            "horizon_months": months,
            "replications": 1,
            "seed": seed,
            "demand": {"source": "steady", "per_working_day": {"arrivals": quantity(per_day, "a day")}},
            "service": {
                "hours_per_day": quantity(7.4, "hours"),
                "entries": {"door": {"measure": "arrivals", "enters": "work"}},
                "stages": {"work": work},
            },
            "workforce": {
                "roles": {"worker": role},
                "teams": {"team": {"title": "Team", "on_leaving": on_leaving, "staff": {"people": staff}}},
            },
            "feedback": feedback,
        }
    )


def overload(leaving_per_year, above=0.5):
    return {"above": quantity(above, "share of the cap"), "leaving_per_year": quantity(leaving_per_year, "a year")}


def lived(asked, replication=0):
    clock, plan = Clock(asked.as_at, asked.horizon_months), compile(asked)
    rates = {name: float(rate) for name, rate in asked.demand.per_working_day.items()}
    paths = steady_paths(rates, asked.as_at, asked.horizon_months, replication + 1, asked.seed)
    visits = arrive(plan, clock, paths, replication, asked.seed)
    return model.run(plan, clock, visits, roster(establish(asked, clock), asked.seed, replication))


def leavings(people):
    return int((people.employed[:, :-1] & ~people.employed[:, 1:]).sum())


def spans(people):
    """First day in post, and the first day out of it (NEVER: in post at the end), of everyone by name."""
    days = people.employed.shape[1]
    first, last = np.argmax(people.employed, axis=1), days - np.argmax(people.employed[:, ::-1], axis=1)
    there = people.employed.any(axis=1)
    return {
        name: (int(a), int(b) if b < days else NEVER)
        for name, a, b, here in zip(people.names, first, last, there, strict=True)
        if here
    }


@pytest.mark.parametrize("on_leaving", ["handover", "finish"])
@pytest.mark.parametrize("seed", range(4))
def test_everyone_leaves_no_later_and_their_post_stands_vacant_as_long(seed, on_leaving):
    """On the same luck the k-th holder of each post comes and goes no later than without overload."""
    usual = spans(lived(scenario(seed=seed, on_leaving=on_leaving)).roster)
    loaded = spans(lived(scenario(overload(4.0), seed=seed, on_leaving=on_leaving)).roster)
    assert set(usual) <= set(loaded)
    assert all(loaded[name][0] <= first and loaded[name][1] <= last for name, (first, last) in usual.items())
    assert any(loaded[name][1] < last for name, (_, last) in usual.items())
    for name, (first, _) in usual.items():
        if ", replacement " in name:
            post, number = name.split(", replacement ")
            before = post if number == "1" else f"{post}, replacement {int(number) - 1}"
            assert first - usual[before][1] == loaded[name][0] - loaded[before][1]


def test_more_overload_makes_more_people_leave():
    """From none to some it holds in each future; between two strengths it holds on average over paired futures."""
    strengths = (0.0, 1.0, 4.0, 16.0)
    found = np.array(
        [[leavings(lived(scenario(overload(strength)), r).roster) for strength in strengths] for r in range(6)]
    )
    assert (found[:, 1:] >= found[:, :1]).all()
    assert (np.diff(found.mean(axis=0)) > 0).all()


def test_the_rate_of_leaving_is_the_usual_and_what_overload_adds():
    """Whoever always holds the cap leaves at the usual rate and half of `leaving_per_year` (half a cap is above)."""
    asked = scenario(overload(3.0), posts=60, leaving=0.5, per_day=25.0, effort=500.0, months=24, newcomers_learn=False)
    trace = lived(asked)
    people, days = trace.roster, trace.roster.employed.shape[1]
    left, worked = leavings(people), people.employed[:, 1 : days - 1].sum()
    a_day = 1 - np.exp(-(0.5 + 3.0 * 0.5) / 253)
    assert left > 80
    assert abs(left / worked - a_day) < STANDARD_ERRORS * np.sqrt(left) / worked


@pytest.mark.parametrize("off", [overload(0.0), overload(50.0, above=5.0)], ids=["no effect", "never so many"])
def test_what_adds_nothing_is_off(off):
    one, two = lived(scenario()), lived(scenario(off))
    for field in dataclasses.fields(one):
        if field.name not in ("visits", "roster"):
            assert getattr(one, field.name).tobytes() == getattr(two, field.name).tobytes(), field.name
    assert one.roster.hours.tobytes() == two.roster.hours.tobytes()
    assert roster(establish(scenario(overload(0.0)), Clock(AS_AT, 12)), 1, 0).lot is None


@given(st.data())
def test_judged_by_any_history_more_cases_never_keep_anybody_longer(data):
    """Two histories of open cases, one never below the other: the heavier one's holders leave no later."""
    asked = scenario(overload(data.draw(st.floats(0.5, 40.0)), above=data.draw(st.floats(0.0, 0.9))), posts=3, months=3)
    start = roster(establish(asked, Clock(AS_AT, 3)), data.draw(st.integers(0, 100)), 0)
    light, heavy = start, start
    for day in range(1, start.hours.shape[1], 7):
        few = data.draw(st.integers(0, 10))
        many = few + data.draw(st.integers(0, 10))
        before = [people.hours[:, :day] for people in (light, heavy)]
        light = strain.judged(light, np.full(len(light), few) * light.employed[:, day], day)
        heavy = strain.judged(heavy, np.full(len(heavy), many) * heavy.employed[:, day], day)
        for past, people in zip(before, (light, heavy), strict=True):
            assert np.array_equal(past, people.hours[: len(past), :day])
            assert not people.employed[len(past) :, :day].any()
    soft, hard = spans(light), spans(heavy)
    same = [name for name, (first, _) in soft.items() if first == 0]
    assert all(hard[name][1] <= soft[name][1] for name in same)


def test_one_who_leaves_early_in_induction_is_followed_by_a_newcomer():
    """A newcomer's cap is their own that day; whoever follows begins induction anew."""
    trace = lived(scenario(overload(30.0), posts=4, per_day=8.0))
    people = trace.roster
    newcomers = [at for at, name in enumerate(people.names) if "replacement" in name and people.employed[at].any()]
    assert len(newcomers) > 4
    for at in newcomers:
        first = int(np.argmax(people.employed[at]))
        assert people.hours[at, first] == pytest.approx(2.5)
        assert people.cap[at, first] == 5
