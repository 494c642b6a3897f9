"""A month far off those around it counts up to a limit; a change that lasts is let through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.pool import look_back, odd_months_pulled

MONTHS, SD = 60, 0.1
ORDINARY = np.ones(MONTHS, dtype=np.bool_)


def noisy() -> np.ndarray:
    return 3.0 + SD * np.random.default_rng(4).standard_normal(MONTHS)


@given(at=st.integers(0, MONTHS - 1), size=st.floats(1.0, 5.0))
def test_one_odd_month_moves_only_itself_and_no_further_than_the_limit(at: int, size: float) -> None:
    rate = np.full(MONTHS, 3.0)
    rate[at] += size
    pulled = odd_months_pulled(rate, SD)
    assert pulled[at] == pytest.approx(3.0 + 2 * SD)
    assert np.delete(pulled, at) == pytest.approx(3.0)


def test_a_change_that_lasts_half_a_year_is_kept_whole() -> None:
    rate = np.r_[np.full(MONTHS - 7, 3.0), np.full(7, 4.0)]
    assert odd_months_pulled(rate, SD) == pytest.approx(rate)


def test_missing_months_stay_missing_and_change_nothing_else() -> None:
    rate = noisy()
    rate[[5, 30, MONTHS - 1]] = np.nan
    pulled = odd_months_pulled(rate, SD)
    assert (np.isnan(pulled) == np.isnan(rate)).all()
    assert odd_months_pulled(np.full(MONTHS, np.nan), SD).shape == (MONTHS,)


@given(shift=st.floats(-5, 5))
def test_twice_the_size_is_twice_the_forecast(shift: float) -> None:
    plain, moved = look_back(noisy(), ORDINARY), look_back(noisy() + shift, ORDINARY)
    assert moved.base - plain.base == pytest.approx(shift, abs=1e-9)
    assert moved.features == pytest.approx(plain.features, abs=1e-9)


def test_a_recent_odd_month_moves_the_level_less_than_its_share_of_the_year() -> None:
    rate = noisy()
    odd = rate.copy()
    odd[-3] += 2.0
    assert 0 <= look_back(odd, ORDINARY).base - look_back(rate, ORDINARY).base < 2.0 / 12
