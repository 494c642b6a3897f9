"""Sentences say what the table says, with the right sureness, and titles stay short."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.reporting import closing_lines
from report import findings, promise_words, trust_words, words
from report.build import gather
from report.phrases import futures
from report.summary import summarise
from scenarios.load import load
from simulate.results import Results


def promise(chance: float, **changes: object) -> pd.Series:
    row = {
        "target": "t",
        "title": "Assessments completed in 45 working days",
        "at_least": 0.85,
        "at_most": None,
        "unit": "share of ends",
        "mean": 0.83,
        "p10": 0.77,
        "p50": 0.83,
        "p90": 0.9,
        "chance": chance,
        "replications": 40,
    }
    return pd.Series(row | changes)


def test_a_promise_is_said_with_its_range_its_limit_and_its_chance() -> None:
    assert promise_words.promise_sentence(promise(0.4)) == (
        "Assessments completed in 45 working days: about 83% in the middle future (between 77% and 90% in 8 of 10 "
        "futures). The target of at least 85% is kept in 4 of 10 futures: in the balance."
    )
    assert "at most 12" in promise_words.promise_sentence(
        promise(1.0, at_least=None, at_most=12.0, unit="days", mean=9.0)
    )


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [(1.0, "likely to be kept"), (0.76, "likely to be kept"), (0.74, "in the balance"), (0.2, "unlikely to be kept")],
)
def test_likely_is_eight_of_ten_futures_as_they_are_said(chance: float, verdict: str) -> None:
    assert promise_words.verdict(chance) == verdict


@given(st.floats(0, 1))
def test_a_chance_never_says_likely_both_ways(chance: float) -> None:
    both = {words.direction(chance), words.direction(1 - chance)}
    assert both in ({"likely to rise", "likely to fall"}, {"may rise or fall"})


def test_the_answer_follows_the_worst_promise() -> None:
    rows = pd.DataFrame([promise(1.0, title="Referrals"), promise(0.1, title="Conferences")])
    assert promise_words.answer(rows, None, "") == (
        "On these figures the service holds only in part: 1 of 2 targets likely to be kept, but “Conferences” is kept "
        "in 1 of 10 futures."
    )
    assert promise_words.answer(rows.tail(1), None, "") == (
        "On these figures the service is unlikely to hold: “Conferences” is kept in 1 of 10 futures."
    )
    assert promise_words.answer(rows.head(1), None, "").startswith("On these figures the service is likely to hold")
    assert "no target" in promise_words.answer(rows.head(0), None, "")


@given(st.lists(st.sampled_from([0.75, 0.77, 0.8, 0.86, 0.93]), min_size=2, max_size=4))
def test_several_targets_are_each_likely_and_no_more_is_promised_than_is_found(chances: list[float]) -> None:
    rows = pd.DataFrame([promise(chance, title=f"Target {at}") for at, chance in enumerate(chances)])
    said = promise_words.answer(rows, None, "")
    assert "at least" not in said
    assert f"each of its {len(chances)} targets is likely to be kept, the least sure" in said
    assert f"“Target {chances.index(min(chances))}”, {futures(min(chances), 40)}." in said


def stock(mean: float, chance_higher: float) -> pd.Series:
    row = {
        "mean": mean,
        "before": 900.0,
        "given": True,
        "empty": False,
        "chance_higher": chance_higher,
        "last": "2022-11",
    }
    return pd.Series({**row, "replications": 40})


@pytest.mark.parametrize(
    ("waiting", "rising", "holds"), [(200.0, 1.0, False), (50.0, 1.0, True), (200.0, 0.5, True), (0.0, 0.0, True)]
)
def test_targets_kept_on_work_that_is_done_do_not_hide_work_that_piles_up(waiting, rising, holds) -> None:
    rows = pd.DataFrame([promise(1.0)])
    said = promise_words.answer(rows, stock(1000.0, 1.0), "Open assessments", stock(waiting, rising))
    assert ("is likely to hold" in said) is holds
    assert ("about 200 cases wait for a worker by November 2022" in said) is not holds


def test_a_hindcast_is_answered_by_what_was_not_used_to_fit() -> None:
    facts = pd.DataFrame({"inside": [True, False, True], "used_to_calibrate": [True, False, False]})
    assert trust_words.facts_answer(facts) == (
        "Of 3 published figures 2 lie inside the range of 9 of 10 simulated futures; of the 2 that were not used to "
        "fit the model, 1 do."
    )


def test_one_verb_where_plans_and_care_go_the_same_way() -> None:
    same = [("protection plans", "likely to rise"), ("looked-after children", "likely to rise")]
    assert words.plans_title(same) == "Protection plans and looked-after children likely to rise"
    assert words.plans_title([same[0], ("looked-after children", "may rise or fall")]) == (
        "Protection plans likely to rise, looked-after children may rise or fall"
    )


def test_the_first_page_is_whole_in_every_case(any_results: Results) -> None:
    page = summarise(any_results)
    assert page.question
    assert page.answer.endswith(".")
    assert 1 <= len(page.findings) <= 5
    lines = [page.answer, *page.findings, *page.watch, *page.assumed, *page.accuracy, *page.changed]
    for line in lines:
        assert line[0].isupper() or line[0].isdigit()
        assert line.endswith(".")
        assert "nan" not in line.lower().split()
        assert "no figure" not in line
        assert "_" not in line


def test_the_first_page_says_whether_practice_may_change(any_results: Results) -> None:
    drift = load("practice-may-change").drift
    moving = replace(any_results, scenario=any_results.scenario.model_copy(update={"drift": drift}))
    assert "leave out how it may change" in " ".join(summarise(any_results).assumed)
    assert "Practice may change" in " ".join(summarise(moving).assumed)


def test_titles_state_a_finding_in_a_dozen_words_and_say_simulated_or_estimated(any_results: Results) -> None:
    for one in gather(any_results):
        assert len(one.title.split()) <= 14, one.title
        assert "_" not in one.title + one.subtitle + one.alternative, one.name
        assert "nan" not in one.alternative.lower().split(), one.name
        assert len(one.table) > 0
        if one.section in ("front_door", "assessment"):
            assert "Simulated" in one.subtitle


def test_whatever_is_estimated_says_so_on_its_figure(results: Results) -> None:
    by_name = {one.name: one for one in gather(results)}
    assert by_name["contacts-forecast"].label.startswith("Estimated")
    assert "estimated" in by_name["contacts-forecast"].subtitle
    assert by_name["plans-and-care"].label.startswith("Estimated")
    assert not by_name["referrals-forecast"].label


def test_the_interval_of_the_mean_is_never_given_as_the_range_of_futures(results: Results) -> None:
    row = findings.promises(results, "").iloc[0]
    sample = results.measures[(results.measures["measure"] == row["measure"]) & (results.measures["period"] == "all")]
    assert row["p10"] == pytest.approx(np.quantile(sample["value"], 0.1))
    assert row["chance"] == pytest.approx((sample["value"] >= row["at_least"]).mean())


def test_what_changed_names_settings_and_figures(results: Results) -> None:
    from dataclasses import replace

    older = replace(
        results,
        scenario=results.scenario.model_copy(update={"horizon_months": 12}),
        daily=results.daily.assign(value=results.daily["value"] * 2),
    )
    lines = summarise(results, older).changed
    assert "Horizon months: 12 before; now 24." in lines
    assert any(line.startswith("At the end, open assessments are about") for line in lines)
    assert summarise(results, results).changed == ("Nothing: the same settings gave the same figures.",)


def test_a_number_that_changes_on_dates_is_said_as_one_and_is_never_not_set(results: Results) -> None:
    from dataclasses import replace

    from scenarios.load import changed

    posts = "workforce.teams.assessment.staff.experienced.fte"
    line = results.scenario.workforce.teams["assessment"].staff["experienced"]
    assert isinstance(line.fte, float)
    now = float(line.fte)
    steps = [{"from": "2020-11-30", "value": now}, {"from": "2021-04-01", "value": now + 12}]
    number = {"unit": "FTE", "source": "assumed", "dated": steps}
    dated = changed(results.scenario, {posts: number}, "dated")
    lines = summarise(replace(results, scenario=dated), results).changed
    words = f"{now:g} before; now {now:g}, from 1 April 2021 {now + 12:g}."
    assert any(line.endswith(words) for line in lines), lines
    assert not any("not set" in line for line in lines), lines


def test_demand_with_a_surge_is_never_called_the_forecast(results: Results) -> None:
    surged = replace(results, scenario=results.scenario.model_copy(update={"surges": load("deferred-surge").surges}))
    plain, what_if = (closing_lines(each, Path("run")).splitlines()[1] for each in (results, surged))
    assert plain.startswith("Forecast: Referrals: about ")
    words = "Referrals with the surge from schools, health and individuals, which is assumed and not forecast: about "
    assert what_if.startswith(f"What-if:  {words}")
    assert summarise(surged).findings[0].startswith(words)


def test_few_futures_are_told_from_the_lowest_to_the_highest(results: Results) -> None:
    few = replace(
        results,
        daily=results.daily[results.daily["replication"] < 3],
        measures=results.measures[results.measures["replication"] < 3],
    )
    row = findings.stock(few, "", "assessment_open")
    assert row is not None
    last = few.daily[(few.daily["measure"] == "assessment_open") & (few.daily["date"] == few.daily["date"].max())]
    each = last.groupby("replication")["value"].sum()
    assert (row["lowest"], row["highest"]) == (each.min(), each.max())
    assert "in the 3 futures simulated" in words.stock_sentence("open assessments", row)
    promise = findings.promises(few, "").iloc[0]
    values = few.measures[(few.measures["measure"] == promise["measure"]) & (few.measures["period"] == "all")]["value"]
    assert (promise["lowest"], promise["highest"]) == (values.min(), values.max())
    assert "8 of 10" not in promise_words.promise_sentence(promise)


def test_a_surge_is_said_under_the_fan_it_is_added_to(results: Results) -> None:
    from dataclasses import replace

    surge = load("deferred-surge").surges
    scenario = results.scenario.model_copy(update={"surges": surge})
    by_name = {one.name: one for one in gather(replace(results, scenario=scenario))}
    assert by_name["referrals-forecast"].subtitle.endswith("a what-if: the forecast with the scenario's surge added")
    assert "The what-if's middle" in by_name["referrals-forecast"].alternative
    assert "surge" not in {one.name: one for one in gather(results)}["referrals-forecast"].subtitle
