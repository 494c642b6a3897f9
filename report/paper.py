"""The committee paper in Word, from the same words, figures and tables as the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from simulate.results import Results

from . import sources
from .exhibit import SECTIONS, Exhibit
from .page import Shown, in_words, method, standing
from .style import BLUE, as_png
from .summary import Summary

WIDE = 17.0  # centimetres between the margins
LONGEST = 40  # rows of a table printed in the paper; the workbook holds the rest
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def paper(results: Results, summary: Summary, exhibits: Sequence[Exhibit], target: Path) -> Path:
    """Write the paper and return its path; a picture holds the drawing alone, its title and source are text.

    Raises ModuleNotFoundError, with what to install, where python-docx is absent.
    """
    try:
        from docx import Document
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            "the Word paper needs python-docx: pip install 'frontdoor-planner[word]'"
        ) from missing
    from docx.shared import Cm

    document = Document()
    _styled(document)
    _properties(document, results)
    document.add_heading(results.scenario.title, 0)
    document.add_paragraph(f"{results.scenario.area}. {standing(results)}. This is a model, not a promise.")
    _lines(document, "Question", [summary.question])
    _lines(document, "Answer", [summary.answer])
    _lines(document, "What we found", summary.findings, "List Number")
    _lines(document, "Will the targets be kept?", [one.sentence for one in summary.promised], "List Bullet")
    _lines(document, "What to watch", summary.watch, "List Bullet")
    _lines(document, "What was assumed", summary.assumed, "List Bullet")
    _lines(document, "How good the forecast has been", [*summary.accuracy, *([summary.rule] if summary.rule else [])])
    _lines(document, "What changed since the last run", summary.changed, "List Bullet")
    for key, title in SECTIONS.items():
        mine = [one for one in exhibits if one.section == key]
        if mine:
            document.add_heading(title, 1)
        for one in mine:
            document.add_heading(one.title, 2)
            document.add_paragraph(one.subtitle).paragraph_format.keep_with_next = True
            if one.draw is not None:
                document.add_picture(BytesIO(as_png(one.figure(), one.height)), width=Cm(WIDE))
                document.paragraphs[-1].paragraph_format.keep_with_next = True
                _describe(document, one)
            document.add_paragraph(one.alternative)
            document.add_paragraph(f"{one.label} {one.source}".strip())
    _lines(document, "Method", method(results))
    _table(document, "Sources", in_words(sources.used(results).rename(columns=str.capitalize)))
    _table(document, "Numbers that are assumed", in_words(_assumed(results)))
    document.add_paragraph(sources.run_line(results))
    document.save(str(target))
    _same_bytes(target)
    return target


def _styled(document: Any) -> None:
    """A4, Arial 12 point, headings in the first colour of the palette."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21 - WIDE) / 2)
    for name, size in (("Normal", 12), ("Title", 22), ("Heading 1", 16), ("Heading 2", 13)):
        style = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(kind), "Arial")
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(BLUE.lstrip("#"))


def _lines(document: Any, title: str, lines: Sequence[str], style: str | None = None) -> None:
    document.add_heading(title, 1)
    for line in lines:
        document.add_paragraph(line, style=style)


def _describe(document: Any, one: Exhibit) -> None:
    """Give the last picture its text alternative."""
    found = document.inline_shapes[-1]._inline.docPr
    found.set("descr", one.alternative)
    found.set("title", one.title)


def _assumed(results: Results) -> Any:
    log = sources.assumptions(results.scenario)
    kept = log[log["assumed"]][["setting", "value", "unit", "low", "high", "note"]]
    return kept.rename(columns=str.capitalize)


def _table(document: Any, title: str, shown: Shown) -> None:
    document.add_heading(title, 1)
    rows = shown.rows[:LONGEST]
    table = document.add_table(rows=1, cols=len(shown.heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, shown.heads, strict=True):
        cell.text = head.name
    _repeat_header(table)
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    if len(shown.rows) > LONGEST:
        document.add_paragraph(f"{len(shown.rows) - LONGEST} more rows are in the workbook.")


def _repeat_header(table: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def _properties(document: Any, results: Results) -> None:
    core = document.core_properties
    core.title, core.author, core.language = results.scenario.title, "frontdoor", "en-GB"
    made = datetime.combine(results.scenario.as_at, time())
    core.created = core.modified = made


def _same_bytes(target: Path) -> None:
    """Write the file's parts again with a fixed date, so that the same results give the same bytes."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    with ZipFile(target) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    with ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name, content in parts:
            info = ZipInfo(name, ZIP_DATE)
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, content)
