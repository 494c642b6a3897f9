"""Files handed to `frontdoor check`: scenarios over figures, and what is neither."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from frontdoor.checking import check

HEAD = "name: mine\ntitle: Mine\nquestion: Does it hold?\nbased_on: west-sussex\nchange:\n"
COLUMNS = ["area", "measure", "month", "count"]
ROWS = [["Kent", "referrals", f"2019-{month:02d}", 800] for month in range(1, 13)]


def said(path: Path) -> list[str]:
    return [str(fault) for fault in check(str(path)).faults]


def figures(folder: Path, name: str = "mine.csv", extra: str = "") -> Path:
    path = folder / name
    lines = [",".join(map(str, row)) for row in [COLUMNS, *ROWS]]
    path.write_text("\n".join(lines) + f"\n{extra}", encoding="utf-8")
    return path


def workbook(folder: Path, rows: list[list[object]], sheet: str = "Figures", first: str = "") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    if first:
        page.title = first
        page.append(["What these figures are"])
        page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    path = folder / "mine.xlsx"
    book.save(path)
    return path


def test_what_is_still_the_worked_areas_is_a_note_and_no_fault(tmp_path: Path) -> None:
    figures(tmp_path, extra="".join(f"Kent,contacts,2019-{month:02d},4000\n" for month in range(1, 13)))
    path = tmp_path / "mine.yaml"
    path.write_text(f"{HEAD}  area: Kent\n  as_at: 2020-01-31\n  demand.figures: mine.csv\n", encoding="utf-8")
    found = check(str(path))
    assert [note for note in found.notes if note.startswith("The area is Kent, but some numbers are still those of")]
    assert check("west-sussex").notes == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("area: Surrey\n  demand.figures: mine.csv", "mine.yaml:6  area: is Surrey, but mine.csv holds no such area"),
        ("area: kent\n  demand.figures: mine.csv", "did you mean 'Kent'?"),
        ("area: Kent\n  demand.figures: mien.csv", "mine.yaml:7  demand.figures: there is no file"),
        ("area: Kent\n  demand.figures: mine.csv", "the figures hold no contacts"),
        ("as_at: 2005-01-31", "mine.yaml:6  as_at: no yearly figures of West Sussex are out by 2005-01-31"),
        ("as_at: 2031-01-31", "mine.yaml:6  as_at: is 2031-01-31, 82 months after the last known month"),
    ],
)
def test_a_scenario_that_its_figures_cannot_serve_is_told_at_its_line(tmp_path: Path, change: str, fault: str) -> None:
    figures(tmp_path)
    path = tmp_path / "mine.yaml"
    path.write_text(f"{HEAD}  {change}\n", encoding="utf-8")
    assert any(fault in line for line in said(path)), said(path)


STAFF = "workforce.teams.assessment.staff"
NONE = f"{STAFF}.experienced.fte: 0\n  {STAFF}.newly_qualified.fte: 0\n  {STAFF}."
LATE = "[{from: 2020-11-30, value: 9}, {from: 2021-04-01, value: 0}]"
WAVE = "{first: 2025-01-04, last: 2025-02-15, share_away: {value: 0.1, unit: share, source: assumed}}"


@pytest.mark.parametrize(
    ("change", "notes"),
    [
        ("seed: 3", []),
        (
            f"workforce.absence.waves.flu: {WAVE}",
            ["mine.yaml:6  workforce.absence.waves.flu.first: 2025-01-04 is after the run ends on 2022-11-30"],
        ),
        (
            f"{STAFF}.experienced.fte: [{{from: 2020-11-30, value: 89}}, {{from: 2025-04-01, value: 101}}]",
            ["experienced.fte.dated.1.from: 2025-04-01 is after the run ends on 2022-11-30, so nothing of it is seen"],
        ),
        (f"{NONE}agency.fte: 0", ["workforce.teams.assessment: nobody is in post from 2020-11-30 on, so nobody"]),
        (f"{NONE}agency.fte: {LATE}", ["nobody is in post from 2021-04-01 on"]),
        (
            f"{NONE}agency.contract_ends: 2021-03-31",
            ["mine.yaml:6  workforce.teams.assessment: nobody is in post from"],
        ),
        (f"{NONE}agency.fte: 9", []),
        (
            "workforce.teams.mash: {merges_into: mash_managers, merges_on: 2021-01-25}\n  service.stages.cp.team: mash",
            [],
        ),
    ],
)
def test_what_is_odd_and_no_fault_is_noted(tmp_path: Path, change: str, notes: list[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"{HEAD}  {change}\n", encoding="utf-8")
    found = check(str(path))
    assert not found.faults
    assert len(found.notes) == len(notes), found.notes
    assert all(words in note for words, note in zip(notes, found.notes, strict=True)), found.notes


def test_a_missing_file_of_figures_is_answered_with_figures_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"{HEAD}  area: Kent\n  demand.figures: mines.csv\n", encoding="utf-8")
    (tmp_path / "mines.cs.yaml").touch()
    figures(tmp_path)
    (found,) = said(tmp_path / "mine.yaml")
    assert found.endswith("did you mean 'mine.csv'?")
    (found,) = said(tmp_path / "mines.csv")
    assert found.endswith("did you mean 'mine.csv'?")


def test_names_of_columns_are_found_below_a_title_and_behind_a_sheet_of_notes(tmp_path: Path) -> None:
    titled = workbook(tmp_path, [["Our figures"], [], COLUMNS, *ROWS])
    assert said(titled) == ["mine.xlsx, row 3: the names of the columns stand here; delete what is above row 3"]
    assert said(workbook(tmp_path, [COLUMNS, *ROWS], first="Notes")) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Kent,referrals,2020-01,1e300", "1e300 is too large"),
        ("Kent,referrals,2020-01,many", "'many' is not a count"),
        ("Kent,referrals,2019-03,800", "is already given in row 4"),
        ("Kent,referrals,Total,9600", "'Total' is not a month"),
        ("Kent,referrals,2059-01,800", "2059-01"),
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_number(tmp_path: Path, row: str, fault: str) -> None:
    (found,) = said(figures(tmp_path, extra=f"{row}\n"))
    assert fault in found
    assert "mine.csv, row 14" in found


@pytest.mark.parametrize("name", ["notes.txt", "README.md", "mine.pdf"])
def test_what_is_neither_scenario_nor_figures_is_said_to_be_neither(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hello\n", encoding="utf-8")
    (found,) = said(tmp_path / name)
    assert "is neither a scenario (.yaml) nor figures (.csv, .xlsx)" in found


def test_the_ending_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "MINE.YAML").write_text(f"{HEAD}  sead: 3\n", encoding="utf-8")
    assert said(tmp_path / "MINE.YAML") == ["MINE.YAML:6  sead: unknown setting; did you mean 'seed'?"]


def test_a_sweep_whose_figures_cannot_serve_is_told_at_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    settings = "settings:\n  area: [West Sussex, Kent]\n  demand.figures: [bundled, none.csv]\n"
    path.write_text(f"name: mine\nquestion: How many?\n{settings}", encoding="utf-8")
    area, file = said(path)
    assert area.startswith("mine.yaml:4  area: is Kent, but the figures that ship are of West Sussex")
    assert file.startswith("mine.yaml:5  demand.figures: there is no file")
