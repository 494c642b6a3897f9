"""The workbook: cover, contents, notes, then one real table a sheet, by the Analysis Function's rules."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import pandas as pd

from simulate.results import Results

from . import changes, findings, sources, tables
from .exhibit import Exhibit
from .headlines import headlines
from .phrases import day
from .summary import Summary

BLANK = "none"
A4 = 9  # as spreadsheets number paper
RISKY = ("=", "+", "-", "@", "\t", "\r")
NOTES = (
    (
        "futures",
        "“8 of 10 futures” is the range of single futures, 10th to 90th percentile: the risk to plan for.",
    ),
    (
        "interval",
        "The 95% interval of a mean says how well the simulation knows its average. It is not the range of futures.",
    ),
    (
        "estimated",
        "Rows marked estimated were not published by month; they are estimated and add up to the published figures.",
    ),
    ("assumed", "Numbers marked assumed rest on no statistic: they are the planner's, with the range given."),
    (
        "none",
        "“none” marks a cell without a figure: not published, suppressed or not applicable.",
    ),
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its tab, what the table holds, the table as it is stored, its source."""

    tab: str
    title: str
    table: pd.DataFrame
    source: str


def workbook(
    results: Results, summary: Summary, exhibits: Sequence[Exhibit], target: Path, previous: Results | None = None
) -> Path:
    """Write the workbook and return its path. Text is never a live formula; the same results give the same bytes."""
    from gptables import Cover, GPTable, gptheme, produce_workbook

    theme = deepcopy(gptheme)
    theme.update_cover_text_format({"text_wrap": False})  # wrapped lines of a cover lie over one another

    pages = {}
    for number, sheet in enumerate(sheets(results, exhibits, previous), start=1):
        pages[sheet.tab] = GPTable(
            table=safe(sheet.table),
            table_name=f"table_{number}_{re.sub(r'[^a-z0-9]+', '_', sheet.tab.lower())}",
            title=_plain(sheet.title),
            subtitles=[],
            instructions="This worksheet contains one table. Words used in it are explained on the Notes worksheet.",
            source=_plain(sheet.source),
            index_columns={},
        )
    known_to = tables.known_to(results.observed, results.scenario.as_at)
    cover = Cover(
        title=_plain(results.scenario.title),
        intro=["Question", _plain(summary.question), "Answer", _plain(summary.answer)],
        about=[
            *map(_plain, summary.findings),
            *(_plain(one.sentence) for one in summary.promised),
            f"Figures known to {day(known_to)}. {sources.run_line(results)}",
        ],
        contact=["Made by frontdoor from a stored run; this is a model, not a promise."],
    )
    notes = pd.DataFrame(NOTES, columns=["Note reference", "Note text"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = produce_workbook(
            filename=target,
            sheets=pages,
            cover=cover,
            notes_table=notes,
            theme=theme,
            workbook_options={"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        made = datetime.combine(results.scenario.as_at, time())
        book.set_properties({"title": _plain(results.scenario.title), "author": "frontdoor", "created": made})
        for sheet in book.worksheets():  # printed, a table's columns stay together
            sheet.set_landscape()
            sheet.set_paper(A4)
            sheet.fit_to_pages(1, 0)
        book.close()
    return target


def sheets(results: Results, exhibits: Sequence[Exhibit], previous: Results | None = None) -> list[Sheet]:
    """Every sheet in its order; tables of a run are as they are stored, without the paths and single futures."""
    line = sources.run_line(results)
    begin = tables.starts(results)
    promised = [tables.promises(results, start).assign(start=start) for start in begin]
    found = [Sheet("Headlines", "The figures behind the first page", headlines(results), line)]
    found += [Sheet("Targets", "How sure each target is, by period", pd.concat(promised), line)] if promised else []
    found += [
        Sheet(f"Figure {i}", f"{one.title}: {one.subtitle}", one.table, one.source) for i, one in enumerate(exhibits, 1)
    ]
    found += [
        Sheet("Summary", "Every simulated measure by period", results.summary, line),
        Sheet("Forecast", "The forecast by month and band", results.bands, line),
        Sheet("Published", "Published and estimated months", results.observed, line),
        Sheet("Facts", "Published figures against the simulated range", results.facts, line),
        Sheet("Accuracy", "How good the forecast has been", findings.accuracy(results), line),
        Sheet("Assumptions", "Every number in the scenario", sources.assumptions(results.scenario), line),
        Sheet("Sources", "Sources of the figures used", sources.used(results), line),
    ]
    if previous is not None:
        found.append(
            Sheet("Changes", "Settings that differ from the run before", changes.settings(results, previous), line)
        )
    return [sheet for sheet in found if len(sheet.table)]


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """A table that Excel takes as it is: no index, no blanks, whole columns of one kind, months as text.

    Text that a spreadsheet could take for a formula keeps its words; the workbook writes all text as text.
    """
    out = table.reset_index(drop=True).copy()
    for name in out.columns:
        values = out[name]
        if pd.api.types.is_bool_dtype(values):
            out[name] = values.map({True: "yes", False: "no"})
        elif pd.api.types.is_datetime64_any_dtype(values):
            out[name] = values.dt.strftime("%Y-%m-%d")
        elif pd.api.types.is_numeric_dtype(values):
            if values.isna().any():
                out[name] = [BLANK if pd.isna(v) else float(v) for v in values]
        else:
            out[name] = [BLANK if _nothing(v) else _plain(str(v)) for v in values]
    out.columns = [_plain(str(name)) for name in out.columns]
    return out


def _nothing(value: object) -> bool:
    return value is None or value is pd.NA or value == "" or (isinstance(value, float) and value != value)


def _plain(words: str) -> str:
    """Words without the marks that the workbook writer reads as notes, and never starting like a formula."""
    clean = re.sub(r"[\x00-\x08\x0b-\x1f]", " ", words).replace("$$", "$ $")
    return f"'{clean}" if clean.startswith(RISKY) else clean
