"""The committee paper says the same words as the page, describes its pictures and is the same to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.build import build, gather
from report.style import WIDTH
from report.summary import summarise
from simulate.results import Results

docx = pytest.importorskip("docx", reason="python-docx, an optional extra, is not installed here")


def test_the_paper_holds_the_first_page_and_every_figure(results: Results, tmp_path: Path) -> None:
    build(results, tmp_path, formats=("docx",))
    document = docx.Document(str(tmp_path / "paper.docx"))
    text = "\n".join(p.text for p in document.paragraphs)
    page = summarise(results)
    for line in (page.question, page.answer, *page.findings, *page.watch):
        assert line in text
    drawn = [one for one in gather(results) if one.draw is not None]
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [one.alternative for one in drawn]
    shapes = [
        (one.height, shape.height / shape.width) for one, shape in zip(drawn, document.inline_shapes, strict=True)
    ]
    for height, ratio in shapes:  # the drawing alone: its title and source stand as text once
        assert ratio == pytest.approx(height / WIDTH, rel=0.01)
    for one in drawn:
        assert text.count(one.subtitle) >= 1
    assert document.tables[0].rows[0].cells[0].text == "Key"
