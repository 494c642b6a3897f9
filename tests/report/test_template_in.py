"""The template that planners fill in is taken back by the reader of monthly figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from forecast.faults import FiguresError
from forecast.observed import COLUMNS, STATUSES, read
from forecast.paths import MEASURES
from report.template_in import NOTES, template


def filled(path: Path, rows: list[tuple[object, ...]]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book["Figures"]
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place, value)
    book.save(path)
    return path


def test_what_is_filled_in_comes_back(tmp_path: Path) -> None:
    rows = [
        ("West Sussex", "referrals", "2020-04", 485, "final", "our own count"),
        ("West Sussex", "referrals", "2020-05", 634, None, None),
        ("West Sussex", "cp_open", "2020-05", "c", "suppressed", None),
    ]
    path = filled(template(tmp_path / "figures.xlsx"), rows)
    table = read(path, today=date(2026, 1, 1)).table
    assert sorted(table["measure"]) == ["cp_open", "referrals", "referrals"]
    referrals = table[table["measure"] == "referrals"].sort_values("month")
    assert referrals["count"].tolist() == [485.0, 634.0]
    assert table.loc[table["measure"] == "cp_open", "count"].isna().all()


def test_a_fault_in_it_is_named_by_row_and_column(tmp_path: Path) -> None:
    path = filled(template(tmp_path / "figures.xlsx"), [("West Sussex", "referals", "2020-13", -4, None, None)])
    with pytest.raises(FiguresError) as caught:
        read(path, today=date(2026, 1, 1))
    text = str(caught.value)
    assert "row 2" in text
    assert "referrals" in text
    assert "negative" in text


def test_measures_and_statuses_are_chosen_from_lists_and_every_name_is_explained(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(template(tmp_path / "figures.xlsx"))["Figures"]
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert any(all(name in formula for name in MEASURES) for formula in lists.values())
    assert any(all(name in formula for name in STATUSES) for formula in lists.values())
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert all(cell.comment for cell in sheet[1])
    assert set(NOTES) == set(MEASURES)


def test_the_template_is_the_same_to_the_byte(tmp_path: Path) -> None:
    assert template(tmp_path / "a.xlsx").read_bytes() == template(tmp_path / "b.xlsx").read_bytes()
