"""What somebody probably meant: the number or the date behind a word that is neither."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")


def or_number(given: Any) -> str:
    """ "; did you mean 0.12?" for '12%', 1200 for '1,200', 12 for '12'; nothing where no number is in it."""
    text = str(given).strip().strip("'\"")
    digits = text.removesuffix("%").replace(",", "").removeprefix("£").strip()
    try:
        number = float(digits)
    except ValueError:
        return ""
    if isinstance(given, bool) or number != number or abs(number) == float("inf"):
        return ""
    meant = number / 100 if text.endswith("%") else number
    return f"; did you mean {meant:.15g}?"


def or_date(given: Any) -> str:
    """ "; did you mean 2020-11-30?" for '30/11/2020', 20201130 or '2020-11-31'; nothing where no date is in it."""
    text = str(given).strip()
    if british := _BRITISH.fullmatch(text):
        day, month, year = (int(part) for part in british.groups())
    elif found := _ISO.fullmatch(text) or _RUN_TOGETHER.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return ""
    if month > 12 >= day:  # day and month the wrong way round
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return ""
    last = calendar.monthrange(year, month)[1]
    return f"; did you mean {date(year, month, min(max(day, 1), last)).isoformat()}?"


def shown(given: Any) -> str:
    """A value as a message shows it: short, as YAML would have it."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return str(given).lower()
    text = repr(given) if isinstance(given, str) else str(given)
    return text if len(text) <= 60 else f"{text[:50]} …"
