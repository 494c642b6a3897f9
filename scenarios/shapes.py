"""Faults of shape at their lines: what pydantic found, told as faults, with the nearest name that may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from .document import Document
from .faults import Fault, nearest
from .wording import words


def shape_faults(document: Document, error: ValidationError, schema: dict[str, Any]) -> list[Fault]:
    """Faults at their lines from what pydantic found; `schema`: JSON Schema from which the nearest right name comes."""
    errors = [dict(each) for each in error.errors()]
    return [_fault(document, each, schema) for each in errors if not _follows(each, errors)]


def _follows(error: dict[str, Any], errors: list[dict[str, Any]]) -> bool:
    """Whether an error only follows from others.

    A list that lost its faulty items is too short; a list is no text, and settings are no word nor a word settings,
    where they might have been either.
    """
    given, (*above, form) = error.get("input"), error["loc"]
    beside = [each for each in errors if each is not error and list(each["loc"][: len(above)]) == above]
    if isinstance(given, list):
        short = error["type"] == "too_short"
        return bool(len(given) >= error["ctx"]["min_length"] if short else error["type"] == "string_type" and beside)
    word, settings = str(form).startswith("literal["), str(form).startswith("tagged-union[")
    return bool(beside) and ((word and isinstance(given, Mapping)) or (settings and isinstance(given, str)))


def _fault(document: Document, error: dict[str, Any], schema: dict[str, Any]) -> Fault:
    keys, here = [], document.data
    for step in error["loc"]:
        last = step is error["loc"][-1] and error["type"] in ("missing", "extra_forbidden")
        if last or (isinstance(here, Mapping) and step in here) or (isinstance(here, list) and isinstance(step, int)):
            keys.append(step)
            here = here[step] if not last else here
    if error["type"] == "extra_forbidden":
        return document.fault(keys, f"unknown setting{nearest(keys[-1], _settings(document.data, keys[:-1], schema))}")
    if error["type"] == "union_tag_invalid" and (tag := error["ctx"]["discriminator"].strip("'")) in here:
        keys.append(tag)
    return document.fault(keys, words(error))


def _settings(data: Mapping[str, Any], keys: list[str | int], schema: dict[str, Any]) -> set[str]:
    """Names that may stand at a place in a document, from its JSON Schema."""
    forms: list[dict[str, Any]] = [schema]
    here: Any = data
    for key in keys:
        here = here.get(key, {}) if isinstance(here, Mapping) else {}
        forms = [part for form in forms for part in _parts(form, str(key), schema)]
        forms = [form for form in forms if _fits(form, here)]
    return {name for form in forms for name in form.get("properties", {})}


def _parts(form: dict[str, Any], key: str, schema: dict[str, Any]) -> list[dict[str, Any]]:
    named = form.get("properties", {}).get(key)
    of_any_name = [*form.get("patternProperties", {}).values(), form.get("additionalProperties"), form.get("items")]
    found = [named] if named else [part for part in of_any_name if isinstance(part, dict)]
    return [flat for part in found for flat in _flat(part, schema)]


def _flat(form: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in form:
        return _flat(schema["$defs"][form["$ref"].rsplit("/", 1)[-1]], schema)
    choices = [*form.get("anyOf", ()), *form.get("oneOf", ())]
    return [flat for choice in choices for flat in _flat(choice, schema)] if choices else [form]


def _fits(form: dict[str, Any], here: Any) -> bool:
    """Whether the kind that the data names, or shows by a dated value, is this form's kind."""
    if isinstance(here, Mapping) and "dated" in here and "value" in form.get("properties", {}):
        return False
    for tag in ("kind", "distribution", "source"):
        constant = form.get("properties", {}).get(tag, {}).get("const")
        if constant is not None and isinstance(here, Mapping) and here.get(tag) not in (None, constant):
            return False
    return True
