"""On the development authorities: ahead of every baseline, and intervals that cover what they say in every group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast import backtest
from forecast.models import BASELINES
from forecast.observed import read
from forecast.phases import restricted_months

FILE = Path(__file__).parents[3] / "shared" / "data" / "dfe-referrals-by-month-2013-2024-part.csv"
GROUPS = {
    "calm": ("2016-03", "2017-03", "2018-03", "2019-03"),
    "shock": ("2020-06", "2020-09", "2020-12", "2021-03", "2021-06", "2021-09", "2022-03"),
    "late": ("2022-06", "2023-03"),
}


@pytest.fixture(scope="module")
def errors() -> pd.DataFrame:
    if not FILE.exists():
        pytest.skip(f"{FILE.name} is not here: it lies outside the project")
    observed = read(FILE)
    months = pd.period_range("2012-04", "2024-03", freq="M")
    every = [observed.series("referrals", area) for area in observed.areas]
    whole = [s for s in every if s.months.equals(months) and np.isfinite(s.y).all() and s.y.mean() < 1500]
    origins = [origin for group in GROUPS.values() for origin in group]
    table = backtest.errors(whole, ("combined", *BASELINES), origins=origins, lockdown=restricted_months())
    group = {origin: name for name, origins in GROUPS.items() for origin in origins}
    return table.assign(group=table["origin"].map(group))


def test_ahead_of_every_baseline(errors: pd.DataFrame) -> None:
    scores = backtest.summary(errors, ("model",)).set_index("model")
    for score in ("wape", "mase", "crps"):
        assert scores[score].idxmin() == "combined"
    assert scores.loc["combined", "crps"] <= 0.60  # the bar; the best library had 0.66


def test_a_fifth_of_the_avoidable_error_is_avoided_in_every_group(errors: pd.DataFrame) -> None:
    by_area = backtest.summary(errors[errors["model"] == "combined"], ("group", "area", "origin"))
    median = by_area.groupby(["group", "area"])["wape"].mean().groupby("group").median()
    assert median["calm"] <= 16.7
    assert median["shock"] <= 15.3
    assert median["late"] <= 14.5


@pytest.mark.parametrize("cell", [*GROUPS, 1, 3, 6, 12])
def test_intervals_cover_what_they_say(errors: pd.DataFrame, cell: str | int) -> None:
    one = errors[(errors["model"] == "combined") & (errors["horizon" if isinstance(cell, int) else "group"] == cell)]
    assert one["in_80"].mean() == pytest.approx(0.80, abs=0.04)
    assert one["in_95"].mean() == pytest.approx(0.95, abs=0.04)


def test_rated_good(errors: pd.DataFrame) -> None:
    assert backtest.rate(errors) == "good"
