"""What any caller may throw at the public function: it answers soundly and quietly, or says once what is wrong."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from forecast import national
from forecast.api import quantiles

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
LOCKDOWN = ("2020-03", "2020-04", "2020-05", "2020-06", "2020-11", "2021-01", "2021-02")


def months(count: int, last: str = "2021-02") -> list[str]:
    return [str(m) for m in pd.period_range(end=last, periods=count, freq="M")]


def counts(count: int, level: float = 300.0) -> np.ndarray:
    t = np.arange(count)
    return np.random.default_rng(2).poisson(level * np.exp(0.1 * np.sin(np.pi * t / 6))).astype(float)


def missing(*places: slice) -> np.ndarray:
    y = counts(90)
    for place in places:
        y[place] = np.nan
    return y


HARD = {
    "missing at the start": missing(slice(0, 14)),
    "missing in the middle": missing(slice(40, 60)),
    "missing at the end": missing(slice(-6, None)),
    "missing since lockdown": missing(slice(-12, None)),
    "missing for four years before lockdown": missing(slice(28, 78)),
    "every other month missing": missing(slice(0, None, 2)),
    "two counts": missing(slice(1, -1)),
    "noughts": np.zeros(90),
    "constant": np.full(90, 7.0),
    "one count above nought": np.r_[np.zeros(60), 50.0, np.zeros(29)],
    "nothing since lockdown": np.r_[counts(78), np.zeros(12)],
    "grows tenfold a year": np.exp(0.2 * np.arange(90)),
    "any size": np.exp(np.random.default_rng(3).normal(0, 8, 90)),
    "huge": counts(90) * 1e12,
    "the largest numbers": np.full(90, 1e300),
    "below one": counts(90) * 1e-4,
    "below one and noughts": np.where(np.arange(90) % 5, counts(90) * 1e-4, 0.0),
    **{f"{n} months": counts(n) for n in (1, 2, 3, 5, 11, 12, 13, 18, 20)},
}


@pytest.mark.parametrize("lockdown", [(), LOCKDOWN])
@pytest.mark.parametrize("measure", [None, "referrals"])
@pytest.mark.parametrize("case", HARD)
def test_sound_and_quiet(
    case: str, measure: str | None, lockdown: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    y = HARD[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        centre, said = quantiles(y, months(len(y)), 12, LEVELS, measure=measure, lockdown=lockdown)
    values = np.array([said[p] for p in LEVELS])
    assert centre.shape == (12,)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (np.diff(values, axis=0) >= 0).all()
    assert np.array_equal(centre, said[0.5])
    out = capfd.readouterr()
    assert out.out == out.err == ""


@pytest.mark.parametrize("horizon", [1, 2, 18, 36, np.int64(3)])
@pytest.mark.parametrize("measure", [None, "referrals"])
def test_any_horizon(horizon: int, measure: str | None) -> None:
    centre, said = quantiles(counts(90), months(90), horizon, [0.1, 0.9], measure=measure)
    assert centre.shape == said[0.1].shape == (horizon,)
    assert (said[0.1] <= centre).all()


def test_few_counts_are_not_taken_for_certainty() -> None:
    for y in (np.array([300.0]), np.full(3, 300.0)):
        said = quantiles(y, months(len(y)), 1, [0.1, 0.9])[1]
        assert said[0.9][0] > 1.2 * said[0.1][0]


SAME_LOCKDOWN: dict[str, Iterable[object]] = {
    "list": list(LOCKDOWN),
    "set": set(LOCKDOWN),
    "backwards": LOCKDOWN[::-1],
    "twice": LOCKDOWN * 2,
    "generator": (m for m in LOCKDOWN),
    "array of words": np.array(LOCKDOWN),
    "array of months": np.array(LOCKDOWN, dtype="datetime64[M]"),
    "series": pd.Series(LOCKDOWN),
    "periods": pd.PeriodIndex(LOCKDOWN, freq="M"),
    "times": pd.DatetimeIndex([m + "-01" for m in LOCKDOWN]),
    "dates": [datetime.date.fromisoformat(m + "-15") for m in LOCKDOWN],
    "and later months": (*LOCKDOWN, "2021-03", "2030-01"),
    "and months before the first": ("1980-01", *LOCKDOWN),
}


@pytest.mark.parametrize("how", SAME_LOCKDOWN)
def test_lockdown_in_any_form(how: str) -> None:
    usual, given = (quantiles(counts(90), months(90), 6, LEVELS, lockdown=x)[1] for x in (LOCKDOWN, SAME_LOCKDOWN[how]))
    assert all(np.array_equal(usual[p], given[p]) for p in LEVELS)


def test_a_lockdown_after_the_last_month_is_none_at_all() -> None:
    none, later = (quantiles(counts(90), months(90), 6, [0.5], lockdown=x)[0] for x in ((), ["2021-03", "2021-04"]))
    assert np.array_equal(none, later)


SAME_MONTHS: dict[str, Iterable[object]] = {
    "periods": pd.period_range(end="2021-02", periods=90, freq="M"),
    "starts of months": pd.date_range(end="2021-02-01", periods=90, freq="MS"),
    "ends of months": pd.date_range(end="2021-02-28", periods=90, freq="ME"),
    "dates in words": [m + "-01" for m in months(90)],
    "series": pd.Series(months(90)),
    "array": np.array(months(90), dtype="datetime64[M]"),
    "generator": iter(months(90)),
}


@pytest.mark.parametrize("how", SAME_MONTHS)
def test_months_in_any_form(how: str) -> None:
    usual, given = (quantiles(counts(90), m, 6, [0.5], measure="referrals")[0] for m in (months(90), SAME_MONTHS[how]))
    assert np.array_equal(usual, given)


def test_levels_in_any_order_and_number() -> None:
    def ask(levels: Iterable[float]) -> dict[float, np.ndarray]:
        return quantiles(counts(40), months(40), 4, levels)[1]

    said = ask([0.9, 0.1, 0.5, 0.1])
    assert list(said) == [0.9, 0.1, 0.5]
    assert np.array_equal(ask(np.array([0.1]))[0.1], said[0.1])
    assert np.array_equal(ask([0.5])[0.5], said[0.5])
    assert ask([]) == {}
    wide = ask([1e-6, 1 - 1e-6])
    assert np.isfinite(list(wide.values())).all()


FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "level 0": ({"levels": [0.0]}, r"between 0 and 1.*\[0\.0\]"),
    "level 1": ({"levels": [0.5, 1.0]}, r"between 0 and 1.*\[1\.0\]"),
    "level in percent": ({"levels": [80]}, "between 0 and 1"),
    "level missing": ({"levels": [float("nan")]}, "between 0 and 1"),
    "level a word": ({"levels": ["low"]}, "between 0 and 1.*low"),
    "one level": ({"levels": 0.5}, "list of probabilities"),
    "horizon 0": ({"horizon": 0}, "at least 1 month"),
    "half a month": ({"horizon": 1.5}, "whole number of months; got 1.5"),
    "horizon a word": ({"horizon": "year"}, "whole number of months; got 'year'"),
    "negative": ({"y": -counts(40)}, "40 counts are negative, the first in 2017-11"),
    "infinite": ({"y": np.r_[counts(39), np.inf]}, "infinite, the first in 2021-02"),
    "words": ({"y": ["many"] * 40}, "y must be numbers"),
    "nothing": ({"y": np.full(40, np.nan)}, "no month has a count"),
    "a table": ({"y": counts(40).reshape(20, 2)}, "40 months but counts of shape"),
    "quarters": ({"months": pd.period_range(end="2021Q1", periods=40, freq="Q")}, "40 are not, the first '2011Q2'"),
    "numbers for months": ({"months": range(40)}, "months such as '2020-04'; 40 are not"),
    "month 13": ({"months": [*months(39), "2021-13"]}, "1 are not, the first '2021-13'"),
    "backwards": ({"months": months(40)[::-1]}, "gap or repeat"),
    "a word for lockdown": ({"lockdown": "2020-04"}, "lockdown must be a list"),
    "no lockdown": ({"lockdown": None}, "lockdown must be a list"),
    "lockdown unnamed": ({"lockdown": ["spring"]}, "lockdown must be months.*'spring'"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_said_plainly(case: str) -> None:
    given, message = FAULTS[case]
    usual = {"y": counts(40), "months": months(40), "horizon": 6, "levels": [0.5]}
    with pytest.raises(ValueError, match=message):
        quantiles(**{**usual, **given})  # type: ignore[arg-type]


def test_all_faults_at_once() -> None:
    with pytest.raises(ValueError, match=r"levels.*horizon.*lockdown.*negative"):
        quantiles(-counts(40), months(40), 0, [2.0], lockdown=["never"])


def test_a_measure_not_known_is_any_series() -> None:
    plain, named = (
        quantiles(counts(80), months(80), 6, [0.5], measure=m, area=a)[0]
        for m, a in ((None, None), ("ward admissions", "Nowhere"))
    )
    assert np.array_equal(plain, named)


@pytest.mark.parametrize("area", [None, "Nowhere", "West Sussex", "South East", "England"])
def test_an_areas_own_later_figures_are_not_used(area: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask() -> np.ndarray:
        national._season.cache_clear()
        return quantiles(counts(90), months(90), 12, [0.5], measure="referrals", area=area)[0]

    unnamed = quantiles(counts(90), months(90), 12, [0.5], measure="referrals")[0]
    table = national._table()
    after = table.copy()
    after.loc[after.index > pd.Period("2021-02", freq="M")] *= np.linspace(
        0.2, 5.0, int((after.index > "2021-02").sum())
    )[:, None]
    before = ask()
    monkeypatch.setattr(national, "_table", lambda: after)
    assert np.array_equal(before, ask())
    assert np.array_equal(before, unnamed)
    monkeypatch.undo()
    national._season.cache_clear()


def test_the_same_again_after_other_work() -> None:
    first = quantiles(counts(90), months(90), 12, LEVELS)
    np.random.seed(5)  # noqa: NPY002  the global generator must not matter
    again = quantiles(counts(90), months(90), 12, LEVELS)
    assert all(np.array_equal(first[1][p], again[1][p]) for p in LEVELS)
