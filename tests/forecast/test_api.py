"""The door for other programs: quantiles of any monthly series, from the past alone."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from forecast.api import quantiles
from forecast.phases import Phase, phases, restricted_months, school_closures

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def months(count: int, last: str = "2020-10") -> list[str]:
    return [str(m) for m in pd.period_range(end=last, periods=count, freq="M")]


def counts(count: int) -> np.ndarray:
    return np.random.default_rng(2).poisson(300, count).astype(float)


def test_shape_order_and_keys() -> None:
    centre, said = quantiles(counts(80), months(80), 18, LEVELS)
    assert centre.shape == (18,)
    assert tuple(said) == LEVELS
    assert (np.diff(np.array(list(said.values())), axis=0) >= 0).all()
    assert np.array_equal(centre, said[0.5])


@pytest.mark.parametrize("measure", [None, "referrals"])
def test_deterministic(measure: str | None) -> None:
    first, again = (quantiles(counts(80), months(80), 12, LEVELS, measure=measure, area="Kent") for _ in range(2))
    assert all(np.array_equal(first[1][p], again[1][p]) for p in LEVELS)


def test_lists_and_missing_months_are_taken() -> None:
    y = [float(v) for v in counts(40)]
    y[7] = y[39] = float("nan")
    _, said = quantiles(y, months(40), 3, [0.1, 0.9], measure="referrals")
    assert np.isfinite(said[0.1]).all()


def test_the_input_is_left_as_it_was() -> None:
    y = counts(60)
    before = y.copy()
    quantiles(y, months(60), 6, [0.5], lockdown=["2020-04"])
    assert np.array_equal(y, before)
    assert y.flags.writeable


def test_months_of_lockdown_after_the_last_are_ignored() -> None:
    known, more = (
        quantiles(counts(90), months(90), 12, [0.5], lockdown=months_given)[0]
        for months_given in (["2020-03", "2020-04"], ["2020-03", "2020-04", "2021-01", "2021-02"])
    )
    assert np.array_equal(known, more)


def test_referrals_know_englands_lockdown_without_being_told() -> None:
    told = [m for m in restricted_months() if m <= "2020-10"]
    silent, spoken = (
        quantiles(counts(90), months(90), 12, [0.5], measure="referrals", lockdown=given)[0] for given in ((), told)
    )
    assert np.array_equal(silent, spoken)


def test_every_fault_is_named() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantiles(counts(30), months(30), 6, [80, 95])
    with pytest.raises(ValueError, match="30 months but counts"):
        quantiles(counts(31), months(30), 6, [0.5])
    with pytest.raises(ValueError, match=r"gap or repeat.*negative"):
        quantiles(-counts(30), [*months(29), "2022-01"], 6, [0.5])
    with pytest.raises(ValueError, match="no month has a count"):
        quantiles([float("nan")] * 3, months(3), 6, [0.5])


def test_lockdown_months_are_those_of_the_law() -> None:
    assert restricted_months() == (
        "2020-03", "2020-04", "2020-05", "2020-06", "2020-11", "2021-01", "2021-02", "2021-03",
    )  # fmt: skip


def test_phases_follow_one_another_and_have_sources() -> None:
    found = phases()
    assert all(isinstance(p, Phase) and p.first <= p.last and p.source for p in (*found, *school_closures()))
    assert all((after.first - before.last).days == 1 for before, after in itertools.pairwise(found))
