"""A rectangle of cells as found in a file, and the records that a layout makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import pandas as pd

from forecast.faults import Fault
from forecast.observed import COLUMNS

Record = dict[str, object]
Found = list[tuple[int, Record]]  # row in the file, and what it holds


@dataclass
class Rows:
    """What a reader found: the table so far, the regions it names, and every fault."""

    table: pd.DataFrame
    regions: tuple[tuple[str, str], ...] = ()
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A rectangle of cells as found. `numbers[i]`: row of `cells[i]` in the file, counted from 1."""

    file: str
    header: tuple[str, ...]
    cells: tuple[tuple[object, ...], ...]
    numbers: tuple[int, ...]


def unfinished(month: pd.Period, today: date) -> str:
    """Why a month cannot be used yet, or an empty string once it is over."""
    if month.end_time.date() < today:
        return ""
    if month.start_time.date() > today:
        return f"{month} has not begun (today is {today:%d %B %Y})"
    return f"{month} is not yet over (today is {today:%d %B %Y}); leave it out until it is"


def gaps(file: str, found: Found) -> list[Fault]:
    """Months missing between the first and the last of a measure: warnings, one for each unbroken gap."""
    spans: dict[tuple[str, str], dict[int, int]] = {}
    for number, record in found:
        key = (str(record["area"]), str(record["measure"]))
        month = record["month"]
        assert isinstance(month, pd.Period)
        spans.setdefault(key, {})[int(month.ordinal)] = number
    faults = []
    for (area, measure), months in spans.items():
        ordered = sorted(months)
        for before, after in pairwise(ordered):
            if after - before > 1:
                first, last = (pd.Period(ordinal=at, freq="M") for at in (before + 1, after - 1))
                span = f"{first}" if first == last else f"{first} to {last}"
                message = f"{measure} of {area} has no figure for {span}; treated as missing"
                faults.append(Fault(file, months[after], "month", message, "warning"))
    return faults


def table_of(found: Found) -> pd.DataFrame:
    """Records as the table that Observed checks; the first of a repeated month stands."""
    table = pd.DataFrame([record for _, record in found], columns=list(COLUMNS))
    months = pd.PeriodIndex(table["month"], freq="M")
    table = table.assign(month=months, count=table["count"].astype(float))
    for column in ("area", "measure", "status", "source"):
        table[column] = table[column].astype("str")
    return table.drop_duplicates(["area", "measure", "month"])
