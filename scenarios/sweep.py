"""A sweep as a planner writes it: which scenario, which settings, over which values, in which design."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from .document import Document, read
from .faults import ScenarioError
from .load import shape_faults
from .quantity import Frozen
from .schema import Slug

OWN_RANGE = "own range"


class Range(Frozen):
    """Anything from low to high, numbers or dates; `steps`: how many values a grid takes, ends included."""

    low: float | date
    high: float | date
    steps: Annotated[int, Field(ge=2, le=1000)] | None = None
    whole: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if isinstance(self.low, date) != isinstance(self.high, date):
            raise ValueError("low and high must both be numbers or both be dates")
        if on_a_line(self.low) >= on_a_line(self.high):
            raise ValueError(f"high {self.high} must be above low {self.low}")
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


def _form(raw: Any) -> str:
    return "values" if isinstance(raw, list | tuple) else "own" if isinstance(raw, str) else "range"


Values = Annotated[tuple[Any, ...], Field(min_length=1)]
Setting = Annotated[
    Annotated[Values, Tag("values")] | Annotated[Literal["own range"], Tag("own")] | Annotated[Range, Tag("range")],
    Discriminator(_form),
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
    base: str | tuple[str, ...] = "west-sussex"
    design: Literal["grid", "latin hypercube", "one at a time"] = "grid"
    settings: dict[str, Setting] = {}
    members: Annotated[int, Field(ge=2, le=100_000)] | None = None
    seed: Annotated[int, Field(ge=0)] = 1
    replications: Annotated[int, Field(ge=2, le=100_000)] | None = None
    measures: tuple[str, ...] = ()
    by_month: bool = False

    @property
    def bases(self) -> tuple[str, ...]:
        """Names or files of the scenarios that the design is laid over."""
        return (self.base,) if isinstance(self.base, str) else self.base


def is_sweep(path: Path) -> bool:
    """Whether a YAML file is meant as a sweep: it names settings or a design, and is based on nothing."""
    try:
        data = read(path).data
    except ScenarioError:
        return False
    return bool({"settings", "design"} & data.keys()) and "based_on" not in data


def read_sweep(path: Path) -> tuple[Sweep, Document]:
    """A sweep file, checked, and the document that knows its lines; raises ScenarioError with every fault."""
    document = read(path)
    try:
        sweep = Sweep.model_validate(document.data)
    except ValidationError as error:
        raise ScenarioError(shape_faults(document, error, Sweep.model_json_schema())) from None
    faults = []
    if sweep.design == "latin hypercube" and sweep.members is None:
        faults.append(document.fault(("members",), "a Latin hypercube needs the number of members, as in members: 100"))
    if sweep.design != "latin hypercube" and sweep.members is not None:
        faults.append(document.fault(("members",), "belongs to a Latin hypercube; other designs count their own"))
    if sweep.design != "one at a time" and not sweep.settings:
        faults.append(document.fault(("settings",), "is missing; name at least one setting and its values"))
    if sweep.design == "grid":
        faults += [
            document.fault(("settings", name), "a grid needs values: list them, or give the range a number of steps")
            for name, setting in sweep.settings.items()
            if isinstance(setting, Range) and setting.steps is None
        ]
    if faults:
        raise ScenarioError(faults)
    return sweep, document
