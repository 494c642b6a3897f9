"""Work and elapsed time keep their own distributions however closely they go together."""

import numpy as np
import pytest
from scipy.stats import kstest, multivariate_normal, norm, spearmanr

from simulate.together import chance_of_both, either_above, tied

RNG = np.random.default_rng(5)
OWN, OTHER = RNG.random(20_000), RNG.random(20_000)


@pytest.mark.parametrize("tie", [0.0, 0.3, 0.7, 0.95])
def test_each_keeps_its_distribution_and_they_move_together(tie: float) -> None:
    work = tied(OWN, OTHER, tie)
    assert kstest(work, "uniform").pvalue > 0.001
    expected = 6 / np.pi * np.arcsin(tie / 2)
    assert spearmanr(work, OTHER).statistic == pytest.approx(expected, abs=3.3 / np.sqrt(len(OWN)))


@pytest.mark.parametrize("tie", [0.0, 0.4, 0.8])
def test_chance_of_both_is_the_bivariate_normal_s(tie: float) -> None:
    first, second = np.array([0.1, 0.5, 0.9, 0.99]), np.array([0.3, 0.5, 0.2, 0.99])
    both = multivariate_normal(cov=[[1, tie], [tie, 1]])
    exact = [both.cdf([norm.ppf(a), norm.ppf(b)]) for a, b in zip(first, second, strict=True)]
    assert chance_of_both(first, second, tie) == pytest.approx(exact, abs=0.002)


@pytest.mark.parametrize("tie", [0.0, 0.6])
def test_given_that_one_is_above_the_share_by_work_is_right(tie: float) -> None:
    first, second = np.full(20_000, 0.7), np.full(20_000, 0.6)
    rng = np.random.default_rng(8)
    work, time = either_above(first, second, tie, lambda _purpose, cases, tries: rng.random((len(cases), tries)))
    assert ((work > 0.7) | (time > 0.6)).all()
    alone = 0.3 / (1 - chance_of_both(first[:1], second[:1], tie)[0])
    assert (work > 0.7).mean() == pytest.approx(alone, abs=3.3 * np.sqrt(alone * (1 - alone) / 20_000))


def test_what_almost_never_holds_ends_at_its_bounds() -> None:
    rng = np.random.default_rng(1)
    bound = np.full(3, 1 - 1e-15)
    work, time = either_above(bound, bound, 0.5, lambda _purpose, cases, tries: rng.random((len(cases), tries)))
    assert (work == bound).all()
    assert (time == bound).all()
