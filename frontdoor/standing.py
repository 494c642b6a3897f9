"""Where a forecast stands: the as-at month as it was typed, and whether enough is known by then to begin."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from forecast.cells import CellError, month_of
from forecast.demand import first_month_after
from forecast.faults import Fault, FiguresError

LEAST_MONTHS, MOST_BEHIND = 12, 24
"""Months of referrals that a forecast needs, and how long after the last of them it may begin."""
GIVE_MORE = (
    "give earlier figures, or state demand yourself: under demand, source: steady and per_month with a number for each "
    "measure"
)
AS_AT = "--as-at"
_MONTH = re.compile(r"\d{4}-\d{2}")


def month_typed(text: str) -> pd.Period:
    """The month of --as-at, YYYY-MM; raises FiguresError for anything else, with the month that was meant if plain."""
    try:
        month = month_of(text)
    except CellError:
        raise _no_month(text, "") from None
    if not _MONTH.fullmatch(text):
        raise _no_month(text, f"; did you mean {month}?")
    return month


def _no_month(text: str, hint: str) -> FiguresError:
    return FiguresError([Fault(AS_AT, None, None, f"must be a month as in 2020-11, not {text!r}{hint}")])


def too_few(known: pd.DataFrame) -> str:
    """Why a forecast cannot be made of the figures of an area, whatever the date; nothing where it can.

    `known`: columns measure, month and count, as in `Observed.table`.
    """
    months = len(_counted(known))
    if months >= LEAST_MONTHS:
        return ""
    count = f"is {months} month" if months == 1 else f"are {months or 'no'} months"
    return f"there {count} of referrals with a count, {LEAST_MONTHS} are needed"


def out_of_time(as_at: date, known: pd.DataFrame) -> str:
    """Why a forecast cannot begin after a date: too few months are known by then, or they ended long ago."""
    if few := too_few(known):
        return f"is {as_at}: by then {few}; stand at a later date, {GIVE_MORE}"
    last = _counted(known).max()
    behind = first_month_after(as_at).ordinal - last.ordinal - 1
    if behind > MOST_BEHIND:
        words = f"is {as_at}, {behind} months after the last known month of referrals, {last}"
        return f"{words}; stand nearer to it, or give later figures"
    return ""


def must_stand(as_at: date, known: pd.DataFrame, file: str | None) -> None:
    """Raise FiguresError where a forecast cannot begin after a date; `file`: that the date is the end of, not typed."""
    words = out_of_time(as_at, known)
    if not words:
        return
    if file is None:
        raise FiguresError([Fault(AS_AT, None, None, words)])
    few = too_few(known)
    words = f"{few}; {GIVE_MORE}" if few else f"its end {words}"
    raise FiguresError([Fault(file, None, None, words)])


def _counted(known: pd.DataFrame) -> pd.Series[pd.Period]:
    """The months in which referrals were counted."""
    return known.loc[(known["measure"] == "referrals") & known["count"].notna(), "month"]
