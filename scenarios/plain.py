"""Settings as plain data, while nobody knows yet whether they are sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .document import Keys

Found = Iterator[tuple[Keys, str]]
"""Faults: where each is, and what is wrong."""


def at(data: Any, *keys: str) -> dict[str, Any]:
    """A mapping inside plain data, or an empty one."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return dict(data) if isinstance(data, Mapping) else {}


def inside(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Every mapping inside plain data, with where it stands."""
    if isinstance(data, Mapping):
        yield keys, dict(data)
        for key, part in data.items():
            yield from inside(part, (*keys, key))
    elif isinstance(data, list | tuple):
        for number, part in enumerate(data):
            yield from inside(part, (*keys, number))
