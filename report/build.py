"""Build a run's report: figures, page, workbook and paper, from stored results alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from simulate.results import Results
from simulate.store import write_table

from . import demand, facts, service, style, tables
from .exhibit import Exhibit
from .page import Section, by_section, drawing, page
from .summary import summarise

FORMATS = ("html", "xlsx", "docx")
PUBLISHED, TO_PUBLISH = "published", ("observed", "bands", "summary", "facts")


def build(
    results: Results,
    folder: Path,
    *,
    formats: Sequence[str] = ("html", "xlsx"),
    publish: bool = False,
    previous: Results | None = None,
    extra: Sequence[Section] = (),
    warnings: Sequence[str] = (),
) -> tuple[Path, ...]:
    """Write figures/*.svg and *.png, report.html, results.xlsx and paper.docx as asked; returns the files written.

    `publish` suppresses counts of children under 6 and writes published/*.parquet, the tables without them.
    `previous`: the run to compare with. `extra`: further sections, such as a sweep's or a comparison's.
    `warnings` stand at the head of the page ("made from stale inputs"). The same results give the same bytes.
    Raises ValueError for an unknown format.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ValueError(f"unknown formats {', '.join(unknown)}; there are {', '.join(FORMATS)}")
    results = tables.plain(results)
    if publish:
        from .suppress import suppressed

        results = suppressed(results)
        previous = suppressed(tables.plain(previous)) if previous is not None else None
    exhibits = gather(results)
    sections = by_section(exhibits, extra)
    every = [one for section in sections for one in section.exhibits]
    summary = summarise(results, previous)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    drawings: dict[str, str] = {}
    for one in every:
        if one.draw is not None:
            svg, png = style.write(one.figure(), folder / "figures", one.name, one.title, one.alternative)
            drawings[one.name] = drawing(one, svg.read_text(encoding="utf-8"))
            written += [svg, png]
    _forget(folder / "figures", written)
    if "html" in formats:
        target = folder / "report.html"
        target.write_text(
            page(results, summary, sections, drawings, warnings, published=publish), encoding="utf-8", newline="\n"
        )
        written.append(target)
    if "xlsx" in formats:
        from .workbook import workbook

        written.append(workbook(results, summary, every, folder / "results.xlsx", previous))
    if publish:
        written += _tables(results, folder / PUBLISHED)
    if "docx" in formats:
        from .paper import paper

        written.append(paper(results, summary, every, folder / "paper.docx"))
    return tuple(written)


def _tables(results: Results, folder: Path) -> list[Path]:
    """Write the tables that may be published, as they stand on the page; those of single futures are not among them."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{name}.parquet" for name in TO_PUBLISH]
    for name, path in zip(TO_PUBLISH, paths, strict=True):
        write_table(getattr(results, name), path)
    return paths


def _forget(figures: Path, written: Sequence[Path]) -> None:
    """Remove figures of an earlier report that this one does not hold: they may show what is now withheld."""
    for old in [*figures.glob("*.svg"), *figures.glob("*.png")]:
        if old not in written:
            old.unlink()


def gather(results: Results) -> list[Exhibit]:
    """Every exhibit that the results allow, in reading order."""
    begin = tables.starts(results)
    found = demand.exhibits(results)
    for start in begin:
        told = results.scenario.starts[start].title if start in results.scenario.starts else ""
        mine = service.exhibits(results, start)
        begun = f"Simulated {told[:1].lower()}{told[1:]}: "
        begun_mine = [replace(one, subtitle=one.subtitle.replace("Simulated: ", begun, 1)) for one in mine]
        found += begun_mine if told else mine
    return found + facts.exhibits(results)
