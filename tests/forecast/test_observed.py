"""Figures in: every fault is named, all at once, where it stands; what is right is read as it was written."""

from __future__ import annotations

import contextlib
import math
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.cells import CellError, count_of, month_of
from forecast.faults import FiguresError
from forecast.observed import Observed, check, from_counts, read
from forecast.paths import MEASURES

TODAY = date(2021, 1, 15)
HEADER = "area,measure,month,count,status,source"
GOOD = "\n".join(
    [HEADER]
    + [f"Kent,referrals,2020-{month:02d},{900 + month},final,own" for month in range(1, 13)]
    + [f"Kent,cp_open,2020-{month:02d},{300 + month},provisional,own" for month in range(1, 13)]
)


def file(folder: Path, text: str | bytes, name: str = "figures.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def faults(folder: Path, *rows: str, header: str = HEADER) -> list[str]:
    return [str(fault) for fault in check(file(folder, "\n".join([header, *rows])), today=TODAY)]


def test_a_good_file_is_read_as_written(tmp_path: Path) -> None:
    figures = read(file(tmp_path, GOOD), today=TODAY)
    assert figures.areas == ("Kent",)
    assert figures.measures == ("referrals", "cp_open")
    assert figures.warnings == ()
    assert figures.counts("referrals").tolist() == [900.0 + month for month in range(1, 13)]
    assert set(figures.table.loc[figures.table["measure"] == "cp_open", "status"]) == {"provisional"}
    series = figures.series("cp_open")
    assert (series.kind, series.area, str(series.last)) == ("stock", "Kent", "2020-12")


def test_all_faults_are_named_at_once_with_row_and_column(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "\n".join(
            [
                HEADER,
                "Kent,referals,2020-01,10,final,x",
                "Kent,referrals,2020-02,-4,final,x",
                "Kent,referrals,2020-03,12.5,final,x",
                "Kent,referrals,2020-02-30,3,final,x",
                "Kent,referrals,2021-01,3,final,x",
                "Kent,referrals,2021-04,3,final,x",
                "Kent,referrals,2020-05,=SUM(A1:A3),final,x",
                "Kent,referrals,2020-06,7,fnal,x",
                "=cmd,referrals,2020-06,7,final,x",
                ",referrals,2020-07,many,final,x",
            ]
        ),
    )
    with pytest.raises(FiguresError) as caught:
        read(path, today=TODAY)
    where = {(fault.row, fault.column) for fault in caught.value.faults}
    assert where == {
        (2, "measure"),
        (3, "count"),
        (4, "count"),
        (5, "month"),
        (6, "month"),
        (7, "month"),
        (8, "count"),
        (9, "status"),
        (10, "area"),
        (11, "area"),
        (11, "count"),
    }
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.faults)
    assert all(line.startswith("figures.csv, row ") for line in lines)
    text = str(caught.value)
    for words in (
        "did you mean 'referrals'",
        "-4 is negative",
        "12.5 is not a whole number",
        "'2020-02-30' is an impossible date",
        "2021-01 is not yet over",
        "2021-04 has not begun",
        "formula",
        "did you mean 'final'",
        "there is no area",
        "'many' is not a count",
    ):
        assert words in text


def test_a_repeated_month_names_the_row_it_repeats(tmp_path: Path) -> None:
    found = faults(
        tmp_path, "Kent,referrals,2020-01,10,,", "Kent,referrals,2020-02,11,,", "kent,referrals,Jan 2020,12,,"
    )
    assert any("row 4" in line and "already given in row 2" in line for line in found)


def test_gaps_blanks_and_suppressed_months_are_warnings(tmp_path: Path) -> None:
    rows = [
        "Kent,referrals,2020-01,10,final,x",
        "Kent,referrals,2020-02,c,final,x",
        "Kent,referrals,2020-03,,final,x",
        "Kent,referrals,2020-06,12,final,x",
        "Kent,referrals,2020-07,,suppressed,x",
    ]
    path = file(tmp_path, "\n".join([HEADER, *rows]))
    figures = read(path, today=TODAY)
    assert all(fault.severity == "warning" for fault in figures.warnings)
    said = "\n".join(str(fault) for fault in figures.warnings)
    assert "row 3, column count: suppressed to protect people" in said
    assert "row 4, column count: there is no count" in said
    assert "no figure for 2020-04 to 2020-05" in said
    counts = figures.counts("referrals")
    assert [None if math.isnan(x) else x for x in counts] == [10, None, None, None, None, 12, None]


def test_columns_unknown_missing_and_misspelt(tmp_path: Path) -> None:
    found = faults(tmp_path, "Kent,referrals,2020-01,10,a note", header="area,measure,month,conut,remark")
    assert any("column conut: unknown column; did you mean 'count'?" in line for line in found)
    assert any("there is no column 'count'" in line for line in found)
    assert any("column remark: unknown column, not used" in line for line in found)
    doubled = faults(tmp_path, "Kent,referrals,2020-01,10,11", header="area,measure,month,count,count")
    assert any("appears twice" in line for line in doubled)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        (HEADER + "\n", "no figures below it"),
        (b"area,measure,month,count\nBr\xe9st,referrals,2020-01,3\n", "not in UTF-8"),
        ("area;measure;month;count\nKent;referrals;2020-01;3\n", "semicolons"),
        ("area\tmeasure\tmonth\tcount\nKent\treferrals\t2020-01\t3\n", "tabs"),
        ('area,measure,month,count\nKent,"referrals,2020-01,3\n', "cannot be read as CSV"),
        (HEADER + "\nKent,referrals,2020-01,1,204,final,x,y\n", "cells but the header names"),
        (b"PK\x03\x04rubbish", "is a workbook"),
        ("area,measure,month,count\n\x00\n", "not a text file"),
        ("some words\nand others\n", "there is no column 'area'"),
    ],
)
def test_files_that_are_no_table_are_answered_in_words(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(FiguresError, match=words):
        read(file(tmp_path, content), today=TODAY)


def test_missing_file_folder_and_broken_workbook(tmp_path: Path) -> None:
    file(tmp_path, GOOD, "referrals-kent.csv")
    with pytest.raises(FiguresError, match=r"did you mean 'referrals-kent\.csv'"):
        read(tmp_path / "referral-kent.csv")
    with pytest.raises(FiguresError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(FiguresError, match="cannot be opened as a workbook"):
        read(file(tmp_path, "not a workbook", "figures.xlsx"))


def test_bom_crlf_quoted_thousands_and_blank_lines_are_fine(tmp_path: Path) -> None:
    rows = [
        "\ufeffArea , Measure,Month,Count",
        "",
        ' Kent ,CP starts,30/04/2020,"1,204"',
        "Kent,cp-starts,May 2020,12.0",
    ]
    text = "\r\n".join(rows)
    figures = read(file(tmp_path, text), today=TODAY)
    assert figures.counts("cp_starts").tolist() == [1204.0, 12.0]
    assert set(figures.table["source"]) == {"figures.csv"}


def test_choosing_an_area(tmp_path: Path) -> None:
    path = file(tmp_path, GOOD + "\nEssex,referrals,2020-01,50,final,x")
    assert read(path, area="essex", today=TODAY).areas == ("Essex",)
    with pytest.raises(FiguresError, match="did you mean 'Essex'"):
        read(path, area="Esex", today=TODAY)
    with pytest.raises(FiguresError, match="name one of them"):
        read(path, today=TODAY).counts("referrals")


def test_a_workbook_reads_like_the_csv(tmp_path: Path) -> None:
    rows = [line.split(",") for line in GOOD.splitlines()]
    table = pd.DataFrame(rows[1:], columns=rows[0])
    table["month"] = pd.to_datetime(table["month"] + "-01")
    table["count"] = table["count"].astype(int)
    path = tmp_path / "figures.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter", datetime_format="mmm yyyy") as writer:
        pd.DataFrame({"Notes": ["how this was made"]}).to_excel(writer, sheet_name="Read me", index=False)
        table.to_excel(writer, sheet_name="Figures", index=False)
    from_book, from_text = read(path, today=TODAY), read(file(tmp_path, GOOD), today=TODAY)
    pd.testing.assert_frame_equal(from_book.table, from_text.table)


def test_a_workbook_fault_names_the_row_of_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    table = pd.DataFrame(
        {"area": ["Kent"] * 3, "measure": ["referrals"] * 3, "month": ["2020-01", "2020-02", "2020-03"]}
    )
    table.assign(count=[1, -2, 2.5]).to_excel(path, index=False, engine="xlsxwriter")
    assert [(fault.row, fault.column) for fault in check(path, today=TODAY)] == [(3, "count"), (4, "count")]


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_every_way_of_writing_a_month_means_that_month(day: date) -> None:
    month = pd.Period(day, freq="M")
    name = f"{day:%B}"
    for text in (
        f"{day:%Y-%m}",
        f"{day:%Y-%m-%d}",
        f"{day.day}/{day.month}/{day.year}",
        f"{name} {day.year}",
        f"{name[:3]} {day.year}",
        f"{day.day} {name[:3]} {day.year}",
        f"{day.month}/{day.year}",
        f" {day:%Y-%m-%d} 00:00:00 ",
    ):
        assert month_of(text) == month
    assert month_of(day) == month


@given(st.one_of(st.text(max_size=12), st.floats(), st.integers(), st.booleans(), st.none()))
def test_any_cell_is_read_or_refused_in_words(cell: object) -> None:
    with contextlib.suppress(CellError):
        value = count_of(cell)
        assert math.isnan(value) or (value >= 0 and value == math.floor(value))
    with contextlib.suppress(CellError):
        assert 1990 <= month_of(cell).year <= 2060


CELLS = st.sampled_from(
    [
        "Kent",
        "referrals",
        "cp_open",
        "2020-01",
        "2020-13",
        "12",
        "-1",
        "c",
        "",
        "=1",
        "é",
        "final",
        '"',
        "\x1c",
        "1e999",
    ]
)
TABLES = st.lists(st.lists(CELLS, max_size=8).map(",".join), max_size=8).map("\n".join)
CONTENTS = st.one_of(
    st.binary(max_size=200), TABLES.map(str.encode), TABLES.map(lambda rows: f"{HEADER}\n{rows}".encode())
)


@settings(max_examples=150, deadline=None)
@given(CONTENTS)
def test_any_file_gives_figures_or_faults_and_check_agrees_with_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = file(tmp_path_factory.mktemp("any"), content)
    stopping = [fault for fault in check(path, today=TODAY) if fault.severity == "error"]
    if stopping:
        with pytest.raises(FiguresError) as caught:
            read(path, today=TODAY)
        assert list(caught.value.faults) == stopping
    else:
        assert len(read(path, today=TODAY).table) > 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=40).filter(
        lambda x: any(c is not None for c in x)
    ),
    st.sampled_from(MEASURES),
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int | None], measure: str
) -> None:
    months = pd.period_range("2015-01", periods=len(counts), freq="M")
    lines = [f"Ayr,{measure},{m},{'c' if c is None else c}" for m, c in zip(months, counts, strict=True)]
    path = file(tmp_path_factory.mktemp("round"), "\n".join(["area,measure,month,count", *lines]))
    figures = read(path, today=TODAY)
    back = [None if math.isnan(x) else int(x) for x in figures.counts(measure)]
    assert back == counts


def test_observed_refuses_what_breaks_its_rules() -> None:
    months = pd.period_range("2020-01", periods=3, freq="M")
    good = from_counts({"referrals": pd.Series([1.0, np.nan, 3.0], index=months)}, area="Kent")
    assert good.table["status"].tolist() == ["final", "suppressed", "final"]
    for column, value in (("count", 1.5), ("count", -1.0), ("status", "guess"), ("measure", "referals"), ("area", "")):
        table = good.table.copy()
        table.loc[0, column] = value
        with pytest.raises(ValueError, match="schema"):
            Observed(table)
    with pytest.raises(ValueError, match="schema"):
        Observed(pd.concat([good.table, good.table]))


def test_until_and_joined() -> None:
    months = pd.period_range("2020-01", periods=6, freq="M")
    first = from_counts({"referrals": pd.Series(np.arange(6.0), index=months)}, area="Kent")
    later = from_counts({"referrals": pd.Series([50.0], index=months[-1:])}, area="Kent", status="provisional")
    assert str(first.until("2020-03").last) == "2020-03"
    assert first.joined(later).counts("referrals").tolist() == [0, 1, 2, 3, 4, 50]


def test_a_year_is_not_a_month(tmp_path: Path) -> None:
    assert any("is a year, not a month" in line for line in faults(tmp_path, "Kent,referrals,2019-20,10,,"))


def test_an_area_without_a_count_cannot_be_forecast(tmp_path: Path) -> None:
    figures = read(file(tmp_path, f"{HEADER}\nKent,referrals,2020-01,c,,"), today=TODAY)
    with pytest.raises(FiguresError, match="no month with a count"):
        figures.series("referrals")


def test_a_cell_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    rows = ("Kent,referrals,2020-01,10,,", "Kent,referrals,2020-02,many,,", "Kent,referrals,2020-03,11,,")
    (one,) = check(file(tmp_path, "\n".join([HEADER, *rows])), today=TODAY)
    assert "row 3, column count: 'many' is not a count" in str(one)
