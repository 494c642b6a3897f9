"""Draws by purpose: even, unrelated between purposes and children, and never shifted by who else comes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from simulate.fast import SWITCH
from simulate.streams import child_keys, keys, mixed, stream, uniform

NUMBER = 200_000


@pytest.fixture(scope="module")
def children():
    return keys(stream(1, 0, "test"), np.zeros(NUMBER, dtype=np.int64), np.arange(NUMBER))


@pytest.mark.parametrize("purpose", ["effort assessment", "least assessment", "way from conference"])
def test_draws_are_even(children, purpose):
    numbers = uniform(children, purpose)
    assert numbers.min() > 0
    assert numbers.max() < 1
    assert kstest(numbers, "uniform").pvalue > 0.001
    assert chisquare(np.bincount((numbers * 1024).astype(int), minlength=1024)).pvalue > 0.001


def test_draws_of_different_purposes_and_neighbours_are_unrelated(children):
    one, two = uniform(children, "effort assessment"), uniform(children, "least assessment")
    later = uniform(child_keys(children, "comes back"), "effort assessment")
    for other in (two, later, np.roll(one, 1)):
        assert abs(np.corrcoef(one, other)[0, 1]) < 3.3 / np.sqrt(NUMBER)
        cells = np.bincount((one * 32).astype(int) * 32 + (other * 32).astype(int), minlength=1024)
        assert chisquare(cells).pvalue > 0.001


@given(st.integers(1, 200), st.integers(1, 200))
def test_more_children_do_not_change_the_others(few, more):
    drawn = [keys(stream(3, 1, "x"), np.full(n, 4), np.arange(n)) for n in (few, few + more)]
    assert np.array_equal(drawn[0], drawn[1][:few])


def test_keys_are_all_different(children):
    assert len(np.unique(children)) == NUMBER


@given(st.integers(0, 2**63 - 1), st.integers(0, 10_000), st.text(min_size=1))
def test_a_stream_is_the_same_whenever_it_is_asked_for(seed, replication, purpose):
    assert stream(seed, replication, purpose).random() == stream(seed, replication, purpose).random()


def test_streams_differ_by_seed_replication_and_purpose():
    first = {stream(seed, r, purpose).random() for seed in range(5) for r in range(5) for purpose in "abcde"}
    assert len(first) == 125


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50), st.text(max_size=20))
def test_draws_are_the_same_compiled_or_not(numbers, purpose):
    children = np.array(numbers, dtype=np.uint64)
    with pytest.MonkeyPatch.context() as patched:
        found = []
        for wanted in ("1", "0"):
            patched.setenv(SWITCH, wanted)
            found.append((uniform(children, purpose), mixed(children)))
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])
