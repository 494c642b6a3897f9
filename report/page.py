"""One self-contained HTML page: the summary first, then every exhibit with its words, data and source."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

import jinja2
import pandas as pd

from scenarios.schema import Scenario
from scenarios.service import Caseload, Plan, Pool
from simulate.results import Results

from . import sources, style, tables, terms, words
from .exhibit import SECTIONS, Exhibit
from .phrases import count, day, listed
from .summary import Summary

NOTHING = "none"
SHORT, LONG = 16, 30  # letters: a column of so few stays on one line; one of more is given room
WITHHELD = "Marked for publication: counts of children from 1 to 5, and what would give them away, are withheld."


@dataclass(frozen=True)
class Head:
    """A column's heading: its name, and what it holds: numbers ("n"), long or short text, or something between ("")."""

    name: str
    kind: Literal["n", "long", "short", ""]


@dataclass(frozen=True)
class Shown:
    """A table as words, ready for the page."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A further part of the page: ready-made HTML blocks and exhibits under one heading."""

    key: str
    title: str
    exhibits: tuple[Exhibit, ...] = ()
    blocks: tuple[str, ...] = field(default=())


def page(
    results: Results,
    summary: Summary,
    sections: Sequence[Section],
    drawings: Mapping[str, str],
    warnings: Sequence[str] = (),
    *,
    published: bool = False,
) -> str:
    """The page as text; `drawings` holds the page's SVG by exhibit name; `published` says what was withheld."""
    scenario = results.scenario
    log = sources.assumptions(scenario)
    log = log.assign(assumed=log["assumed"].map({True: "assumed", False: "sourced"}))
    log.columns = ["Setting", "Value", "Unit", "Low", "High", "Source", "Standing", "Note"]
    used = sources.used(results)
    used.columns = ["Key", "Title", "Publisher", "Date", "Licence"]
    parts = [
        {"key": s.key, "title": s.title, "blocks": s.blocks, "exhibits": [_block(e, drawings) for e in s.exhibits]}
        for s in sections
        if s.exhibits or s.blocks
    ]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=scenario.title,
            area=scenario.area,
            standing=standing(results),
            summary=summary,
            warnings=warnings,
            sections=parts,
            method=[*method(results), *([WITHHELD] if published else [])],
            sources=in_words(used),
            assumptions=in_words(log),
            run_line=sources.run_line(results),
            made=_made(results),
            css=stylesheet(),
        )
    )


def by_section(exhibits: Sequence[Exhibit], extra: Sequence[Section] = ()) -> list[Section]:
    """Exhibits gathered under the page's headings, in their order, with further sections added."""
    out = []
    order = sorted(SECTIONS, key=lambda key: key != "hindcast")
    for key in order:
        title = SECTIONS[key]
        more = [s for s in extra if s.key == key]
        mine = tuple(e for e in exhibits if e.section == key) + tuple(e for s in more for e in s.exhibits)
        blocks = tuple(b for s in more for b in s.blocks)
        if mine or blocks:
            out.append(Section(key, title, mine, blocks))
    return out + [s for s in extra if s.key not in SECTIONS]


def _block(one: Exhibit, drawings: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "subtitle": one.subtitle,
        "alternative": one.alternative,
        "label": one.label,
        "source": one.source,
        "shown": in_words(one.table),
        "svg": drawings.get(one.name, ""),
    }


def drawing(one: Exhibit, svg: str) -> str:
    """An exhibit's SVG made ready for the page."""
    return style.for_page(svg, one.name, one.height, one.title, f"{one.name}-words")


def in_words(table: pd.DataFrame) -> Shown:
    """A table as words: thousands with commas, decimals as they are, "none" for what is not there."""
    numeric = [pd.api.types.is_numeric_dtype(table[c]) and not pd.api.types.is_bool_dtype(table[c]) for c in table]
    columns = []
    for name, number in zip(table.columns, numeric, strict=True):
        decimals = _decimals(table[name]) if number else 0
        columns.append([_cell(value, decimals) for value in table[name]])
    heads = tuple(
        Head(str(name), "n" if number else _width(cells))
        for name, number, cells in zip(table.columns, numeric, columns, strict=True)
    )
    return Shown(heads, tuple(zip(*columns, strict=True)))


def _width(cells: Sequence[str]) -> Literal["long", "short", ""]:
    """Whether a column's text needs room, or so little that it should stay on one line."""
    longest = max((len(cell) for cell in cells), default=0)
    return "long" if longest > LONG else "short" if longest <= SHORT else ""


def _decimals(values: pd.Series) -> int:
    known = values.dropna().astype(float)
    for places in (0, 1, 2, 3):
        if (known.sub(known.round(places)).abs() < 1e-9).all():
            return places
    return 3


def _cell(value: Any, decimals: int) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value) or value == "":
        return NOTHING
    if isinstance(value, bool | str):
        return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value
    return f"{float(value):,.{decimals}f}"


def standing(results: Results) -> str:
    """What was known when, and how many futures were simulated for how long."""
    scenario = results.scenario
    runs = f"{count(float(_replications(results)))} simulated futures"
    known = f"Figures known to {day(tables.known_to(results.observed, scenario.as_at))}"
    if tables.is_stated(results):
        known = f"As at {day(scenario.as_at)}, demand as stated, without a history"
    if len(scenario.starts) > 1:
        return f"{known}; {runs} from each of {len(scenario.starts)} starts"
    return f"{known}; {runs} over {scenario.horizon_months} months"


def method(results: Results) -> list[str]:
    """How the figures were made, in a few sentences."""
    runs = count(float(_replications(results)))
    drives = "Each future then drives one run of the simulated service, working day by working day."
    begin = "From the months that were known on the as-at date, whole joint futures are forecast."
    if tables.is_driven(results):
        begin = (
            "Actual months drive this run instead of a forecast, so that the simulation itself can be judged against "
            "figures published since."
        )
    elif tables.is_stated(results):
        begin = f"{words.STATED} Futures differ by chance alone, as numbers of separate events do (Poisson)."
    return [
        " ".join([begin, drives, *_stages_in_words(results.scenario)]),
        f"There are {runs} such futures. A range “in 8 of 10 futures” leaves out the lowest and the highest tenth. "
        "Targets are judged future by future: a target kept in 4 of 10 futures is missed in 6.",
        "Likely means in 8 of 10 futures or more, unlikely in 2 of 10 or fewer; between them it is in the balance.",
    ]


def _stages_in_words(scenario: Scenario) -> list[str]:
    """What happens in the stages of the service, a sentence for each kind of stage that it has."""
    kinds: tuple[tuple[type[Pool] | type[Caseload] | type[Plan], str], ...] = (
        (Pool, "{}: a team takes one piece of work after another."),
        (Caseload, "{}: cases are allocated to named workers with caseload limits, who work on several at once."),
        (Plan, "{}: each lasts as long as it does, and is counted."),
    )
    of_kind = ((terms.stages(scenario, kind), said) for kind, said in kinds)
    return [said.format(listed(_titles(scenario, names))) for names, said in of_kind if names]


def _titles(scenario: Scenario, names: Sequence[str]) -> list[str]:
    """Titles of stages as they stand in the middle of a sentence, but for the first."""
    titles = [terms.stage_title(scenario, name) for name in names]
    return [titles[0][:1].upper() + titles[0][1:], *titles[1:]]


def _replications(results: Results) -> int:
    frame = results.summary
    return int(frame["replications"].max()) if len(frame) else results.scenario.replications


def _made(results: Results) -> str:
    """Which run this is. When and by what command is in manifest.json: here it would change the page's bytes."""
    manifest = results.manifest
    parts = [f"Run {manifest['fingerprint']}." if manifest.get("fingerprint") else ""]
    parts.append(f"Commit {str(manifest['commit'])[:8]}." if manifest.get("commit") else "")
    parts.append(f"Status: {manifest['status']}." if manifest.get("status") else "")
    parts.append("When and by what command it was made is in manifest.json beside it.")
    return " ".join(part for part in parts if part)


@functools.cache
def stylesheet() -> str:
    """The page's own style sheet."""
    return resources.files("report").joinpath("templates", "page.css").read_text(encoding="utf-8")


@functools.cache
def environment() -> jinja2.Environment:
    """Templates, with everything escaped unless it is our own markup."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("report", "templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    found.globals["nothing"] = NOTHING
    return found
