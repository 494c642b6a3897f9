"""The back-test: only the past is seen, scores are what arithmetic says, and the word follows its rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecast import backtest, scores
from forecast.models import BASELINES
from forecast.series import Series


def series(months: int = 84, seed: int = 0) -> Series:
    rng = np.random.default_rng(seed)
    index = pd.period_range("2012-04", periods=months, freq="M")
    season = 0.2 * np.sin(2 * np.pi * np.asarray(index.month) / 12)
    return Series(np.round(400 * np.exp(season + 0.05 * rng.standard_normal(months))), index, area="Anywhere")


def test_scores_are_those_of_arithmetic() -> None:
    assert scores.seasonal_scale(np.arange(30.0)) == pytest.approx(12)
    table = pd.DataFrame(
        {
            "model": "any",
            "actual": [100.0, 200.0, np.nan],
            "forecast": [110.0, 170.0, 5.0],
            "scale": 20.0,
            "crps": [8.0, 16.0, 1.0],
            **{f"in_{share}": [1.0, 0.0, np.nan] for share in (50, 80, 95)},
        }
    )
    row = backtest.summary(table, ("model",)).iloc[0]
    assert row["wape"] == pytest.approx(100 * 40 / 300)
    assert row["bias"] == pytest.approx(100 * -20 / 300)
    assert row["mase"] == pytest.approx(1.0)
    assert row["crps"] == pytest.approx(0.6)
    assert row["cover_80"] == pytest.approx(0.5)


def test_crps_of_a_point_is_its_absolute_error_and_of_a_normal_is_known() -> None:
    point = {p: np.array([7.0]) for p in scores.CRPS_LEVELS}
    assert scores.crps(np.array([10.0]), point)[0] == pytest.approx(3.0)
    from scipy.stats import norm

    normal = {p: np.array([norm.ppf(p)]) for p in scores.CRPS_LEVELS}
    assert scores.crps(np.array([0.0]), normal)[0] == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), rel=0.02)


def test_pinball_is_least_at_the_true_quantile() -> None:
    drawn = np.random.default_rng(1).standard_normal(20_000)
    loss = [scores.pinball(drawn, np.full(20_000, q), 0.9).mean() for q in (0.9, 1.2816, 1.7)]
    assert loss[1] == min(loss)


def test_table_has_every_model_origin_and_horizon() -> None:
    table = backtest.backtest(series(), ("combined", *BASELINES), origins=["2016-03", "2017-03"], horizon=6)
    assert len(table) == (1 + len(BASELINES)) * 2 * 6
    assert set(table["model"]) == {"combined", *BASELINES}
    assert list(table.columns[:3]) == ["model", "origin", "horizon"]
    assert table[["cover_50", "cover_80", "cover_95"]].to_numpy().min() >= 0


def test_what_happens_later_does_not_reach_the_forecast() -> None:
    one = series()
    changed = Series(np.where(np.arange(84) >= 60, one.y * 2, one.y), one.months, area="Anywhere")
    origin = [str(one.months[59])]
    tables = [backtest.errors([s], ("combined",), origins=origin) for s in (one, changed)]
    assert tables[0]["forecast"].equals(tables[1]["forecast"])
    assert not tables[0]["actual"].equals(tables[1]["actual"])


def test_missing_months_are_not_scored() -> None:
    y = series().y.copy()
    y[66] = np.nan
    table = backtest.errors([Series(y, series().months)], ("flat_mean",), origins=[str(series().months[59])])
    assert backtest.summary(table, ("model",))["months"].item() == 11


@pytest.mark.parametrize(
    ("wape", "cover", "word"),
    [(9.9, 0.8, "good"), (10.2, 0.8, "fair"), (10.6, 0.8, "poor"), (9.9, 0.7, "fair"), (9.9, 0.6, "poor")],
)
def test_the_word_follows_its_rule(wape: float, cover: float, word: str) -> None:
    table = pd.DataFrame(
        {"model": ["combined", "flat_mean"], "wape": [wape, 10.0], "cover_80": [cover, 0.8], "origin": "2020-01"}
    )
    assert backtest.rate(table) == word


def test_faults_are_named() -> None:
    with pytest.raises(ValueError, match="unknown models"):
        backtest.errors([series()], ("best_ever",))
    with pytest.raises(ValueError, match="no origin"):
        backtest.errors([series()], origins=["1999-01"])


def test_default_origins_leave_a_year_after_and_three_before() -> None:
    chosen = backtest.default_origins(series(), 12)
    assert chosen[-1] == str(series().months[-13])
    assert pd.Period(chosen[0], freq="M") >= series().months[35]
