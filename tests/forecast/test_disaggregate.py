"""Months from years: sums exact, nothing below nought, the stock's identity exact, the method the known one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forecast.disaggregate import denton, extended, flow, months_of, shared, stock, whole

FIGURES = st.lists(st.integers(0, 20_000), min_size=1, max_size=8)
COUNTS = st.integers(0, 2_000)


def indicator_for(years: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.05, 20.0, 12 * years)


@settings(deadline=None)
@given(FIGURES, st.integers(0, 10**6))
def test_months_add_up_and_are_not_negative(annual: list[int], seed: int) -> None:
    totals = np.array(annual, dtype=np.float64)
    values = denton(totals, indicator_for(len(annual), seed))
    assert values.min() >= 0
    np.testing.assert_allclose(values.reshape(-1, 12).sum(axis=1), totals, rtol=1e-9, atol=1e-6)
    counts = whole(values, totals)
    assert (counts.reshape(-1, 12).sum(axis=1) == totals).all()
    assert (counts >= 0).all()
    assert (np.abs(counts - values) < 1 + 1e-6).all()


@settings(deadline=None)
@given(st.lists(st.integers(100, 5_000), min_size=2, max_size=6), st.integers(0, 10**6))
def test_no_other_series_that_adds_up_moves_closer_to_the_indicator(annual: list[int], seed: int) -> None:
    totals, shape = np.array(annual, dtype=np.float64), indicator_for(len(annual), seed)
    values = denton(totals, shape)
    if values.min() > 1e-6:  # else the method was held back at nought

        def roughness(series: np.ndarray) -> float:
            return float((np.diff(series / shape) ** 2).sum())

        rng = np.random.default_rng(seed)
        for _ in range(20):
            nudge = rng.normal(size=(len(annual), 12))
            nudge = (nudge - nudge.mean(axis=1, keepdims=True)).ravel()
            assert roughness(values + nudge) >= roughness(values) - 1e-6


def test_constant_ratio_is_reproduced_exactly() -> None:
    shape = indicator_for(5, 1)
    values = denton(3.0 * shape.reshape(5, 12).sum(axis=1), shape)
    np.testing.assert_allclose(values, 3.0 * shape, rtol=1e-8)


@pytest.mark.parametrize(
    ("annual", "shape"),
    [([1.0, 2.0], np.ones(12)), ([1.0], np.zeros(12)), ([-1.0], np.ones(12)), ([np.nan], np.ones(12))],
)
def test_what_cannot_be_shared_out_is_refused(annual: list[float], shape: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"year|indicator"):
        denton(np.array(annual), shape)


@example([0.0, 5e-324], 1)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.integers(0, 10**6))
def test_a_whole_total_is_shared_out_to_the_last_one(weights: list[float], total: int) -> None:
    parts = shared(np.array(weights), total)
    assert parts.sum() == total
    assert (parts >= 0).all()
    assert (parts == np.floor(parts)).all()


def test_years_must_follow_one_another() -> None:
    assert str(months_of([2020, 2021])[0]) == "2019-04"
    with pytest.raises(ValueError, match="follow one another"):
        months_of([2020, 2022])


@settings(deadline=None)
@given(
    st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=1, max_size=6),
    st.integers(0, 2_000),
    st.integers(0, 10**6),
)
def test_a_stock_adds_up_to_every_published_figure(years: list[tuple[int, int, int]], opening: int, seed: int) -> None:
    starts = {2011 + k: float(one[0]) for k, one in enumerate(years)}
    ends = {2011 + k: float(one[1]) for k, one in enumerate(years)}
    opened = {2010: float(opening)} | {2011 + k: float(one[2]) for k, one in enumerate(years)}
    # published figures cannot say that more ended than there ever were: what is missing is a recording adjustment
    months = months_of(list(starts))
    movement = pd.Series(indicator_for(len(years), seed), index=months)
    made = stock(starts, ends, opened, starts_indicator=movement)
    by_year = [values.reshape(-1, 12) for values in (made.starts, made.ends, made.open, made.adjustment)]
    assert by_year[0].sum(axis=1).tolist() == list(starts.values())
    assert by_year[1].sum(axis=1).tolist() == list(ends.values())
    assert by_year[2][:, -1].tolist() == [opened[year] for year in starts]
    gaps = [opened[year] - opened[year - 1] - starts[year] + ends[year] for year in starts]
    assert by_year[3].sum(axis=1).tolist() == gaps
    before = np.concatenate([[made.opening], made.open[:-1]])
    assert (made.open == before + made.starts - made.ends + made.adjustment).all()
    for values in (made.starts, made.ends, made.open):
        assert (values >= 0).all()
        assert (values == np.floor(values)).all()


def test_a_stock_needs_its_opening_count() -> None:
    with pytest.raises(ValueError, match="31 March"):
        stock({2020: 5}, {2020: 5}, {2020: 5}, starts_indicator=pd.Series(np.ones(12), index=months_of([2020])))


def test_carrying_on_keeps_the_ratio_and_the_running_total() -> None:
    months = pd.period_range("2018-04", "2021-11", freq="M")
    movement = pd.Series(np.linspace(10, 20, len(months)), index=months)
    known = flow({2019: 600.0, 2020: 1_200.0}, movement)
    carried = extended(known, movement, months[-1])
    last = movement[known.index[-12:]].sum()
    expected = movement[months > known.index[-1]].cumsum() * 1_200.0 / last
    assert (carried[known.index] == known).all()
    assert (carried[expected.index].cumsum() - expected).abs().max() <= 0.5 + 1e-9
    half_way = extended(known, movement, months[-1], memory=0.5)[expected.index].sum()
    assert half_way < carried[expected.index].sum()
