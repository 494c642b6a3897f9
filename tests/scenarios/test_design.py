"""Laws of designs: every combination once, ranges filled evenly, every fault at its line."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.design import SWEEPS, find_sweep, grid, latin_hypercube, load_design, one_at_a_time, with_own_range
from scenarios.faults import ScenarioError
from scenarios.load import as_data, library, load, load_document
from scenarios.sweep import Range, Sweep

FTE = "workforce.teams.assessment.staff.experienced.fte"
PAY = "workforce.roles.experienced.salary_per_year"
VALUES = st.lists(st.integers(-5, 5), min_size=1, max_size=4, unique=True)


def written(folder: Path, text: str) -> Path:
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@given(one=VALUES, two=VALUES, three=VALUES)
def test_a_grid_holds_every_combination_once(one: list[int], two: list[int], three: list[int]) -> None:
    points = [tuple(point.values()) for point in grid({"a": one, "b": two, "c": three})]
    assert len(points) == len(set(points)) == len(one) * len(two) * len(three)
    assert points[0] == (one[0], two[0], three[0])


@settings(deadline=None)  # the first call imports SciPy
@given(members=st.integers(2, 40), seed=st.integers(0, 99))
def test_a_latin_hypercube_puts_one_member_in_every_slice_of_every_range(members: int, seed: int) -> None:
    ranges = {"a": Range(low=0, high=1), "b": Range(low=-10, high=30)}
    points = list(latin_hypercube(ranges, members, seed))
    for name, low, high in (("a", 0, 1), ("b", -10, 30)):
        slices = sorted(int((point[name] - low) / (high - low) * members) for point in points)
        assert slices == list(range(members))
    assert points == list(latin_hypercube(ranges, members, seed))


def test_one_at_a_time_moves_one_setting_and_begins_with_none() -> None:
    points = list(one_at_a_time({"a": Range(low=1, high=3), "b": ["x", "y", "z"]}))
    assert points[0] == {}
    assert points[1:] == [{"a": 1.0}, {"a": 3.0}, {"b": "x"}, {"b": "y"}, {"b": "z"}]


def test_dates_are_settings_like_any_other(tmp_path: Path) -> None:
    text = """
        name: start
        question: When?
        settings:
          as_at: {low: 2020-11-01, high: 2020-11-21, steps: 3}
    """
    dates = [member.scenario.as_at.isoformat() for member in load_design(written(tmp_path, text)).members]
    assert dates == ["2020-11-01", "2020-11-11", "2020-11-21"]


def test_a_members_scenario_is_its_base_but_for_its_settings(tmp_path: Path) -> None:
    text = f"name: posts\nquestion: How many?\nreplications: 7\nsettings:\n  {FTE}: [80, 100]\n"
    low, high = load_design(written(tmp_path, text)).members
    assert [float(m.scenario.workforce.teams["assessment"].staff["experienced"].fte) for m in (low, high)] == [80, 100]
    assert low.scenario.replications == 7
    assert low.scenario.service == load("west-sussex").service
    assert low.scenario.workforce.teams["assessment"].staff["experienced"].fte.source == "assumed in posts-0001"


def test_without_settings_every_number_with_a_range_of_its_own_is_tried_low_and_high(tmp_path: Path) -> None:
    design = load_design(written(tmp_path, "name: all\nquestion: What matters?\ndesign: one at a time\n"))
    ranged = with_own_range(as_data(load("west-sussex")))
    assert len(design.members) == 1 + 2 * len(ranged)
    assert FTE in ranged
    assert not any("salary" in name for name in ranged)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name: a\nquestion: q\nsettings:\n  seed: [1]\ndesing: grid\n", 5, "did you mean 'design'"),
        ("name: a\nquestion: q\nsettings:\n  seed: {low: 2, high: 1}\n", 4, "must be above low"),
        ("name: a\nquestion: q\nsettings:\n  seed: {low: 1, high: 2}\n", 4, "number of steps"),
        ("name: a\nquestion: q\nsettings:\n  sed: [1]\n", 4, "did you mean 'seed'"),
        (f"name: a\nquestion: q\nsettings:\n  {FTE}: [80, -1]\n", 4, "must be 0 or more"),
        (f"name: a\nquestion: q\nsettings:\n  {PAY}: own range\n", 4, "moves only what people cost"),
        (f"name: a\nquestion: q\nsettings:\n  {FTE}s: own range\n", 4, f"did you mean '{FTE}'"),
        ("name: a\nquestion: q\nbase: west-susex\nsettings:\n  seed: [1]\n", 3, "did you mean 'west-sussex'"),
        ("name: a\nquestion: q\ndesign: latin hypercube\nsettings:\n  seed: [1]\n", 1, "number of members"),
        ("name: a\nquestion: q\ndesign: random\nsettings:\n  seed: [1]\n", 3, "cannot be 'random'"),
        ("name: a\nquestion: q\n", 1, "name at least one setting"),
        ("name: a\nname: b\n", 2, "set twice"),
    ],
)
def test_every_fault_is_told_at_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        load_design(written(tmp_path, text))
    faults = raised.value.faults
    assert any(fault.line == line and words in fault.message for fault in faults), str(raised.value)


def test_faults_of_several_settings_come_at_once(tmp_path: Path) -> None:
    text = f"name: a\nquestion: q\nsettings:\n  {FTE}: [-1]\n  workforce.teams.assessment.on_leaving: [finnish]\n"
    with pytest.raises(ScenarioError) as raised:
        load_design(written(tmp_path, text))
    assert {fault.line for fault in raised.value.faults} == {4, 5}


def test_an_unknown_sweep_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="neither a file nor a sweep"):
        find_sweep("no-such-sweep")


def test_the_shipped_schema_is_that_of_the_sweep() -> None:
    shipped = Path(__file__).resolve().parents[2] / "scenarios" / "sweep.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == Sweep.model_json_schema()


@pytest.mark.parametrize("path", sorted(SWEEPS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_sweep_that_ships_is_sound_and_says_what_it_asks(path: Path) -> None:
    design = load_design(path)
    assert design.sweep.name == path.stem
    assert design.sweep.question
    assert len(design.members) > 1


@pytest.mark.parametrize("name", [name for name in library() if name not in ("west-sussex", "west-sussex-hindcast")])
def test_every_what_if_says_what_it_asks_expects_and_assumes(name: str) -> None:
    about = load_document(library()[name]).data
    assert about["question"].strip().endswith("?")
    assert about["hypothesis"].strip()
    assert "ssumed" in about["notes"] or "as in" in about["notes"]
    assert load(name).name == name
