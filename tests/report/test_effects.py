"""Charts of sweeps, differences, causes and assumptions say what their tables say."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from report import effects, sweeps
from report.contracts import COMPARE, SWEEP, from_members, grid
from scenarios.schema import Scenario
from simulate.results import Results

FTE, SURGE = "workforce.teams.assessment.staff.experienced.fte", "surges.schools.deferred_share"
ON_TIME = "assessment_within_45_working_days"


def sweep_table() -> pd.DataFrame:
    rows = []
    for i, (fte, surge) in enumerate(itertools.product([80, 100, 120], [0.0, 0.2])):
        mean = 0.6 + 0.005 * (fte - 80) - 0.5 * surge
        for setting, value in ((FTE, fte), (SURGE, surge)):
            for measure, unit, m in ((ON_TIME, "share of ends", mean), ("assessment_open", "children", 2000 - 5 * fte)):
                found = {"member": f"m{i}", "setting": setting, "value": value, "measure": measure, "unit": unit}
                rows.append(found | {"mean": m, "low": 0.9 * m, "high": 1.1 * m})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def scenario(results: Results) -> Scenario:
    return results.scenario


def test_a_sweep_is_one_row_a_member_and_measure() -> None:
    wide = grid(sweep_table())
    assert len(wide) == 12
    assert {FTE, SURGE} <= set(wide.columns)
    with pytest.raises(ValueError, match="the sweep table lacks unit"):
        grid(sweep_table().drop(columns="unit"))


def test_the_surface_counts_the_combinations_on_target_and_fences_them(scenario: Scenario) -> None:
    one = sweeps.surface(sweep_table(), scenario, FTE, SURGE, ON_TIME, target=0.7)
    assert one.title == "3 of 6 combinations reach 70%"
    assert "highest, about 80%, at fte 120 and deferred share 0" in one.alternative
    assert one.table.iloc[0].tolist() == ["120", 80.0, 70.0]
    with pytest.raises(ValueError, match="no setting 'nothing'"):
        sweeps.surface(sweep_table(), scenario, "nothing", SURGE, ON_TIME)
    with pytest.raises(ValueError, match="no measure 'nothing'"):
        sweeps.surface(sweep_table(), scenario, FTE, SURGE, "nothing")


def test_fewer_is_better_for_open_cases(scenario: Scenario) -> None:
    one = sweeps.surface(sweep_table(), scenario, FTE, SURGE, "assessment_open", target=1500)
    assert one.title == "4 of 6 combinations reach 1500"


def test_the_tornado_puts_the_widest_first(scenario: Scenario) -> None:
    rows = [
        ("small thing", 0.82, 0.84, True),
        ("great thing", 0.95, 0.48, True),
        ("lucky thing", 0.99, 0.4, False),
        ("tiny thing", 0.83, 0.8301, True),
    ]
    table = pd.DataFrame(
        [
            {
                "setting": t, "title": t, "unit": "hours", "source": "assumed", "low_value": 4, "high_value": 16,
                "measure": ON_TIME, "measure_unit": "share of ends", "base_mean": 0.83, "low_mean": a, "high_mean": b,
                "certain": sure,
            }
            for t, a, b, sure in rows
        ]
    )  # fmt: skip
    one = effects.tornado(table, scenario, ON_TIME)
    assert one.title == "Great thing matters most"
    assert one.table["Assumption"].tolist() == ["great thing", "small thing", "lucky thing", "tiny thing"]
    assert one.table["Surely moves it"].tolist() == ["yes", "yes", "no", "no"]
    assert "from about 95% at 4 to about 48% at 16 hours" in one.alternative
    with pytest.raises(ValueError, match="no measure"):
        effects.tornado(table, scenario, "nothing")
    with pytest.raises(ValueError, match="nothing surely moves"):
        effects.tornado(table.tail(2), scenario, ON_TIME)


def test_differences_count_only_what_is_sure(scenario: Scenario) -> None:
    rows = [
        ("assessment_open", "children", 1000.0, -100.0, -120.0, -80.0, "low", 0.95, True),
        (ON_TIME, "share of ends", 0.8, 0.02, -0.01, 0.05, "high", 0.6, False),
        ("cp_open", "children", 900.0, 9.0, 3.0, 15.0, "neither", np.nan, True),
        ("assessment_open_mean", "children", 990.0, 0.0, 0.0, 0.0, "low", 0.5, False),
    ]
    table = pd.DataFrame(
        [
            {
                "base": "a", "other": "extra-agency", "start": "", "place": "", "measure": m, "unit": u,
                "period": "all",
                "base_mean": b, "other_mean": b + d, "difference": d, "low": lo, "high": hi, "better": w,
                "chance_better": c, "certain": sure, "replications": 60,
            }
            for m, u, b, d, lo, hi, w, c, sure in rows
        ]
    )[list(COMPARE)]  # fmt: skip
    (one,) = effects.compared(table, scenario)
    assert one.title == "Extra agency: 2 of 4 measures surely change, 1 for the better"
    assert "Open assessments: −10.0%" in one.alternative
    assert "Assessments completed" not in one.alternative
    assert one.table["Better"].tolist()[1] == "neither is better"
    assert one.table["Better"].tolist()[3] == "the same in every future"


def test_cost_says_what_money_buys() -> None:
    table = pd.DataFrame(
        {
            "name": ["As it is", "Ten more"],
            "cost": [5.0e6, 5.8e6],
            "cost_low": [4.9e6, 5.7e6],
            "cost_high": [5.1e6, 5.9e6],
            "value": [0.82, 0.9],
            "value_low": [0.76, 0.85],
            "value_high": [0.87, 0.94],
            "unit": "share of ends",
        }
    )
    one = sweeps.cost(table, "assessments in 45 working days", target=0.85)
    assert one.title == "£5.0 million buys about 82%, £5.8 million about 90%"
    assert one.figure().axes
    same = sweeps.cost(table.assign(cost=5.0e6), "assessments in 45 working days")
    assert same.title == "Every choice costs £5.0 million a year"


def test_a_sweep_folder_becomes_the_sweep_table(scenario: Scenario) -> None:
    members = pd.DataFrame(
        {"member": ["a", "b"], "base": "x", "title": "y", FTE: [80, 100], "start": ["2020-03", "2020-04"]}
    )
    summary = pd.DataFrame(
        {
            "member": ["a", "a", "b"],
            "measure": ON_TIME,
            "unit": "share of ends",
            "period": ["all", "2021-01", "all"],
            "mean": [0.6, 0.1, 0.7],
            "p10": 0.5,
            "p90": 0.8,
        }
    )
    table = from_members(members, summary)
    assert list(table.columns) == list(SWEEP)
    assert sorted(zip(table["member"], table["setting"], table["value"], table["mean"], strict=True), key=str) == [
        ("a", "start", "2020-03", 0.6),
        ("a", FTE, 80, 0.6),
        ("b", "start", "2020-04", 0.7),
        ("b", FTE, 100, 0.7),
    ]
    assert sweeps.surfaces(table, scenario, [ON_TIME]) == []


def test_a_whole_grid_of_two_settings_is_drawn_with_its_target(scenario: Scenario) -> None:
    (one,) = sweeps.surfaces(sweep_table(), scenario, [ON_TIME, "nothing"])
    assert one.title == "0 of 6 combinations reach 85%"
    assert sweeps.surfaces(sweep_table().query("member != 'm0'"), scenario, [ON_TIME]) == []
