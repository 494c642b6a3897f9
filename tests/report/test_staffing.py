"""Staffing plans by month: kept promises, kept limits, no spikes, on services whose need is known."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from report.promise import Promise
from report.staffing import Limits, MeasuredByMonth, as_steps, laid_out, staffing_plan

ON_TIME = Promise("on_time", 0.5, True, "On time")
MONTHS = 18


def service(need: np.ndarray) -> MeasuredByMonth:
    """On time in a month exactly where posts reach what the future needs in it; `need`: (replications, months)."""

    def measured(posts: tuple[float, ...]) -> np.ndarray:
        return (np.array(posts)[None, :] >= need).astype(float)[:, :, None]

    return measured


def limits(**change: float) -> Limits:
    usual = {"now": 20, "low": 10, "high": 40, "rise": 3, "fall": 2, "hold": 3, "from_month": 1, "run_out": 6}
    return Limits(**{**usual, **change})  # type: ignore[arg-type]  # whole numbers where Limits counts months


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(10, 40), min_size=MONTHS, max_size=MONTHS), st.integers(1, 6), st.integers(1, 5))
def test_a_plan_keeps_its_promise_and_its_limits(need: list[int], rise: int, hold: int) -> None:
    wish = limits(rise=rise, hold=hold)
    plan = staffing_plan(service(np.array([need])), [ON_TIME], 1.0, MONTHS, wish)
    if plan.posts is None:
        assert (np.array(laid_out((40,), MONTHS, wish))[-6:] < np.array(need)[-6:]).all()
        return
    posts = np.array(plan.posts)
    judged = np.array(plan.judged)
    assert (judged == (np.array(laid_out((40,) * 9, MONTHS, wish)) >= np.array(need))).all()
    assert (posts >= np.array(need))[judged].all()
    steps = np.diff([20, *posts])
    assert steps.max() <= rise
    assert steps.min() >= -2
    assert posts.min() >= 10
    assert posts.max() <= 40
    assert len(set(posts[-wish.run_out - 1 :])) == 1  # the last level is held to the end


def test_months_that_no_hiring_can_save_are_not_judged() -> None:
    need = np.full((1, MONTHS), 30)
    plan = staffing_plan(service(need), [ON_TIME], 1.0, MONTHS, limits(rise=2))
    assert plan.posts is not None
    assert plan.judged == (False,) * 5 + (True,) * (MONTHS - 5)  # 20, 22, 24, 26, 28, then 30
    assert plan.posts[5:] == (30.0,) * (MONTHS - 5)


def test_of_several_promises_the_hardest_of_each_month_is_known() -> None:
    """One needs 22 posts at first and the other 26 later; a month with nothing to keep keeps it."""
    first, later = np.full((2, MONTHS), 22.0), np.r_[np.full((1, MONTHS), 26.0), np.full((1, MONTHS), 18.0)]
    later[:, :6] = 10.0

    def measured(posts: tuple[float, ...]) -> np.ndarray:
        values = np.stack([np.array(posts) >= first, np.array(posts) >= later], axis=2).astype(float)
        values[:, 8, :] = np.nan
        return values

    promises = [ON_TIME, Promise("seen", 0.5, True, "Seen")]
    plan = staffing_plan(measured, promises, 0.5, MONTHS, limits(now=22))
    assert plan.posts == (22.0,) * MONTHS
    assert plan.hardest(3) == 0
    assert plan.hardest(12) == 1
    assert (plan.alone[0][12], plan.alone[1][12], plan.chance[12]) == (1.0, 0.5, 0.5)
    assert plan.chance[8] == plan.alone[0][8] == plan.alone[1][8] == 1.0


def test_a_steady_need_has_a_steady_answer() -> None:
    plan = staffing_plan(service(np.full((1, MONTHS), 20)), [ON_TIME], 1.0, MONTHS, limits())
    assert plan.posts == (20.0,) * MONTHS


def test_the_share_of_futures_sets_the_level() -> None:
    need = np.repeat(np.arange(11, 31)[:, None], MONTHS, axis=1)  # twenty futures, each with a need of its own
    wish = limits(rise=20, fall=20, from_month=0)
    for share in (0.5, 0.8, 0.95):
        plan = staffing_plan(service(need), [ON_TIME], share, MONTHS, wish)
        assert plan.posts == (10.0 + 20 * share,) * MONTHS


def test_a_short_peak_is_met_and_left_again() -> None:
    need = np.full((1, MONTHS), 15)
    need[0, 6:9] = 26
    plan = staffing_plan(service(need), [ON_TIME], 1.0, MONTHS, limits(rise=6, fall=6, smooth=0.5))
    assert plan.posts is not None
    assert max(plan.posts[6:9]) == 26
    assert plan.posts[-1] == 15


def test_smoothness_leaves_a_saving_that_is_not_worth_the_unrest() -> None:
    need = np.full((1, MONTHS), 26)
    need[0, 7:10] = 24
    calm = staffing_plan(service(need), [ON_TIME], 1.0, MONTHS, limits(rise=6, fall=6, smooth=3.0))
    restless = staffing_plan(service(need), [ON_TIME], 1.0, MONTHS, limits(rise=6, fall=6, smooth=0.0))
    assert calm.posts is not None
    assert restless.posts is not None
    assert len(set(calm.posts)) < len(set(restless.posts))
    assert sum(restless.posts) < sum(calm.posts)


def test_a_month_without_a_figure_breaks_no_promise() -> None:
    def measured(_posts: tuple[float, ...]) -> np.ndarray:
        values = np.ones((4, MONTHS, 1))
        values[:, 3] = np.nan
        return values

    plan = staffing_plan(measured, [ON_TIME], 0.9, MONTHS, limits())
    assert plan.chance == (1.0,) * MONTHS


def test_steps_are_told_where_posts_change() -> None:
    assert as_steps((20, 20, 23, 23), ["a", "b", "c", "d"]) == [{"from": "a", "value": 20}, {"from": "c", "value": 23}]
