"""A number that remembers its unit, its source and how far it may be wrong."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from .faults import nearest
from .nearby import or_date, or_number, shown

ASSUMED = "assumed"
KEYS = ("value", "unit", "source", "low", "high", "note")


class Frozen(BaseModel):
    """A value of ours: frozen, no unknown settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _no_words(kind: str) -> BeforeValidator:
    """Refuses what only looks like a number: true, '12', '12%'."""

    def check(raw: Any) -> Any:
        if isinstance(raw, bool | str):
            raise ValueError(f"must be {kind}, not {shown(raw)}{or_number(raw)}")
        return raw

    return BeforeValidator(check)


def _real_day(raw: Any) -> Any:
    """A date as it is, or from the text YYYY-MM-DD."""
    if isinstance(raw, str) and _DAY.fullmatch(raw.strip()):
        try:
            raw = date.fromisoformat(raw.strip())
        except ValueError:
            raw = str(raw)
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise ValueError(f"must be a real date, as in 2020-11-30, not {shown(raw)}{or_date(raw)}")
    if not FIRST_YEAR <= raw.year <= LAST_YEAR:
        raise ValueError(f"must lie between {FIRST_YEAR} and {LAST_YEAR}, not {raw}")
    return raw


FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Years that a scenario may speak of; one outside is a slip of the pen."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Whole = Annotated[int, _no_words("a whole number")]
Number = Annotated[float, _no_words("a number")]
Day = Annotated[date, BeforeValidator(_real_day)]


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
            if isinstance(raw, int | float) and not isinstance(raw, bool):
                form = f"{{value: {raw}, unit: ..., source: assumed}}"
                raise ValueError(f"needs value, unit and source, as in {form}, with what it is counted in for its unit")
            raise ValueError(f"must be a number, not {shown(raw)}{or_number(raw)}")
        if "dated" in raw:
            raise ValueError("cannot change on dates: give one value for the whole time")
        missing = [key for key in ("value", "unit", "source") if raw.get(key) in (None, "")]
        unknown = [str(key) for key in raw if key not in KEYS]
        if missing or unknown:
            parts = [f"lacks {', '.join(missing)}"] if missing else []
            parts += [f"has an unknown {key}{nearest(key, KEYS)}" for key in unknown]
            raise ValueError("a quantity " + " and ".join(parts))
        value, low, high = (_finite(raw.get(key), key) for key in ("value", "low", "high"))
        assert value is not None
        if low is not None and high is not None and low > high:
            raise ValueError(f"low {low:g} is above high {high:g}; did you mean low {high:g} and high {low:g}?")
        if (low is not None and value < low) or (high is not None and value > high):
            end = low if low is not None and value < low else high
            shape = f"from {low:g}" if high is None else f"to {high:g}" if low is None else f"{low:g} to {high:g}"
            raise ValueError(f"value {value:g} is outside its own range {shape}; the nearest inside is {end:g}")
        words = [key for key in ("unit", "source") if not isinstance(raw[key], str)]
        if words:
            raise ValueError(f"{words[0]} must be text, not {shown(raw[words[0]])}")
        return cls(value, raw["unit"], raw["source"], low, high, str(raw.get("note") or ""))

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


def _finite(number: Any, key: str) -> float | None:
    """A part of a quantity as a number; raises ValueError for anything else but nothing."""
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"{key} must be a number, not {shown(number)}{or_number(number)}")
    try:
        finite = float(number)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise ValueError(f"{key} must be a finite number, not {shown(number)}")
    return finite


class Step(Frozen):
    """From a date on, a value."""

    from_: Day = Field(alias="from")
    value: Number

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True)


class Dated(Frozen):
    """A quantity that changes on stated dates; before the first step it has the first step's value.

    `low`, `high`: how far all its values may be wrong together, as multiples of them (0.8 and 1.2: a fifth either way).
    """

    unit: str
    source: str
    dated: tuple[Step, ...] = Field(min_length=1)
    low: Annotated[Number, Field(gt=0, le=1)] | None = None
    high: Annotated[Number, Field(ge=1)] | None = None
    note: str = ""

    @property
    def is_assumed(self) -> bool:
        """Whether the numbers rest on nobody's statistic."""
        return self.source.startswith(ASSUMED)


def out_of_order(days: Sequence[date]) -> str:
    """That the dates of steps do not rise, at the first that does not; empty where they do."""
    late = next(((one, two) for one, two in itertools.pairwise(days) if two <= one), None)
    return f"dates must rise from one step to the next, but {late[1]} follows {late[0]}" if late else ""


def _in_order(number: Quantity | Dated) -> Quantity | Dated:
    if isinstance(number, Dated) and (words := out_of_order([step.from_ for step in number.dated])):
        raise ValueError(words)
    return number


def _pick(raw: Any) -> str:
    return "dated number" if isinstance(raw, Dated) or (isinstance(raw, Mapping) and "dated" in raw) else "one number"


Changing = Annotated[
    Annotated[Quantity, Tag("one number")] | Annotated[Dated, Tag("dated number")],
    Discriminator(_pick),
    AfterValidator(_in_order),
]


def value_at(number: Quantity | Dated, day: date) -> float:
    """The value in force on a date."""
    if isinstance(number, Quantity):
        return float(number)
    past = [step.value for step in number.dated if step.from_ <= day]
    return past[-1] if past else number.dated[0].value
