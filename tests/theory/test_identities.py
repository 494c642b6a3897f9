"""The base scenario gives back its forecast, and a what-if moves it: traps 1 and 2."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecast.paths import SamplePaths
from scenarios.load import changed, load
from simulate.once import prepare
from simulate.visits import RETURNED, SURGE

MONTHS, FUTURES = 24, 12
LIGHT = {"workforce.teams.assessment.staff.experienced.fte": 400, "workforce.teams.mash.staff.practitioners.fte": 60}
"""Plenty of staff: what is tested here is who goes where, not how long it takes."""


@pytest.fixture(scope="module")
def base():
    return changed(load("west-sussex"), {"horizon_months": MONTHS, **LIGHT}, "test")


@pytest.fixture(scope="module")
def paths(base):
    rng = np.random.default_rng(11)
    months = pd.period_range("2020-12", periods=MONTHS, freq="M")
    season = 1 + 0.15 * np.sin(np.arange(MONTHS))
    drawn = {
        "contacts": rng.poisson(3800 * season, (FUTURES, MONTHS)),
        "referrals": rng.poisson(780 * season, (FUTURES, MONTHS)),
        "cp_starts": rng.poisson(90 * season, (FUTURES, MONTHS)),
        "cp_ends": rng.poisson(85, (FUTURES, MONTHS)),
        "cla_starts": rng.poisson(36 * season, (FUTURES, MONTHS)),
        "cla_ends": rng.poisson(34, (FUTURES, MONTHS)),
    }
    opening = {"cp": 930.0, "cla": 880.0}
    for stock, number in opening.items():
        drawn[f"{stock}_open"] = number + np.cumsum(drawn[f"{stock}_starts"] - drawn[f"{stock}_ends"], axis=1)
    values = np.stack(list(drawn.values()), axis=1).astype(np.float64)
    known = tuple((f"{stock}_open", number) for stock, number in opening.items())
    return SamplePaths(tuple(drawn), months, values, base.as_at, "test", known)


def live(scenario, paths, replications=FUTURES):
    one = prepare(scenario)
    return [one.live(paths.rows(range(r, r + 1)), None, r) for r in range(replications)]


@pytest.fixture(scope="module")
def lived(base, paths):
    return live(base, paths)


def by_month(measured, name):
    at = measured.names.index(name)
    return measured.by_period[at, :MONTHS]


def test_simulated_contacts_and_referrals_are_the_forecasts_to_the_unit(lived, paths):
    for r, (measured, _) in enumerate(lived):
        for name in ("contacts", "referrals"):
            assert np.array_equal(by_month(measured, name), paths.of(name)[r]), (r, name)


def test_nobody_comes_back_beyond_the_forecast_in_the_base(lived):
    for _, trace in lived:
        assert not (trace.visits.origin == RETURNED).any()
        assert np.isnan(trace.visits.takes_back_after).all()


@pytest.mark.parametrize("measure", ["cp_starts", "cla_starts"])
def test_simulated_starts_are_the_forecasts_on_average(lived, paths, measure):
    """Over the horizon within sampling error, but for half a month's starts that may still be on their way at its end.

    Each year within a twentieth."""
    simulated = np.array([by_month(measured, measure) for measured, _ in lived])
    expected = paths.of(measure)
    gap = simulated.sum(axis=1) - expected.sum(axis=1)
    error = gap.std(ddof=1) / np.sqrt(FUTURES)
    a_month = expected.mean()
    assert abs(gap.mean()) < 3.3 * error + a_month / 2
    years = simulated.reshape(FUTURES, 2, 12).sum(axis=2).mean(axis=0) / expected.reshape(FUTURES, 2, 12).sum(
        axis=2
    ).mean(axis=0)
    assert np.abs(years - 1).max() < 0.05


def test_the_open_count_starts_where_the_figures_stand(lived):
    for measured, trace in lived:
        assert np.count_nonzero((trace.visits.stage == 2) & (trace.entered < 0)) == 1675
        for stock, number in (("cp", 930), ("cla", 880)):
            first = measured.daily[measured.daily_names.index(f"{stock}_open")][0]
            assert abs(first - number) < 25


def test_more_returns_add_referrals_and_fewer_take_them_away(base, paths, lived):
    usual = np.mean([measured.of("referrals") for measured, _ in lived[:4]])
    closures = np.mean([measured.of("assessment_ends") for measured, _ in lived[:4]])
    for share, sign in ((0.366, 1), (0.166, -1)):
        other = live(changed(base, {"service.returns.share": share}, "test"), paths, 4)
        moved = np.mean([measured.of("referrals") for measured, _ in other]) - usual
        assert sign * moved > 0
        assert abs(moved) < 0.12 * closures
        rates = [measured.of("rereferral_rate") for measured, _ in other]
        usual_rates = [measured.of("rereferral_rate") for measured, _ in lived[:4]]
        assert all(sign * (rate - was) > 0.02 for rate, was in zip(rates, usual_rates, strict=True))


def test_a_change_upstream_moves_the_starts_that_follow_the_forecast(base, paths, lived):
    """Half the assessments: half the children who can go into care, when the forecast's own share is stated."""
    share = {
        "service.stages.referral_decision.routes.assessment.share": 0.5,
        "service.stages.referral_decision.routes.assessment.already_in_forecast": {
            "value": 1.0,
            "unit": "share of referrals",
            "source": "assumed",
        },
    }
    other = live(changed(base, share, "test"), paths, 4)
    ratio = np.mean([m.of("cla_starts", "2021-22") for m, _ in other]) / np.mean(
        [m.of("cla_starts", "2021-22") for m, _ in lived[:4]]
    )
    assert 0.45 < ratio < 0.65


def test_a_surge_adds_children_and_leaves_the_others_as_they_are(base, paths, lived):
    extra = np.zeros((FUTURES, 2, MONTHS))
    extra[:, 0, 6:9], extra[:, 1, 6:9] = 500, 120
    surge = SamplePaths(("contacts", "referrals"), paths.months, extra, paths.as_at, "surge")
    one = prepare(base)
    measured, trace = one.live(paths.rows(range(1)), surge.rows(range(1)), 0)
    usual = lived[0][1].visits
    decided = (trace.visits.stage == one.plan.index("referral_decision")) & (trace.visits.origin == SURGE)
    assert np.count_nonzero(decided) == 3 * 120
    same = np.flatnonzero(trace.visits.origin <= 1)
    assert np.array_equal(np.sort(trace.visits.effort[same]), np.sort(usual.effort))
    assert measured.of("cp_starts") > lived[0][0].of("cp_starts")


def test_more_referrals_than_contacts_are_refused_in_words(base, paths):
    few = np.stack([paths.of(name) for name in paths.measures], axis=1)
    few[:, 0, 4] = 100
    wrong = SamplePaths(paths.measures, paths.months, few, paths.as_at, "test", paths.opening)
    with pytest.raises(ValueError, match="referrals: exceed the children they come from in 2021-04"):
        prepare(base).live(wrong.rows(range(1)), None, 0)
