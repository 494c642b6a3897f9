"""Faults of shape in a planner's words: what a setting must be, what it is, what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .faults import nearest
from .nearby import or_date, or_number, or_plain_letter, shown

_MUST_BE = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "dict_type": "settings (name: value)",
    "model_type": "settings (name: value)",
    "model_attributes_type": "settings (name: value)",
    "tuple_type": "a list, as in [a, b]",
    "list_type": "a list, as in [a, b]",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "{} or more"),
    "greater_than": ("gt", "above {}"),
    "less_than_equal": ("le", "{} or less"),
    "less_than": ("lt", "below {}"),
}
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


def words(error: Mapping[str, Any]) -> str:
    """What is wrong, from one error as pydantic gives it."""
    kind, given, context = str(error["type"]), error.get("input"), error.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "literal_error" or kind == "union_tag_invalid":
        return _choice(context, context.get("tag", given))
    if kind == "union_tag_not_found":
        return f"needs its {str(context['discriminator']).strip(chr(39))}"
    if kind == "string_pattern_mismatch":
        return _pattern(str(context["pattern"]), str(given))
    if kind == "string_too_long":
        return f"may have {context['max_length']} letters at most, not {len(str(given))}"
    if kind == "too_short":
        least = context["min_length"]
        return f"needs {least} value{'s' if least > 1 else ''} at least, not {context['actual_length']}"
    if kind == "too_long":
        return f"may have {context['max_length']} values at most, not {context['actual_length']}"
    if kind in _BOUNDS:
        name, form = _BOUNDS[kind]
        return f"must be {form.format(f'{context[name]:,}')}, not {shown(given)}"
    if kind in _MUST_BE:
        hint = or_number(given) if isinstance(given, str) and "number" in _MUST_BE[kind] else ""
        hint = f"; put it in quotes: '{given}'" if kind == "string_type" and isinstance(given, int | float) else hint
        return f"must be {_MUST_BE[kind]}, not {shown(given)}{hint}"
    if kind.startswith("date"):
        return f"must be a real date, as in 2020-11-30, not {shown(given)}{or_date(given)}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _choice(context: Mapping[str, Any], given: Any) -> str:
    options = str(context.get("expected") or context.get("expected_tags") or "").replace("'", "").replace(" or ", ", ")
    return f"cannot be {shown(given)}{nearest(given, [option.strip() for option in options.split(',')])}"


def _pattern(pattern: str, given: str) -> str:
    if pattern == MONTH:
        return f"must be a month, as in 2021-03, not {shown(given)}"
    between = "_" if "_" in pattern else "-"
    meant = re.sub(r"[^a-z0-9]+", between, given.lower()).strip(between)
    hint = or_plain_letter(given) or (f"; did you mean '{meant[:60]}'?" if re.match(pattern, meant) else "")
    return f"may hold small letters, digits and {between} only, not {shown(given)}{hint}"
