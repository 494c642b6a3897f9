"""A number that remembers its unit, its source and how far it may be wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

ASSUMED = "assumed"
KEYS = ("value", "unit", "source", "low", "high", "note")


class Frozen(BaseModel):
    """A value of ours: frozen, no unknown settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Quantity(float):
    """A number with unit, source key and range; it multiplies like any float.

    `source` is a key of sources.yaml, or starts with "assumed" or "calibrated".
    Raises ValueError for a missing unit or source, an unknown key, or a value outside its own range.
    """

    unit: str
    source: str
    low: float | None
    high: float | None
    note: str

    def __new__(
        cls,
        value: float,
        unit: str,
        source: str,
        low: float | None = None,
        high: float | None = None,
        note: str = "",
    ) -> Quantity:
        number = super().__new__(cls, value)
        number.unit, number.source, number.low, number.high, number.note = unit, source, low, high, note
        return number

    def __reduce__(self) -> tuple[type[Quantity], tuple[object, ...]]:
        return Quantity, (float(self), self.unit, self.source, self.low, self.high, self.note)

    @property
    def is_assumed(self) -> bool:
        """Whether the number rests on nobody's statistic."""
        return self.source.startswith(ASSUMED)

    def as_mapping(self) -> dict[str, Any]:
        """The YAML form, without the parts that are not set."""
        value = int(self) if float(self).is_integer() else float(self)
        given = {"value": value, "unit": self.unit, "source": self.source}
        extras = {"low": self.low, "high": self.high, "note": self.note or None}
        return given | {key: part for key, part in extras.items() if part is not None}

    @classmethod
    def parse(cls, raw: Any) -> Quantity:
        """A Quantity from its YAML mapping; raises ValueError in a planner's words."""
        if isinstance(raw, Quantity):
            return raw
        if not isinstance(raw, Mapping):
            raise ValueError("needs value, unit and source, as in {value: 16, unit: cases, source: assumed}")
        missing = [key for key in ("value", "unit", "source") if raw.get(key) in (None, "")]
        unknown = [str(key) for key in raw if key not in KEYS]
        if missing or unknown:
            parts = [f"lacks {', '.join(missing)}"] if missing else []
            parts += [f"has unknown {', '.join(unknown)} (it may hold {', '.join(KEYS)})"] if unknown else []
            raise ValueError("a quantity " + " and ".join(parts))
        numbers = {key: raw.get(key) for key in ("value", "low", "high")}
        for key, number in numbers.items():
            if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
                raise ValueError(f"{key} must be a number, not {number!r}")
        value, low, high = float(raw["value"]), raw.get("low"), raw.get("high")
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError("value must be a finite number")
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(f"value {value:g} is outside its own range {low} to {high}")
        return cls(value, str(raw["unit"]), str(raw["source"]), low, high, str(raw.get("note") or ""))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda number: number.as_mapping()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        number = {"type": "number"}
        return {
            "type": "object",
            "title": "Quantity",
            "description": "A number with its unit, source key and range.",
            "properties": {
                "value": number,
                "unit": {"type": "string"},
                "source": {"type": "string", "description": "A key of sources.yaml, or `assumed`."},
                "low": number,
                "high": number,
                "note": {"type": "string"},
            },
            "required": ["value", "unit", "source"],
            "additionalProperties": False,
        }


class Step(Frozen):
    """From a date on, a value."""

    from_: date = Field(alias="from")
    value: float

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True)


class Dated(Frozen):
    """A quantity that changes on stated dates; before the first step it has the first step's value.

    `low`, `high`: how far all its values may be wrong together, as multiples of them (0.8 and 1.2: a fifth either way).
    """

    unit: str
    source: str
    dated: tuple[Step, ...] = Field(min_length=1)
    low: float | None = Field(default=None, gt=0, le=1)
    high: float | None = Field(default=None, ge=1)
    note: str = ""

    @property
    def is_assumed(self) -> bool:
        """Whether the numbers rest on nobody's statistic."""
        return self.source.startswith(ASSUMED)


def _in_order(number: Quantity | Dated) -> Quantity | Dated:
    if isinstance(number, Dated):
        dates = [step.from_ for step in number.dated]
        if dates != sorted(set(dates)):
            raise ValueError("dates must rise from one step to the next")
    return number


def _each(rule: Callable[[float], bool], words: str) -> AfterValidator:
    def check(number: Quantity | Dated) -> Quantity | Dated:
        values = [step.value for step in number.dated] if isinstance(number, Dated) else [float(number)]
        wrong = [value for value in values if not rule(value)]
        if wrong:
            raise ValueError(f"must be {words}, not {wrong[0]:g}")
        return number

    return AfterValidator(check)


def _pick(raw: Any) -> str:
    return "dated" if isinstance(raw, Dated) or (isinstance(raw, Mapping) and "dated" in raw) else "quantity"


Changing = Annotated[
    Annotated[Quantity, Tag("quantity")] | Annotated[Dated, Tag("dated")],
    Discriminator(_pick),
    AfterValidator(_in_order),
]
Positive = Annotated[Quantity, _each(lambda value: value > 0, "above 0")]
NotNegative = Annotated[Quantity, _each(lambda value: value >= 0, "0 or more")]
DaysOfYear = Annotated[Quantity, _each(lambda value: 0 <= value <= 253, "between 0 and the 253 working days of a year")]
Share = Annotated[Quantity, _each(lambda value: 0 <= value <= 1, "between 0 and 1")]
ChangingPositive = Annotated[Changing, _each(lambda value: value > 0, "above 0")]
ChangingNotNegative = Annotated[Changing, _each(lambda value: value >= 0, "0 or more")]
ChangingShare = Annotated[Changing, _each(lambda value: 0 <= value <= 1, "between 0 and 1")]


def value_at(number: Quantity | Dated, day: date) -> float:
    """The value in force on a date."""
    if isinstance(number, Quantity):
        return float(number)
    past = [step.value for step in number.dated if step.from_ <= day]
    return past[-1] if past else number.dated[0].value
