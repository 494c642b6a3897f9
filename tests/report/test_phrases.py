"""Numbers, dates and chances are said as a person would say them, and never more surely than they are."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report import phrases


@pytest.mark.parametrize(
    ("mean", "words"),
    [(4.23, "4.2"), (60.4, "60"), (644.0, "640"), (1483.0, "1,480"), (23_417.0, "23,400"), (float("nan"), "no figure")],
)
def test_simulated_means_have_no_false_precision(mean: float, words: str) -> None:
    assert phrases.about(mean) == words


@given(st.floats(10, 1e6))
def test_about_is_never_far_from_the_mean(mean: float) -> None:
    said = float(phrases.about(mean).replace(",", ""))
    assert abs(said - mean) <= 0.05 * mean


@pytest.mark.parametrize(
    ("share", "words"), [(0.843, "84%"), (0.996, "99.6%"), (1.0, "100%"), (0.0, "0%"), (0.004, "0.4%")]
)
def test_a_share_near_all_is_not_called_all(share: float, words: str) -> None:
    assert phrases.percent(share) == words


@given(st.integers(2, 500), st.data())
def test_none_and_all_are_said_only_of_none_and_all(runs: int, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, runs))
    words = phrases.futures(kept / runs, runs)
    assert ("none" in words) == (kept == 0)
    assert ("in all" in words) == (kept == runs)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_chance_is_never_said_as_fewer_futures(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert phrases.tens(low) <= phrases.tens(high)
    assert 0 <= phrases.tens(one) <= 10


def test_dates_and_months_are_real_ones() -> None:
    assert phrases.day("2020-04-06") == "6 April 2020"
    assert phrases.month("2021-01") == "January 2021"
    assert phrases.period("2020-21") == "year to March 2021"
    assert phrases.period("2020-12") == "December 2020"
    assert phrases.period("all") == "the whole period"


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_an_interval_says_both_ends_unless_they_read_alike(one: float, other: float) -> None:
    low, high = sorted((one, other))
    words = phrases.between(low, high)
    assert words.startswith("between") == (phrases.about(low) != phrases.about(high))


def test_lists_read_as_english() -> None:
    assert phrases.listed(["one"]) == "one"
    assert phrases.listed(["one", "two", "three"]) == "one, two and three"


def test_the_range_of_few_futures_is_the_lowest_and_the_highest_of_them() -> None:
    row = pd.Series({"p10": 300.0, "p90": 520.0, "lowest": 270.0, "highest": 550.0})
    for number, words in (
        (1, "in the one future simulated"),
        (2, "between 270 and 550 in the 2 futures simulated"),
        (9, "between 270 and 550 in the 9 futures simulated"),
        (10, "between 300 and 520 in 8 of 10 futures"),
    ):
        for name in ("replications", "paths"):
            assert phrases.spread(pd.Series({**row, name: number})) == words


def test_few_futures_are_counted_as_they_are() -> None:
    assert phrases.futures(1.0, 1) == "in the one future simulated"
    assert phrases.futures(0.0, 1) == "not in the one future simulated"
    assert phrases.futures(2 / 3, 3) == "in 2 of the 3 futures simulated"
    assert phrases.futures(0.7, 10) == "in 7 of 10 futures"
