"""Memory kept between arrays changes how fast, never what."""

import sys

import numpy as np

from simulate.memory import keep_memory


def test_it_can_be_asked_for_anywhere_and_changes_no_number() -> None:
    before = np.random.default_rng(1).random(100_000).sum()
    assert keep_memory() in ((True, False) if sys.platform == "linux" else (False,))
    assert np.random.default_rng(1).random(100_000).sum() == before
