"""Lay a change over a scenario: a few settings, dotted or nested, become a scenario of their own."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from .document import Document, Keys
from .faults import COMMAND_LINE, Fault, ScenarioError, nearest
from .misspelt import fields_of, values_of
from .plain import as_date, at, items
from .quantity import ASSUMED
from .schema import Scenario

OF_A_KIND = {
    "kind": ("pool", "caseload", "plan"),
    "distribution": ("exponential", "lognormal", "uniform", "constant", "bands"),
    "source": ("forecast", "observed", "steady"),
}
"""Settings that say what kind of thing a part is, and what they may be: another kind has other settings."""


def overlay(base: Mapping[str, Any], change: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A copy of `base` with the settings of `change` in it; null takes a setting out.

    A bare number laid over a quantity keeps its unit, loses its range, and its source becomes `assumed in <name>`.
    """
    merged = copy.deepcopy(dict(base))
    for key, value in change.items():
        merged[key] = _merge(merged.get(key), value, name)
        if value is None:
            del merged[key]
    return merged


def overlay_document(base: Document, change: Document, name: str) -> Document:
    """`overlay` on documents: every setting remembers the file and line that set it."""
    lines = {keys: place for keys, place in base.lines.items() if not _replaced(keys, base.data, change.data)}
    faults = (*base.faults, *change.faults)
    return Document(overlay(base.data, change.data, name), {**lines, **change.lines}, change.file, faults)


def nested(dotted: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with dotted names as nested settings: {"a.b": 1} becomes {"a": {"b": 1}}."""
    tree: dict[str, Any] = {}
    for name, value in dotted.items():
        value = nested(value) if isinstance(value, Mapping) else value
        head, _, rest = name.partition(".")
        value = nested({rest: value}) if rest else value
        both = isinstance(tree.get(head), dict) and isinstance(value, dict)
        tree[head] = _join(tree[head], value) if both else value
    return tree


def nested_document(document: Document) -> Document:
    """`nested` on a document, lines kept; a setting that is set twice, dotted and nested, is a fault."""
    lines: dict[Keys, tuple[str, int]] = {}
    whole: dict[Keys, tuple[str, int]] = {}
    faults: list[Fault] = []
    for keys, place in document.lines.items():
        split: list[str | int] = []
        for key in keys:
            split.extend(key.split(".") if isinstance(key, str) else [key])
        for depth in range(1, len(split) + 1):
            lines.setdefault(tuple(split[:depth]), place)
        if place != lines[tuple(split)] and not _holds_settings(document.data, keys):
            first = lines[tuple(split)]
            faults.append(Fault(*place, ".".join(map(str, split)), f"is set twice, first on line {first[1]}"))
        if "" in split:
            faults.append(Fault(*place, ".".join(map(str, keys)), "has nothing between its dots"))
        lines[tuple(split)] = place
        whole.update({tuple(split): place} if not _holds_settings(document.data, keys) else {})
    faults += [
        Fault(*max(place, whole[keys[:depth]]), ".".join(map(str, keys)), "is set twice, as a whole and in part")
        for keys, place in lines.items()
        for depth in range(1, len(keys))
        if keys[:depth] in whole and isinstance(keys[depth], str)
    ]
    return Document(nested(document.data), lines, document.file, (*document.faults, *faults))


def with_settings(document: Document, settings: Mapping[str, Any], by: str) -> Document:
    """A document with dotted settings laid over it, told as coming from the command line; unknown ones are faults.

    `by`: in whose name the numbers are assumed.
    """
    for dotted, value in settings.items():
        keys: Keys = tuple(dotted.split("."))
        late = [Fault(COMMAND_LINE, 0, dotted, words) for _, words in unsaid(nested({dotted: value}), document.data)]
        try:
            data = put(document.data, dotted, value, by, COMMAND_LINE)
        except ScenarioError as error:
            document = replace(document, faults=(*document.faults, *error.faults))
            continue
        above = {keys[:depth]: document.lines.get(keys[:depth], (COMMAND_LINE, 0)) for depth in range(1, len(keys))}
        lines = {name: place for name, place in document.lines.items() if name[: len(keys)] != keys}
        faults = (*document.faults, *late)
        document = replace(document, faults=faults, data=data, lines={**above, **lines, keys: (COMMAND_LINE, 0)})
    return document


def idle(change: Any, base: Any, keys: Keys = ()) -> Iterator[Keys]:
    """Settings of a change that are empty where the base holds something: they would change nothing."""
    if not isinstance(change, Mapping) or not isinstance(base, Mapping) or _is_quantity(base):
        return
    for key, part in change.items():
        if isinstance(part, Mapping) and not part and isinstance(base.get(key), Mapping) and base[key]:
            yield (*keys, key)
        else:
            yield from idle(part, base.get(key), (*keys, key))


def unsaid(change: Any, base: Mapping[str, Any]) -> Iterator[tuple[Keys, str]]:
    """Numbers of a change that begin on a date after the as-at date, which leaves open what holds until then."""
    as_at = as_date(change.get("as_at", base.get("as_at")))
    if as_at is None:
        return
    for keys, steps in _steps(change, base):
        first = as_date(at(steps[0]).get("from"))
        if first is None or first <= date(as_at.year + as_at.month // 12, as_at.month % 12 + 1, 1):
            continue
        number = at(base, *keys)
        dated = [at(step) for step in items(number, "dated")]
        past = [step.get("value", "...") for step in dated if (as_date(step.get("from")) or first) <= as_at]
        now = past[-1] if past else number.get("value", "...")
        step = f"{{from: {as_at}, value: {now}}}"
        yield keys, f"begins on {first}, so what holds until then is left open; put {step} first to keep the base's"


def _steps(change: Any, base: Any, keys: Keys = ()) -> Iterator[tuple[Keys, list[Any]]]:
    """Dated steps of a change that are laid over a number of the base."""
    if _is_quantity(base):
        steps = change.get("dated") if isinstance(change, Mapping) else change
        if isinstance(steps, list) and steps:
            yield keys, steps
    elif isinstance(change, Mapping) and isinstance(base, Mapping):
        for key, part in change.items():
            yield from _steps(part, base.get(key), (*keys, key))


def put(data: Mapping[str, Any], dotted: str, value: Any, name: str, file: str) -> dict[str, Any]:
    """A copy of a scenario's data with one dotted setting changed; raises ScenarioError for an unknown setting."""
    *parents, _ = dotted.split(".")
    here: Any = data
    kinds: list[Any] = [Scenario]
    for depth, key in enumerate(parents):
        fields = [field for kind in kinds for field in fields_of(kind, key)]
        kinds = fields or [value for kind in kinds for value in values_of(kind)]
        if here == {} or (fields and isinstance(here, Mapping) and key not in here):
            break  # a part that may be left out and is: what is put there is checked with the rest
        if not isinstance(here, Mapping) or key not in here:
            where = ".".join(parents[:depth])
            known = [f"{where}.{name}" for name in here] if isinstance(here, Mapping) else []
            known = known if depth else list(Scenario.model_fields)
            wrong = ".".join(parents[: depth + 1])
            raise ScenarioError([Fault(file, 0, dotted, f"unknown setting{nearest(wrong, known)}")])
        here = here[key]
    return overlay(data, nested({dotted: value}), name)


def _holds_settings(data: Any, keys: Keys) -> bool:
    for key in keys:
        is_there = isinstance(data, Mapping) and key in data
        data = data[int(key)] if isinstance(data, list) else data[key] if is_there else None
    return isinstance(data, Mapping)


def _join(one: dict[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(one)
    for key, value in two.items():
        both = isinstance(joined.get(key), dict) and isinstance(value, Mapping)
        joined[key] = _join(joined[key], value) if both else value
    return joined


def _is_quantity(raw: Any) -> bool:
    return isinstance(raw, Mapping) and "unit" in raw and ("value" in raw or "dated" in raw)


def _merge(base: Any, change: Any, name: str) -> Any:
    if _is_quantity(base):
        source = f"{ASSUMED} in {name}"
        if isinstance(change, int | float) and not isinstance(change, bool):
            return {"value": change, "unit": base["unit"], "source": source}
        if isinstance(change, Mapping) and ("value" in change or "dated" in change):
            return {"unit": base["unit"], "source": source, **change}
        if isinstance(change, list):
            return {"unit": base["unit"], "source": source, "dated": change}
    if isinstance(base, Mapping) and isinstance(change, Mapping) and not _changes_kind(base, change):
        return overlay(base, change, name)
    return copy.deepcopy(change)


def _changes_kind(base: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """Whether the change swaps one kind of thing (a distribution, a source of demand) for another, whole."""
    return any(change.get(key) in known and change[key] != base.get(key) for key, known in OF_A_KIND.items())


def _replaced(keys: Keys, base: Any, change: Any) -> bool:
    for key in keys:
        if not isinstance(change, Mapping) or key not in change:
            return False
        base = base.get(key) if isinstance(base, Mapping) else None
        change = change[str(key)]
        if not isinstance(change, Mapping) or _is_quantity(base):
            return True
        if isinstance(base, Mapping) and _changes_kind(base, change):
            return True
    return False
