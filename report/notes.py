"""What a reader should know of a scenario's numbers before trusting them: notes, not faults."""

from __future__ import annotations

import pandas as pd

from forecast.bundled import AREA
from scenarios.load import load
from scenarios.referrers import counted_as
from scenarios.schema import Scenario

from .phrases import listed
from .sources import assumptions, known_sources, short

WORKED_CASE = "west-sussex"
FITTED = "calibrated"


def notes_on(scenario: Scenario) -> list[str]:
    """Sentences on numbers that are still another area's, and on surges by somebody of whom nothing is published."""
    return [*_of_another_area(scenario), *_not_published(scenario)]


def _not_published(scenario: Scenario) -> list[str]:
    named = dict.fromkeys(one.source for one in scenario.surges.values())
    unknown = [name.replace("_", " ") for name in named if counted_as(name) is None]
    if not unknown:
        return []
    return [f"No referrals from {listed(unknown)} are published, so no chart shows what they really did after 2020."]


def _of_another_area(scenario: Scenario) -> list[str]:
    """Which kinds of number are still the worked case's, where the area is another."""
    if scenario.area.casefold() == AREA.casefold():
        return []
    same = ["setting", "value", "unit", "source"]
    kept = assumptions(scenario).merge(assumptions(load(WORKED_CASE))[same], on=same)
    kept = kept[kept["value"] != "0"]
    opening = kept["setting"].str.startswith("opening.")
    posts = kept["setting"].str.endswith(".fte")
    measured = ~opening & ~posts & kept["source"].map(lambda words: _is_measured(scenario, words)).astype(bool)
    kinds = []
    if opening.any():
        kinds.append(f"cases open at the start ({listed([_said(row) for _, row in kept[opening].iterrows()])})")
    if posts.any():
        kinds.append(f"posts ({int(posts.sum())} lines of staff)")
    if measured.any():
        kinds.append(f"{int(measured.sum())} published or fitted rates, times and targets")
    if not kinds:
        return []
    return [
        f"The area is {scenario.area}, but some numbers are still those of {AREA}: {listed(kinds)}. "
        "Put in your own before you trust what follows from them; the assumptions log names each."
    ]


def _said(row: pd.Series) -> str:
    return f"{short(row['setting'].removesuffix('.open')).removeprefix('opening: ')} {row['value']}"


def _is_measured(scenario: Scenario, source: str) -> bool:
    """Whether a number was published of one area, or fitted to it: its source says whose figures it holds."""
    books = known_sources(scenario)
    return source.startswith(FITTED) or any(books.get(word, {}).get("area") for word in source.split())
