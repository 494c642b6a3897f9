"""Every fault of a scenario file at once, each with file, line, setting and the nearest right name."""

from pathlib import Path

import pytest

from scenarios import load
from scenarios.faults import ScenarioError

HEAD = "name: mine\ntitle: Mine\nquestion: Does it hold?\nbased_on: west-sussex\nchange:\n"


def faults_of(tmp_path: Path, text: str | bytes) -> list[str]:
    path = tmp_path / "mine.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ScenarioError) as caught:
        load.load(path)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("name", list(load.library()))
def test_what_ships_is_sound_and_says_what_it_asks(name: str) -> None:
    scenario = load.load(name)
    assert scenario.name == name
    assert scenario.question.endswith("?")


@pytest.mark.parametrize("name", list(load.library()))
def test_a_resolved_scenario_reads_back_the_same(name: str, tmp_path: Path) -> None:
    scenario = load.load(name)
    path = tmp_path / "scenario.yaml"
    path.write_text(load.as_yaml(scenario), encoding="utf-8")
    assert load.load(path) == scenario


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("horizon_months: 0", "mine.yaml:6  horizon_months: must be 1 or more, not 0"),
        ("workforce.teams.assessment.staf.x.fte: 3", "did you mean 'staff'?"),
        ("workforce.teams.assessment.staff.agency.fte: -4", "agency.fte: must be 0 or more, not -4"),
        ("workforce.teams.assessment.staff.agency.role: agenci", "did you mean 'agency'?"),
        (
            "workforce.teams.mash.staff: {practitioners: null}",
            "mine.yaml:6  workforce.teams.mash.staff: the team has nob",
        ),
        ("workforce.teams.mash.merges_into: mash_managers", "merges_into and merges_on go together"),
        ("service.stages.assessment.routes.cin.share: 0.97", "shares add up to 1.014"),
        ("service.stages.assessment.routes.cinn: {share: null}", "did you mean 'cin'?"),
        ("service.stages.cp.routes: {cp: {}, closed: null}", "children go round for ever"),
        ("service.stages.assessment.team: asessment", "did you mean 'assessment'?"),
        ("service.stages.conference.clock_from: section47", "did you mean 'section_47'?"),
        ("service.entries.contacts.enters: screening", "did you mean 'contact_screening'?"),
        ("service.returns.closing: [asessment]", "service.returns.closing.0: there is no stage"),
        ("opening.asessment: {ages: stationary}", "did you mean 'assessment'?"),
        ("as_at: 2020-31-11", "mine.yaml:6  as_at: must be a real date, as in 2020-11-30, not"),
        ("as_at: soon", "mine.yaml:6  as_at: must be a real date, as in 2020-11-30, not"),
        ("replications: many", "mine.yaml:6  replications: must be a whole number, not 'many'"),
        ("demand.source: forcast", "did you mean 'forecast'?"),
        (
            "targets.mine: {title: T, measure: asessment_open, at_most: {value: 1, unit: cases, source: assumed}}",
            "did you mean 'assessment_open'?",
        ),
        (
            "workforce.absence.waves.w: {first: 2021-02-01, last: 2021-01-01, "
            "share_away: {value: 0.2, unit: share, source: assumed}}",
            "before it begins on 2021-02-01",
        ),
        ("workforce.teams.mash.staff.practitioners.fte: {value: 3, unit: FTE, source: dfe-work}", "'dfe-workforce'?"),
    ],
)
def test_each_fault_is_named_with_its_line_and_the_nearest_right_one(tmp_path: Path, setting: str, fault: str) -> None:
    found = faults_of(tmp_path, f"{HEAD}  {setting}\n")
    assert any(fault in line for line in found), found
    assert all(line.startswith("mine.yaml:6  ") for line in found), found


def test_a_misspelt_kind_is_answered_with_the_nearest(tmp_path: Path) -> None:
    found = faults_of(tmp_path, f"{HEAD}  service.stages.assessment.kind: caselod\n")
    assert found == ["mine.yaml:6  service.stages.assessment.kind: cannot be 'caselod'; did you mean 'caseload'?"]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    found = faults_of(tmp_path, f"{HEAD}  horizon_months: 0\n  replications: -1\n  as_at: never\n  sead: 3\n")
    assert [line.split("  ")[0] for line in found] == [f"mine.yaml:{line}" for line in (6, 7, 8, 9)]
    assert "did you mean 'seed'?" in found[-1]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\na: 2\n", 'mine.yaml:2  a setting is set twice: "a"'),
        ("a: [1,\n", "mine.yaml:2  cannot be read"),
        ("- a\n", "mine.yaml:1  must hold settings (name: value), not"),
        ("", "mine.yaml:1  is empty"),
        ("just words\n", "mine.yaml:1  must hold settings (name: value), not"),
        ("a: &b [1]\nc: *b\n", "names a YAML anchor (&b)"),
        ("name: x\nbased_on: west-susex\n", "did you mean 'west-sussex'?"),
        ("name: x\nbased_on: west-sussex\nchagne: {}\n", "mine.yaml:3  chagne: unknown setting"),
        ("name: x\nbased_on: west-sussex\nchange: 3\n", "mine.yaml:3  change: must hold settings"),
        ("name: x\nbased_on: mine.yaml\n", "goes round in a circle"),
        ("name: x\n" + "# big\n" * 60_000, "may hold 300,000 at most"),
        ("name: é\n".encode("latin-1"), "mine.yaml:1  is not UTF-8"),
        ("a: " + "[" * 5000 + "]" * 5000, "mine.yaml:1  is nested more than 40 deep"),
    ],
)
def test_files_that_cannot_be_read_say_why(tmp_path: Path, text: str | bytes, fault: str) -> None:
    found = faults_of(tmp_path, text)
    assert any(fault in line for line in found), found


def test_an_empty_base_lists_everything_that_is_missing(tmp_path: Path) -> None:
    found = faults_of(tmp_path, "name: mine\n")
    assert {line.split("  ")[1] for line in found} >= {"title: is missing", "service: is missing", "seed: is missing"}


def test_a_misspelt_library_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'west-sussex'"):
        load.load("west-susex")


def test_a_misspelt_dotted_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean 'workforce\.teams\.assessment'"):
        load.load("west-sussex", {"workforce.teams.asessment.staff.agency.fte": 3})


def test_a_what_if_with_its_own_question_expects_nothing_of_its_base(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    text = "name: mine\nbased_on: west-sussex\nchange:\n  seed: 3\n"
    mine.write_text(text, encoding="utf-8")
    assert load.load(mine).hypothesis == load.load("west-sussex").hypothesis != ""
    mine.write_text(f"{text}question: Is it so?\n", encoding="utf-8")
    assert load.load(mine).hypothesis == ""


def test_figures_are_found_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"{HEAD}  demand: {{figures: mine.csv}}\n")
    scenario = load.load(tmp_path / "mine.yaml")
    assert scenario.demand.source == "forecast"
    assert scenario.demand.figures == (tmp_path / "mine.csv").resolve().as_posix()
