"""One cell of a planner's table into a month or a count, or into a sentence that says what is wrong with it."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

import pandas as pd

EARLIEST_YEAR, LATEST_YEAR = 1990, 2060  # the years whose bank holidays are known (forecast.calendar)
LARGEST_COUNT = 1_000_000
SYMBOLS = {
    "c": "suppressed to protect people",
    "u": "of low reliability",
    "x": "not available",
    "z": "not applicable",
}  # Department for Education, symbols of explore education statistics

_FIRST_HALF = ("january", "february", "march", "april", "may", "june")
MONTH_NAMES = (*_FIRST_HALF, "july", "august", "september", "october", "november", "december")
_YEAR_MONTH = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_UK_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_NAMED = re.compile(r"(?:(\d{1,2})[ -])?([A-Za-z]+)\.?[-, ]+(\d{2}|\d{4})|(\d{4})[- ]([A-Za-z]+)")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_COUNT = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?")


class CellError(ValueError):
    """A cell that cannot be read; the message is a sentence for the planner."""


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing: None, NaN or white space."""
    return cell is None or (isinstance(cell, float) and math.isnan(cell)) or str(cell).strip() == ""


def is_formula(cell: object) -> bool:
    """Whether a text cell would run as a formula in a spreadsheet (starts with =, +, -, @, tab)."""
    return isinstance(cell, str) and cell.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t")


def month_of(cell: object) -> pd.Period:
    """The calendar month that a cell means: 2020-04, 2020-04-30, 30/04/2020 (day first), Apr 2020 or a real date.

    Raises CellError where it is no date, an impossible one, or outside 1990 to 2060.
    """
    if isinstance(cell, (datetime, date)):
        return _month(cell.year, cell.month, 1, str(cell))
    text = str(cell).strip()
    if match := _ISO_DAY.fullmatch(text):
        return _month(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _YEAR_MONTH.fullmatch(text):
        if int(match[2]) > 12 and int(match[2]) == (int(match[1]) + 1) % 100:
            raise CellError(f"'{text}' is a year, not a month; give each month, for example {match[1]}-04")
        return _month(int(match[1]), int(match[2]), 1, text)
    if match := _UK_DAY.fullmatch(text):
        return _month(int(match[3]), int(match[2]), int(match[1]), text)
    if match := _MONTH_YEAR.fullmatch(text):
        return _month(int(match[2]), int(match[1]), 1, text)
    if match := _NAMED.fullmatch(text):
        day, name, year = (match[1], match[2], match[3]) if match[2] else (None, match[5], match[4])
        number = _month_number(name)
        if number:
            return _month(int(year) + (2000 if len(year) == 2 else 0), number, int(day or 1), text)
    if _SERIAL.fullmatch(text):
        raise CellError(f"'{text}' looks like a date stored as a number; format the cell as a date or write 2020-04")
    if is_formula(cell):
        raise CellError(f"'{text}' is a formula, not a month; paste its value, for example 2020-04")
    raise CellError(f"'{text}' is not a month; write it as 2020-04")


def count_of(cell: object) -> float:
    """The whole number >= 0 that a cell holds, or NaN for one of the department's symbols c, u, x, z.

    Raises CellError where it is neither.
    """
    if isinstance(cell, bool):
        raise CellError(f"'{cell}' is not a count")
    if isinstance(cell, (int, float)):
        value = float(cell)
    else:
        text = str(cell).strip()
        if text.casefold() in SYMBOLS:
            return math.nan
        if not _COUNT.fullmatch(text):
            if is_formula(text):
                raise CellError(f"'{text}' is a formula, not a count; paste its value")
            symbols = ", ".join(SYMBOLS)
            raise CellError(f"'{text}' is not a count; write a whole number, or {symbols} where it is withheld")
        value = float(text.replace(",", ""))
    if not math.isfinite(value):
        raise CellError(f"'{cell}' is not a count")
    if value > LARGEST_COUNT:
        raise CellError(f"{cell} is too large; no area of England counts more than {LARGEST_COUNT:,} a month")
    if value < 0:
        raise CellError(f"{_plain(value)} is negative; a count of children or events is 0 or more")
    if value != math.floor(value):
        raise CellError(f"{_plain(value)} is not a whole number; give the count itself, not a rate or an average")
    return value


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == math.floor(value) else f"{value:g}"


def _month_number(name: str) -> int | None:
    """1 to 12 for a month's name, whole or cut to three or more letters; None for any other word."""
    short = name.casefold()
    found = [place for place, full in enumerate(MONTH_NAMES, start=1) if len(short) >= 3 and full.startswith(short)]
    return found[0] if found else None


def _month(year: int, month: int, day: int, text: str) -> pd.Period:
    try:
        date(year, month, day)
    except ValueError:
        raise CellError(f"'{text}' is an impossible date") from None
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise CellError(f"'{text}' is outside {EARLIEST_YEAR} to {LATEST_YEAR}")
    return pd.Period(year=year, month=month, freq="M")
