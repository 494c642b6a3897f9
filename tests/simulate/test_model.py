"""One answer, whichever form of the kernel runs and however the work is cut up."""

from __future__ import annotations

import dataclasses
import gc
import random
import weakref
from datetime import date
from heapq import heappop, heappush

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.load import load
from scenarios.schema import Scenario
from simulate import ahead, model, moments, records, tracer
from simulate.arrivals import arrive, steady_paths
from simulate.clock import Clock
from simulate.fast import SWITCH, compiles
from simulate.measures import measure
from simulate.pathway import compile
from simulate.posts import establish
from simulate.state import ENTRY, LINE_BYTES, VISIT, in_lines
from simulate.visits import FORECAST
from simulate.workforce import roster

AS_AT = date(2021, 3, 31)
NEAR = 1e-6


def quantity(value, unit="hours"):
    return {"value": value, "unit": unit, "source": "assumed"}


def exponential(mean, unit="hours"):
    return {"distribution": "exponential", "mean": quantity(mean, unit)}


@st.composite
def feedback(draw):
    """None, or every effect at once."""
    if draw(st.booleans()):
        return None
    return {
        "late_work": {"stages": ["work"], "extra_share": quantity(draw(st.floats(0.0, 0.5)), "share")},
        "thin_work": {
            "stages": ["work", "longer"],
            "above": quantity(draw(st.floats(0.0, 1.5)), "share of cap"),
            "extra_share": quantity(draw(st.floats(0.0, 0.5)), "share"),
        },
        "repeat_contacts": {
            "waiting_for": "work",
            "enters": "desk",
            "share": quantity(draw(st.floats(0.0, 1.0)), "share"),
            "after": exponential(3, "working days"),
        },
        "overload": {
            "above": quantity(0.5, "share of cap"),
            "hours_lost": quantity(draw(st.floats(0.0, 1.5)), "share"),
        },
        "strain": {
            "above": quantity(draw(st.floats(0.0, 0.9)), "share of cap"),
            "leaving_per_year": quantity(draw(st.sampled_from([0.0, 2.0, 20.0])), "leavings a year"),
        },
    }


def changing_on_a_date(unit, values):
    """A number, or one that changes on a date in the first months: a team may close, or open."""
    two = [{"from": day, "value": 0} for day in ("2021-03-01", "2021-05-04")]
    dated = st.tuples(values, values).map(
        lambda pair: {
            "unit": unit,
            "source": "assumed",
            "dated": [{**step, "value": value} for step, value in zip(two, pair, strict=True)],
        }
    )
    return values.map(lambda value: quantity(value, unit)) | dated


@st.composite
def services(draw):
    """Any small service: pools, two caseload stages, urgent work, sign-off, a plan, returns, people who come and go."""
    share = st.floats(0.0, 1.0)
    size = st.sampled_from([0.0, 0.2]) | st.floats(0.5, 6.0)
    some, thrice = st.booleans(), size.map(lambda number: 3 * number)
    sub_teams = draw(st.integers(1, 3))
    shared_team = draw(some)
    enquiry = {
        "title": "Enquiry",
        "share": quantity(draw(share), "share"),
        "starts_after": exponential(2, "working days"),
        "effort": exponential(1),
        "routes": {"conference": {"share": quantity(draw(share), "share")}, "closed": {}},
    }
    work = {
        "kind": "caseload",
        "title": "Work",
        "team": "team",
        "effort": exponential(4),
        "least_elapsed": exponential(draw(st.floats(0.1, 15)), "working days"),
        "least_elapsed_from": draw(st.sampled_from(["entry", "allocation"])),
        "urgent_work": {"enquiry": enquiry} if draw(some) else {},
        "sign_off": "manager" if draw(some) else None,
        "target_working_days": draw(st.integers(1, 15)),
        "routes": {"longer": {"share": quantity(draw(share), "share")}, "closed": {}},
    }
    longer = {
        "kind": "caseload",
        "title": "Longer work",
        "team": "team" if shared_team else "long_team",
        "effort": exponential(6),
        "least_elapsed": exponential(5, "working days"),
        "routes": {"plan": {"share": quantity(0.5, "share")}, "closed": {}},
    }
    pool = {"kind": "pool", "title": "Pool", "routes": {"closed": {}}}
    stages = {
        "desk": {
            **pool,
            "team": "desk",
            "effort": exponential(1),
            "routes": {"work": {"share": quantity(0.6, "share")}, "closed": {}},
        },
        "work": work,
        "longer": longer,
        "manager": {**pool, "team": "managers", "effort": exponential(0.5)},
        "conference": {
            **pool,
            "team": "managers",
            "effort": exponential(1),
            "lead_time": exponential(3, "working days"),
        },
        "plan": {"kind": "plan", "title": "Plan", "stay": exponential(40, "working days"), "routes": {"closed": {}}},
    }
    changing = {
        "leaving_per_year": quantity(draw(st.floats(0.0, 1.0)), "a year"),
        "time_to_fill": exponential(15, "working days"),
        "vacant_share": quantity(draw(st.floats(0.0, 0.5)), "share"),
    }
    cap = {
        "caseload_cap": draw(changing_on_a_date("cases", st.integers(1, 8))),
        "hours_per_day": draw(changing_on_a_date("hours", st.floats(1.0, 8.0))),
    }
    agency = {"role": "holder", "fte": quantity(draw(size), "FTE"), "contract_ends": "2021-05-14"}
    induction = {"weeks": quantity(6, "weeks"), "starting_share": quantity(0.3, "share")}
    on_leaving = draw(st.sampled_from(["handover", "finish"]))
    merges = {"merges_into": "team", "merges_on": "2021-06-01"} if not shared_team and draw(some) else {}
    staff = lambda role, fte, **more: {"people": {"role": role, "fte": quantity(fte, "FTE"), **more}}  # noqa: E731
    teams = {
        "desk": {"title": "Desk", "staff": staff("plain", draw(size))},
        "managers": {"title": "Managers", "on_leaving": on_leaving, "staff": staff("plain", draw(size), **changing)},
        "team": {
            "title": "Team",
            "sub_teams": sub_teams,
            "on_leaving": on_leaving,
            "staff": {
                "people": {
                    "role": "holder",
                    "fte": draw(changing_on_a_date("FTE", thrice)),
                    **changing,
                },
                **({"agency": agency} if draw(some) else {}),
            },
        },
        "long_team": {"title": "Long", "staff": staff("holder", draw(size), **changing), **merges},
    }
    return Scenario.model_validate(
        {
            "name": "any",
            "title": "Any service",
            "question": "Do the engines agree?",
            "area": "nowhere",
            "as_at": AS_AT,
            "horizon_months": draw(st.sampled_from([1, 5])),
            "replications": 1,
            "seed": draw(st.integers(0, 1000)),
            "demand": {
                "source": "steady",
                "per_working_day": {"arrivals": quantity(draw(st.just(0.0) | st.floats(0.5, 8.0)), "a day")},
            },
            "service": {
                "hours_per_day": quantity(7.4),
                "entries": {"door": {"measure": "arrivals", "enters": "desk", "urgent_share": quantity(0.2, "share")}},
                "stages": stages,
                "returns": {
                    "closing": ["work", "longer"],
                    "enters": draw(st.sampled_from(["desk", "work"])),
                    "share": quantity(0.3, "share"),
                    "already_in_forecast": quantity(draw(st.sampled_from([0.0, 0.3, 0.5])), "share"),
                    "delay": exponential(15, "working days"),
                },
            },
            "workforce": {
                "roles": {
                    "plain": {"title": "Plain", "hours_per_day": quantity(6)},
                    "holder": {"title": "Holder", **cap, "induction": induction},
                },
                "teams": teams,
                "absence": {
                    "sickness": {"away": exponential(4, "working days"), "at_work": exponential(20, "working days")},
                    "annual_leave": {
                        "days_per_year": quantity(28, "days"),
                        "month_weights": [1.0] * 12,
                        "source": "assumed",
                    },
                },
            },
            "feedback": draw(feedback()),
            "opening": {
                "work": {"open": quantity(draw(st.integers(0, 30)), "cases")},
                "plan": {"open": quantity(5, "children")},
            },
        }
    )


def ingredients(scenario, replication=0):
    """What an engine needs for one replication."""
    clock, plan = Clock(scenario.as_at, scenario.horizon_months), compile(scenario)
    rates = {name: float(rate) for name, rate in scenario.demand.per_working_day.items()}
    paths = steady_paths(rates, scenario.as_at, scenario.horizon_months, replication + 1, scenario.seed)
    visits = arrive(plan, clock, paths, replication, scenario.seed)
    return plan, clock, visits, roster(establish(scenario, clock), scenario.seed, replication)


def same(one, two, near=0.0):
    """Whether two traces tell the same story."""
    for field in dataclasses.fields(one):
        a, b = getattr(one, field.name), getattr(two, field.name)
        if field.name not in ("visits", "roster") and near == 0.0:
            assert a.tobytes() == b.tobytes(), field.name
        elif field.name in ("entered", "allocated", "finished", "urgent_began", "urgent_done", "given"):
            assert np.allclose(a, b, rtol=0, atol=near, equal_nan=True), field.name
        elif field.name == "worker":
            assert np.array_equal(a, b)
    assert np.array_equal(one.roster.employed, two.roster.employed)
    assert np.array_equal(one.roster.hours, two.roster.hours)
    assert one.roster.names == two.roster.names


@settings(max_examples=30)
@given(services())
def test_any_service_has_the_tracers_answer_and_the_same_bytes_compiled_or_not(scenario):
    given = ingredients(scenario)
    fast = model.run(*given, compiled=True)
    same(fast, model.run(*given, compiled=False))
    exact = tracer.run(*given)
    same(fast, exact, NEAR)
    order = [np.lexsort((trace.handed_back, trace.handed_visit)) for trace in (fast, exact)]
    for name in ("handed_visit", "handed_back", "handed_taken", "handed_worker"):
        one, two = (getattr(trace, name)[rows] for trace, rows in zip((fast, exact), order, strict=True))
        assert np.allclose(one, two, rtol=0, atol=NEAR, equal_nan=True), name


@pytest.mark.parametrize("engine", [tracer, model], ids=["tracer", "fast"])
@settings(max_examples=20)
@given(scenario=services())
def test_children_and_hours_add_up_on_every_day(engine, scenario):
    """Counted afresh from what happened to each child, whoever came, left, merged, stood vacant or had had enough."""
    plan, clock, visits, people = ingredients(scenario)
    trace = engine.run(plan, clock, visits, people)
    measured = measure(plan, clock, trace.roster, trace)
    daily = dict(zip(measured.daily_names, measured.daily, strict=True))
    flows = dict(zip(measured.flow_names, measured.flows, strict=True))
    ends = np.arange(clock.days + 1)
    came, gone = ((times[:, None] < ends) for times in (trace.entered, trace.finished))
    for s, stage in enumerate(plan.stages):
        here = visits.stage == s
        present = (came[here] & ~gone[here]).sum(axis=0)
        assert np.array_equal(daily[f"{stage.name}_open"], present[1:])
        flow = flows[f"{stage.name}_starts"] - flows[f"{stage.name}_ends"]
        assert np.array_equal(np.diff(present), flow)
    led = np.flatnonzero(visits.then >= 0)
    onward = ~np.isnan(trace.entered[visits.then[led]])
    assert np.array_equal(trace.finished[led[onward]], trace.entered[visits.then[led[onward]]])
    kept_away = visits.labelled[visits.then[led]] & (visits.origin[visits.then[led]] == FORECAST)
    assert (onward | kept_away | np.isnan(trace.finished[led])).all()

    plans = np.isin(visits.stage, [s for s, stage in enumerate(plan.stages) if stage.kind == "plan"])
    asked = np.where(trace.allocated < 0, np.maximum(visits.effort - visits.given, 0.0), visits.effort)
    asked = np.concatenate([np.where(plans, 0.0, asked), visits.urgent_effort])
    begun, done = np.r_[trace.allocated, trace.urgent_began], np.r_[trace.finished, trace.urgent_done]
    given = np.cumsum(trace.given.sum(axis=0))
    assert (given >= (done[:, None] <= ends[1:]).T @ asked - NEAR).all(), "work done that nobody gave hours to"
    assert (given <= (begun[:, None] <= ends[1:]).T @ asked + NEAR).all(), "hours given to no work"
    assert (trace.given <= trace.roster.hours + NEAR).all()
    in_post = trace.roster.employed | trace.roster.finish_on_leaving[:, None]
    assert not trace.given[~in_post].any()
    offered = [measured.of(f"{team.name}_hours_available") for team in plan.teams]
    working = {plan.teams[stage.team].name for stage in plan.stages if stage.kind != "plan"}
    used = [measured.of(f"{name}_hours_used") for name in working]
    assert np.isclose(sum(offered), trace.roster.hours.sum())
    assert np.isclose(sum(used), trace.given.sum())
    lost = sum(flows[f"{team.name}_hours_lost"] for team in plan.teams)
    away = trace.roster.employed & (trace.roster.hours == 0)
    assert np.allclose(lost, (away * trace.roster.fte * trace.roster.full_day).sum(axis=0))


def test_the_reference_service_has_the_tracers_answer_and_the_same_bytes_compiled_or_not(pytestconfig):
    scenario = load(pytestconfig.rootpath / "tests" / "data" / "reference-service.yaml")
    given = ingredients(scenario.model_copy(update={"horizon_months": 6}))
    fast = model.run(*given, compiled=True)
    same(fast, model.run(*given, compiled=False))
    same(fast, tracer.run(*given), NEAR)


@pytest.mark.parametrize("compiled", [True, False])
def test_serving_the_front_ahead_changes_nothing(monkeypatch, compiled, pytestconfig):
    scenario = load(pytestconfig.rootpath / "tests" / "data" / "reference-service.yaml")
    given = ingredients(scenario.model_copy(update={"horizon_months": 3}))
    assert ahead.fronts(given[0]) == (0,)
    with_front = model.run(*given, compiled=compiled)
    for module in (model, records):
        monkeypatch.setattr(module, "fronts", lambda _plan: ())
    same(with_front, model.run(*given, compiled=compiled), NEAR)


def test_the_switch_turns_compiling_off(monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    assert not compiles()
    assert compiles(True)
    monkeypatch.setenv(SWITCH, "1")
    assert compiles()


def test_arguments_are_left_as_they_were(pytestconfig):
    scenario = load(pytestconfig.rootpath / "tests" / "data" / "reference-service.yaml")
    plan, clock, visits, people = ingredients(scenario.model_copy(update={"horizon_months": 2}))
    columns = [getattr(value, field.name) for value in (visits, people) for field in dataclasses.fields(value)]
    before = [(column, column.tobytes()) for column in columns if isinstance(column, np.ndarray)]
    model.run(plan, clock, visits, people)
    assert all(column.tobytes() == then for column, then in before)


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_heap_and_diary_give_moments_in_the_same_order(seed, slots):
    source = random.Random(seed)
    plain: list[tuple[float, int]] = []
    records = moments.diary(150, slots).view(np.recarray)
    for day in (0, 7):
        moments.begin_records(records, day)
        for _ in range(75):
            if plain and source.random() < 0.4:
                assert moments.first_record(records) == plain[0][0]
                assert moments.pop_record(records) == heappop(plain)[1]
            else:
                moment = (day + source.randrange(21) / 20, source.randrange(50))
                heappush(plain, moment)
                moments.push_record(records, *moment)
        while plain:
            assert moments.pop_record(records) == heappop(plain)[1]
        assert moments.first_record(records) == float("inf")


def test_a_diary_that_is_full_says_so():
    records = moments.diary(2, 1).view(np.recarray)
    moments.push_record(records, 0.1, 1)
    moments.push_record(records, 0.2, 2)
    with pytest.raises(IndexError, match="moments in a day"):
        moments.push_record(records, 0.3, 3)


def test_nothing_of_a_replication_stays_when_it_is_over(pytestconfig):
    scenario = load(pytestconfig.rootpath / "tests" / "data" / "reference-service.yaml")
    plan, clock, visits, people = ingredients(scenario.model_copy(update={"horizon_months": 2}))
    seen = []

    def watched(*given):
        state, rota = prepared(*given)
        seen.extend(weakref.ref(part) for part in (state.book, rota.hours))
        return state, rota

    prepared = records.prepared
    gc.collect()
    gc.disable()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(records, "prepared", watched)
            model.run(plan, clock, visits, people)
        assert seen
        assert all(part() is None for part in seen)
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", [ENTRY, VISIT])
def test_entries_of_the_book_and_visits_under_way_fill_one_line_of_near_memory_each(kind):
    assert kind.itemsize == LINE_BYTES
    found = in_lines(kind, 5)
    assert (len(found), found.ctypes.data % LINE_BYTES) == (5, 0)
