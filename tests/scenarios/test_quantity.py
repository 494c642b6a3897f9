"""A number that remembers where it came from."""

import pickle
from datetime import date
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from scenarios.limits import Share, within
from scenarios.quantity import Changing, Quantity, value_at

NUMBERS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(value=NUMBERS, width=st.floats(min_value=0, max_value=1e6), note=st.text(max_size=5))
def test_survives_its_yaml_form_and_pickling(value: float, width: float, note: str) -> None:
    one = Quantity(value, "hours", "assumed", value - width, value + width, note)
    for other in (Quantity.parse(one.as_mapping()), pickle.loads(pickle.dumps(one))):
        assert other == one
        assert other.as_mapping() == one.as_mapping()


def test_is_a_number_like_any_other() -> None:
    assert Quantity(3.0, "hours", "assumed") * 2 + 1 == 7.0


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (16, "needs value, unit and source"),
        ({"value": 16, "unit": "cases"}, "lacks source"),
        ({"value": 16, "unit": "cases", "source": "assumed", "lo": 3}, "unknown lo"),
        ({"value": 16, "unit": "cases", "source": "assumed", "low": 17}, "outside its own range"),
        ({"value": "16", "unit": "cases", "source": "assumed"}, "must be a number"),
        ({"value": True, "unit": "cases", "source": "assumed"}, "must be a number"),
        ({"value": float("nan"), "unit": "cases", "source": "assumed"}, "finite"),
    ],
)
def test_says_what_is_wrong(raw: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Quantity.parse(raw)


def test_a_share_lies_between_nought_and_one() -> None:
    with pytest.raises(ValidationError, match="between 0 and 1"):
        TypeAdapter(Share).validate_python({"value": 1.2, "unit": "share", "source": "assumed"})


def test_a_dated_value_holds_from_its_date_on() -> None:
    steps = [{"from": "2021-01-25", "value": 90}, {"from": "2021-06-01", "value": 95}]
    fte = TypeAdapter(Changing).validate_python({"unit": "FTE", "source": "assumed", "dated": steps})
    days = (date(2020, 1, 1), date(2021, 1, 25), date(2021, 5, 31), date(2021, 6, 1))
    assert [value_at(fte, day) for day in days] == [90, 90, 90, 95]


@pytest.mark.parametrize(("end", "times", "is_now"), [("high", 1.5, "1.35"), ("low", 0.5, "0.45")])
def test_the_range_of_a_dated_number_keeps_to_its_limits(end: str, times: float, is_now: str) -> None:
    number = {"unit": "share", "source": "assumed", "dated": [{"from": "2021-06-01", "value": 0.9}], end: times}
    kept = Annotated[Changing, within(0.5, 1)]  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match=f"times its {end}, it must be between 0.5 and 1, not {is_now}"):
        TypeAdapter(kept).validate_python(number)


def test_dates_must_rise() -> None:
    steps = [{"from": "2021-06-01", "value": 90}, {"from": "2021-01-25", "value": 95}]
    with pytest.raises(ValidationError, match="must rise"):
        TypeAdapter(Changing).validate_python({"unit": "FTE", "source": "assumed", "dated": steps})
