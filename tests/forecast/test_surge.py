"""Surge what-ifs: what is held back comes back, what follows comes later, nothing else of the forecast moves."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.bundled import west_sussex
from forecast.demand import futures, steady
from forecast.outturn import beside, outturn, outturn_by_source, published_as
from forecast.paths import MEASURES, STOCK_FLOWS, SamplePaths
from forecast.pathway import pathway
from forecast.surge import RETURN_SHAPES, Surge, with_surge, without
from scenarios.referrers import published

AS_AT = date(2020, 11, 30)
SCHOOLS = Surge(
    "return to school", "schools", 0.2, "2021-01", 2, deferred_share=0.6, delay_months=3, return_shape="fading"
)


@pytest.fixture(scope="module")
def base() -> SamplePaths:
    return futures(west_sussex(AS_AT), as_at=AS_AT, horizon=24, paths=300, seed=7)


def test_a_surge_that_does_nothing_changes_nothing(base: SamplePaths) -> None:
    still = with_surge(base, replace(SCHOOLS, deferred_share=0.0), seed=1)
    for name in MEASURES:
        assert (still.of(name) == base.of(name)).all(), name


def test_it_is_named_a_what_if_and_the_forecast_stays_below_it(base: SamplePaths) -> None:
    surged = with_surge(base, SCHOOLS, seed=1)
    assert surged.model == f"{base.model} + what-if return to school"
    assert without(surged) is base
    twice = with_surge(surged, replace(SCHOOLS, name="police", source="police", share_of_referrals=0.3), seed=1)
    assert twice.surges == ("return to school", "police")
    assert without(twice) is base
    assert (twice.extra() == twice.of("referrals") - base.of("referrals")).all()


def test_what_is_held_back_comes_back_whole(base: SamplePaths) -> None:
    extra = with_surge(base, SCHOOLS, seed=1).extra()
    months = base.months.astype(str).tolist()
    held, back = [months.index(month) for month in ("2021-01", "2021-02")], months.index("2021-04")
    assert (extra.sum(axis=1) == 0).all()
    assert (extra[:, held] <= 0).all()
    others = [place for place in range(24) if place not in held and not back <= place <= back + 1 + 5]
    assert (extra[:, others] == 0).all()
    expected = 0.2 * 0.6 * base.of("referrals")[:, held].sum()
    assert -extra[:, held].sum() == pytest.approx(expected, rel=0.02)
    fading = np.convolve(RETURN_SHAPES["fading"], [0.5, 0.5])
    np.testing.assert_allclose(extra[:, back : back + 7].mean(axis=0) / (expected / len(base)), fading, atol=0.03)


def test_what_was_held_back_before_the_forecast_only_comes_back(base: SamplePaths) -> None:
    past = replace(SCHOOLS, start="2020-04", months=4, deferred_share=0.7, delay_months=10, return_shape="even")
    extra = with_surge(base, past, seed=1).extra()
    assert (extra >= 0).all()
    usual = base.of("referrals").sum() / len(base) / 24
    assert extra.sum() / len(base) == pytest.approx(4 * usual * 0.2 * 0.7, rel=0.1)
    assert extra[:, :2].sum() == 0  # April's first come back ten months on, in February


def test_a_permanent_step_is_that_share_of_the_source(base: SamplePaths) -> None:
    for step in (0.25, -0.25):
        lasting = Surge("recording", "police", 0.28, "2021-06", 0, permanent_step=step)
        extra = with_surge(base, lasting, seed=1).extra()
        first = base.months.astype(str).tolist().index("2021-06")
        assert (extra[:, :first] == 0).all()
        share = extra[:, first:].sum() / base.of("referrals")[:, first:].sum()
        assert share == pytest.approx(0.28 * step, rel=0.03)


def test_what_follows_arrives_by_the_lags_and_adds_up(base: SamplePaths) -> None:
    jump = Surge("one month", "public", 1.0, "2020-11", 1, deferred_share=1.0, delay_months=4, return_shape="at_once")
    surged = with_surge(base, jump, seed=1)
    extra = {name: surged.extra(name).mean(axis=0) for name in MEASURES}
    assert np.flatnonzero(extra["referrals"]).tolist() == [3]
    weights = np.array(pathway().step("assessments").weights)
    assessed = extra["assessments"][3 : 3 + len(weights)]
    np.testing.assert_allclose(assessed / assessed.sum(), weights, atol=0.02)
    centre = {name: float(np.average(np.arange(24), weights=np.maximum(extra[name], 0) + 1e-9)) for name in MEASURES}
    assert 3 == round(centre["referrals"]) < centre["section_47"] < centre["conferences"] < centre["cp_ends"]
    for stock, (starts, ends) in STOCK_FLOWS.items():
        rolled = surged.opening_of(stock)[:, None] + np.cumsum(surged.of(starts) - surged.of(ends), axis=1)
        assert (rolled == surged.of(stock)).all()
        assert surged.of(stock).mean() > base.of(stock).mean()
    assert (surged.of("contacts") >= surged.of("referrals")).all()
    assert (surged.of("cp_starts") <= surged.of("conferences")).all()


def test_a_path_is_the_same_however_many_are_drawn(base: SamplePaths) -> None:
    few = futures(west_sussex(AS_AT), as_at=AS_AT, horizon=24, paths=20, seed=7)
    one, all_of_them = with_surge(few, SCHOOLS, seed=1), with_surge(base, SCHOOLS, seed=1)
    for name in MEASURES:
        assert (one.of(name) == all_of_them.of(name)[:20]).all()


@functools.cache
def a_few() -> SamplePaths:
    return futures(west_sussex(AS_AT), as_at=AS_AT, horizon=12, paths=3, seed=2)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Surge,
        name=st.just("any"),
        source=st.just("health"),
        share_of_referrals=st.floats(0, 1),
        start=st.sampled_from(["2020-01", "2020-11", "2021-03", "2023-01"]),
        months=st.integers(0, 30),
        deferred_share=st.floats(0, 1),
        delay_months=st.integers(0, 12),
        return_shape=st.sampled_from(sorted(RETURN_SHAPES)),
        permanent_step=st.floats(-1, 2),
    )
)
def test_any_surge_leaves_whole_counts_that_add_up(surge: Surge) -> None:
    surged = with_surge(a_few(), surge, seed=3)  # SamplePaths refuses negative counts and stocks that do not add up
    assert all((surged.of(name) == np.floor(surged.of(name))).all() for name in MEASURES)
    assert (surged.of("cp_starts") <= surged.of("conferences")).all()


def test_faults_are_named_all_at_once() -> None:
    with pytest.raises(ValueError, match="did you mean 'fading'") as caught:
        Surge("bad", "schools", 1.2, "2021-01", -1, deferred_share=-0.1, return_shape="fadng", permanent_step=-2)
    for words in ("share_of_referrals is 1.2", "deferred_share is -0.1", "months is -1", "permanent_step is -2"):
        assert words in str(caught.value)
    contacts_only = steady({"contacts": 5.0}, pd.period_range("2021-01", periods=3, freq="M"), paths=2, seed=1)
    with pytest.raises(ValueError, match="needs referrals"):
        with_surge(contacts_only, SCHOOLS, seed=1)


def test_no_national_surge_came() -> None:
    """Published figures: England against the same months of 2016-17 to 2018-19 (domain study, section D)."""
    table = outturn(west_sussex(), pd.period_range("2020-04", "2022-03", freq="M"))
    england = table[table["where"] == "England"].set_index("month")["change"]
    for month, change in {
        "2020-04": -0.23,
        "2020-05": -0.26,
        "2020-06": -0.10,
        "2021-01": -0.21,
        "2021-02": -0.12,
    }.items():
        assert england[month] == pytest.approx(change, abs=0.006)
    assert england["2020-09":"2020-11"].between(-0.07, 0.06).all()
    year_after = table[(table["where"] == "England") & (table["month"] >= "2021-04")]
    assert year_after["referrals"].sum() == 650_280
    assert abs(year_after["referrals"].sum() / year_after["usual"].sum() - 1) < 0.01
    assert set(table["where"]) == {"West Sussex", "South East", "England"}


def test_what_was_said_stands_beside_what_came(base: SamplePaths) -> None:
    surged = with_surge(base, SCHOOLS, seed=1)
    table = beside(surged, west_sussex()).set_index("month")
    assert table.index.tolist() == base.months.astype(str).tolist()
    assert (table["forecast"] == np.median(base.of("referrals"), axis=0)).all()
    assert (table["what_if"] == np.median(surged.of("referrals"), axis=0)).all()
    assert table.loc["2021-01", "came"] == 635
    assert table.loc["2021-01", "england_change"] == pytest.approx(-0.205, abs=0.001)
    inside = (table["low"] <= table["came"]) & (table["came"] <= table["high"])
    assert (table["inside"] == inside).all()
    assert beside(base, west_sussex(AS_AT))["came"].isna().all()
    assert "what_if" not in beside(base, west_sussex()).columns


def test_who_referred_in_the_year_of_lockdowns() -> None:
    table = outturn_by_source().set_index(["where", "referred_by", "year_to_march"])["change"]
    assert table["England", "schools", 2021] == pytest.approx(-0.31, abs=0.005)
    assert table["England", "police", 2021] == pytest.approx(0.06, abs=0.005)
    assert table["England", "schools", 2022] == pytest.approx(0.10, abs=0.005)


def test_names_of_who_refers_find_their_published_sources() -> None:
    found = published_as(["Schools", "health", "public", "courts", "others"])
    assert found["Schools"] == ("schools",)
    assert found["health"] == ("health_services",)
    assert "courts" not in found
    assert published_as(["individuals", "council services", "other_legal_agency"]) == {
        "individuals": ("individual",),
        "council services": ("la_services",),
        "other_legal_agency": ("other_legal_agency",),
    }
    assert set(published()) == set(outturn_by_source()["referred_by"])
    members = [one for few in found.values() for one in few]
    assert sorted(members) == sorted(set(outturn_by_source()["referred_by"]))
    together = outturn_by_source(together=found).groupby(["where", "year_to_march"])["count"].sum()
    assert (together == outturn_by_source().groupby(["where", "year_to_march"])["count"].sum()).all()


@pytest.mark.parametrize("shape", sorted(RETURN_SHAPES))
def test_all_that_is_held_back_has_a_month_to_come_back_in(shape: str) -> None:
    assert sum(RETURN_SHAPES[shape]) == pytest.approx(1)
