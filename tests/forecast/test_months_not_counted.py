"""Months without a count at the end are months ahead: the level is the last one known, and it goes on wandering."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.referrals import pooled
from forecast.series import Series

MONTHS, HORIZON = 84, 6


def series(unknown: int) -> Series:
    """Referrals that doubled for good three years before the end, the last few months not counted."""
    level = np.where(np.arange(MONTHS) < 48, 100.0, 200.0)
    counts = np.round(level * np.exp(0.1 * np.random.default_rng(3).standard_normal(MONTHS)))
    counts[MONTHS - unknown :] = np.nan
    return Series(counts, pd.period_range("2013-01", periods=MONTHS, freq="M"), measure="referrals", area="Here")


@settings(max_examples=20)
@given(st.integers(0, 30))
def test_a_blank_month_at_the_end_is_as_one_that_is_not_there(unknown: int) -> None:
    written = pooled(series(unknown), HORIZON)
    left_out = pooled(series(unknown).until(series(unknown).last - unknown), unknown + HORIZON)
    assert written.median == pytest.approx(left_out.median[unknown:], rel=0.05)  # the season borrowed is a newer one
    assert written.variance == pytest.approx(left_out.variance[unknown:], rel=0.05)
    assert len(written.median) == HORIZON


@pytest.mark.parametrize("unknown", [1, 11, 12, 23])
def test_one_more_month_not_counted_hardly_moves_the_level_and_the_walk_goes_on(unknown: int) -> None:
    one, more = pooled(series(unknown), HORIZON), pooled(series(unknown + 1), HORIZON)
    assert more.median.sum() == pytest.approx(one.median.sum(), rel=0.08)
    assert more.walk[0] == pytest.approx((unknown + 2) * np.diff(more.walk)[0])
