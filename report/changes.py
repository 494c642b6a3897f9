"""What changed since the last run: which settings differ, and how the headline figures moved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios.service import Caseload
from simulate.results import Results

from . import findings, sources, tables, terms, words
from .differences import said
from .phrases import about, day, futures

FEW = 4
DATED = "dated"
DATE = re.compile(r"\d{4}-\d\d-\d\d")
ABOUT_A_NUMBER = (".source", ".low", ".high", ".note", ".unit")  # what comes with a setting and is not it


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """A scenario's data as dotted settings and what is set; a number that changes on dates is one setting."""
    if isinstance(value, Mapping) and set(value) != {DATED}:
        out: dict[str, Any] = {}
        for key, inner in value.items():
            name, inner = ("value", {DATED: inner}) if key == DATED else (str(key), inner)
            out |= flat(inner, f"{path}.{name}" if path else name)
        return out
    return {} if value is None else {path: value}


def settings(new: Results, old: Results) -> pd.DataFrame:
    """Settings that differ between two runs, in words: setting, before, now."""
    ours, theirs = (flat(r.scenario.model_dump(mode="json", by_alias=True)) for r in (new, old))
    skip = ("name", "title", "question", "hypothesis", "notes")
    keys = [k for k in dict.fromkeys([*theirs, *ours]) if k not in skip and theirs.get(k) != ours.get(k)]
    rows = [{"setting": k, "before": _plain(theirs.get(k)), "now": _plain(ours.get(k))} for k in keys]
    return pd.DataFrame(rows, columns=["setting", "before", "now"])


def _plain(value: Any) -> str:
    """A value in words; a date, which is text in the data, as a day."""
    return day(value) if isinstance(value, str) and DATE.fullmatch(value) else said(value)


def sentences(new: Results, old: Results | None) -> list[str]:
    """What changed, in sentences; one sentence where there is no run before or nothing changed."""
    if old is None:
        return ["No earlier run of this scenario is stored beside this one."]
    table = settings(new, old)
    table = table[~table["setting"].str.endswith(ABOUT_A_NUMBER)]
    named = [words.upper(sources.plain(setting)) for setting in table["setting"]]
    out = [
        f"{name}: {was} before; now {now}."
        for name, was, now in zip(named[:FEW], table["before"], table["now"], strict=False)
    ]
    if len(table) > FEW:
        more = len(table) - FEW
        out.append(f"{more} more setting{'s differ' if more > 1 else ' differs'}; the workbook lists all.")
    out += _moves(new, old)
    return out or ["Nothing: the same settings gave the same figures."]


def _moves(new: Results, old: Results) -> list[str]:
    start = next(iter(tables.starts(new)), "")
    if start not in tables.starts(old):
        return []
    out = []
    for stage in terms.stages(new.scenario, Caseload)[:1]:
        now, then = (findings.stock(r, start, f"{stage}_open") for r in (new, old))
        if now is not None and then is not None and about(now["mean"]) != about(then["mean"]):
            name = terms.name(new.scenario, f"{stage}_open")
            out.append(f"At the end, {name} are about {about(now['mean'])}; they were about {about(then['mean'])}.")
    both = findings.promises(new, start).merge(findings.promises(old, start), on="target", suffixes=("", "_old"))
    for _, row in both.iterrows():
        now_words, then_words = (
            futures(row[c], int(row[r])) for c, r in (("chance", "replications"), ("chance_old", "replications_old"))
        )
        if now_words != then_words:
            out.append(f"{row['title']}: the target is kept {now_words}; it was kept {then_words}.")
    return out
