"""The search for the fewest posts, on services whose answer is known in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from report.comparison_words import answer_lines
from report.goalseek import Measured, Search, smallest
from report.promise import Promise, promises_of, read_promise
from scenarios.faults import ScenarioError
from scenarios.load import load

ON_TIME = Promise("on_time", 0.8, True, "On time")
FEW_OPEN = Promise("open", 100.0, False, "Open")


def service(spread: float = 5.0, seed: int = 0) -> Measured:
    """Share on time is Phi((posts - load) / 12), the load of a future normal around 150: the same in each future."""

    def measured(posts: float, replications: range) -> np.ndarray:
        loads = np.array([np.random.default_rng((seed, r)).normal(150, spread) for r in replications])
        return stats.norm.cdf((posts - loads) / 12)[:, None]

    return measured


def root_of_mean(spread: float, target: float = 0.8) -> float:
    """Posts at which the mean share is the target: E Phi((n - L) / 12) = Phi((n - 150) / sqrt(144 + spread^2))."""
    return float(150 + stats.norm.ppf(target) * np.sqrt(144 + spread**2))


def test_on_average_it_finds_the_root_of_the_mean() -> None:
    root = root_of_mean(5.0)
    found = [smallest(service(seed=seed), [ON_TIME], Search(130, 180, half_width=0.01)) for seed in range(20)]
    posts = np.array([one.posts for one in found], dtype=float)
    assert np.abs(posts - np.ceil(root)).max() <= 3
    assert abs(posts.mean() - root - 0.5) < 1.0
    assert all(one.replications < 51 * 60 / 10 for one in found)  # a tenth of trying every number


def test_over_futures_it_finds_the_quantile_of_the_loads() -> None:
    needed = 150 + 12 * stats.norm.ppf(0.8)  # a future of usual load keeps the promise from here on
    root = needed + 5 * stats.norm.ppf(0.9)
    search = Search(130, 190, probability=0.9, least=40, most=400, half_width=0.02)
    posts = [smallest(service(seed=seed), [ON_TIME], search).posts for seed in range(8)]
    assert np.abs(np.array(posts, dtype=float) - root).max() <= 2.5


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 3))
def test_without_chance_it_finds_the_very_number(root: int, guess: int, step: int) -> None:
    def measured(posts: float, replications: range) -> np.ndarray:
        return np.full((len(replications), 1), 1.0 if posts >= root else 0.0)

    answer = smallest(measured, [ON_TIME], Search(0, 60, step=step), guess=guess)
    reachable = [posts for posts in range(0, 61, step) if posts >= root]
    assert answer.posts == (reachable[0] if reachable else None)
    assert len(answer.points) <= 16


def test_several_promises_take_the_most_that_any_one_takes() -> None:
    def measured(posts: float, replications: range) -> np.ndarray:
        return np.column_stack([np.full(len(replications), posts / 100), np.full(len(replications), 190 - posts)])

    answer = smallest(measured, [ON_TIME, FEW_OPEN], Search(50, 120))
    assert answer.posts == 90
    assert [point.posts for point in answer.neighbours] == [89, 90, 91]
    assert answer.neighbours[0].promise == str(FEW_OPEN)


def test_what_not_even_the_most_posts_reach_has_no_answer() -> None:
    def measured(_posts: float, replications: range) -> np.ndarray:
        return np.zeros((len(replications), 1))

    answer = smallest(measured, [ON_TIME], Search(1, 30))
    assert answer.posts is None
    assert answer.neighbours[-1].posts == 30


def test_an_answer_at_the_edge_of_the_search_says_that_fewer_may_hold() -> None:
    def measured(posts: float, replications: range) -> np.ndarray:
        return np.full((len(replications), 1), float(posts >= 12))

    inside, at_the_edge = (smallest(measured, [ON_TIME], Search(low, 30)) for low in (1, 12))
    assert (inside.posts, at_the_edge.posts) == (12, 12)
    assert not any("fewer may hold too" in line for line in answer_lines(inside, "posts", None))
    assert any("fewer may hold too" in line for line in answer_lines(at_the_edge, "posts", None))


def test_no_replication_is_simulated_twice() -> None:
    asked: list[tuple[float, int]] = []

    def measured(posts: float, replications: range) -> np.ndarray:
        asked.extend((posts, r) for r in replications)
        return service()(posts, replications)

    answer = smallest(measured, [ON_TIME], Search(130, 180))
    assert len(asked) == len(set(asked)) == answer.replications


def test_the_root_of_the_mean_is_what_the_closed_form_says() -> None:
    draws = np.random.default_rng(1).normal(150, 5, 200_000)
    root = optimize.brentq(lambda n: stats.norm.cdf((n - draws) / 12).mean() - 0.8, 130, 190)
    assert root == pytest.approx(root_of_mean(5.0), abs=0.1)


@pytest.mark.parametrize(
    ("words", "measure", "value"),
    [
        ("open assessments <= 1300", "assessment_open", 1300),
        ("assessments in 45 working days >= 0.85", "assessment_within_45_working_days", 0.85),
        ("Assessments completed in 45 working days ≥ 85%", "assessment_within_45_working_days", 0.85),
        ("assessment_open_mean <= 1,200", "assessment_open_mean", 1200.0),
        ("conferences in 15 working days at least 75%", "conference_within_15_working_days", 0.75),
        ("assessments_on_time", "assessment_within_45_working_days", 0.85),
    ],
)
def test_a_promise_is_read_as_a_planner_says_it(words: str, measure: str, value: float) -> None:
    promise = read_promise(words, load("west-sussex"))
    assert (promise.measure, promise.value) == (measure, value)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("assesments in 45 working days >= 0.85", "did you mean 'assessment in 45 working days'"),
        ("assessments in 45 working days >= 85", "did you mean 0.85"),
        ("assessments in 45 working days", "write it as in"),
    ],
)
def test_what_cannot_be_read_is_answered_with_the_nearest(words: str, answer: str) -> None:
    with pytest.raises(ScenarioError, match=answer):
        read_promise(words, load("west-sussex"))


def test_the_scenarios_own_targets_are_promises() -> None:
    scenario = load("west-sussex")
    found = [(promise.measure, promise.value) for promise in promises_of(scenario)]
    assert found == [(target.measure, target.at_least) for target in scenario.targets.values()]


def test_of_several_promises_the_one_that_fewest_futures_keep_is_named() -> None:
    def measured(posts: float, replications: range) -> np.ndarray:
        late = np.array([0.7 if r % 2 else 0.9 for r in replications])
        return np.column_stack([np.full(len(replications), 0.9), 170 * late - posts])

    answer = smallest(measured, [ON_TIME, FEW_OPEN], Search(20, 60, probability=0.8))
    worst = answer.points[0]
    assert worst.promise == str(FEW_OPEN)
    assert worst.alone == worst.estimate
