"""Numbers that nobody knows exactly are drawn from their own ranges, setting by setting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, triang

from scenarios import load
from scenarios.faults import ScenarioError
from scenarios.parameters import drawn, triangle, uncertain
from scenarios.quantity import Quantity

BASE = load.load("west-sussex")
EFFORT = "service.stages.assessment.effort.mean"


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


def test_promises_and_records_are_never_drawn() -> None:
    everything = uncertain(load.changed(BASE, {"vary": ["all"]}, "x"))
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
