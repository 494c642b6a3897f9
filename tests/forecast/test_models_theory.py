"""Our few lines against statsmodels and against arithmetic: smoothing, trend, theta, the two-speed gap, seasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.statespace.mlemodel import MLEModel

from forecast import blocks, level, national, phases, pool, season, shock
from forecast.calendar import working_days
from forecast.models import MODELS
from forecast.series import Series
from forecast.spread import Outlook
from forecast.theta import dynamic_theta


def noisy(months: int = 60, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 5 + 0.1 * np.cumsum(rng.standard_normal(months)) + 0.1 * rng.standard_normal(months)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9])
def test_smoothing_is_that_of_statsmodels(alpha: float) -> None:
    x = noisy()
    theirs = SimpleExpSmoothing(x, initialization_method="known", initial_level=4.0).fit(
        smoothing_level=alpha, optimized=False
    )
    assert level.smooth(x, alpha, start=4.0)[-1] == pytest.approx(float(theirs.forecast(1)[0]))


def test_damped_trend_is_that_of_statsmodels() -> None:
    x = noisy()
    first = np.arange(24)
    slope, _ = np.polyfit(first, x[:24], 1)
    start = x[:24].mean() - slope * (first.mean() + 1)
    found = []
    for alpha in level.ALPHAS:
        for beta in level.BETAS:
            for phi in level.PHIS:
                fit = Holt(
                    x, damped_trend=True, initialization_method="known", initial_level=start, initial_trend=slope / phi
                ).fit(smoothing_level=alpha, smoothing_trend=beta, damping_trend=phi, optimized=False)
                found.append((float(np.sum(fit.resid[3:] ** 2)), fit.forecast(12)))
    best = min(found, key=lambda pair: pair[0])
    assert level.damped(x, 12).ahead == pytest.approx(best[1], abs=1e-8)


def test_theta_on_a_straight_line_keeps_half_the_slope() -> None:
    said = level.theta(0.01 * np.arange(100.0), 24).ahead
    assert np.diff(said) == pytest.approx(0.005)


def brute_theta(y: np.ndarray, alpha: float, part: float, start: float, horizon: int) -> np.ndarray:
    """The published recursion, value by value, with the line refitted by least squares every month."""
    values, current = list(y), start
    for value_at in range(len(y) + horizon):
        t = value_at
        if t >= 2:
            slope, intercept = np.polyfit(np.arange(1, t + 1), values[:t], 1)
        else:
            slope, intercept = 0.0, values[0] if t else 0.0
        fade = (1 - alpha) ** t
        said = current + part * (fade * intercept + (1 - fade * (1 - alpha)) / alpha * slope)
        if t >= len(y):
            values.append(said)
        current = alpha * values[t] + (1 - alpha) * current
    return np.array(values[len(y) :])


def test_dynamic_theta_forecasts_follow_the_published_recursion() -> None:
    y = np.exp(noisy(72, seed=4))
    said = dynamic_theta(y, 18)
    found = np.inf
    for alpha in np.r_[np.arange(0.05, 1.0, 0.05), 0.99]:
        for part in np.linspace(0, 1, 21):
            one = brute_theta(y[:-1], alpha, part, y[0], 1)
            assert np.isfinite(one).all()
            found = min(found, float(np.max(np.abs(brute_theta(y, alpha, part, y[0], 18) / said - 1))))
    assert found < 0.03


class TwoSpeed(MLEModel):
    """The gap as a textbook state space model with time-varying design."""

    def __init__(self, gap: np.ndarray, restricted: np.ndarray, sd: float) -> None:
        super().__init__(gap, k_states=2, k_posdef=2)
        self["design"] = np.array([restricted.astype(float), np.ones(len(gap))]).reshape(1, 2, len(gap))
        self["transition"] = np.diag([1.0, shock.FADE])
        self["selection"] = np.eye(2)
        self["state_cov"] = np.eye(2) * shock.DRIFT**2
        self["obs_cov"] = np.array([[sd**2]])
        self.ssm.initialize_known(np.zeros(2), np.diag([1.0, shock.FADE]) ** 2 * shock.PRIOR + self["state_cov"])


def test_two_speed_filter_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(2)
    restricted = np.array([1, 1, 1, 0, 0, 0, 1, 0, 1, 1], dtype=bool)
    gap = -0.2 * restricted - 0.1 + 0.05 * rng.standard_normal(10)
    gap[4] = np.nan
    states = TwoSpeed(gap, restricted, 0.05).ssm.filter().filtered_state[:, -1]
    months = np.arange(1, 13)
    expected = states[0] * shock.RESTRICTED_FADE**months + states[1] * shock.FADE**months
    assert shock.two_speed(gap, restricted, 0.05, 12) == pytest.approx(expected)


def test_a_gap_closes_and_never_grows() -> None:
    for said in (shock.closing(np.full(8, -0.3), 24), shock.two_speed(np.full(8, -0.3), np.ones(8, bool), 0.05, 24)):
        assert (said < 0).all()
        assert (np.diff(said) > 0).all()


def test_the_lockdown_does_not_become_the_next_season() -> None:
    months = pd.period_range("2014-01", "2021-07", freq="M")
    closed = phases.restricted(months, phases.restricted_months())
    y = 1000 * np.exp(0.1 * np.sin(2 * np.pi * np.asarray(months.month) / 12)) * np.where(closed, 0.6, 1.0)
    said = MODELS["combined"].outlook(Series(y, months), 12, lockdown=phases.restricted_months())
    usual = 1000 * np.exp(0.1 * np.sin(2 * np.pi * np.arange(8, 20) / 12))
    ratio = said.quantiles([0.5])[0.5] / usual
    blind = MODELS["seasonal_naive"].outlook(Series(y, months), 12).quantiles([0.5])[0.5] / usual
    assert blind.min() == pytest.approx(0.6)  # last year's lockdown comes again
    assert ratio.min() > 0.85
    assert np.ptp(np.log(ratio)) < 0.15


def test_season_is_found_and_noise_is_not() -> None:
    months = pd.period_range("2010-01", periods=96, freq="M")
    rng = np.random.default_rng(3)
    wave = 0.2 * np.cos(2 * np.pi * np.asarray(months.month) / 12)
    found = season.estimate(6 + wave + 0.02 * rng.standard_normal(96), months).patterns.mean(axis=0)
    assert found == pytest.approx(0.2 * np.cos(2 * np.pi * np.arange(1, 13) / 12), abs=0.03)
    nothing = season.estimate(6 + 0.2 * rng.standard_normal(96), months).patterns
    assert np.abs(nothing).max() < 0.2


def test_what_stl_leaves_over_is_about_half_the_noise() -> None:
    rng = np.random.default_rng(4)
    left = [STL(rng.standard_normal(96), period=12, seasonal=season.MOVES_OVER).fit().resid for _ in range(60)]
    variance = float(np.mean([(np.median(np.abs(one)) / 0.6745) ** 2 for one in left]))
    # decision 0110: 0.4 at four years, 0.7 at twelve; three standard errors at eight years are 0.06
    assert variance == pytest.approx(1 / season.NOISE_TIMES, abs=0.15)


def test_a_season_too_short_before_lockdown_is_read_from_free_months_after_it() -> None:
    months = pd.period_range("2018-09", "2022-08", freq="M")
    wave = 0.2 * np.cos(2 * np.pi * np.asarray(months.month) / 12)
    closed = phases.restricted(months, phases.restricted_months())
    x = 6 + wave + np.where(closed, -1.0, 0.0) + 0.01 * np.random.default_rng(8).standard_normal(len(months))
    start = int(np.argmax(closed))
    assert not season.estimate(x[:start], months[:start]).patterns.any()
    found = season.around(x, months, closed).patterns.mean(axis=0)
    assert found == pytest.approx(0.2 * np.cos(2 * np.pi * np.arange(1, 13) / 12), abs=0.05)


def test_blocks_end_with_the_series_and_keep_its_line() -> None:
    line = np.arange(50.0)
    assert blocks.means(line, 6)[-1] == pytest.approx(line[-6:].mean())
    assert len(blocks.means(line, 6)) == 8
    assert blocks.members(line, 6) == []  # a clean line has no noise to average away
    rng = np.random.default_rng(6)
    ahead = blocks.members(5 + 0.3 * rng.standard_normal(120), 14)
    assert len(ahead) == 2 * len(blocks.MONTHS)
    assert np.mean(ahead, axis=0) == pytest.approx(5.0, abs=0.15)  # three standard errors of the mean are 0.08


def test_a_lockdown_is_no_season() -> None:
    months = pd.period_range("2014-01", "2021-06", freq="M")
    closed = phases.restricted(months, phases.restricted_months())
    x = 6 + np.where(closed, -1.5, 0.0) + 0.02 * np.random.default_rng(9).standard_normal(len(months))
    assert np.abs(season.around(x, months, closed).patterns.mean(axis=0)).max() < 0.03


def test_weekdays_are_used_only_where_they_show() -> None:
    months = pd.period_range("2008-01", periods=120, freq="M")
    rng = np.random.default_rng(5)
    days = season.weekday_excess(months)
    noise = 0.02 * rng.standard_normal(120)
    assert season.estimate(6 + days + noise, months).weekday_power == pytest.approx(1.0, abs=0.25)
    assert season.estimate(6 + noise, months).weekday_power == 0.0


def test_englands_season_knows_nothing_after_the_last_month() -> None:
    early, late = (national.season(pd.Period(m, freq="M")) for m in ("2015-03", "2024-03"))
    assert early is not None
    assert late is not None
    assert not np.array_equal(early, late)
    assert national.season(pd.Period("2012-12", freq="M")) is None
    assert early.sum() == pytest.approx(0, abs=1e-12)
    assert early[7] == early.min()  # August, when schools are closed


def test_the_lockdown_year_is_left_out_of_englands_season() -> None:
    before, after = (national.season(pd.Period(m, freq="M")) for m in ("2020-02", "2021-03"))
    assert before is not None
    assert after is not None
    assert np.abs(before - after).max() < 0.02


def test_reference_regions_add_up_to_england() -> None:
    last = pd.Period("2024-03", freq="M")
    parts = sum(national.referrals(area, last) for area in national.areas() if area != national.ENGLAND)
    whole = national.referrals(national.ENGLAND, last)
    assert len(national.areas()) == 10
    assert np.abs(parts - whole).max() <= 50  # each of ten counts is rounded to 10


def test_pool_of_a_steady_area_is_its_own_mean() -> None:
    steady = pool.look_back(np.full(80, 1.5), np.ones(80, bool))
    assert steady.features == pytest.approx(0)
    assert pool.level_ahead(steady, pool.learnt(), 12) == pytest.approx(1.5)


def test_pool_pulls_a_jump_part_of_the_way_back() -> None:
    rates = np.r_[np.full(60, 1.0), np.full(3, 1.4)]
    said = pool.level_ahead(pool.look_back(rates, np.ones(63, bool)), pool.learnt(), 12)
    assert ((said > 1.0) & (said < 1.4)).all()


def test_referrals_follow_working_days() -> None:
    months = pd.period_range("2013-04", "2019-03", freq="M")
    y = 10.0 * working_days(months)
    ahead = pd.period_range("2019-04", periods=12, freq="M")
    said = MODELS["combined"].outlook(Series(y, months, measure="referrals"), 12).quantiles([0.5])[0.5]
    borrowed = national.season(months[-1])
    assert borrowed is not None
    rate = said / working_days(ahead) / np.exp(borrowed[np.asarray(ahead.month) - 1])
    assert np.ptp(np.log(rate)) < 0.05


def test_paths_agree_with_the_quantiles_and_stay_together() -> None:
    flat = np.full(12, 500.0)
    outlook = Outlook(flat, np.full(12, 0.01), 0.001 * np.arange(1, 13), np.full(12, 0.01), counts=True, freedom=8.0)
    paths = outlook.paths(20_000, np.random.default_rng(1))
    assert np.array_equal(paths, np.round(paths))
    for one, values in outlook.quantiles([0.1, 0.5, 0.9]).items():
        assert (paths <= values).mean(axis=0) == pytest.approx(one, abs=0.02)
    together = np.corrcoef(paths[:, 0], paths[:, 11])[0, 1]
    assert 0.3 < together < 0.7  # 0.011 of variance shared, of about 0.025
    total, alone = paths.sum(axis=1).std(), np.sqrt(paths.var(axis=0).sum())
    assert total > 1.5 * alone
