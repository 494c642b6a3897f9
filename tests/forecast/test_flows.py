"""Stocks add up on every path, settle where theory says, and answer the correction of their centre."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.draws import generators
from forecast.flows import corrected_rates, exits, rolled


@settings(deadline=None, max_examples=50)
@given(
    st.integers(0, 500),
    st.lists(st.integers(0, 60), min_size=1, max_size=24),
    st.floats(0, 2),
    st.integers(0, 10**6),
)
def test_open_is_opening_plus_starts_less_ends(opening: int, starts: list[int], rate: float, seed: int) -> None:
    table = np.tile(np.array(starts, dtype=np.float64), (3, 1))
    made = exits(np.full(3, float(opening)), table, np.full(table.shape, rate), generators(seed, "test", 3))
    assert (made.open == opening + np.cumsum(made.starts - made.ends, axis=1)).all()
    before = np.concatenate([np.full((3, 1), opening), made.open[:, :-1]], axis=1)
    assert (made.ends >= 0).all()
    assert (made.ends <= before).all()


def test_the_stock_settles_at_starts_over_rate() -> None:
    path = rolled(100.0, np.full(600, 90.0), 0.1)
    assert path[-1] == pytest.approx(900.0)
    made = exits(np.full(400, 900.0), np.full((400, 60), 90.0), np.full((400, 60), 0.1), generators(1, "test", 400))
    assert made.open[:, -1].mean() == pytest.approx(900, abs=4 * np.sqrt(900 / 400))


def test_without_correction_needed_the_rate_is_the_rate() -> None:
    np.testing.assert_allclose(corrected_rates(900.0, np.full(24, 90.0), 0.1), 0.1)


@given(st.integers(100, 2_000), st.floats(1, 100), st.floats(0.02, 0.2))
def test_the_centre_lies_between_the_opinions(opening: int, starting: float, rate: float) -> None:
    starts = np.full(24, starting)
    rates = corrected_rates(float(opening), starts, rate)
    level, centre = float(opening), []
    for month in range(24):
        level = level + starts[month] - rates[month] * level
        centre.append(level)
    low, high = np.minimum(rolled(opening, starts, rate), opening), np.maximum(rolled(opening, starts, rate), opening)
    if (rates > rate / 3 + 1e-9).all() and (rates < 3 * rate - 1e-9).all():
        assert (np.array(centre) >= low - 1e-6).all()
        assert (np.array(centre) <= high + 1e-6).all()


def test_an_opening_count_is_whole() -> None:
    with pytest.raises(ValueError, match="whole number"):
        exits(np.array([1.5]), np.ones((1, 1)), np.ones((1, 1)), generators(1, "test", 1))
