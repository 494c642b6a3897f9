"""The stopping rule against theory: intervals of Student's t, the number the normal law asks for, and coverage."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulate.precision import LEAST, Wish, half_widths, needed, until_precise


def normal_service(mean: float, sd: float, seed: int = 1):
    """A fake service: one measure, normal, the same value for the same replication whoever asks."""

    def simulate(replications: range) -> pd.DataFrame:
        values = [np.random.default_rng((seed, r)).normal(mean, sd) for r in replications]
        rows = {"replication": list(replications), "measure": "open", "place": "assessment", "period": "all"}
        return pd.DataFrame({**rows, "value": values})

    return simulate


@settings(deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
def test_half_widths_are_those_of_students_interval(values: list[float]) -> None:
    ours = half_widths(np.array(values))
    for n in range(2, len(values) + 1):
        sd = np.std(values[:n], ddof=1)
        assert ours[n - 1] == pytest.approx(stats.t.ppf(0.975, n - 1) * sd / np.sqrt(n), rel=1e-6, abs=1e-4)


def test_as_many_replications_as_the_normal_law_asks_for() -> None:
    sd, wish = 0.022, 0.005  # spread of the on-time share near capacity; half a point
    asked = (stats.norm.ppf(0.975) * sd / wish) ** 2
    found = [needed(np.random.default_rng(seed).normal(0.8, sd, 400), wish) for seed in range(40)]
    assert None not in found
    assert np.mean(found) == pytest.approx(asked, rel=0.15)


def test_it_must_stay_within_the_wish_for_the_look_ahead() -> None:
    calm = np.tile([0.0, 1e-3], 10)
    upset = np.concatenate([calm[:8], [5.0], calm])
    assert needed(calm, 0.01) == LEAST
    assert needed(upset, 0.01) is None


def test_too_few_values_are_never_enough() -> None:
    assert needed(np.zeros(LEAST + 2), 0.1) is None


def test_the_stream_stops_when_precise_and_holds_what_it_promises() -> None:
    covered = 0
    for seed in range(60):
        found = until_precise(normal_service(1000.0, 50.0, seed), [Wish("open", 0.01, relative=True)], batch=7)
        assert found.is_enough
        [one] = found.reached
        assert one.half_width <= 0.01 * one.mean
        assert one.replications == found.measures["replication"].nunique()
        covered += abs(one.mean - 1000.0) <= one.half_width
    assert covered >= stats.binom.ppf(0.001, 60, 0.93)  # sequential stopping costs a little of the 95 %


def test_it_stops_at_the_most_and_says_so() -> None:
    found = until_precise(normal_service(0.0, 1.0), [Wish("open", 1e-6)], batch=10, most=35)
    assert not found.is_enough
    assert found.reached[0].replications == 35


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(ValueError, match="no opened"):
        until_precise(normal_service(0.0, 1.0), [Wish("opened", 1.0)])
