"""Process charts: limits by hand, each signal alone, and laws that hold for any series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.spc import xmr

FLAT = [10.0, 12.0] * 8  # every moving range is 2, the mean 11: limits 11 -+ 5.32


def test_limits_are_the_mean_and_two_point_six_six_mean_ranges() -> None:
    table = xmr(FLAT)
    assert table["mean"].iloc[0] == pytest.approx(11)
    assert table["upper"].iloc[0] == pytest.approx(11 + 2.66 * 2)
    assert table["lower"].iloc[0] == pytest.approx(11 - 2.66 * 2)
    assert (table["kind"] == "common").all()


def test_a_wild_range_is_screened_out_once() -> None:
    spiked = [*FLAT, 60.0, *FLAT]
    table = xmr(spiked)
    assert table["upper"].iloc[0] == pytest.approx(np.mean(spiked) + 2.66 * 2)
    assert table["outside"].iloc[len(FLAT)]


def test_seven_on_one_side_are_all_flagged_and_six_are_not() -> None:
    base = [0.0, 20.0] * 6
    seven = xmr([*base, *[16.0, 14.0] * 3, 16.0], baseline=12)
    assert seven["run"].tolist()[-7:] == [True] * 7
    six = xmr([*base[:-1], *[16.0, 14.0] * 3], baseline=11)
    assert not six["run"].any()


def test_seven_rising_points_are_a_trend_and_six_are_not() -> None:
    seven = xmr([10.0, 0.0, 20.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.5, 0.0], baseline=3)
    assert seven["trend"].tolist() == [False] * 3 + [True] * 7 + [False]
    assert not xmr([20.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 0.0])["trend"].any()


def test_two_of_three_near_a_limit_on_one_side() -> None:
    near = 11 + 0.8 * 2.66 * 2
    table = xmr([*FLAT, near, near, 12.0, 10.0], baseline=len(FLAT))
    assert table["near"].tolist()[-4:] == [True, True, False, False]
    apart = xmr([*FLAT, near, 22 - near, near, 10.0], baseline=len(FLAT))
    assert not apart["near"].any()


def test_direction_decides_between_improvement_and_concern() -> None:
    high = [*FLAT, 40.0, *FLAT]
    assert xmr(high, "low")["kind"].iloc[len(FLAT)] == "concern"
    assert xmr(high, "high")["kind"].iloc[len(FLAT)] == "improvement"
    assert xmr(high)["kind"].iloc[len(FLAT)] == "high"


def test_short_series_and_gaps() -> None:
    assert len(xmr([])) == 0
    assert xmr([5.0])["kind"].tolist() == ["common"]
    with pytest.raises(ValueError, match="value 2 is missing"):
        xmr([1.0, float("nan"), 2.0])


SERIES = st.lists(st.integers(0, 200), min_size=3, max_size=40)


@given(SERIES, st.integers(-50, 50), st.sampled_from([1, 2, 4]))
def test_moving_or_stretching_a_series_changes_no_signal(values: list[int], shift: int, factor: int) -> None:
    first = xmr([float(v) for v in values])
    other = xmr([float(v * factor + shift) for v in values])
    for flag in ("run", "trend"):
        assert first[flag].tolist() == other[flag].tolist()
    assert other["upper"].iloc[0] == pytest.approx(first["upper"].iloc[0] * factor + shift)


@given(SERIES)
def test_turning_a_series_upside_down_turns_its_signals_over(values: list[int]) -> None:
    up, down = xmr([float(v) for v in values]), xmr([-float(v) for v in values])
    swap = {"high": "low", "low": "high", "common": "common"}
    assert up["trend"].tolist() == down["trend"].tolist()
    assert [swap[k] for k in up["kind"]] == down["kind"].tolist()
