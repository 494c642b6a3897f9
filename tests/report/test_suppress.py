"""Counts under 6 about children leave nothing behind in what is published."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.build import build
from report.summary import summarise
from report.suppress import LEAST, is_count, small, suppressed
from simulate.results import Results


@given(st.lists(st.one_of(st.floats(0, 50), st.none()), min_size=1, max_size=30))
def test_exactly_the_values_from_one_to_five_are_small(values: list[float | None]) -> None:
    flags = small(pd.Series(values, dtype="float64"))
    for value, flag in zip(values, flags, strict=True):
        assert bool(flag) == (value is not None and value > 0 and round(value) < LEAST)


@pytest.mark.parametrize(
    ("unit", "counted"),
    [("children", True), ("assessments", True), ("share of ends", False), ("children per FTE", False), ("FTE", False)],
)
def test_only_counts_of_children_are_withheld(unit: str, counted: bool) -> None:
    assert is_count(unit) == counted


def test_small_counts_go_with_the_figures_that_would_give_them_away(results: Results) -> None:
    months = results.observed["month"].unique()
    few = results.observed["count"].mask(results.observed["month"] == months[3], 3.0)
    tiny = results.summary.assign(p10=results.summary["p10"].mask(results.summary["measure"] == "cla_starts", 2.0))
    hidden = suppressed(replace(results, observed=results.observed.assign(count=few), summary=tiny))
    gone = hidden.observed[hidden.observed["month"] == months[3]]
    assert gone["count"].isna().all()
    assert (gone["status"] == "suppressed").all()
    cla = hidden.summary[hidden.summary["measure"] == "cla_starts"]
    assert cla[["mean", "p10", "p50", "p90"]].isna().all().all()
    shares = hidden.summary[hidden.summary["unit"].str.startswith("share")]
    assert shares["mean"].notna().all()


def test_a_published_report_holds_no_small_count(results: Results, tmp_path: Path) -> None:
    observed = results.observed.assign(
        count=results.observed["count"].mask(results.observed["month"] == "2020-06", 4.0)
    )
    build(replace(results, observed=observed), tmp_path, publish=True)
    sheet = openpyxl.load_workbook(tmp_path / "results.xlsx")["Published"]
    counts = [row[3].value for row in sheet.iter_rows(min_row=6)]
    assert not any(isinstance(v, int | float) and 0 < v < LEAST for v in counts)
    assert "4.0" not in [str(v) for v in counts]


def test_a_tiny_area_can_be_published_without_a_small_count_in_its_words(results: Results, tmp_path: Path) -> None:
    factor = 0.004

    def shrunk(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        counted = frame["unit"].map(is_count) if "unit" in frame else pd.Series(True, index=frame.index)
        return frame.assign(**{c: frame[c].mask(counted, (frame[c] * factor).round()) for c in columns})

    figures = ["mean", "mean_low", "mean_high", "p05", "p10", "p50", "p90", "p95"]
    tiny = replace(
        results,
        observed=shrunk(results.observed, ["count"]),
        bands=shrunk(results.bands, ["low", "high", "median", "mean"]),
        paths=shrunk(results.paths, ["value"]),
        daily=shrunk(results.daily, ["value"]),
        summary=shrunk(results.summary, figures),
    )
    build(replace(tiny, scenario=results.scenario), tmp_path)
    assert list((tmp_path / "figures").glob("assessment-open*"))
    build(tiny, tmp_path, publish=True)
    assert not list((tmp_path / "figures").glob("assessment-open*"))
    assert "withheld" in (tmp_path / "report.html").read_text(encoding="utf-8")
    page = summarise(suppressed(tiny))
    text = " ".join([page.answer, *page.findings, *page.watch])
    assert not re.search(r"about [1-5](\.\d)? (a month|at the end)", text)
    assert "no figure" not in text
    forecast = openpyxl.load_workbook(tmp_path / "results.xlsx")
    assert "Published" in forecast.sheetnames
    assert "open assessments" not in text.lower()
