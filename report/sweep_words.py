"""What a sweep says on a screen: its settings and measures by a mark each, and a line a member."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from scenarios.measure_names import Named

from .phrases import said

MOST_LINES = 60
"""Members on the screen at most; the summary in the folder holds all."""


def member_lines(
    members: pd.DataFrame, summary: pd.DataFrame, settings: Mapping[str, str], measures: Mapping[str, Named]
) -> list[str]:
    """Every member with the settings that it changes, and the mean of each measure with 8 of 10 futures.

    `members`: member, base and a column a setting (nothing where the base's own value stands). `summary`: member,
    measure, mean, p10, p90 of one period. `settings`: name to its words.
    """
    marks = {name: _letters(at) for at, name in enumerate(settings)}
    lines = ["Settings; where nothing stands, the scenario is as it is"]
    lines += [f"  {mark}: {settings[name]} ({name})" for name, mark in marks.items()]
    lines += ["Measures over the whole period: mean (8 of 10 futures)"]
    lines += [f"  {at}: {about.title}" for at, about in enumerate(measures.values(), 1)]
    held = _measures(summary, {name: about.unit for name, about in measures.items()})
    table = pd.DataFrame({"member": members["member"].astype(str)})
    if len(set(members["base"])) > 1:
        table["base"] = members["base"]
    for name, mark in marks.items():
        table[mark] = [_setting(value) for value in members[name]]
    for at, name in enumerate(measures, 1):
        table[f"{at}"] = [held.get((member, name), "-") for member in table["member"]]
    shown = table.head(MOST_LINES).to_string(index=False, justify="left").splitlines()
    more = [f"... and {len(table) - MOST_LINES:,} more: see summary.csv"] if len(table) > MOST_LINES else []
    return [*lines, "", *(line.rstrip() for line in shown), *more]


def _letters(at: int) -> str:
    """a to z, then aa, ab, and so on."""
    return (_letters(at // 26 - 1) if at >= 26 else "") + chr(ord("a") + at % 26)


def _setting(value: object) -> str:
    if value is None or value != value:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _measures(summary: pd.DataFrame, units: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The mean of each member's measure with 8 of 10 futures; a dash where no future has one."""
    rows = summary[summary["measure"].isin(list(units))]
    found = {}
    for row in rows[["member", "measure", "mean", "p10", "p90"]].itertuples(index=False, name=None):
        member, measure, *numbers = row
        mean, low, high = (said(float(number), units[measure]) for number in numbers)
        found[member, measure] = "-" if pd.isna(numbers[0]) else f"{mean} ({low} to {high})"
    return found
