"""Where numbers come from: source lines, the sources table and the assumptions log."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Any

import pandas as pd
from pydantic import BaseModel

from scenarios.quantity import Dated, Quantity
from scenarios.schema import Scenario
from simulate.results import Results

from . import tables
from .phrases import day


@functools.cache
def shipped() -> Mapping[str, Mapping[str, str]]:
    """Every source key that ships with the package: title, publisher, date, licence."""
    from ruamel.yaml import YAML

    text = resources.files("scenarios").joinpath("sources.yaml").read_text(encoding="utf-8")
    return {str(key): dict(value) for key, value in YAML(typ="safe").load(text).items()}


def known_sources(scenario: Scenario) -> dict[str, Mapping[str, str]]:
    """The shipped sources and the scenario's own, which win."""
    return {**shipped(), **scenario.sources}


def source_line(results: Results, keys: Iterable[str] = (), data: str = "") -> str:
    """The line under a figure: where the figures come from, and which run of which model drew them.

    `data`: of when the figures are, where they do not end at the run's as-at date.
    """
    return f"{told(known_sources(results.scenario), keys)}{run_line(results, data)}"


def told(books: Mapping[str, Mapping[str, str]], keys: Iterable[str]) -> str:
    """ "Source: publisher, title; ... . " for source keys; nothing where there is none."""
    by_publisher: dict[str, list[str]] = {}
    for words in dict.fromkeys(str(key) for key in keys if str(key) not in ("", "nan")):
        publisher, title = _title(books, words)
        if title not in by_publisher.setdefault(publisher, []):
            by_publisher[publisher].append(title)
    named = [f"{name}{', ' if name else ''}{'; '.join(titles)}" for name, titles in by_publisher.items()]
    return f"Source: {'; '.join(named)}. " if named else ""


def _title(books: Mapping[str, Mapping[str, str]], words: str) -> tuple[str, str]:
    """Publisher and title of a source; "estimated from" and the like stay before the title."""
    publisher, out = "", []
    for part in words.split(" "):
        book = books.get(part)
        publisher = str(book.get("publisher", "")) if book and not publisher else publisher
        out.append(str(book.get("title", part)).split(":")[0] if book else part)
    return publisher, " ".join(out)


def run_line(results: Results, data: str = "") -> str:
    """Which scenario, seed and version: enough to make the figure again."""
    scenario, manifest = results.scenario, results.manifest
    version = str(manifest.get("version") or manifest.get("versions", {}).get("frontdoor-planner", "")).strip()
    parts = [f"Model: frontdoor {version}".strip(), f"scenario {scenario.name}", f"seed {scenario.seed}"]
    parts.append(data or f"data to {day(tables.known_to(results.observed, scenario.as_at))}")
    return ", ".join(parts) + "."


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every part of a scenario that carries its own source, with its dotted setting name."""
    if isinstance(value, Quantity | Dated):
        yield path, value
    elif isinstance(value, BaseModel):
        if isinstance(getattr(value, "source", None), str) and "source" in type(value).model_fields:
            yield path, value
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from walk(inner, f"{path}.{name}" if path else str(name))


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """The assumptions log, a row a number: setting, value, unit, low, high, source, assumed, note."""
    columns = ["setting", "value", "unit", "low", "high", "source", "assumed", "note"]
    rows = [_logged(path, part) for path, part in walk(scenario) if not path.startswith(("facts", "demand"))]
    return pd.DataFrame(rows, columns=columns)


def _logged(path: str, part: Any) -> dict[str, object]:
    source = str(part.source)
    row: dict[str, object] = {"setting": path, "source": source, "assumed": source.startswith("assumed")}
    row["note"] = str(getattr(part, "note", "") or "")
    row["unit"] = str(getattr(part, "unit", "") or "")
    row["low"], row["high"] = getattr(part, "low", None), getattr(part, "high", None)
    if isinstance(part, Quantity):
        row["value"] = f"{float(part):,g}"
    elif isinstance(part, Dated):
        row["value"] = "; ".join(f"{step.value:,g} from {day(step.from_)}" for step in part.dated)
    elif hasattr(part, "counts"):
        edges, counts = part.edges, part.counts
        row["value"] = "; ".join(f"{a:g}–{b:g}: {n:,g}" for a, b, n in zip(edges, edges[1:], counts, strict=False))
    else:
        row["value"] = ", ".join(f"{w:g}" for w in getattr(part, "month_weights", ()))
    return row


def used(results: Results) -> pd.DataFrame:
    """The sources of everything shown, a row each: key, title, publisher, date, licence."""
    books = known_sources(results.scenario)
    named = " ".join(part.source for _, part in walk(results.scenario))
    for frame in (results.observed, results.facts):
        if len(frame):
            named += " " + " ".join(frame["source"].dropna().astype(str).unique())
    for fact in results.scenario.facts.values():
        named += " " + fact.source
    words = set(named.replace(",", " ").replace(";", " ").split())
    columns = ["key", "title", "publisher", "date", "licence"]
    rows = [{"key": key, **{c: books[key].get(c, "") for c in columns[1:]}} for key in sorted(books) if key in words]
    rows = [{**row, "date": day(row["date"]) if ISO.fullmatch(row["date"]) else row["date"]} for row in rows]
    return pd.DataFrame(rows, columns=columns)


ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
UNSAID = ("mean", "stages", "service", "workforce", "entries", "dated", "urgent_work", "value")  # parts of a setting


def plain(setting: str) -> str:
    """A setting's dotted name in words: "assessment, section 47, effort"."""
    return ", ".join(_parts(setting))


def short(setting: str) -> str:
    """The end of a setting's dotted name in words: "section 47: effort"."""
    return ": ".join(_parts(setting)[-2:])


def _parts(setting: str) -> list[str]:
    return [part.replace("_", " ") for part in setting.split(".") if part not in UNSAID]
