"""Intervals cover what they say, single months and the year's total alike, on series whose law is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecast.models import MODELS
from forecast.series import Series


@pytest.mark.parametrize("alpha", [0.2, 0.7])
def test_coverage_of_a_local_level(alpha: float) -> None:
    rng = np.random.default_rng(11)
    months = pd.period_range("2010-01", periods=84, freq="M")
    inside, totals = [], []
    for _ in range(60):
        shocks = 0.08 * rng.standard_normal(96)
        x = 6 + shocks + alpha * np.r_[0, np.cumsum(shocks)[:-1]]
        y = np.exp(x)
        outlook = MODELS["simple"].outlook(Series(y[:84], months), 12)
        q = outlook.quantiles([0.1, 0.9])
        inside.append((y[84:] >= q[0.1]) & (y[84:] <= q[0.9]))
        drawn = outlook.paths(400, rng).sum(axis=1)
        totals.append(np.quantile(drawn, 0.1) <= y[84:].sum() <= np.quantile(drawn, 0.9))
    # 60 independent series: three standard errors of a share of 0.8 are 0.15
    assert np.mean(inside) == pytest.approx(0.8, abs=0.15)
    assert np.mean(totals) == pytest.approx(0.8, abs=0.18)


def test_a_series_of_almost_only_noughts_may_well_be_nought_again() -> None:
    """Monthly Poisson counts of mean 0.2 are nought four times in five: the central 80 % must hold nought."""
    months = pd.period_range("2014-04", "2019-03", freq="M")
    y = np.random.default_rng(3).poisson(0.2, len(months)).astype(np.float64)
    outlook = MODELS["combined"].outlook(Series(y, months, measure="referrals"), 12)
    assert (outlook.quantiles([0.1])[0.1] == 0).all()
