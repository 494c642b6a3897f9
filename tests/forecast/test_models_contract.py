"""One battery for every forecaster: shape, sign, scale, short and broken histories, a series that ends in a shock."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast.models import BASELINES, CANDIDATES, MODELS
from forecast.phases import restricted_months
from forecast.series import Series

HORIZON = 12
LOCKDOWN = restricted_months()
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
FAST = tuple(name for name in MODELS if name not in {"structural_model", "moving_season", "calm_core"})


def series(y: np.ndarray, last: str = "2020-10", measure: str | None = None) -> Series:
    months = pd.period_range(end=last, periods=len(y), freq="M")
    return Series(np.asarray(y, dtype=float), months, measure=measure)


def wavy(months: int, level: float = 300.0, seed: int = 1) -> np.ndarray:
    t = np.arange(months)
    noise = np.random.default_rng(seed).standard_normal(months)
    return np.round(level * np.exp(0.1 * np.sin(2 * np.pi * t / 12) + 0.05 * noise))


HARD = {
    "two years": wavy(24),
    "three months": wavy(3),
    "one month": wavy(1),
    "thirteen months": wavy(13),
    "flat": np.full(60, 80.0),
    "all noughts": np.zeros(40),
    "mostly noughts": (np.arange(60) % 7 == 0).astype(float) * 3,
    "gaps": np.where(np.arange(72) % 5 == 2, np.nan, wavy(72)),
    "gap at the end": np.r_[wavy(60), [np.nan] * 4],
    "gap at the start": np.r_[[np.nan] * 9, wavy(51)],
    "one count among gaps": np.r_[[np.nan] * 20, 7.0, [np.nan] * 5],
    "collapses": np.r_[wavy(60), np.full(8, 2.0)],
    "explodes": np.r_[wavy(60), wavy(6) * 40],
    "huge": wavy(90) * 1e7,
    "tiny": wavy(90) * 1e-4,
}


@pytest.mark.parametrize("measure", [None, "referrals"])
@pytest.mark.parametrize("case", HARD)
@pytest.mark.parametrize("name", MODELS)
def test_finite_not_negative_and_ordered(name: str, case: str, measure: str | None) -> None:
    one = series(HARD[case], measure=measure)
    outlook = MODELS[name].outlook(one, HORIZON, lockdown=LOCKDOWN)
    said = np.array(list(outlook.quantiles(LEVELS).values()))
    assert said.shape == (len(LEVELS), HORIZON)
    assert np.isfinite(said).all()
    assert (said >= 0).all()
    assert (np.diff(said, axis=0) >= 0).all()
    assert np.isfinite(outlook.mean()).all()
    drawn = outlook.paths(20, np.random.default_rng(1))
    assert drawn.shape == (20, HORIZON)
    assert np.isfinite(drawn).all()
    assert (drawn >= 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_same_input_same_answer(name: str) -> None:
    one = series(wavy(80))
    first, again = (MODELS[name].paths(one, 6, paths=5, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("name", MODELS)
def test_ten_times_the_counts_is_ten_times_the_forecast(name: str) -> None:
    y = wavy(84, level=5000.0)
    small, large = (
        MODELS[name].outlook(series(y * k), HORIZON, lockdown=LOCKDOWN).quantiles([0.1, 0.5, 0.9]) for k in (1, 10)
    )
    for level in small:
        assert large[level] == pytest.approx(10 * small[level], rel=0.01)


@pytest.mark.parametrize("name", MODELS)
def test_later_months_change_nothing_once_cut_away(name: str) -> None:
    y = wavy(96)
    other = y.copy()
    other[80:] *= 3
    kept = [series(v, last="2022-06").until("2021-02") for v in (y, other)]
    said = [MODELS[name].outlook(one, HORIZON, lockdown=LOCKDOWN).quantiles([0.5])[0.5] for one in kept]
    assert np.array_equal(said[0], said[1])


@pytest.mark.parametrize("name", MODELS)
def test_a_flat_series_stays_flat(name: str) -> None:
    said = MODELS[name].outlook(series(np.full(72, 200.0)), HORIZON).quantiles([0.5])[0.5]
    assert said == pytest.approx(200.0, rel=0.02)


@pytest.mark.parametrize("name", [n for n in MODELS if n != "flat_mean"])
def test_a_strong_season_is_seen(name: str) -> None:
    if name in {"pooled_mean", "pooled_smoothing"}:
        pytest.skip("these borrow England's season, and only for referrals")
    t = np.arange(96)
    y = 1000 * np.exp(0.4 * np.sin(2 * np.pi * t / 12))
    future = 1000 * np.exp(0.4 * np.sin(2 * np.pi * np.arange(96, 108) / 12))
    said = MODELS[name].outlook(series(y, last="2019-12"), 12).quantiles([0.5])[0.5]
    assert said == pytest.approx(future, rel=0.1)


@pytest.mark.parametrize("name", FAST)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.one_of(st.integers(0, 3000), st.just(float("nan"))), min_size=1, max_size=70),
    horizon=st.integers(1, 24),
    measure=st.sampled_from([None, "referrals"]),
)
def test_any_history_has_a_future(name: str, counts: list[float], horizon: int, measure: str | None) -> None:
    y = np.array(counts, dtype=float)
    if not np.isfinite(y).any():
        return
    said = MODELS[name].outlook(series(y, measure=measure), horizon, lockdown=LOCKDOWN).quantiles(LEVELS)
    values = np.array(list(said.values()))
    assert np.isfinite(values).all()
    assert (np.diff(values, axis=0) >= 0).all()
    assert (values >= 0).all()


def test_a_horizon_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="horizon is 0"):
        MODELS["combined"].outlook(series(wavy(30)), 0)


def test_baselines_and_candidates_are_all_there() -> None:
    assert set(MODELS) == {*BASELINES, *CANDIDATES, "combined"}
    assert all(MODELS[name].name == name for name in MODELS)
