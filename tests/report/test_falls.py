"""A waterfall: its bars lead from the base to the scenario, whatever is drawn together; a scenario is taken apart."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from report import falls
from report.contracts import WATERFALL
from report.differences import input_differences
from report.steps import steps
from report.waterfall import worth_telling
from scenarios.load import changed, library, load

BASE = load("west-sussex")


def table(changes: list[float], interplay: float = 5.0, unit: str = "children") -> pd.DataFrame:
    """A base of 1,460 and changes, each known to a tenth of itself."""
    moves = [*changes, interplay]
    rows = [("base", "base", 1460.0, 1400.0, 1500.0, unit)]
    rows += [(f"s{i}", f"change {i}", m, m - abs(m) / 10, m + abs(m) / 10, unit) for i, m in enumerate(moves, 1)]
    return pd.DataFrame(rows, columns=list(WATERFALL))


@pytest.mark.parametrize("changes", [[210.0], [210.0, -180.0], list(np.linspace(-60, 90, 14))])
def test_the_bars_lead_from_the_base_to_the_scenario(changes: list[float]) -> None:
    one = falls.waterfall(table(changes), "open assessments", other="a plan")
    bars = falls._bars(table(changes), "a plan", "")
    assert one.table["After this step"].iloc[-1] == pytest.approx(1460 + sum(changes) + 5, abs=0.06)
    for before, after in itertools.pairwise(bars[:-1]):
        assert after.start == pytest.approx(before.end)
    assert bars[-1].end == pytest.approx(1460 + sum(changes) + 5)
    assert len(bars) <= falls.MOST + 4
    assert bars[-2].kind == "interplay"
    assert one.figure().axes


def test_small_changes_are_drawn_as_one_and_all_stand_in_the_table() -> None:
    changes = [50.0, *[1.0] * 9, -40.0]
    bars = falls._bars(table(changes), "a plan", "")
    (small,) = [bar for bar in bars if bar.title.endswith("smaller changes")]
    assert small.title == "3 smaller changes"
    assert small.end - small.start == pytest.approx(3.0)
    assert len(falls.waterfall(table(changes), "open", other="a plan").table) == 1 + len(changes) + 1


def test_the_title_names_the_largest_change_that_is_sure() -> None:
    rows = table([210.0, -180.0])
    assert falls.waterfall(rows, "open cases", other="x").title == "Adds most to open cases: change 1, about 210"
    rows.loc[1, "low"] = -10.0
    assert falls.waterfall(rows, "open cases", other="x").title == "Takes most off open cases: change 2, about 180"
    unsure = rows.assign(low=-1e3, high=1e3)
    assert falls.waterfall(unsure, "open cases", other="x").title == "No change alone surely moves open cases"
    with pytest.raises(ValueError, match="at least one step"):
        falls.waterfall(rows.head(1), "open cases", other="x")


@pytest.mark.parametrize("name", [name for name in library() if name not in ("west-sussex", "west-sussex-hindcast")])
def test_all_steps_together_are_the_scenario(name: str) -> None:
    other = load(name)
    moved = set(input_differences(BASE, other)["setting"])
    found = steps(BASE, other)
    each = [set(input_differences(BASE, one)["setting"]) for one in found]
    assert set().union(*each) == moved
    assert sum(len(one) for one in each) == len(moved)
    assert len({one.title for one in found}) == len(found)


def test_a_scenario_is_taken_apart_by_surge_team_and_role_or_else_by_setting() -> None:
    assert [one.title for one in steps(BASE, load("deferred-surge"))] == [
        "Schools, April to July 2020, half comes back",
        "Health services, April to July 2020, half comes back",
        "Individuals, April to July 2020, half comes back",
    ]
    assert len(steps(BASE, load("retention-crisis"))) == 4
    assert len(steps(BASE, load("winter-plan"))) == 14
    assert len(steps(load("winter-plan"), BASE)) == 14


def test_what_cannot_stand_alone_is_taken_together() -> None:
    assert [one.title for one in steps(BASE, load("absence-wave"))] == ["Absence"]
    assert len(steps(BASE, load("practice-may-change"))) == 1
    assert steps(BASE, changed(BASE, {"replications": 7}, "more")) == []


def test_what_is_told_is_what_surely_changes() -> None:
    names = ["assessment_within_45_working_days", "assessment_open_mean", "cp_open"]
    rows = pd.DataFrame({"measure": names, "period": "all", "certain": [False, True, True]})
    rows = rows.assign(difference=[0.0, 9.0, 3.0], low=[0.0, 5.0, 1.0], high=[0.0, 13.0, 5.0])
    assert worth_telling(rows, BASE) == ["assessment_open_mean"]
    assert worth_telling(rows.assign(certain=False), BASE) == ["assessment_within_45_working_days"]
    moved = rows.assign(low=[-0.1, 5.0, 1.0], high=[0.2, 13.0, 5.0])  # in some futures, though not for certain
    assert worth_telling(moved, BASE) == ["assessment_within_45_working_days", "assessment_open_mean"]
