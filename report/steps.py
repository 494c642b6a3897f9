"""A scenario taken apart: each of its changes alone on the base, so that one can see what causes the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.document import Document
from scenarios.faults import ScenarioError
from scenarios.load import as_data, validate
from scenarios.schema import Scenario

from .differences import HOW_OFTEN, input_differences, setting_title

_ABOVE_PARTS = ("service", "stages", "workforce", "teams", "roles", "surges")
Keys = tuple[str, ...]


def steps(base: Scenario, other: Scenario) -> list[Scenario]:
    """The base with one part of the other's changes laid over it, a scenario a part, in the order of the scenario.

    A part is one surge, stage, team or role, or one other block; where all changes lie in one part, each setting is
    one. Parts that cannot stand alone are taken together with those after them, or before them at the end. Each step
    is titled by what changes. At most one scenario: the changes cannot be taken apart.
    """
    changes = input_differences(base, other)
    titles = {tuple(str(setting).split(".")): str(what) for setting, what in changes[["setting", "what"]].to_numpy()}
    titles = {keys: what for keys, what in titles.items() if keys[0] not in HOW_OFTEN}
    parts: dict[Keys, list[Keys]] = {}
    for keys in titles:
        parts.setdefault(_part(keys), []).append(keys)
    groups = list(parts.values()) if len(parts) > 1 else [[keys] for keys in titles]
    found: list[tuple[list[Keys], Scenario | None]] = []
    for group in groups:
        held = [*found.pop()[0], *group] if found and found[-1][1] is None else group
        found.append((held, _laid(base, other, held)))
    while len(found) > 1 and found[-1][1] is None:
        last, before = found.pop()[0], found.pop()[0]
        found.append(([*before, *last], _laid(base, other, [*before, *last])))
    return [
        made.model_copy(update={"name": f"{other.name}-{at}", "title": _title(other, keys, titles)})
        for at, (keys, made) in enumerate(found, 1)
        if made is not None
    ]


def _part(keys: Keys) -> Keys:
    """The part of a scenario that a setting belongs to."""
    return next((keys[:depth] for depth, key in enumerate(keys, 1) if key not in _ABOVE_PARTS), keys)


def _laid(base: Scenario, other: Scenario, settings: Sequence[Keys]) -> Scenario | None:
    """The base with these settings as the other has them; None where that is no scenario."""
    data, theirs = as_data(base), as_data(other)
    for keys in settings:
        data = _with(data, theirs, keys)
    try:
        return validate(Document(data, {}, other.name))
    except ScenarioError:
        return None


def _with(data: Mapping[str, Any], theirs: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """A copy of the data with one setting as in the other's data, taken out where that has none."""
    head, rest = keys[0], keys[1:]
    if not rest or head not in theirs:
        kept = {key: value for key, value in data.items() if key != head}
        return {**kept, head: theirs[head]} if head in theirs else kept
    return {**data, head: _with(data.get(head) or {}, theirs[head], rest)}


def _title(other: Scenario, settings: Sequence[Keys], titles: Mapping[Keys, str]) -> str:
    """What changes, in words: a setting's or a block's own title, or that of the part that holds them."""
    parts = list(dict.fromkeys(_part(keys) for keys in settings))
    if len(settings) == 1 or len(parts) == len(settings):
        return "; ".join(titles[keys] for keys in settings)
    return "; ".join(setting_title(other, ".".join(part)) for part in parts)
