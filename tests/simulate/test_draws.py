"""Distributions: quantile and chance undo each other, means are means, what remains is conditional."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from scenarios.distributions import Bands, Lognormal
from scenarios.quantity import Dated, Quantity
from simulate.draws import Draw, at_normal, cdf, compiled, in_unit, mean, quantile, residual, steps, survival

U = (np.arange(100_000) + 0.5) / 100_000
positive = st.floats(0.1, 200)


@st.composite
def draws(draw, rounded=True):
    kind = draw(st.sampled_from(["exponential", "lognormal", "uniform", "bands"]))
    up = rounded and draw(st.booleans()) and kind != "bands"
    if kind == "uniform":
        low = draw(st.floats(0, 50))
        return Draw("uniform", steps(1.0), edges=(low, low + draw(positive)), weights=(1.0,), rounded_up=up)
    if kind == "bands":
        gaps = draw(st.lists(positive, min_size=1, max_size=6))
        weights = draw(st.lists(st.floats(0.1, 50), min_size=len(gaps), max_size=len(gaps)))
        edges = tuple(np.concatenate([[0.0], np.cumsum(gaps)]).tolist())
        longer = draw(st.none() | st.floats(0.2, 5).map(steps))
        alike = draw(st.none() | st.floats(0.6, 1.7).map(steps))
        return Draw("bands", steps(draw(positive)), edges=edges, weights=tuple(weights), longer=longer, alike=alike)
    return Draw(kind, steps(draw(positive)), sigma=draw(st.floats(0.1, 1.2)), rounded_up=up)


@given(draws(rounded=False), st.lists(st.floats(0.001, 0.999), min_size=1, max_size=20))
def test_chance_undoes_quantile(draw, shares):
    shares = np.array(shares)
    assert cdf(draw, quantile(draw, shares)) == pytest.approx(shares, abs=1e-9)


@given(positive, st.floats(0.1, 1.2), st.lists(st.floats(-4, 4), min_size=1, max_size=20))
def test_a_normal_number_stands_for_its_share_of_cases(average, sigma, normal):
    draw = Draw("lognormal", steps(average), sigma=sigma)
    assert cdf(draw, at_normal(draw, np.array(normal))) == pytest.approx(ndtr(normal), rel=1e-9)


@given(draws())
def test_mean_is_the_mean_of_the_quantiles(draw):
    assert quantile(draw, U).mean() == pytest.approx(mean(draw), rel=0.01)


@given(draws())
def test_quantile_rises_and_survival_falls(draw):
    values = quantile(draw, U[::1000])
    assert (np.diff(values) >= 0).all()
    assert (values >= 0).all()
    assert (np.diff(survival(draw, np.sort(values))) <= 1e-12).all()


@given(draws(rounded=False), st.floats(0.0, 0.95))
def test_what_remains_is_the_rest_of_those_who_last_so_long(draw, gone):
    age = quantile(draw, np.array([gone]))
    left = residual(draw, U, np.full(len(U), age[0]))
    longer = quantile(draw, U)
    longer = longer[longer > age[0]] - age[0]
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(left, share) == pytest.approx(np.quantile(longer, share), rel=0.02, abs=0.02 * mean(draw))


def test_an_exponential_has_no_memory():
    draw = Draw("exponential", steps(5.0))
    assert residual(draw, U, np.full(len(U), 37.0)) == pytest.approx(quantile(draw, U), rel=1e-6)


def test_nothing_remains_beyond_the_last_band():
    draw = Draw("bands", steps(1.0), edges=(0.0, 10.0), weights=(1.0,))
    assert residual(draw, np.array([0.3]), np.array([10.0])) == 0.0


def test_a_dated_mean_holds_from_its_date():
    mean_hours = Dated(
        unit="hours",
        source="assumed",
        dated=[{"from": "2020-01-01", "value": 4.0}, {"from": "2021-01-25", "value": 6.0}],
    )
    draw = compiled(
        Lognormal(distribution="lognormal", mean=mean_hours, sigma=Quantity(0.5, "", "assumed")), "hours", 7.4
    )
    days = np.array(["2019-05-01", "2021-01-24", "2021-01-25", "2030-01-01"], dtype="datetime64[D]")
    low, before, after, last = quantile(draw, np.full(4, 0.3), days)
    assert low == before
    assert after == last == pytest.approx(1.5 * before)


@pytest.mark.parametrize(
    ("unit", "hours"),
    [("hours per referral", 1.0), ("minutes", 1 / 60), ("working days", 7.4), ("weeks", 7.4 * 253 / 52.1775)],
)
def test_units_of_time(unit, hours):
    assert in_unit(unit, "hours", 7.4) == pytest.approx(hours)
    assert in_unit(unit, "working days", 7.4) == pytest.approx(hours / 7.4)


def test_months_are_twelfths_of_a_year_of_working_days():
    bands = Bands(distribution="bands", unit="months", source="assumed", edges=(0, 12), counts=(1,))
    assert compiled(bands, "working days", 7.4).edges[1] == pytest.approx(253)


def test_another_unit_is_named():
    with pytest.raises(ValueError, match="unit 'children' is not a time"):
        in_unit("children", "hours", 7.4)


def test_odds_of_longer_multiply_the_odds_at_every_time_within_the_same_edges():
    bands = {
        "distribution": "bands",
        "unit": "working days",
        "source": "x",
        "edges": (0, 10, 45, 60),
        "counts": (2, 5, 3),
    }
    times = np.array([1.0, 5, 20, 44, 59])

    def odds(**more):
        later = survival(compiled(Bands(**bands, **more), "working days", 7.4), times)
        return later / (1 - later)

    twice = {"value": 2, "unit": "times", "source": "assumed"}
    assert odds(odds_of_longer=twice) == pytest.approx(2 * odds())
    assert odds(alike=twice) == pytest.approx(odds() ** 2)
    assert odds(odds_of_longer=twice, alike=twice) == pytest.approx(2 * odds() ** 2)
    moved = compiled(Bands(**bands, odds_of_longer=twice), "working days", 7.4)
    assert quantile(moved, np.array([0.0, 1.0])) == pytest.approx([0, 60])


def test_odds_of_longer_change_on_their_dates():
    dated = Dated.model_validate(
        {
            "unit": "times",
            "source": "assumed",
            "dated": [{"from": "2020-01-01", "value": 1}, {"from": "2021-01-01", "value": 3}],
        }
    )
    draw = compiled(
        Bands(distribution="bands", unit="working days", source="x", edges=(0, 10), counts=(1,), odds_of_longer=dated),
        "working days",
        7.4,
    )
    days = np.array(["2020-06-01", "2021-06-01"], dtype="datetime64[D]")
    assert quantile(draw, np.array([0.5, 0.5]), days) == pytest.approx([5.0, 7.5])
