"""Each pass over moments gives the same to the bit, compiled or by NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate import passes
from simulate.fast import SWITCH, compiles
from simulate.routing import _gone

DAYS, MONTHS = 20, 3
TIMES = st.lists(st.floats(-5, 30) | st.integers(-2, 22).map(float) | st.just(float("nan")), max_size=40)
pytestmark = pytest.mark.skipif(not compiles(True), reason="numba is not installed")


def both(monkeypatch_context, what):
    """The same, compiled and by NumPy."""
    found = []
    for switch in ("1", "0"):
        with monkeypatch_context() as patch:
            patch.setenv(SWITCH, switch)
            found.append(what())
    return found


def same(one, other):
    one, other = (x if isinstance(x, tuple) else (x,) for x in (one, other))
    assert all(a.dtype == b.dtype and a.shape == b.shape for a, b in zip(one, other, strict=True))
    assert all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(one, other, strict=True))


@given(TIMES, st.integers(0, 2**32))
def test_compiled_and_numpy_agree(times, seed):
    times = np.array(times, dtype=np.float64)
    rng = np.random.default_rng(seed)
    values = rng.exponential(5.0, len(times)).round(rng.integers(0, 3))
    month = np.r_[MONTHS, np.arange(DAYS) * MONTHS // DAYS, MONTHS]
    bounds = np.sort(rng.integers(0, 5, DAYS + 2))
    context = pytest.MonkeyPatch.context

    by_day = both(context, lambda: passes.by_day(times, DAYS))
    same(*(tuple(part[1:-1] if n else part for n, part in enumerate(found)) for found in by_day))
    place = by_day[0][0]
    came, went = place, np.maximum(place, rng.permutation(place))
    same(*both(context, lambda: passes.total(place, values, DAYS)))
    same(*both(context, lambda: passes.within(place, values, (1, 3, 10), DAYS)))
    same(*both(context, lambda: passes.spread(month, place, values, MONTHS, 12)))
    same(*both(context, lambda: passes.present(bounds, bounds, came, went)))
    starts, ends = np.sort(rng.integers(0, DAYS + 1, (2, 4)), axis=0)
    for daily in (by_day[0][1][None, 1:-1], rng.random((3, DAYS + 2))[:, 1:-1]):
        same(*both(context, lambda daily=daily: passes.between(daily, starts, ends)))


def test_days_are_added_up_from_the_first_to_the_day_before_the_last():
    daily = np.array([[1, 2, 3, 4], [0, 0, 5, 0]])
    sums = passes.between(daily, np.array([0, 1, 2]), np.array([4, 3, 2]))
    assert sums.tolist() == [[10.0, 5.0, 0.0], [5.0, 5.0, 0.0]]


@given(st.integers(0, 50), st.integers(0, 2**32))
def test_a_route_takes_those_whose_luck_falls_in_its_width_compiled_or_not(number, seed):
    rng = np.random.default_rng(seed)
    luck, to = rng.random(number).round(1), np.full(number, 1, dtype=np.int16)
    for low in (np.zeros(1), rng.random(number).round(1)):
        for width in (np.asarray(0.3), np.asarray(np.inf), rng.random(number).round(1)):
            one, other = both(pytest.MonkeyPatch.context, lambda low=low, width=width: _gone(luck, low, width, 7, to))
            same(one, other)
            height = luck - low
            assert np.array_equal(one == 7, (height >= 0) & (height < width))


def test_moments_fall_on_their_days():
    place, number, gone = passes.by_day(np.array([-3.0, 0.0, 0.25, 4.75, 19.999, 20.0, np.nan]), DAYS)
    assert place.tolist() == [0, 1, 1, 5, 20, 21, 21]
    assert number[[0, 1, 5, 20, 21]].tolist() == [1, 2, 1, 1, 2]
    assert gone[[1, 5]].tolist() == [0.25, 0.75]
