"""The workbook holds the stored tables as they are, one to a sheet, and no text becomes a formula."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from report.summary import summarise
from report.workbook import BLANK, safe, sheets, workbook
from simulate.results import Results


@pytest.fixture(scope="module")
def book(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbook(results, summarise(results), (), tmp_path_factory.mktemp("book") / "results.xlsx")


def read(path: Path, tab: str) -> pd.DataFrame:
    """The one table of a sheet, found by its real Excel table."""
    sheet = openpyxl.load_workbook(path)[tab]
    (area,) = [table.ref for table in sheet.tables.values()]
    rows = [[cell.value for cell in row] for row in sheet[area]]
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_cover_contents_and_notes_come_first_and_every_sheet_has_one_table_in_column_a(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    for sheet in opened.worksheets[1:]:
        assert len(sheet.tables) == 1
        (area,) = [table.ref for table in sheet.tables.values()]
        assert area.startswith("A")
        assert not sheet.merged_cells.ranges


@pytest.mark.parametrize("tab", ["Summary", "Forecast", "Published", "Assumptions", "Targets"])
def test_a_sheet_equals_the_table_it_was_made_from(book: Path, results: Results, tab: str) -> None:
    (expected,) = [sheet.table for sheet in sheets(results, ()) if sheet.tab == tab]
    found = read(book, tab)
    assert list(found.columns) == [str(c) for c in expected.columns]
    assert len(found) == len(expected)
    for name in expected.columns:
        values = expected[name].reset_index(drop=True)
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            numbers = pd.to_numeric(found[name].replace(BLANK, None))
            pd.testing.assert_series_equal(
                numbers.astype(float), values.astype(float), check_names=False, check_dtype=False
            )


def test_no_cell_is_blank_and_none_is_a_formula(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    for sheet in opened.worksheets[3:]:
        (area,) = [table.ref for table in sheet.tables.values()]
        for row in sheet[area]:
            for cell in row:
                assert cell.value is not None, f"{sheet.title} {cell.coordinate}"
                assert cell.data_type != "f"


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")'])
def test_text_that_looks_like_a_formula_stays_text(results: Results, tmp_path: Path, evil: str) -> None:
    observed = results.observed.assign(source=evil)
    made = workbook(replace(results, observed=observed), summarise(results), (), tmp_path / "evil.xlsx")
    sheet = openpyxl.load_workbook(made)["Published"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert any(str(cell.value).lstrip("'\t ").startswith(evil.strip()[:1]) for cell in cells)
    assert not any(str(cell.value).startswith(("=", "+", "@", "\t")) for cell in cells)


def test_safe_tables_have_no_blanks_and_plain_names() -> None:
    table = safe(pd.DataFrame({"a": [1.0, None], "b": [True, False], "c": [pd.Timestamp("2020-04-06"), pd.NaT]}))
    assert table["a"].tolist() == [1.0, BLANK]
    assert table["b"].tolist() == ["yes", "no"]
    assert table["c"].iloc[0] == "2020-04-06"


def test_libreoffice_opens_it_without_a_warning(book: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    done = subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "csv", str(book)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "error" not in done.stderr.lower()
    assert "West Sussex" in (tmp_path / "results.csv").read_text(encoding="utf-8", errors="replace")
