"""Names in a what-if that are nearly those of its base: a change to what is there, misspelt, and nothing new."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from .document import Document, Keys
from .faults import nearest
from .schema import Scenario

CLOSE = 0.7
"""How alike two names are (0 to 1) that may be the same one misspelt: as near as "mahs" and "mash" are."""


def without_misspelt(change: Document, base: Mapping[str, Any]) -> Document:
    """A change without its parts of misspelt names, each told as a fault once, so that no other follows from it."""
    data, lines, faults = change.data, change.lines, change.faults
    for keys, words in misspelt(change.data, base):
        faults = (*faults, change.fault(keys, words))
        data = _without(data, keys)
        lines = {name: place for name, place in lines.items() if name[: len(keys)] != keys}
    return replace(change, data=data, lines=lines, faults=faults)


def misspelt(
    change: Any, base: Any, kinds: tuple[Any, ...] = (Scenario,), above: Keys = ()
) -> Iterator[tuple[Keys, str]]:
    """New names that are close to one of the base's, where the part put in is too little to be a new one."""
    if not isinstance(change, Mapping) or not isinstance(base, Mapping):
        return
    for key, part in change.items():
        fields = [field for kind in kinds for field in fields_of(kind, str(key))]
        inner = fields or [value for kind in kinds for value in values_of(kind)]
        if fields or key in base:
            yield from misspelt(part, base.get(key), tuple(inner), (*above, key))
            continue
        close = difflib.get_close_matches(str(key), map(str, base), n=1, cutoff=CLOSE)
        lacks = _lacks(part, inner)
        if close and lacks is not None:
            new = f" (a new one needs its {', '.join(lacks)} too)" if part is not None else ""
            yield (*above, key), f"there is no '{key}' to change{nearest(key, close)}{new}"


def _lacks(part: Any, kinds: list[Any]) -> list[str] | None:
    """What a part lacks of the kind of thing that it is nearest to; None where it is whole, or may be a number."""
    models = [model for kind in kinds for model in _models(kind)]
    given = part if isinstance(part, Mapping) else {}
    missing = [
        [name for name, field in model.model_fields.items() if field.is_required() and name not in given]
        for model in models
    ]
    return min(missing, key=len) if models and all(missing) else None


def fields_of(kind: Any, key: str) -> list[Any]:
    """The kinds of thing that a field of this name may hold, in any of the models that a kind of thing may be."""
    return [model.model_fields[key].annotation for model in _models(kind) if key in model.model_fields]


def values_of(kind: Any) -> list[Any]:
    """The kinds of thing under names that the scenario gives, such as teams."""
    if get_origin(kind) is dict:
        return [get_args(kind)[1]]
    return [found for part in get_args(kind) for found in values_of(part)]


def _models(kind: Any) -> list[type[BaseModel]]:
    """The models that a kind of thing may be, itself or one of several."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [] if get_origin(kind) is dict else [found for part in get_args(kind) for found in _models(part)]


def _without(data: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """A copy of nested data without one part of it."""
    first, *rest = (str(key) for key in keys)
    if not rest:
        return {key: part for key, part in data.items() if key != first}
    return {**data, first: _without(data[first], tuple(rest))}
