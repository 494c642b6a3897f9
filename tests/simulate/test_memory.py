"""Memory kept between arrays changes how fast, never what."""

import multiprocessing
import sys

import numpy as np
import pytest

from simulate.memory import keep_memory


def test_it_can_be_asked_for_anywhere_and_changes_no_number() -> None:
    before = np.random.default_rng(1).random(100_000).sum()
    assert keep_memory() in ((True, False) if sys.platform == "linux" else (False,))
    assert np.random.default_rng(1).random(100_000).sum() == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks and gives advice on memory")
def test_what_a_process_has_from_its_parent_stays_as_it_was() -> None:
    keep_memory()
    arrays = [np.full(size, float(size)) for size in (10, 1_000, 100_000, 1_000_000)]
    freed = [np.full(300_000, 7.0) for _ in range(20)]
    del freed

    def look(answer: multiprocessing.SimpleQueue) -> None:
        keep_memory()
        more = [np.full(300_000, 3.0) for _ in range(20)]
        answer.put(all((array == len(array)).all() for array in arrays) and all((array == 3.0).all() for array in more))

    forking = multiprocessing.get_context("fork")
    answer = forking.SimpleQueue()
    child = forking.Process(target=look, args=(answer,))
    child.start()
    assert answer.get()
    child.join()
    assert child.exitcode == 0
