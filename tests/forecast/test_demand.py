"""Joint futures: whole, adding up, the same for a path however many are drawn, and agreeing along the pathway."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecast.breakdown import broken_down
from forecast.bundled import west_sussex
from forecast.calendar import working_days
from forecast.demand import first_month_after, futures, observed_paths, steady
from forecast.dependence import fitted
from forecast.faults import FiguresError
from forecast.models import MODELS
from forecast.observed import Observed, from_counts
from forecast.paths import MEASURES, STOCK_FLOWS, SamplePaths
from forecast.pathway import pathway

AS_AT = date(2020, 11, 30)
LOCKDOWN = ("2020-04", "2020-05", "2020-06", "2020-11")


def grid(paths: SamplePaths) -> np.ndarray:
    return np.stack([paths.of(name) for name in paths.measures], axis=1)


@pytest.fixture(scope="module")
def base() -> SamplePaths:
    return futures(west_sussex(AS_AT), as_at=AS_AT, horizon=24, paths=400, seed=7, lockdown=LOCKDOWN)


def monthly_service(seed: int = 3, months: int = 96) -> Observed:
    """A service whose every measure is counted by month and follows its parent exactly."""
    rng = np.random.default_rng(seed)
    when = pd.period_range("2012-04", periods=months, freq="M")
    days = working_days(when)
    level = np.exp(0.25 * np.sin(np.arange(months) / 7) + np.cumsum(rng.normal(0, 0.03, months)))
    late = np.concatenate([level[:1], level[:-1]])
    counts = {
        "contacts": rng.poisson(200 * days * level),
        "referrals": rng.poisson(40 * days * level),
        "section_47": rng.poisson(14 * days * late),
        "cla_starts": rng.poisson(1.5 * days),
    }
    counts["conferences"] = rng.poisson(5 * days * np.concatenate([late[:1], late[:-1]]))
    counts["cp_starts"] = rng.binomial(counts["conferences"], 0.85)
    for stock, (starts, ends) in STOCK_FLOWS.items():
        level_now, rate = 800, 0.1 if stock == "cp_open" else 0.04
        gone, opened = [], []
        for starting in counts[starts]:
            gone.append(int(rng.binomial(level_now, rate)))
            level_now += int(starting) - gone[-1]
            opened.append(level_now)
        counts[ends], counts[stock] = np.array(gone), np.array(opened)
    return from_counts(
        {name: pd.Series(np.asarray(made, dtype=np.float64), index=when) for name, made in counts.items()}, area="Kent"
    )


def test_all_measures_whole_and_adding_up(base: SamplePaths) -> None:
    assert base.measures == MEASURES
    assert (grid(base) == np.floor(grid(base))).all()
    for stock, (starts, ends) in STOCK_FLOWS.items():
        rolled = base.opening_of(stock)[:, None] + np.cumsum(base.of(starts) - base.of(ends), axis=1)
        assert (rolled == base.of(stock)).all()
    assert (base.of("contacts") >= base.of("referrals")).all()
    assert (base.of("cp_starts") <= base.of("conferences")).all()
    assert set(base.estimated) == set(MEASURES) - {"referrals"}
    assert (str(base.months[0]), str(base.months[-1])) == ("2020-12", "2022-11")


def test_a_path_is_the_same_however_many_are_drawn(base: SamplePaths) -> None:
    few = futures(west_sussex(AS_AT), as_at=AS_AT, horizon=24, paths=25, seed=7, lockdown=LOCKDOWN)
    assert (grid(few) == grid(base)[:25]).all()
    other = futures(west_sussex(AS_AT), as_at=AS_AT, horizon=24, paths=25, seed=8, lockdown=LOCKDOWN)
    assert (grid(other) != grid(few)).any(axis=(0, 2)).all()


def test_nothing_after_the_date_is_used(base: SamplePaths) -> None:
    known = west_sussex(AS_AT)
    spoilt = known.joined(from_counts({"referrals": pd.Series([9e4], index=base.months[:1])}, area="West Sussex"))
    again = futures(spoilt, as_at=AS_AT, horizon=24, paths=25, seed=7, lockdown=LOCKDOWN)
    assert (grid(again) == grid(base)[:25]).all()


@pytest.mark.parametrize("model", ["combined", "pooled_smoothing", "seasonal_naive"])
def test_referrals_have_the_models_own_distribution(model: str) -> None:
    known = west_sussex(AS_AT)
    outlook = MODELS[model].outlook(known.series("referrals"), 12, lockdown=LOCKDOWN)
    drawn = futures(known, as_at=AS_AT, horizon=12, paths=4_000, seed=2, model=model, lockdown=LOCKDOWN).of("referrals")
    theirs = outlook.paths(4_000, np.random.default_rng(1))
    for level in (0.1, 0.5, 0.9):
        ours, model_paths = np.quantile(drawn, level, axis=0), np.quantile(theirs, level, axis=0)
        np.testing.assert_allclose(ours, model_paths, rtol=0.06)  # five standard errors of a quantile of 4,000
    totals = np.quantile(drawn.sum(axis=1), [0.1, 0.9]) / np.quantile(theirs.sum(axis=1), [0.1, 0.9])
    np.testing.assert_allclose(totals, 1, rtol=0.05)


def test_more_referrals_mean_more_of_what_follows_and_later(base: SamplePaths) -> None:
    """On paths with an unusual month of referrals, what follows is unusual by the step's weights."""
    referrals, assessed = base.of("referrals"), base.of("assessments")
    unusual = np.log(referrals / np.median(referrals, axis=0))
    follows = np.log(assessed / np.median(assessed, axis=0))
    month_by_month = np.diff(unusual, axis=1)
    weights = np.array(pathway().step("assessments").weights)
    gains = []
    for lag in range(len(weights)):
        x = month_by_month[:, 6 : 23 - lag].ravel()
        y = np.diff(follows, axis=1)[:, 6 + lag : 23].ravel()
        gains.append(float(x @ y / (x @ x)))
    assert np.argmax(gains) in (1, 2)  # the median assessment takes 31 working days
    assert np.corrcoef(unusual.mean(axis=1), follows.mean(axis=1))[0, 1] > 0.5


def test_opening_counts_may_be_given_and_must_be_whole() -> None:
    made = futures(west_sussex(AS_AT), as_at=AS_AT, horizon=3, paths=5, seed=1, opening={"cp_open": 900})
    assert dict(made.opening)["cp_open"] == 900
    assert (made.opening_of("cp_open") == 900).all()
    assert len(set(made.opening_of("cla_open"))) > 1  # last counted in March: each future opens with its own
    for wrong in ({"cp_open": 900.5}, {"cp_opn": 3}, {"cla_open": -1}):
        with pytest.raises(ValueError, match="whole numbers"):
            futures(west_sussex(AS_AT), as_at=AS_AT, horizon=3, paths=5, seed=1, opening=wrong)


def test_what_cannot_be_forecast_is_refused() -> None:
    known = west_sussex(AS_AT)
    for horizon, paths in ((0, 5), (3, 0)):
        with pytest.raises(ValueError, match="at least 1"):
            futures(known, as_at=AS_AT, horizon=horizon, paths=paths, seed=1)
    with pytest.raises(FiguresError, match="no referrals before"):
        futures(known, as_at=date(2012, 3, 31), horizon=3, paths=5, seed=1)


def test_months_measured_by_the_council_lead_and_fit() -> None:
    service = monthly_service()
    end = service.last.end_time.date()
    made = futures(service, as_at=end, horizon=12, paths=300, seed=5)
    assert made.estimated == ()
    assert set(made.measures) == set(service.measures)
    assert (grid(made) == np.floor(grid(made))).all()
    for name in made.measures:
        recent = service.counts(name).tail(12)
        assert 0.5 * recent.mean() < np.median(made.of(name)) < 2 * recent.mean(), name
    way = fitted(service)
    shipped = pathway().step("section_47").elasticity
    assert way.step("section_47").elasticity > shipped + 0.2  # here section 47s follow referrals one for one
    assert way.step("cla_starts").elasticity < pathway().step("cla_starts").elasticity + 0.1  # care starts do not
    assert np.linalg.eigvalsh(way.correlation).min() > 0


def test_figures_that_end_early_are_carried_to_the_date() -> None:
    service = monthly_service(months=80)
    later = (service.last + 2).end_time.date()
    made = futures(service, as_at=later, horizon=6, paths=10, seed=5)
    assert made.months[0] == service.last + 3
    assert set(made.measures) == set(service.measures)


def test_referrals_alone_are_enough() -> None:
    only = Observed(monthly_service().table.query("measure == 'referrals'"))
    made = futures(only, as_at=only.last.end_time.date(), horizon=6, paths=10, seed=5)
    assert made.measures == ("referrals",)
    assert made.opening == ()


def flat(level: float, months: int = 48, start: str = "2018-01") -> pd.Series:
    return pd.Series(np.full(months, level), index=pd.period_range(start, periods=months, freq="M"))


HOLED = flat(100.0).where(np.arange(48) % 7 != 3)


@pytest.mark.parametrize(
    "figures",
    [
        {"referrals": flat(100, 1)},
        {"referrals": flat(0), "conferences": flat(0), "cp_starts": flat(0), "cp_open": flat(0)},
        {"referrals": HOLED, "section_47": HOLED, "cp_starts": HOLED, "cp_ends": HOLED, "cp_open": HOLED},
        {"referrals": flat(100), "cp_open": flat(90), "cla_ends": flat(4)},
        {"referrals": flat(100), "conferences": flat(9), "cp_starts": flat(12), "cp_open": flat(100)},
        {"referrals": flat(100), "section_47": flat(30, 5, "2021-08"), "assessments": flat(100, 20)},
        {"referrals": flat(100, 14, "2020-11"), "cla_starts": flat(3), "cla_ends": flat(3), "cla_open": flat(100)},
        {"referrals": flat(1e6), "contacts": flat(5e6)},
    ],
    ids=[
        "one month",
        "nought",
        "holes",
        "stock alone",
        "more plans than conferences",
        "late and early",
        "young",
        "huge",
    ],
)
def test_odd_figures_still_give_whole_futures_near_their_level(figures: dict[str, pd.Series]) -> None:
    made = futures(from_counts(figures, area="Kent"), as_at=date(2021, 12, 31), horizon=14, paths=40, seed=1)
    assert set(figures) <= set(made.measures)
    assert (grid(made) == np.floor(grid(made))).all()
    for name, counts in figures.items():
        middle = np.median(made.of(name))
        assert 0.6 * counts.mean() <= middle <= 1.6 * counts.mean() + 1, name


def test_the_first_month_is_the_one_after_the_last_that_was_over() -> None:
    assert str(first_month_after(date(2020, 11, 30))) == "2020-12"
    assert str(first_month_after(date(2020, 11, 29))) == "2020-11"


def test_what_happened_as_paths() -> None:
    months = pd.period_range("2018-04", "2020-11", freq="M")
    figures = west_sussex()
    made = observed_paths(figures, months, paths=3)
    assert (made.of("referrals") == figures.counts("referrals").reindex(months).to_numpy()).all()
    assert (made.of("cp_open")[0] == figures.counts("cp_open").reindex(months).to_numpy()).all()
    assert dict(made.opening)["cp_open"] == 775
    assert len(made) == 3
    with pytest.raises(FiguresError, match="no count of referrals for 2024-04"):
        observed_paths(figures, pd.period_range("2024-01", "2024-04", freq="M"))


def test_steady_demand_is_poisson_by_working_day() -> None:
    months = pd.period_range("2021-01", "2021-12", freq="M")
    made = steady({"referrals": 40.0}, months, paths=4_000, seed=1)
    mean = 40.0 * working_days(months)
    np.testing.assert_allclose(made.of("referrals").mean(axis=0), mean, atol=5 * np.sqrt(mean.max() / 4_000))
    assert made.of("referrals").var(axis=0).sum() == pytest.approx(mean.sum(), rel=0.05)
    with pytest.raises(ValueError, match="not a flow"):
        steady({"cp_open": 1.0}, months, paths=1, seed=1)


def test_steady_demand_may_be_of_a_service_s_own_kind() -> None:
    months = pd.period_range("2021-01", "2021-12", freq="M")
    alone = steady({"referrals": 40.0}, months, paths=5, seed=1)
    both = steady({"calls": 20.0, "referrals": 40.0}, months, paths=5, seed=1)
    assert both.measures == ("referrals", "calls")
    assert (both.of("referrals") == alone.of("referrals")).all()
    assert both.of("calls").mean() == pytest.approx(20 * working_days(months).mean(), rel=0.05)


def test_parts_add_up_to_the_whole_on_every_path(base: SamplePaths) -> None:
    shares = {"north": 0.5, "south": 0.3, "coast": 0.2}
    for steadiness in (None, 30.0):
        parts = broken_down(base, "referrals", shares, seed=4, steadiness=steadiness)
        assert (sum(parts.of(part) for part in shares) == base.of("referrals")).all()
        assert all((parts.of(part) == np.floor(parts.of(part))).all() for part in shares)
        total = base.of("referrals").sum()
        assert parts.of("north").sum() / total == pytest.approx(0.5, abs=0.02)
    changing = broken_down(base, "referrals", {"new": np.linspace(0, 1, 24), "old": np.linspace(1, 0, 24)}, seed=4)
    assert changing.of("new")[:, 0].sum() == 0
    assert changing.of("old")[:, -1].sum() == 0
    with pytest.raises(ValueError, match="shares"):
        broken_down(base, "referrals", {"a": -1.0, "b": 2.0}, seed=1)
