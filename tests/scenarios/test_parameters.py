"""Numbers that nobody knows exactly are drawn from their own ranges, setting by setting."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, triang

from scenarios import load
from scenarios.faults import ScenarioError
from scenarios.parameters import drawn, in_force, triangle, uncertain
from scenarios.quantity import Dated, Quantity, value_at

BASE = load.load("west-sussex")
EFFORT = "service.stages.assessment.effort.mean"
EVERYTHING = load.changed(BASE, {"vary": ["all"]}, "x")


def test_triangle_is_scipy_s() -> None:
    luck = np.random.default_rng(3).random(4000)
    values = [triangle(2.0, 3.0, 7.0, u) for u in luck]
    assert kstest(values, triang(c=0.2, loc=2, scale=5).cdf).pvalue > 0.001


@given(luck=st.floats(0, 1), low=st.floats(0, 5), up=st.floats(0, 5), more=st.floats(0, 5))
def test_no_draw_leaves_its_range(luck: float, low: float, up: float, more: float) -> None:
    value = triangle(low, low + up, low + up + more, luck)
    assert low - 1e-9 <= value <= low + up + more + 1e-9


def test_nothing_varies_unless_asked() -> None:
    assert not BASE.vary
    assert drawn(BASE, lambda _setting: 0.1) == BASE


def test_what_is_named_varies_and_the_rest_stays() -> None:
    asked = load.changed(BASE, {"vary": [EFFORT]}, "x")
    assert list(uncertain(asked)) == [EFFORT]
    world = drawn(asked, lambda _setting: 0.999)
    effort = world.service.stages["assessment"].effort.mean  # type: ignore[union-attr]
    assert isinstance(effort, Quantity)
    assert effort > asked.service.stages["assessment"].effort.mean  # type: ignore[union-attr, operator]
    assert world.workforce == asked.workforce
    assert world.opening == asked.opening


def test_a_name_that_begins_another_s_does_not_vary_it() -> None:
    found = uncertain(load.changed(BASE, {"vary": ["workforce.teams.mash"]}, "x"))
    assert found
    assert all(name.startswith("workforce.teams.mash.") for name in found)
    assert any(name.startswith("workforce.teams.mash_managers.") for name in uncertain(EVERYTHING))


def test_promises_and_records_are_never_drawn() -> None:
    everything = uncertain(EVERYTHING)
    assert EFFORT in everything
    assert not [name for name in everything if name.startswith(("targets", "facts"))]


def test_a_dated_value_moves_as_a_whole() -> None:
    setting = "workforce.teams.assessment.staff.agency.fte"
    steps = [{"from": "2020-12-01", "value": 10}, {"from": "2021-06-01", "value": 20}]
    fte = {"unit": "FTE", "source": "assumed", "dated": steps, "low": 0.5, "high": 1.5}
    asked = load.changed(BASE, {setting: fte, "vary": [setting]}, "x")
    moved = drawn(asked, lambda _setting: 1.0).workforce.teams["assessment"].staff["agency"].fte
    assert [step.value for step in moved.dated] == pytest.approx([15.0, 30.0])  # type: ignore[union-attr]


def test_a_misspelt_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'workforce'"):
        load.changed(BASE, {"vary": ["workfroce.teams"]}, "x")


def test_the_forecast_s_own_returns_vary_with_returns() -> None:
    asked = load.changed(BASE, {"vary": ["service.returns"]}, "x")
    world = drawn(asked, lambda _setting: 0.999)
    returns = world.service.returns
    assert returns is not None
    assert returns.share == returns.already_in_forecast > 0.269
    fewer = load.changed(asked, {"service.returns.share": {"value": 0.2, "low": 0.15, "high": 0.25}}, "x")
    apart = drawn(fewer, lambda _setting: 0.5).service.returns
    assert apart is not None
    assert apart.already_in_forecast == 0.266


def test_what_is_in_force_on_a_day_is_where_a_dated_number_begins() -> None:
    steps = [{"from": date(year, 1, 1), "value": year} for year in (2001, 2011, 2021)]
    dated = Dated.model_validate({"unit": "", "source": "assumed", "dated": steps})
    for day, first in ((date(1999, 1, 1), 2001), (date(2010, 12, 31), 2001), (date(2011, 1, 1), 2011)):
        assert in_force(dated, day).dated[0].value == first
        assert value_at(in_force(dated, day), day) == value_at(dated, day)
    assert in_force(BASE, date(2020, 12, 1)) is BASE
    changed = load.changed(BASE, {EFFORT: {"dated": steps}}, "x")
    assert len(in_force(changed, date(2015, 1, 1)).service.stages["assessment"].effort.mean.dated) == 2


def test_a_number_that_cannot_change_on_dates_says_so() -> None:
    steps = [{"from": "2020-12-01", "value": 0.5}]
    with pytest.raises(ScenarioError, match=r"effort.sigma: .*cannot change on dates"):
        load.changed(BASE, {"service.stages.assessment.effort.sigma": steps}, "x")
