"""What a number of a scenario may be: the kinds of number, with their units and limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import AfterValidator

from .nearby import or_share
from .quantity import Changing, Dated, Quantity
from .units import WORKING_DAYS_PER_YEAR

HOURS_OF_A_DAY = 24
MOST_POSTS = 10_000
"""Posts in one line of staff that the model will hold; the largest council has a tenth of that in all."""
KINDS = {
    "FTE": r"\bfte\b",
    "pounds": r"\bpounds?\b|£",
    "a share between 0 and 1": r"\bshare\b",
    "per cent": r"%|\bper ?cent\b",
    **{f"{word}s": rf"\b{word}s?\b" for word in ("minute", "hour", "day", "week", "month", "year")},
}
"""What a number may be measured in, and how a unit's first words show it."""


def _each(rule: Callable[[float], bool], words: str, meant: Callable[[float], str] = lambda _: "") -> AfterValidator:
    """Every value that the number takes, its low and high included, obeys a rule; `meant`: a guess at what one was."""

    def check(number: Quantity | Dated) -> Quantity | Dated:
        if isinstance(number, Dated):
            ends = [("", 1.0), ("times its low, it ", number.low), ("times its high, it ", number.high)]
            values = [(end, step.value * times) for end, times in ends if times is not None for step in number.dated]
        else:
            ends = [("", float(number)), ("low ", number.low), ("high ", number.high)]
            values = [(end, value) for end, value in ends if value is not None]
        wrong = [(end, value) for end, value in values if not rule(value)]
        if wrong:
            end, value = wrong[0]
            raise ValueError(f"{end}must be {words}, not {value:g}{meant(value)}")
        return number

    return AfterValidator(check)


def measured_in(kind: str, never: Sequence[str] = ()) -> AfterValidator:
    """The number's unit, where it is one of KINDS, is this kind: no hours in minutes; `never`: kinds it must not be."""

    def check(number: Quantity | Dated) -> Quantity | Dated:
        head = re.split(r"\b(?:per(?! ?cent)|a|of|at|after) ", number.unit.lower())[0]
        wrong = never or [name for name in KINDS if name != kind]
        other = [name for name in wrong if re.search(KINDS[name], head)]
        if other and not re.search(KINDS[kind], head):
            raise ValueError(f"unit {number.unit!r} is wrong here: give it in {kind}")
        return number

    return AfterValidator(check)


def not_above(most: int, words: str = "or fewer") -> AfterValidator:
    """Every value that the number takes is at most so much: a larger one is a slip of the pen."""
    return _each(lambda value: value <= most, f"{most:,} {words}")


def within(least: int, most: int) -> AfterValidator:
    """Every value that the number takes lies between two."""
    return _each(lambda value: least <= value <= most, f"between {least} and {most}")


Positive = Annotated[Quantity, _each(lambda value: value > 0, "above 0")]
NotNegative = Annotated[Quantity, _each(lambda value: value >= 0, "0 or more")]
_SHARE = measured_in("a share between 0 and 1", never=("per cent",))
_POSTS, _HOURS = measured_in("FTE"), measured_in("hours")
_OF_ONE = _each(lambda value: 0 <= value <= 1, "between 0 and 1", or_share)
Share = Annotated[Quantity, _OF_ONE, _SHARE]
DaysOfYear = Annotated[
    Quantity,
    _each(
        lambda value: 0 <= value <= WORKING_DAYS_PER_YEAR,
        f"between 0 and the {WORKING_DAYS_PER_YEAR} working days of a year",
    ),
]
Pounds = Annotated[NotNegative, measured_in("pounds"), not_above(10_000_000, "or less")]
Spread = Annotated[Positive, not_above(5, "or less")]
"""Standard deviation of a log; at 5 one case in a hundred takes 100,000 times as long as the middle one."""
Hours = Annotated[Positive, _HOURS, not_above(HOURS_OF_A_DAY)]
ChangingPositive = Annotated[Changing, _each(lambda value: value > 0, "above 0"), not_above(100_000, "or less")]
ChangingHours = Annotated[ChangingPositive, _HOURS, not_above(HOURS_OF_A_DAY)]
ChangingNotNegative = Annotated[Changing, _each(lambda value: value >= 0, "0 or more")]
ChangingPosts = Annotated[ChangingNotNegative, not_above(MOST_POSTS), _POSTS]
ChangingShare = Annotated[Changing, _OF_ONE, _SHARE]
