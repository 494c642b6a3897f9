"""Every number of a page is found in a stored table: the page in the workbook, the workbook in the run's tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from forecast.backtest import summary as backtest
from frontdoor.api import simulate
from report import phrases, sources, tables
from report.build import build, gather
from report.exhibit import Exhibit
from report.page import by_section
from report.phrases import is_month, tens
from report.workbook import sheets
from scenarios.load import load
from simulate.results import Results

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
NAMES = re.compile(
    r"\d{1,2} (?=[A-Z][a-z]+ \d{4})|(?<=[A-Za-z] )(?:19|20)\d\d\b|(?:19|20)\d\d-\d\d\b"  # dates
    r"|[Tt]eam \d+|[Ss]ection 47|\d+ working days?|\d+-day|\d+ of 10 futures|8-of-10|\d+ of 20 futures|[A-Z]\d\b"
)
DERIVED = ("Mean", "Lower limit", "Upper limit", "Miss, % of published")  # worked out from the column beside them
SCORES = ("months", "wape", "mase", "crps", "bias", "cover_50", "cover_80", "cover_95")  # of the honest panel
COUNTED = re.compile(
    r"(\d+) of (?:the )?(\d+) (?:months|published)|no unusual month in \d+|Of the \d+ months|first six"
    r"|axis starts at [\d,]+|\d+% of the (?:forecast|what-if)"  # the last: test_surge_beside adds the column up
)


class Figures(HTMLParser):
    """The words of each figure of a page, and the cells of its table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: dict[str, list[list[str]]] = {}
        self.elsewhere: list[str] = []
        self.inside = ""
        self.skipped = self.in_cell = self.seen_only = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "figure":
            self.inside = str(dict(attrs)["id"])
            self.cells[self.inside] = []
        elif tag == "tr" and self.inside:
            self.cells[self.inside].append([])
        elif tag in ("td", "th") and self.inside:
            self.cells[self.inside][-1].append("")
            self.in_cell = True
        self.seen_only = dict(attrs).get("aria-hidden") == "true"
        self.skipped = tag in ("style", "script") or (self.skipped and tag != "body")

    def handle_endtag(self, tag: str) -> None:
        self.inside = "" if tag == "figure" else self.inside
        self.seen_only = False
        self.in_cell = self.in_cell and tag not in ("td", "th")
        self.skipped = self.skipped and tag not in ("style", "script")

    def handle_data(self, data: str) -> None:
        if self.in_cell and not self.seen_only:
            self.cells[self.inside][-1][-1] += data
        elif not self.inside and not self.skipped:
            self.elsewhere.append(data)


@pytest.fixture(scope="module")
def real_run() -> Results:
    return tables.plain(simulate(load("west-sussex", {"replications": 3, "horizon_months": 4}))[0])


@pytest.fixture(scope="module")
def surge_run() -> Results:
    return tables.plain(simulate(load("deferred-surge", {"replications": 2, "horizon_months": 3}))[0])


def number(cell: str) -> float | None:
    return float(cell.replace(",", "")) if re.fullmatch(r"-?[\d,]+(\.\d+)?", cell) else None


def held(folder: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(folder / "results.xlsx", read_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def check_page(results: Results, folder: Path) -> None:
    build(results, folder)
    page, book = Figures((folder / "report.html").read_text(encoding="utf-8")), held(folder)
    every = [one for section in by_section(gather(results)) for one in section.exhibits]
    assert list(page.cells) == [one.name for one in every]
    for at, one in enumerate(every, start=1):
        sheet = book[f"Figure {at}"]
        head, *rows = page.cells[one.name]
        first = next(i for i, row in enumerate(sheet) if [str(c) for c in row[: len(head)]] == head)
        for shown, stored in zip(rows, sheet[first + 1 :], strict=True):
            for cell, value in zip(shown, stored, strict=False):
                seen = number(cell)
                if seen is None or isinstance(value, str):
                    assert cell == str(value).removeprefix("'"), (one.name, cell, value)
                else:
                    assert abs(seen - float(str(value))) <= 0.0006, (one.name, cell, value)


@pytest.mark.parametrize("any_results", ["hindcast"], indirect=True)
def test_every_cell_of_the_page_stands_in_the_workbook(any_results: Results, tmp_path: Path) -> None:
    check_page(any_results, tmp_path)


def test_every_cell_of_a_real_page_stands_in_the_workbook(real_run: Results, tmp_path: Path) -> None:
    check_page(real_run, tmp_path)


def test_every_cell_of_a_surge_stands_in_the_workbook(surge_run: Results, tmp_path: Path) -> None:
    assert {"surge-beside-what-came", "surge-by-source"} <= {one.name for one in gather(surge_run)}
    check_page(surge_run, tmp_path)


def said(values: list[float]) -> set[str]:
    """Each value as a page may say it."""
    out: set[str] = set()
    for v in values:
        out |= {phrases.about(w) for w in (v - 0.5, v, v + 0.5)}  # the table may round what the words round further
        out |= {phrases.count(v), f"{v:g}", f"{v:,.0f}", f"{v:,.1f}"}
        for hundred in (v, 100 * v):
            out |= {phrases.percent(hundred / 100).rstrip("%"), f"{hundred:g}"}
    return out


def numbers_of(table: pd.DataFrame) -> list[float]:
    columns = [pd.to_numeric(table[name], errors="coerce") for name in table]
    return [float(v) for column in columns for v in column.dropna()]


def words_drawn(one: Exhibit) -> list[str]:
    """All that is written in a drawing, but for the marks of its axes."""
    if one.draw is None:
        return []
    figure = one.figure()
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def behind(results: Results) -> set[str]:
    """The numbers that the report's own tables and the scenario hold, as a page may say them."""
    found = {sheet.tab: sheet.table for sheet in sheets(results, [])}
    parts = [found[tab] for tab in ("Headlines", "Targets", "Assumptions") if tab in found]
    out = said([v for part in parts for v in numbers_of(part)])
    return out | {word for value in found["Assumptions"]["value"] for word in NUMBER.findall(value)}


def check_words(results: Results) -> None:
    known = behind(results)
    for one in gather(results):
        mine = known | said(numbers_of(one.table))
        mine |= {word for name in one.table.columns for word in NUMBER.findall(str(name))}
        for name in one.table.select_dtypes(exclude="number"):
            mine |= {word for cell in one.table[name] for word in NUMBER.findall(str(cell))}
        mine |= {f"{len(one.table)}", *map(str, range(11))}
        for text in (one.title, one.alternative, *words_drawn(one)):
            plain = NAMES.sub("", COUNTED.sub("", text))
            missing = [w for w in NUMBER.findall(plain) if w.rstrip(",") not in mine]
            assert not missing, f"{one.name}: {missing} in: {text}"


@pytest.mark.parametrize("any_results", ["empty_history", "hindcast", "thirty_teams"], indirect=True)
def test_every_number_said_or_drawn_stands_in_the_figures_own_table(any_results: Results) -> None:
    check_words(any_results)


def test_every_number_said_or_drawn_on_a_real_page_stands_in_its_table(real_run: Results) -> None:
    check_words(real_run)


def test_every_number_said_or_drawn_of_a_surge_stands_in_its_table(surge_run: Results) -> None:
    check_words(surge_run)


def spread(grid: pd.DataFrame) -> Iterator[np.ndarray]:
    yield grid.mean(axis=1).to_numpy()
    for share in (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975):
        yield grid.quantile(share, axis=1).to_numpy()


def series(results: Results) -> Iterator[np.ndarray]:
    """Every run of numbers that the stored tables hold or that follows from single futures."""
    months = results.summary[results.summary["period"].map(lambda p: is_month(str(p)))]
    for _, rows in months.groupby(["start", "measure", "place"], sort=False):
        rows = rows.sort_values("period")
        for name in ("mean", "mean_low", "mean_high", "p10", "p50", "p90"):
            yield rows[name].to_numpy(dtype=float)
        quarters = pd.PeriodIndex(rows["period"], freq="M").asfreq("Q-MAR")
        yield rows["mean"].groupby(np.asarray(quarters.astype(str))).mean().to_numpy(dtype=float)
    for _, rows in results.daily.groupby(["start", "measure"], sort=False):
        grid = rows.pivot_table(index="date", columns="replication", values="value", aggfunc="sum")
        ends = pd.DatetimeIndex(grid.index).to_period("M")
        yield from spread(grid.groupby(ends).last())
    for _, rows in results.bands.groupby(["measure", "level"], sort=False):
        for name in ("low", "high", "median"):
            yield rows.sort_values("month")[name].to_numpy(dtype=float)
    for _, rows in results.observed.groupby("measure", sort=False):
        yield rows.sort_values("month")["count"].to_numpy(dtype=float)
    for target in results.scenario.targets.values():
        rows = results.measures[results.measures["measure"] == target.measure]
        rows = rows[rows["period"].map(lambda p: is_month(str(p)))]
        low = -np.inf if target.at_least is None else float(target.at_least)
        high = np.inf if target.at_most is None else float(target.at_most)
        kept = rows["value"].between(low, high).groupby(rows["period"]).mean()
        yield kept.map(tens).to_numpy(dtype=float)


def tuples(results: Results) -> Iterator[np.ndarray]:
    """Rows of the stored tables, whole: what a table with a row a measure repeats."""
    for name in ("mean", "mean_low", "mean_high", "p10", "p90"):
        yield results.summary[name].to_numpy(dtype=float)
    for name in ("published", "mean", "p05", "p95"):
        if len(results.facts):
            yield results.facts[name].to_numpy(dtype=float)
    if len(results.backtest):
        few = results.backtest[results.backtest["horizon"].isin((1, 3, 6, 12))]
        for table in (
            backtest(results.backtest, ("model",)),
            backtest(results.backtest),
            backtest(few, ("model", "horizon")),
        ):
            yield from table[[*SCORES]].to_numpy(dtype=float).T


class Library:
    """The stored numbers, to be asked for a stretch of them or for single ones."""

    def __init__(self, results: Results) -> None:
        every: dict[int, list[np.ndarray]] = {}
        for values in series(results):
            every.setdefault(len(values), []).append(values)
        self.runs = {length: np.array(rows) for length, rows in every.items()}
        single = np.concatenate([values[np.isfinite(values)] for values in tuples(results)])
        self.single = np.sort(np.concatenate([single, 100 * single]))

    def holds(self, shown: np.ndarray) -> bool:
        """Whether numbers shown are a stretch of numbers stored, as counts or as percentages, rounded."""
        gap = 0.5 if (shown == shown.round()).all() else 0.05
        for length, rows in self.runs.items():
            if length >= len(shown):
                windows = np.lib.stride_tricks.sliding_window_view(rows, len(shown), axis=1)
                for scale in (1.0, 100.0):
                    if (np.abs(scale * windows - shown).max(axis=2) <= gap + 1e-9).any():
                        return True
        return False

    def holds_each(self, shown: np.ndarray) -> bool:
        """Whether each number is one of the stored ones, rounded."""
        gap = 0.5 if (shown == shown.round()).all() else 0.05
        low, high = np.searchsorted(self.single, shown - gap - 1e-9), np.searchsorted(self.single, shown + gap + 1e-9)
        return bool((high > low).all())


def check_tables(results: Results) -> None:
    library = Library(results)
    for one in gather(results):
        labels = [c for c in one.table.columns if c in ("Measure", "Role", "Cases held")]
        parts = [part for _, part in one.table.groupby(labels, sort=False)] if labels else [one.table]
        dated = {"Month", "Date"} & set(one.table.columns)
        for part in parts:
            rows = part.select_dtypes("number")
            for name in rows:
                shown = rows[name].dropna().to_numpy(dtype=float)
                if (name in DERIVED and "Signal" in part.columns) or name in DERIVED[3:] or not len(shown):
                    continue
                if "a working day" in str(name):
                    shown = part["Count"].to_numpy(dtype=float)
                if ("Date" in dated or one.name.startswith("plans")) and len(shown) > 1:
                    shown = shown[1:]  # the as-at date's count, of the scenario, stands before the snapshots
                found = library.holds(shown) if dated else library.holds_each(shown)
                assert found or _summed(one, part, str(name), results), (one.name, name)
            if "Team" in part.columns:
                for _, row in rows.iterrows():
                    assert library.holds(row.to_numpy(dtype=float)), one.name


def _summed(one: Exhibit, part: pd.DataFrame, name: str, results: Results) -> bool:
    """The caseload distribution: the first and last month of a measure, or of all roles together."""
    if not one.name.endswith("caseload-spread"):
        return False
    rows = results.measures[results.measures["measure"].str.contains("_holding_")]
    band = part["Cases held"].iloc[0]
    ends = {"no": "0"}.get(band, band.replace(" ", "_"))
    roles = results.scenario.workforce.roles
    mine = [key for key, role in roles.items() if part["Role"].iloc[0] in ("All workers", role.title)]
    rows = rows[rows["measure"].isin([f"assessment_{role}_holding_{ends}" for role in mine])]
    rows = rows[rows["period"].map(lambda p: is_month(str(p)))]
    grid = rows.groupby(["period", "replication"])["value"].sum().reset_index()
    grid = grid.pivot_table(index="period", columns="replication", values="value").iloc[[0, -1]]
    if "interval" in name:
        return True  # Student's t about the mean beside it, tested with the tables it comes from
    return any(np.abs(part[name] - values).max() <= 0.5 for values in spread(grid))


@pytest.mark.parametrize("any_results", ["empty_history", "hindcast", "thirty_teams"], indirect=True)
def test_every_table_of_a_page_follows_from_the_stored_tables(any_results: Results) -> None:
    check_tables(any_results)


def test_every_table_of_a_real_page_follows_from_the_stored_tables(real_run: Results) -> None:
    check_tables(real_run)


def test_a_number_from_nowhere_is_found_out(real_run: Results) -> None:
    wrong = real_run.summary.assign(mean=real_run.summary["mean"] + 17.3)
    told = [one for one in gather(real_run) if one.name == "assessment-caseload"]
    assert told
    library = Library(replace(real_run, summary=wrong))
    shown = told[0].table["Mean"].to_numpy(dtype=float)
    assert Library(real_run).holds(shown)
    assert not library.holds(shown)


def test_every_figure_from_outside_carries_its_source(real_run: Results) -> None:
    known = set(sources.known_sources(real_run.scenario))
    listed = set(sources.used(real_run)["key"])
    for part in (real_run.observed["source"], [p.source for _, p in sources.walk(real_run.scenario)]):
        for source in dict.fromkeys(map(str, part)):
            keys = known & set(re.split(r"[ ,;]+", source))
            assert keys or source.startswith("assumed") or source.startswith(("forecast", "calibrated on ")), source
            assert keys <= listed, source
    for one in gather(real_run):
        if {"Known", "Count", "What happened next"} & set(one.table.columns):
            assert one.source.startswith("Source: "), one.name


def test_numbers_beside_the_figures_are_settings_of_the_run(real_run: Results, tmp_path: Path) -> None:
    build(real_run, tmp_path, formats=("html",))
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    outside = re.sub(r"<figure.*?</figure>|<section class=\"summary\".*?</section>\n<nav", "", text, flags=re.DOTALL)
    outside = outside[: outside.index('<section aria-labelledby="sources"')] + outside[outside.index("<footer") :]
    words = " ".join(Figures(outside).elsewhere)
    scenario = real_run.scenario
    mine = {"3", "4", "10", "8", "2", "6", "2.2", f"{scenario.seed}", "0.1.0", f"{scenario.horizon_months}"}
    missing = [w for w in NUMBER.findall(NAMES.sub("", words)) if w.rstrip(",.") not in mine]
    assert not missing, missing
