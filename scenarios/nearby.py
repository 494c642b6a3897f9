"""What somebody probably meant: the number or the date behind a word that is neither."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?")
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_IN_WORDS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y")
_SERIAL = re.compile(r"[34567]\d{4}(?:\.0)?")
"""Days since the end of 1899, as a spreadsheet keeps a date from 1982 on."""
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:[, ]\d{3})+|\d+|(?=[.,]\d))(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_PLAIN = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212"} | {
    ord(mark): "" for mark in "\u201c\u201d\u2018\u2019'\""
}
"""Dashes and quotation marks that word processors put in place of the plain ones."""


def or_number(given: Any) -> str:
    """ "; did you mean 0.12?" for '12%', 1200 for '1,200', 90 for '90 FTE'; nothing where it holds no number or two."""
    text = unicodedata.normalize("NFKC", str(given)).translate(_PLAIN).strip().lower()
    found = _NUMBER.findall(text)
    if isinstance(given, bool) or len(found) != 1 or (digits := found[0]) in ("", "-"):
        return ""
    number = float(re.sub(r"[, ](?=\d{3}(?:\D|$))", "", digits).replace(",", "."))
    rest = text.replace(digits, "", 1).strip()
    meant = number / 100 if rest in ("%", "per cent", "percent") else number * 1000 if rest in ("k", "£k") else number
    return f"; did you mean {meant:.15g}?"


def or_share(given: float) -> str:
    """ "; did you mean 0.15?" for 15, which is no share but a percentage; nothing for what is neither."""
    return f"; did you mean {given / 100:g}?" if 1 < given <= 100 else ""


def or_date(given: Any) -> str:
    """ "; did you mean 2020-11-30?" for '30/11/2020', '30 November 2020', '2020-11-31'; nothing for what is no date."""
    text = str(given).translate(_PLAIN).strip()
    if british := _BRITISH.fullmatch(text):
        day, month, year = (int(part) for part in british.groups())
        year += 2000 if year < 100 else 0
    elif found := _ISO.fullmatch(text) or _RUN_TOGETHER.fullmatch(text):
        year, month, day = (int(part or 1) for part in found.groups())
    elif _SERIAL.fullmatch(text):
        kept = date(1899, 12, 30) + timedelta(days=int(float(text)))
        day, month, year = kept.day, kept.month, kept.year
    elif said := _in_words(text):
        day, month, year = said.day, said.month, said.year
    else:
        return ""
    if month > 12 >= day:  # day and month the wrong way round
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return ""
    last = calendar.monthrange(year, month)[1]
    return f"; did you mean {date(year, month, min(max(day, 1), last)).isoformat()}?"


def _in_words(text: str) -> date | None:
    """A date written out, as in 30 November 2020; None for anything else."""
    for form in _IN_WORDS:
        try:
            return datetime.strptime(re.sub(r"(?<=\d)(st|nd|rd|th)\b|,", "", text), form).date()
        except ValueError:
            continue
    return None


def or_plain_letter(given: Any) -> str:
    """ "; the 'a' in it is no plain letter" for a name with one that only looks like it, or is not seen."""
    odd = [letter for letter in str(given) if ord(letter) > 127]
    if not odd:
        return ""
    name = unicodedata.name(odd[0], f"character number {ord(odd[0])}").capitalize()
    return f"; the {odd[0]!r} in it is no plain letter ({name}): type the name anew"


def shown(given: Any) -> str:
    """A value as a message shows it: short, as YAML would have it."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return str(given).lower()
    text = repr(given) if isinstance(given, str) else str(given)
    return text if len(text) <= 60 else f"{text[:50]} …"
