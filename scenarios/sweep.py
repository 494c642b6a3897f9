"""A sweep as a planner writes it: which scenario, which settings, over which values, in which design."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, TypeAdapter, ValidationError, model_validator

from .document import Document, read
from .faults import Fault, ScenarioError
from .load import BASED_ON
from .nearby import or_date, or_number, shown
from .quantity import Day, Frozen, Whole
from .schema import Slug
from .shapes import shape_faults

OWN_RANGE = "own range"


def _level(raw: Any) -> Any:
    """A number or a real date."""
    if isinstance(raw, str):
        if or_date(raw):
            return TypeAdapter(Day).validate_python(raw)
        raise ValueError(f"must be a number or a date, not {shown(raw)}{or_number(raw)}")
    if isinstance(raw, float) and not math.isfinite(raw):
        raise ValueError(f"must be a finite number, not {shown(raw)}")
    return raw


Level = Annotated[Annotated[float | date, Field(union_mode="left_to_right")], BeforeValidator(_level)]


class Range(Frozen):
    """Anything from low to high, numbers or dates; `steps`: how many values a grid takes, ends included."""

    low: Level
    high: Level
    steps: Annotated[Whole, Field(ge=2, le=1000)] | None = None
    whole: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if isinstance(self.low, date) != isinstance(self.high, date):
            raise ValueError("low and high must both be numbers or both be dates")
        if on_a_line(self.low) >= on_a_line(self.high):
            low, high = (each if isinstance(each, date) else f"{each:g}" for each in (self.low, self.high))
            raise ValueError(f"high {high} must be above low {low}")
        return self

    def at(self, share: float) -> Any:
        """The value a share (0 to 1) of the way from low to high; a date as text."""
        low, high = on_a_line(self.low), on_a_line(self.high)
        value = low + share * (high - low)
        if isinstance(self.low, date):
            return date.fromordinal(round(value)).isoformat()
        return round(value) if self.whole else float(f"{value:.10g}")


def on_a_line(level: float | date) -> float:
    """A number as it is; a date as its day number."""
    return float(level.toordinal()) if isinstance(level, date) else level


def _form(raw: Any) -> str | None:
    """Which of the forms below a setting has; None for none of them."""
    if isinstance(raw, Range) or (isinstance(raw, Mapping) and {"low", "high"} & raw.keys()):
        return "range"
    return "values" if isinstance(raw, list | tuple) else "own" if isinstance(raw, str) else None


Values = Annotated[tuple[Any, ...], Field(min_length=1)]
Setting = Annotated[
    Annotated[Values, Tag("values")] | Annotated[Literal["own range"], Tag("own")] | Annotated[Range, Tag("range")],
    Discriminator(
        _form,
        custom_error_type="form",
        custom_error_message="must be a list of values, a range with low and high, or own range; "
        "the name before it is dotted and whole, as in workforce.teams.mash.sub_teams",
    ),
]


class Sweep(Frozen):
    """A design of scenarios.

    `base`: one scenario or several (each is crossed with the design). `settings`: dotted settings, each with a list of
    values, a range, or `own range` (the low and high that stand beside the number); a name may hold `*`.
    `members`: how many for a Latin hypercube. `seed`: of the design, not of the simulation. `measures`: which to keep
    (all without it). `by_month`: keep each month as well as years and the whole period.
    """

    name: Slug
    title: str = ""
    question: str
    hypothesis: str = ""
    base: str | Annotated[tuple[str, ...], Field(min_length=1)] = "west-sussex"
    design: Literal["grid", "latin hypercube", "one at a time"] = "grid"
    settings: dict[str, Setting] = {}
    members: Annotated[Whole, Field(ge=2, le=10_000)] | None = None
    seed: Annotated[Whole, Field(ge=0)] = 1
    replications: Annotated[Whole, Field(ge=2, le=100_000)] | None = None
    measures: tuple[str, ...] = ()
    by_month: bool = False

    @property
    def bases(self) -> tuple[str, ...]:
        """Names or files of the scenarios that the design is laid over."""
        return (self.base,) if isinstance(self.base, str) else self.base


def read_sweep(path: Path) -> tuple[Sweep, Document]:
    """A sweep file and the document that knows its lines and faults; where there are faults, its sound parts.

    Raises ScenarioError for a file that cannot be read, or is no sweep.
    """
    document = read(path)
    if BASED_ON in document.data or "service" in document.data:
        words = "is a scenario, not a sweep; run it with frontdoor run"
        raise ScenarioError([Fault(document.file, 1, "", words)])
    try:
        sweep, faults = Sweep.model_validate(document.data), []
    except ValidationError as error:
        faults = shape_faults(document, error, Sweep.model_json_schema())
        sweep = Sweep.model_validate(_sound(document.data, error))
    return sweep, replace(document, faults=(*faults, *_sense(sweep, document)))


def _sound(data: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    """A sweep's data without the parts at fault, so that the rest can be looked at too."""
    wrong = {each["loc"][:2] if each["loc"][0] == "settings" else each["loc"][:1] for each in error.errors()}
    sound = {key: part for key, part in data.items() if (key,) not in wrong}
    if isinstance(sound.get("settings"), dict):
        sound["settings"] = {key: part for key, part in sound["settings"].items() if ("settings", key) not in wrong}
    return {"name": "unnamed", "question": "unasked", **sound}


def _sense(sweep: Sweep, document: Document) -> list[Fault]:
    """Faults that no single part of a sweep shows."""
    faults = []
    given = document.data
    if sweep.design == "latin hypercube" and "members" not in given:
        faults.append(document.fault(("members",), "a Latin hypercube needs the number of members, as in members: 100"))
    if sweep.design != "latin hypercube" and sweep.members is not None and given.get("design", "grid") == sweep.design:
        faults.append(document.fault(("members",), "belongs to a Latin hypercube; other designs count their own"))
    if sweep.design != "one at a time" and given.get("settings", {}) == {}:
        faults.append(document.fault(("settings",), "is missing; name at least one setting and its values"))
    for name, setting in sweep.settings.items():
        twice = sorted({str(value) for value in setting if setting.count(value) > 1}) if type(setting) is tuple else []
        faults += [document.fault(("settings", name), f"lists {value} twice") for value in twice]
        above = next((other for other in sweep.settings if name.startswith(f"{other}.")), "")
        faults += [document.fault(("settings", name), f"is a part of {above}, which changes too")] if above else []
    twice = sorted({base for base in sweep.bases if sweep.bases.count(base) > 1})
    faults += [document.fault(("base",), f"names {base} twice") for base in twice]
    if sweep.design == "grid":
        faults += [
            document.fault(("settings", name), "a grid needs values: list them, or give the range a number of steps")
            for name, setting in sweep.settings.items()
            if isinstance(setting, Range) and setting.steps is None
        ]
    return faults
