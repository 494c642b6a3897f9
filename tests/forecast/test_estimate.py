"""Months of any authority from its years: exact, no further than its referrals, whatever years are missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.bundled import referral_shares
from forecast.calendar import working_days
from forecast.estimate import from_years, stock_history, usable

MONTHS = pd.period_range("2014-04", "2019-09", freq="M")
REFERRALS = pd.Series(np.random.default_rng(1).poisson(30 * working_days(MONTHS)).astype(float), index=MONTHS)
COUNT = st.integers(0, 3_000).map(float)
YEARS = st.dictionaries(st.integers(2013, 2021), COUNT, max_size=9)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(("section_47", "conferences", "cp_starts", "cp_ends", "cp_open"), YEARS)))
def test_whatever_years_are_given_their_months_add_up(yearly: dict[str, dict[int, float]]) -> None:
    made = from_years(REFERRALS, yearly, area="Kent")
    for measure in made.measures:
        counts = made.counts(measure)
        assert counts.index[-1] == MONTHS[-1]
        assert (counts == np.floor(counts)).all()
        assert (counts >= 0).all()
        rows = made.table[made.table["measure"] == measure]
        shared_out = rows[rows["source"].str.startswith("estimated")]
        years = sorted({month.year for month in shared_out["month"]} - {shared_out["month"].min().year})
        for year in years:
            if measure == "cp_open":
                assert counts[f"{year}-03"] == yearly[measure][year]
            else:
                assert counts[f"{year - 1}-04" : f"{year}-03"].sum() == yearly[measure][year]
    history = stock_history("cp_open", REFERRALS, yearly)
    assert (history is None) == ("cp_open" not in made.measures)


def test_only_whole_years_inside_the_referrals_are_usable() -> None:
    figures = dict.fromkeys(range(2012, 2022), 1.0)
    assert usable(figures, REFERRALS) == [2015, 2016, 2017, 2018, 2019]
    figures.pop(2017)
    assert usable(figures, REFERRALS) == [2018, 2019]
    assert usable({}, REFERRALS) == []


def test_a_measure_whose_parent_is_missing_follows_the_next_above() -> None:
    made = from_years(REFERRALS, {"conferences": {2018: 600.0, 2019: 650.0}}, area="Kent", region="South East")
    assert made.measures == ("conferences",)
    assert made.regions == (("Kent", "South East"),)
    assert str(made.last) == "2019-09"


def test_months_move_with_referrals() -> None:
    doubled = REFERRALS.copy()
    doubled["2018-06"] *= 3
    before, after = (from_years(r, {"assessments": {2018: 9e3, 2019: 9e3}}, area="Kent") for r in (REFERRALS, doubled))
    gain = after.counts("assessments") - before.counts("assessments")
    assert set(gain.nlargest(3).index.astype(str)) == {"2018-06", "2018-07", "2018-08"}


def test_shares_of_sources_add_up() -> None:
    shares = referral_shares(2020)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["schools"] == pytest.approx(0.203, abs=0.0005)
    assert shares["police"] == pytest.approx(0.280, abs=0.0005)
    with pytest.raises(ValueError, match="not held"):
        referral_shares(1999)
