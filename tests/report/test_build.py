"""A report is whole, the same each time, quiet on the network, and every number in it is stored."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from report import phrases
from report.build import build, gather
from report.headlines import headlines
from report.summary import summarise
from report.tables import promises, starts
from report.workbook import sheets
from simulate.results import Results


class Page(HTMLParser):
    """What stands in a page: tags with their attributes, and the words of its summary."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))


@pytest.fixture(scope="module")
def built(any_results: Results, tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, Path]:
    folder = tmp_path_factory.mktemp("run")
    build(any_results, folder)
    return any_results, folder


def test_all_files_are_there_and_the_page_is_small(built: tuple[Results, Path]) -> None:
    results, folder = built
    names = {one.name for one in gather(results) if one.draw is not None}
    assert {p.stem for p in (folder / "figures").glob("*.svg")} == names
    assert {p.stem for p in (folder / "figures").glob("*.png")} == names
    assert len(names) >= 5
    assert (folder / "results.xlsx").is_file()
    assert (folder / "report.html").stat().st_size < 3_000_000


def test_the_page_asks_the_network_for_nothing(built: tuple[Results, Path]) -> None:
    text = (built[1] / "report.html").read_text(encoding="utf-8")
    text = text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")
    assert not re.search(r"https?://|//cdn|@import|<link|<img", text)


def test_every_figure_has_a_title_a_description_and_its_data(built: tuple[Results, Path]) -> None:
    results, folder = built
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    figures = re.findall(r'<figure id="([^"]+)">(.*?)</figure>', text, re.DOTALL)
    assert len(figures) == len(gather(results))
    for name, body in figures:
        assert f'id="{name}-words"' in body
        assert "<table>" in body
        assert 'class="source"' in body
        assert "Model: frontdoor" in body
        if "<svg" in body:
            assert f'aria-labelledby="{name}-title"' in body
            assert f'<title id="{name}-title">' in body
    for _, attributes in page.tags:
        for reference in ("aria-labelledby", "aria-describedby"):
            for target in (attributes.get(reference) or "").split():
                assert target in page.ids


@pytest.mark.parametrize("any_results", ["one_team"], indirect=True)
def test_the_same_results_give_the_same_bytes(any_results: Results, tmp_path: Path) -> None:
    one, other = (build(any_results, tmp_path / name, formats=("html", "xlsx", "docx")) for name in "ab")
    assert [p.name for p in one] == [p.name for p in other]
    for a, b in zip(one, other, strict=True):
        assert a.read_bytes() == b.read_bytes(), a.name


def test_an_unknown_format_is_named(results: Results, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown formats pdf"):
        build(results, tmp_path, formats=("pdf",))


NUMBER = re.compile(r"£?\d[\d,]*(?:\.\d+)?%?")
FIXED = {"1", "8", "9", "10", "19", "20", "80%", "95%", "45", "15", "3", "47", "12"}  # the report's own words and names


def stored(results: Results) -> set[str]:
    """Every number of the tables behind the first page, as the report would say it."""
    judged = next((s.table for s in sheets(results, []) if s.tab == "Accuracy"), pd.DataFrame())
    parts = [headlines(results), results.facts, judged]
    parts += [promises(results, start) for start in starts(results)]
    log = next(s.table for s in sheets(results, []) if s.tab == "Assumptions")
    said: set[str] = set()
    for table in [*parts, log[["low", "high"]]]:
        for column in table.columns:
            for value in pd.to_numeric(table[column], errors="coerce").dropna():
                v = float(value)
                said |= {phrases.about(v), phrases.count(v), phrases.percent(v), phrases.percent(v / 100)}
                said |= {f"{v:g}", f"{100 * v:g}%", f"{v:.1f}%", f"{v:,.0f}"}
                if 0 <= v <= 1:
                    said.add(str(phrases.tens(v)))
    said |= {word for value in log["value"] for word in NUMBER.findall(value)}
    return said


def test_every_number_on_the_first_page_is_in_a_stored_table(any_results: Results) -> None:
    page = summarise(any_results)
    allowed = stored(any_results) | FIXED
    judged = next((s.table for s in sheets(any_results, []) if s.tab == "Accuracy"), None)
    if judged is not None:
        allowed |= {phrases.percent(abs(1 - r["wape"] / r["wape_baseline"])) for _, r in judged.iterrows()}
    for line in [page.answer, *page.findings, *page.watch, *page.assumed, *page.accuracy]:
        plain = re.sub(r"\d{1,2} (?=[A-Z][a-z]+ \d{4})|(?<=[a-z] )(?:19|20)\d\d\b", "", line)
        for title in (t.title for t in any_results.scenario.targets.values()):
            plain = plain.replace(title, "")
        missing = [number for number in NUMBER.findall(plain) if number.rstrip(",") not in allowed]
        assert not missing, f"{missing} in: {line}"
