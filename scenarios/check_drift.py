"""Can what a scenario lets drift move as stated? Settings, scales, correlations, months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .document import Document, Keys
from .drift import Drift, cholesky, month_number
from .faults import nearest
from .plain import Found, at


def drift_checks(document: Document) -> Found:
    """Every fault of sense in what drifts."""
    yield from _practices(document.data)
    yield from _whole(document.data)


def _practices(data: Any) -> Found:
    """Settings that are not there, are no numbers or drift twice; correlations with practices that are not there."""
    known = at(data, "drift", "practices")
    drifting: set[str] = set()
    for name, practice in known.items():
        keys = ("drift", "practices", name)
        for place, setting in _settings(practice):
            words = _unmoved(data, setting, at(practice).get("moves"))
            if not words and setting in drifting:
                words = f"'{setting}' drifts already"
            if words:
                yield (*keys, *place), words
            drifting.add(setting)
        others = [one for one in known if one != name]
        for other in at(practice, "moves_with"):
            if other not in others:
                yield (*keys, "moves_with", other), f"there is no other practice '{other}'{nearest(other, others)}"


def _whole(data: Any) -> Found:
    """Known months out of order; correlations that cannot all hold."""
    try:
        drift = Drift.model_validate(at(data, "drift"))
    except ValueError:
        return
    if drift.known is not None and month_number(drift.known.to_month) < month_number(drift.known.from_month):
        yield ("drift", "known", "to_month"), f"is before from_month, {drift.known.from_month}"
    if all(other in drift.practices for practice in drift.practices.values() for other in practice.moves_with):
        try:
            cholesky(drift.practices)
        except ValueError as error:
            yield ("drift", "practices"), str(error)


def _settings(practice: Any) -> Iterator[tuple[Keys, str]]:
    """Each setting that a practice moves, and where it says so."""
    also = at(practice).get("also")
    if isinstance(setting := at(practice).get("setting"), str):
        yield ("setting",), setting
    for number, setting in enumerate(also if isinstance(also, list | tuple) else ()):
        if isinstance(setting, str):
            yield ("also", number), setting


def _unmoved(data: Any, setting: str, moves: Any) -> str:
    """Why a setting cannot drift; empty where it can."""
    here: Any = data
    for key in setting.split("."):
        if not isinstance(here, Mapping) or key not in here:
            return f"there is no setting '{setting}'{nearest(key, list(here) if isinstance(here, Mapping) else [])}"
        here = here[key]
    dated = at(here).get("dated")
    steps = [at(step).get("value") for step in dated] if isinstance(dated, list) else [at(here).get("value")]
    values = [float(value) for value in steps if isinstance(value, int | float)]
    if "unit" not in at(here) or not values:
        return f"'{setting}' is not a number with a unit and a source"
    if moves == "as_odds" and not all(0 <= value <= 1 for value in values):
        return f"moves as odds, so it must be a share between 0 and 1, not {max(values):g}"
    return ""
