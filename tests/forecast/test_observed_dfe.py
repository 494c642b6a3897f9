"""The department's "referrals by month" file: any authority, region or England, its symbols, its reorganisations."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from forecast.bundled import west_sussex
from forecast.faults import FiguresError
from forecast.observed import check, read

PIECE = Path(__file__).resolve().parents[3] / "shared" / "data" / "dfe-referrals-by-month-2013-2024-part.csv"
needs_piece = pytest.mark.skipif(not PIECE.exists(), reason="the department's file is not in ../shared/data")
MONTHS = "April,May,June,July,August,September,October,November,December,January,February,March"
HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
    f"new_la_code,la_name,category,Referrals,{MONTHS}"
)
PLACE = (
    "Reporting year,Local authority,E92000001,England,E12000006,East of England,{code},{new},{name},Month of referral"
)


def row(year: int | str, name: str = "Norfolk", new: str = "E10000020", months: str = "", total: str = "120") -> str:
    place = PLACE.format(code="926", new=new, name=f'"{name}"' if "," in name else name)
    return f"{year},{place},{total},{months or ','.join(['10'] * 12)}"


def file(folder: Path, *rows: str) -> Path:
    path = folder / "referrals.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


@needs_piece
def test_the_published_file_agrees_with_the_bundled_figures() -> None:
    published = read(PIECE, area="West Sussex").counts("referrals")
    pd.testing.assert_series_equal(published, west_sussex().counts("referrals"), check_names=False)


@needs_piece
def test_england_is_the_sum_of_its_regions_but_for_rounding() -> None:
    england = read(PIECE, area="England").counts("referrals")
    table = read(PIECE).table
    names = ["North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands"]
    names += ["East of England", "London", "South East", "South West"]
    total = table[table["area"].isin(names)].groupby("month")["count"].sum()
    if "London" not in set(table["area"]):
        total += table[table["area"].isin(["Inner London", "Outer London"])].groupby("month")["count"].sum()
    assert (total - england).abs().max() <= 10 / 2 * 11


@needs_piece
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("herefordshire", "Herefordshire, County of"),
        ("E10000032", "West Sussex"),
        ("938", "West Sussex"),
        ("county durham", "County Durham"),
        ("south east", "South East"),
        ("E12000008", "South East"),
    ],
)
def test_an_area_is_found_by_name_or_code(asked: str, found: str) -> None:
    assert read(PIECE, area=asked).areas == (found,)


@needs_piece
def test_a_misspelt_area_is_answered_with_the_nearest() -> None:
    with pytest.raises(FiguresError, match="did you mean 'West Sussex' or 'East Sussex'"):
        read(PIECE, area="West Susex")


@needs_piece
def test_withheld_months_are_missing_and_said_so() -> None:
    figures = read(PIECE, area="York")
    missing = figures.table.loc[figures.table["status"] == "suppressed", "month"].astype(str).tolist()
    assert missing == ["2015-05", "2016-03"]
    assert "2015-05, 2016-03 suppressed to protect people" in str(figures.warnings[0])


@needs_piece
def test_a_reorganised_authority_is_read_as_far_as_it_goes() -> None:
    figures = read(PIECE, area="Cumbria")
    assert str(figures.last) == "2023-03"
    assert any("stop in the year 2023" in str(warning) for warning in figures.warnings)
    assert dict(figures.regions)["Cumbria"] == "North West"


def test_a_name_under_two_codes_is_one_area_whose_borders_may_have_changed(tmp_path: Path) -> None:
    path = file(tmp_path, row(2019), row(2020, new="E06000099"))
    figures = read(path, area="Norfolk")
    assert len(figures.counts("referrals")) == 24
    (warning,) = figures.warnings
    assert "E10000020 to 2019, E06000099 to 2020" in str(warning)


def test_symbols_years_totals_and_regions(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        row(2020, months="c,u,x,z," + ",".join(["10"] * 8), total="c"),
        row("202021"),
        row(2022, total="999"),
    )
    figures = read(path)
    counts = figures.counts("referrals")
    assert (str(counts.index[0]), str(counts.index[-1])) == ("2019-04", "2022-03")
    assert counts.isna().sum() == 4
    said = " | ".join(str(warning) for warning in figures.warnings)
    for words in ("suppressed to protect people", "of low reliability", "not available", "not applicable"):
        assert words in said
    assert "the months add up to 120, the published year is 999" in said
    assert figures.regions == (("Norfolk", "East of England"),)


def test_faults_of_the_chosen_area_only(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        row(2020, months="-1,2.5,many," + ",".join(["10"] * 9)),
        row(2020),
        row("20x1"),
        row(2020, name="Suffolk", new="E10000029"),
        row(2050, name="Suffolk", new="E10000029"),
    )
    found = [(fault.row, fault.column) for fault in check(path, area="Norfolk") if fault.severity == "error"]
    assert found == [(2, "April"), (2, "May"), (2, "June"), (3, "time_period"), (4, "time_period")]
    with pytest.raises(FiguresError, match="2049-04 has not begun"):
        read(path, area="Suffolk", today=date(2024, 6, 1))


def test_months_not_yet_over_are_faults(tmp_path: Path) -> None:
    found = check(file(tmp_path, row(2024)), today=date(2024, 2, 10))
    assert [fault.column for fault in found if fault.severity == "error"] == ["February", "March"]
