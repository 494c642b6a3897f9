"""Steps of the pathway: delays in months from delays in days, lagged rates, spread as wide as years say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.calendar import working_days
from forecast.pathway import Spread, indicator, lagged_rate, month_weights, pathway

BANDS = st.lists(st.tuples(st.floats(0, 200), st.floats(0, 60), st.floats(0.01, 1)), min_size=1, max_size=5)


@given(BANDS)
def test_delays_keep_their_mean(bands: list[tuple[float, float, float]]) -> None:
    total = sum(share for _, _, share in bands)
    given_bands = tuple((low, low + width, share / total) for low, width, share in bands)
    weights = month_weights(given_bands, 21)
    assert sum(weights) == pytest.approx(1)
    mean_days = sum(share * (low + high) / 2 for low, high, share in given_bands)
    assert sum(lag * weight for lag, weight in enumerate(weights)) == pytest.approx(mean_days / 21, abs=0.02)


def test_a_delay_of_whole_months_moves_everything_by_them() -> None:
    assert month_weights(((42.0, 42.0, 1.0),), 21) == pytest.approx((0.0, 0.0, 1.0))


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=30), st.floats(0.1, 100))
def test_a_steady_parent_has_its_own_lagged_rate(shape: list[float], rate: float) -> None:
    days = np.full(len(shape), 20.0)
    weights = (0.2, 0.5, 0.3)
    np.testing.assert_allclose(lagged_rate(np.full(len(shape), rate * 20), days, weights), rate)


def test_one_extra_parent_month_arrives_by_the_weights() -> None:
    days = np.full(12, 20.0)
    parent = np.full(12, 100.0)
    bumped = parent.copy()
    bumped[5] += 20
    gain = lagged_rate(bumped, days, (0.2, 0.5, 0.3)) - lagged_rate(parent, days, (0.2, 0.5, 0.3))
    np.testing.assert_allclose(gain, [0, 0, 0, 0, 0, 0.2, 0.5, 0.3, 0, 0, 0, 0], atol=1e-12)


def test_the_indicator_of_a_constant_rate_is_its_working_days() -> None:
    months = pd.period_range("2019-01", "2020-12", freq="M")
    days = working_days(months)
    movement = indicator(pathway().step("section_47"), pd.Series(40.0 * days, index=months))
    np.testing.assert_allclose(movement / days, movement.iloc[0] / days[0])


@pytest.mark.parametrize(("memory", "growth"), [(0.35, 0.0), (0.7, 0.25), (1.0, 0.7)])
def test_yearly_means_stray_as_far_as_years_did(memory: float, growth: float) -> None:
    spread = Spread(memory, 0.2, growth)
    paths, months = 20_000, 24
    strays = spread.wander(np.random.default_rng(1).standard_normal((paths, 2 + 2 * months)), unseen=0.0)
    first, second = (strays[:, 12 * k : 12 * k + 12].mean(axis=1).var() for k in (0, 1))
    assert first == pytest.approx(0.04, rel=0.10)
    assert second == pytest.approx(0.04 * (1 + growth), rel=0.10)


def test_absent_parents_are_passed_over() -> None:
    way = pathway()
    direct = way.nearest_parent("conferences", ("referrals",))
    own, above = way.step("conferences"), way.step("section_47")
    assert direct.parent == "referrals"
    assert direct.elasticity == pytest.approx(own.elasticity * above.elasticity)
    mean = [sum(lag * weight for lag, weight in enumerate(step.weights)) for step in (direct, own, above)]
    assert mean[0] == pytest.approx(mean[1] + mean[2])
    assert sum(direct.weights) == pytest.approx(1)


def test_the_shipped_correlation_is_possible() -> None:
    way = pathway()
    assert np.linalg.eigvalsh(way.correlation).min() > 0
    np.testing.assert_allclose(way.correlation, way.correlation.T)
    assert (way.over(("referrals", "conferences")) == np.eye(2)).all()
