"""What differs between the inputs of two scenarios, in a planner's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from scenarios.load import as_data
from scenarios.schema import Scenario

from .phrases import day

ABOUT = ("name", "title", "question", "hypothesis", "notes", "sources", "schema_version", "targets", "facts", "starts")
_CONTAINERS = (
    *("service", "stages", "workforce", "teams", "roles", "staff", "surges", "demand"),
    *("routes", "urgent_work"),
)
_PLAIN = {"fte": "posts", "at_least": "at least", "at_most": "at most", "as_at": "as-at date"}
NOT_SET = "not set"
HOW_OFTEN = ("replications",)
"""Settings that say how often a scenario is lived through, and change nothing of it."""


def input_differences(base: Scenario, other: Scenario) -> pd.DataFrame:
    """Settings that differ, in the order of the scenario: setting, what, base, other, unit, source, words.

    `setting`: dotted name. `what`: the same in words. `source`: of the other's number. `words`: one sentence.
    """
    one, two = dict(_leaves(as_data(base), ())), dict(_leaves(as_data(other), ()))
    had, has = _titles(as_data(base), ()), _titles(as_data(other), ())
    titles = {**had, **has}
    rows = []
    for mine, others, word in ((has, had, "new"), (had, has, "taken out")):
        for block in [keys for keys in mine if keys not in others]:
            values = {
                keys: value for keys, value in (two if mine is has else one).items() if keys[: len(block)] == block
            }
            rows += [_block(block, titles[block], word, values)] if values else []
            one = {keys: value for keys, value in one.items() if keys[: len(block)] != block}
            two = {keys: value for keys, value in two.items() if keys[: len(block)] != block}
    for keys in dict.fromkeys([*one, *two]):
        before, after = said(one.get(keys)), said(two.get(keys))
        if before == after:
            continue
        given = two.get(keys, one.get(keys))
        unit, source = (str(given.get(part, "")) if isinstance(given, Mapping) else "" for part in ("unit", "source"))
        what = _what(keys, titles)
        rows.append(
            {
                "setting": ".".join(keys),
                "what": what,
                "base": before,
                "other": after,
                "unit": unit,
                "source": source,
                "words": f"{what}: {before} → {after}{f' {unit}' if unit and after != NOT_SET else ''}",
            }
        )
    return pd.DataFrame(rows, columns=["setting", "what", "base", "other", "unit", "source", "words"])


def _block(keys: tuple[str, ...], title: str, word: str, values: Mapping[tuple[str, ...], Any]) -> dict[str, str]:
    """One row for a part with a title that only one of the two has, with all its settings."""
    inside = [f"{', '.join(own[len(keys) :]).replace('_', ' ')} {said(value)}" for own, value in values.items()]
    settings = "; ".join(inside)
    before, after = (NOT_SET, settings) if word == "new" else (settings, NOT_SET)
    row = {"setting": ".".join(keys), "what": title, "base": before, "other": after, "unit": "", "source": ""}
    return {**row, "words": f"{title} ({word}): {settings}"}


def setting_title(scenario: Scenario, setting: str) -> str:
    """A dotted setting in words, by the titles of the scenario."""
    return _what(tuple(setting.split(".")), _titles(as_data(scenario), ()))


def value_at(scenario: Scenario, setting: str) -> float | str | None:
    """The value of a dotted setting: a number (a dated one's first), or text; None where it is not set."""
    here: Any = as_data(scenario)
    for key in setting.split("."):
        here = here.as_mapping() if hasattr(here, "as_mapping") else here
        if not isinstance(here, Mapping) or key not in here:
            return None
        here = here[key]
    here = here.as_mapping() if hasattr(here, "as_mapping") else here
    if isinstance(here, Mapping):
        here = here["dated"][0]["value"] if "dated" in here else here.get("value")
    if here is None or isinstance(here, bool | list | tuple | Mapping):
        return None
    return float(here) if isinstance(here, int | float) else str(here)


def said(value: Any) -> str:
    """A setting's value in words: a number, dated steps, a date, a list, or text."""
    if value is None:
        return NOT_SET
    if isinstance(value, list | tuple) and value and all(isinstance(step, Mapping) for step in value):
        value = {"dated": value}
    if isinstance(value, Mapping) and "dated" in value:
        steps = list(value["dated"])
        first, later = steps[0], steps[1:]
        return ", ".join([f"{first['value']:g}", *(f"from {day(step['from'])} {step['value']:g}" for step in later)])
    if isinstance(value, Mapping) and "value" in value:
        return f"{float(value['value']):g}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.0f}" if float(value).is_integer() else f"{float(value):g}"
    if isinstance(value, list | tuple):
        return ", ".join(said(part) for part in value)
    return str(value)


def _leaves(data: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Settings by name; a number with its unit is one setting, what a scenario is about is none."""
    for key, value in data.items():
        if (not keys and key in ABOUT) or key in ("title", "note"):
            continue
        value = value.as_mapping() if hasattr(value, "as_mapping") else value
        if isinstance(value, Mapping) and not ("unit" in value and ("value" in value or "dated" in value)):
            yield from _leaves(value, (*keys, str(key)))
        elif value is not None:
            yield (*keys, str(key)), value


def _titles(data: Any, keys: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    found = {keys: str(data["title"])} if keys and isinstance(data.get("title"), str) else {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            found |= _titles(value, (*keys, str(key)))
    return found


def _what(keys: tuple[str, ...], titles: Mapping[tuple[str, ...], str]) -> str:
    """The name of a setting in words: titles where its parts have them, else their names."""
    words = []
    for depth in range(1, len(keys) + 1):
        key = keys[depth - 1]
        if keys[:depth] in titles:
            words.append(titles[keys[:depth]])
        elif key not in _CONTAINERS or depth == len(keys):
            words.append(_PLAIN.get(key, key.replace("_", " ")))
    text = ", ".join(words)
    return text[:1].upper() + text[1:]
