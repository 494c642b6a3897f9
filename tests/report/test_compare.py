"""Paired comparison against theory: intervals that cover, variances that add up, words that say what was changed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from report.compare import compare, direction, downstream, explained, headlines
from report.comparison_words import called, frontier_lines
from report.components import components
from report.differences import input_differences
from report.waterfall import waterfall
from scenarios.load import changed, load
from scenarios.measure_names import Named
from scenarios.schema import Scenario

BASE = load("west-sussex")


@dataclass(frozen=True)
class Fake:
    """A scenario with invented measures."""

    scenario: Scenario
    measures: pd.DataFrame


def lived(scenario: Scenario, values: dict[str, np.ndarray], place: str = "assessment") -> Fake:
    parts = [
        pd.DataFrame(
            {
                "scenario": scenario.name,
                "start": "",
                "replication": np.arange(len(numbers)),
                "period": "all",
                "place": place,
                "measure": measure,
                "value": numbers,
                "unit": "children",
            }
        )
        for measure, numbers in values.items()
    ]
    return Fake(scenario, pd.concat(parts, ignore_index=True))


def other(name: str = "other", **change: object) -> Scenario:
    return changed(BASE, {"name": name, **change}, name)


def test_the_interval_covers_the_true_difference_as_often_as_it_says() -> None:
    rng, covered = np.random.default_rng(1), 0
    for _ in range(300):
        shared = rng.normal(1000, 50, 20)
        one = lived(BASE, {"assessment_open": shared})
        two = lived(other(), {"assessment_open": shared + rng.normal(-30, 10, 20)})
        row = compare(one, [two]).iloc[0]
        covered += row["low"] <= -30 <= row["high"]
    assert stats.binom.ppf(0.001, 300, 0.95) <= covered <= stats.binom.ppf(0.999, 300, 0.95)


def test_pairs_have_the_variance_that_correlation_leaves() -> None:
    rng, n = np.random.default_rng(2), 4000
    shared, own = rng.normal(0, 2, n), rng.normal(0, 1, (2, n))
    table = explained(
        lived(BASE, {"assessment_open": shared + own[0]}), [lived(other(), {"assessment_open": shared + own[1]})]
    )
    assert table["unpaired"].item() == pytest.approx(10, rel=0.1)  # each 4 + 1
    assert table["ratio"].item() == pytest.approx(0.2, rel=0.1)  # 1 + 1 of 10


def test_a_scenario_compared_with_itself_differs_by_nothing_for_certain() -> None:
    run = lived(BASE, {"assessment_open": np.arange(9.0), "assessment_within_45_working_days": np.linspace(0, 1, 9)})
    table = compare(run, [Fake(other(), run.measures)])
    assert (table[["difference", "low", "high"]] == 0).all(axis=None)
    assert not table["certain"].any()
    assert (table["chance_better"] == 0.5).all()


def test_better_knows_which_way_is_better() -> None:
    up = np.ones(10)
    table = compare(
        lived(
            BASE, {"assessment_waiting_mean": 0 * up, "assessment_within_45_working_days": 0 * up, "referrals": 0 * up}
        ),
        [lived(other(), {"assessment_waiting_mean": up, "assessment_within_45_working_days": up, "referrals": up})],
    ).set_index("measure")
    assert table.loc["assessment_waiting_mean", "chance_better"] == 0
    assert table.loc["assessment_within_45_working_days", "chance_better"] == 1
    assert np.isnan(table.loc["referrals", "chance_better"])
    assert direction("referrals") == "neither"


def test_more_scenarios_make_wider_intervals() -> None:
    rng = np.random.default_rng(3)
    base, two = lived(BASE, {"a_open": rng.normal(size=15)}), lived(other(), {"a_open": rng.normal(size=15)})
    alone = compare(base, [two]).iloc[0]
    among = compare(base, [two, lived(other("third"), {"a_open": rng.normal(size=15)})]).iloc[0]
    assert among["high"] - among["low"] > alone["high"] - alone["low"]
    assert among["difference"] == alone["difference"]


def test_replications_that_lack_a_value_on_either_side_are_left_out() -> None:
    one = lived(BASE, {"a_open": np.array([1.0, np.nan, 3.0, 4.0])})
    two = lived(other(), {"a_open": np.array([2.0, 2.0, np.nan, 5.0, 9.0])})
    row = compare(one, [two]).iloc[0]
    assert (row["replications"], row["difference"]) == (2, 1.0)


def test_different_seeds_are_not_pairs() -> None:
    values = {"a_open": np.ones(3)}
    with pytest.raises(ValueError, match="seeds 20201130 and 5"):
        compare(lived(BASE, values), [lived(other(seed=5), values)])


def test_load_is_followed_down_the_pathway() -> None:
    values = {f"{stage}_starts": np.zeros(5) for stage in ("cp", "assessment", "conference")}
    runs = [
        lived(scenario, {name: numbers + add}, place=name.removesuffix("_starts"))
        for scenario, add in ((BASE, 0), (other(), 2))
        for name, numbers in values.items()
    ]
    one, two = (
        Fake(scenario, pd.concat([run.measures for run in runs if run.scenario is scenario]))
        for scenario in (runs[0].scenario, runs[-1].scenario)
    )
    moved = downstream(compare(one, [two]), BASE)
    assert list(moved["stage"]) == ["assessment", "conference", "cp"]
    assert (moved["difference"] == 2).all()


def test_variances_of_forecast_and_simulation_are_told_apart() -> None:
    rng, paths, times = np.random.default_rng(4), 400, 5
    future = np.repeat(rng.normal(0, 3, paths), times)
    table = components(lived(BASE, {"a_open": future + rng.normal(0, 1, paths * times)}).measures, times)
    row = table.iloc[0]
    assert row["forecast_sd"] == pytest.approx(3, rel=0.1)
    assert row["simulation_sd"] == pytest.approx(1, rel=0.1)
    assert row["forecast_share"] == pytest.approx(0.9, rel=0.05)


def test_the_interval_of_the_forecasts_share_covers_it() -> None:
    rng, covered, rounds = np.random.default_rng(5), 0, 200
    for _ in range(rounds):
        future = np.repeat(rng.normal(0, 1, 12), 4)
        row = components(lived(BASE, {"a_open": future + rng.normal(0, 1, 48)}).measures, 4).iloc[0]
        covered += row["share_low"] <= 0.5 <= row["share_high"]
    assert stats.binom.ppf(0.001, rounds, 0.9) <= covered <= stats.binom.ppf(0.999, rounds, 0.9)


def test_one_path_cannot_be_told_apart() -> None:
    with pytest.raises(ValueError, match="at least two paths"):
        components(lived(BASE, {"a_open": np.arange(4.0)}).measures, 4)


def test_what_differs_is_said_in_words_and_nothing_else_is() -> None:
    assert not len(input_differences(BASE, BASE))
    words = list(input_differences(BASE, load("agency-assessors"))["words"])
    assert words == [
        "Assessment and intervention teams, agency, posts: 19 → 19, from 11 January 2021 31, from 1 July 2021 19 FTE"
    ]


def test_a_new_part_with_a_title_is_one_difference() -> None:
    table = input_differences(BASE, load("deferred-surge"))
    assert list(table["setting"]) == ["surges.schools", "surges.health", "surges.individuals"]
    back = input_differences(load("deferred-surge"), BASE)
    assert list(back["setting"]) == list(table["setting"])
    assert (back["other"] == "not set").all()


def test_headlines_begin_with_what_was_promised() -> None:
    names = headlines(BASE)
    assert names[: len(BASE.targets)] == [target.measure for target in BASE.targets.values()]
    assert "assessment_open_mean" in names


def test_a_waterfall_leads_from_the_base_to_all_together() -> None:
    rng = np.random.default_rng(6)
    level = rng.normal(1000, 50, 30)
    runs = {
        "base": lived(BASE, {"a_open": level}),
        "one": lived(other("one"), {"a_open": level + 100}),
        "two": lived(other("two"), {"a_open": level - 30 + rng.normal(0, 5, 30)}),
        "all": lived(other("all"), {"a_open": level + 50}),
    }
    table = waterfall(runs["base"], [runs["one"], runs["two"]], runs["all"], "a_open")
    assert list(table["step"]) == ["west-sussex", "one", "two", "interplay"]
    assert table["change"].sum() == pytest.approx((level + 50).mean())
    assert table["change"].iloc[1] == pytest.approx(100)
    assert table["change"].iloc[3] == pytest.approx(50 - 100 - table["change"].iloc[2])
    assert table["low"].iloc[2] < -30 < table["high"].iloc[2]


def test_a_what_if_without_a_title_goes_by_its_name() -> None:
    untitled = BASE.model_copy(update={"name": "ten-fewer"})
    assert called(untitled, BASE.title) == "ten-fewer"
    assert called(untitled.model_copy(update={"title": "Ten fewer"}), BASE.title) == "Ten fewer"


def test_what_money_does_not_buy_is_named() -> None:
    row = {"measure": "a_open", "name": "x", "cost": 1e6, "value": 10.0, "on_frontier": True, "beaten_by": ""}
    bought = {"workforce.teams.a.staff.b.fte": "Posts", "workforce.roles.b.salary_per_year": "Pay"}
    free = {"surges.lockdown.start": "Lockdown, start", "workforce.absence.sickness": "Sickness"}
    named = {"a_open": Named("children", "Open", "a")}
    frontier = pd.DataFrame([row])
    assert not any("does not buy" in line for line in frontier_lines(frontier, named, bought))
    assert frontier_lines(frontier, named, bought | free)[-1].endswith("like beside like: Lockdown, start; Sickness.")
    assert frontier_lines(frontier.head(0), named, free) == []
