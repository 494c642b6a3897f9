"""A what-if inside the page: a sweep's runs behind native controls, and the table where there is no script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import pandas as pd

from scenarios.schema import Scenario

from . import terms, words
from .contracts import grid
from .page import Section, environment, in_words
from .phrases import between, day, is_share, said

DATE = re.compile(r"\d{4}-\d\d-\d\d")
AS_IT_IS = "as it is"
SLIDER = 5  # settings with this many values or more get a slider, the rest a list


def section(
    sweep: pd.DataFrame,
    scenario: Scenario,
    *,
    titles: Mapping[str, str] | None = None,
    measures: Sequence[str] | None = None,
    source: str = "",
    provenance: str = "",
    key: str = "staffing",
    base: Mapping[str, object] | None = None,
    base_name: str = "",
) -> Section:
    """A page section in which every control answers from runs that were really made.

    `titles`: settings in words. `measures`: those to show, in order; all of the sweep's where not given. `provenance`:
    what stands behind the numbers (runs, futures each, or an emulator and its error). `base`: the settings' own values
    in the scenario called `base_name`: the section opens on the run nearest to them and says so; without, on the first.
    A run that leaves a setting alone stands at the base's own value, or at "as it is" where that is not known.
    A combination that was not run shows the nearest run and says so. Raises ValueError where a column of the contract
    or a measure lacks.
    """
    settings = list(dict.fromkeys(sweep["setting"]))
    wide = _filled(grid(sweep), settings, base or {})
    shown_measures = list(measures) if measures else list(dict.fromkeys(wide["measure"]))
    unknown = [m for m in shown_measures if m not in set(wide["measure"])]
    if unknown:
        raise ValueError(f"the sweep has no measure {', '.join(unknown)}")
    names = {s: (titles or {}).get(s, s.removesuffix(".value").rsplit(".", 1)[-1].replace("_", " ")) for s in settings}
    values = {s: sorted(wide[s].unique().tolist(), key=_numbers_first) for s in settings}
    by_member = {name: rows.set_index("measure") for name, rows in wide.groupby("member", sort=False)}
    members = [_member(str(name), rows, settings, values, shown_measures) for name, rows in by_member.items()]
    start = _nearest(members, settings, values, base or {})
    standing = {s: _number(s, v) for s, v in (base or {}).items() if s in settings}
    shown_at = {s: _number(s, values[s][at]) for s, at in zip(settings, start, strict=True)}
    opens = _opens(standing, shown_at, names, base_name)
    data = {
        "settings": [{"title": names[s], "values": [_number(s, v) for v in values[s]]} for s in settings],
        "measures": [words.upper(terms.name(scenario, m)) for m in shown_measures],
        "members": members,
    }
    html = environment().get_template("whatif.html.j2").render(
        key=f"what-if-{key}",
        title="Try it: what would change?",
        subtitle=f"{len(members)} simulated combinations of {', '.join(names.values())}",
        controls=[
            {
                "title": words.upper(names[s]),
                "values": [_number(s, v) for v in values[s]],
                "slider": len(values[s]) >= SLIDER,
                "start": start[i],
            }
            for i, s in enumerate(settings)
        ],
        provenance=" ".join([provenance or "Every answer is a simulated run, not a formula.", *opens]),
        shown=in_words(_table(by_member, settings, names, shown_measures, scenario)),
        source=source,
        scripted=False,
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        script=script(f"what-if-{key}"),
    )  # fmt: skip
    return Section(key, "Staffing answer", blocks=(html,))


def _filled(wide: pd.DataFrame, settings: Sequence[str], base: Mapping[str, object]) -> pd.DataFrame:
    """The runs with the base's own value where one leaves a setting alone."""
    whole = {s: [base.get(s, AS_IT_IS) if pd.isna(value) else value for value in wide[s]] for s in settings}
    return wide.assign(**{s: pd.Series(values, index=wide.index, dtype=object) for s, values in whole.items()})


def _numbers_first(value: Any) -> tuple[bool, Any]:
    """How a setting's values are ordered: numbers by size, then dates and names."""
    return isinstance(value, str), value


def _nearest(
    members: Sequence[Mapping[str, Any]],
    settings: Sequence[str],
    values: Mapping[str, list[Any]],
    base: Mapping[str, object],
) -> list[int]:
    """The run that lies nearest to the base's own values, each distance as a share of what the sweep spans."""

    def away(at: list[int]) -> float:
        here = {s: values[s][i] for s, i in zip(settings, at, strict=True) if s in base}
        return sum(_apart(value, base[s], values[s]) ** 2 for s, value in here.items())

    places: list[list[int]] = [member["at"] for member in members]
    return min(places, key=away)


def _apart(value: Any, own: Any, span: Sequence[Any]) -> float:
    """How far a value lies from the base's own, between 0 and 1 within the span; 1 for any other name or date."""
    if isinstance(value, int | float) and isinstance(own, int | float):
        numbers = [float(each) for each in span if isinstance(each, int | float)]
        width = numbers[-1] - numbers[0]
        return abs(float(value) - float(own)) / width if width else 0.0
    return float(str(value) != str(own))


def _opens(
    standing: Mapping[str, str], shown: Mapping[str, str], names: Mapping[str, str], base_name: str
) -> list[str]:
    """Where the section opens, in a sentence; nothing where no value of the base is known."""
    if not standing:
        return []
    own = ", ".join(f"{names[s]} {said_of}" for s, said_of in standing.items())
    if all(shown[s] == said_of for s, said_of in standing.items()):
        return [f"It opens on {base_name} as it is: {own}."]
    return [f"It opens on the run nearest to {base_name} as it is ({own})."]


def script(key: str) -> str:
    """The few lines that answer the controls, for the block with this id."""
    text = resources.files("report").joinpath("templates", "whatif.js").read_text(encoding="utf-8")
    return text.replace("KEY", key)


def _number(setting: str, value: object) -> str:
    """A setting's value in words: three significant figures, or a date."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return day(str(value)) if DATE.fullmatch(str(value)) else str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else terms.setting_value(setting, float(f"{value:.3g}"))


def _member(
    name: str, rows: pd.DataFrame, settings: Sequence[str], values: Mapping[str, list[Any]], measures: Sequence[str]
) -> dict[str, Any]:
    first = rows.iloc[0]
    results = []
    for measure in measures:
        if measure not in rows.index:
            results.append("not simulated")
            continue
        row = rows.loc[[measure]].iloc[0]
        unit = str(row["unit"])
        results.append(f"about {said(row['mean'], unit)} ({between(row['low'], row['high'], unit)} in 8 of 10 futures)")
    return {"name": name, "at": [values[s].index(first[s]) for s in settings], "results": results}


def _table(
    by_member: Mapping[Any, pd.DataFrame],
    settings: Sequence[str],
    names: Mapping[str, str],
    measures: Sequence[str],
    scenario: Scenario,
) -> pd.DataFrame:
    rows = []
    for name, part in by_member.items():
        row: dict[str, object] = {"Run": str(name)}
        row |= {words.upper(names[s]): _number(s, part.iloc[0][s]) for s in settings}
        for measure in measures:
            title = words.upper(terms.name(scenario, measure))
            if measure not in part.index:
                continue
            found = part.loc[[measure]].iloc[0]
            scale, unit = (100, ", %") if is_share(str(found["unit"])) else (1, "")
            for column, label in (("mean", "mean"), ("low", "low"), ("high", "high")):
                row[f"{title}: {label}{unit}"] = round(float(found[column]) * scale, 1)
        rows.append(row)
    return pd.DataFrame(rows)
