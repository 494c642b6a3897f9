"""Who refers: the published kinds, the everyday names for them, and what a misspelt name was meant to be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

ALIKE = 0.8
"""How like a known name another must be to be taken for a slip of the pen (difflib's ratio)."""


@cache
def published() -> Mapping[str, str]:
    """Each published kind of referrer, and how people say it; source dfe-cin-c5."""
    return {str(kind): str(words) for kind, words in _read()["published"].items()}


def counted_as(name: str) -> tuple[str, ...] | None:
    """The published kinds counted under a name; empty: all whom nobody else names; None: a name that is not known."""
    return _names().get(_plain(name))


def meant(name: str) -> str:
    """The known name that an unknown one looks like; empty where it looks like none."""
    close = difflib.get_close_matches(_plain(name), list(_names()), n=1, cutoff=ALIKE)
    return close[0] if close and counted_as(name) is None else ""


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for kind, words in published().items():
        names |= {_plain(kind): (kind,), _plain(words): (kind,)}
    names |= {_plain(name): tuple(few) for name, few in _read()["everyday"].items()}
    return {**names, **{_plain(name): () for name in _read()["rest"]}}


def _plain(name: str) -> str:
    """A name without case, punctuation or repeated spaces."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


@cache
def _read() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    from ruamel.yaml import YAML

    text = resources.files("scenarios").joinpath("referrers.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, tuple[str, ...]]] = YAML(typ="safe").load(text)
    return found
