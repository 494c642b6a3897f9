"""Lay a change over a scenario: a few settings, dotted or nested, become a scenario of their own."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .document import Document, Keys
from .faults import Fault, ScenarioError, nearest
from .quantity import ASSUMED


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
    return Document(overlay(base.data, change.data, name), {**lines, **change.lines}, change.file)


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
    """`nested` on a document, lines kept."""
    lines: dict[Keys, tuple[str, int]] = {}
    for keys, place in document.lines.items():
        split: list[str | int] = []
        for key in keys:
            split.extend(key.split(".") if isinstance(key, str) else [key])
        for depth in range(1, len(split) + 1):
            lines.setdefault(tuple(split[:depth]), place)
        lines[tuple(split)] = place
    return Document(nested(document.data), lines, document.file)


def put(data: Mapping[str, Any], dotted: str, value: Any, name: str, file: str = "--set") -> dict[str, Any]:
    """A copy of a scenario's data with one dotted setting changed; raises ScenarioError for an unknown setting."""
    *parents, _ = dotted.split(".")
    here: Any = data
    for depth, key in enumerate(parents):
        if not isinstance(here, Mapping) or key not in here:
            where = ".".join(parents[:depth])
            known = [f"{where}.{name}".lstrip(".") for name in here] if isinstance(here, Mapping) else []
            wrong = ".".join(parents[: depth + 1])
            raise ScenarioError([Fault(file, 0, dotted, f"unknown setting{nearest(wrong, known)}")])
        here = here[key]
    return overlay(data, nested({dotted: value}), name)


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
    return any(key in change and change[key] != base.get(key) for key in ("distribution", "kind")) or (
        change.get("source") in ("forecast", "observed", "steady") and change["source"] != base.get("source")
    )


def _replaced(keys: Keys, base: Any, change: Any) -> bool:
    for key in keys:
        if not isinstance(change, Mapping) or key not in change:
            return False
        base = base.get(key) if isinstance(base, Mapping) else None
        change = change[str(key)]
        if not isinstance(change, Mapping) or _is_quantity(base):
            return True
    return False
