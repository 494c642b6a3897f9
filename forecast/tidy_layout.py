"""The tidy layout: columns area, measure, month, count and, if known, status and source; a row for each figure."""

from __future__ import annotations

import math
from datetime import date

from forecast.cells import SYMBOLS, CellError, count_of, is_blank, is_formula, month_of
from forecast.faults import Fault, did_you_mean, errors, fold, no_such_area
from forecast.observed import COLUMNS, STATUSES
from forecast.paths import MEASURES
from forecast.sheet import Found, Record, Rows, Sheet, gaps, table_of, unfinished

REQUIRED = ("area", "measure", "month", "count")


def rows(sheet: Sheet, *, area: str | None, today: date) -> Rows:
    """The layout area, measure, month, count, status, source."""
    places, faults = _columns(sheet)
    if any(name not in places for name in REQUIRED):
        return Rows(table_of([]), faults=faults)
    found: Found = []
    placed: Found = []  # with those rows whose count cannot be used: their months are not missing from the file
    for number, row in zip(sheet.numbers, sheet.cells, strict=True):
        cells = {name: row[place] if place < len(row) else None for name, place in places.items()}
        record, wrong = _record(sheet.file, number, cells, today)
        faults.extend(wrong)
        if not {"area", "measure", "month"} <= set(record):
            continue
        placed.append((number, record))
        if "count" in record and not errors(wrong):
            found.append((number, record))
    _same_spelling(sheet.file, placed, faults)
    names = sorted({str(record["area"]) for _, record in found})
    if area is not None and found:
        chosen = [name for name in names if fold(name) == fold(area)]
        if not chosen:
            faults.append(no_such_area(sheet.file, area, names))
            return Rows(table_of([]), faults=faults)
        found, placed = ([one for one in some if one[1]["area"] in chosen] for some in (found, placed))
    faults.extend(_repeats(sheet.file, found))
    faults.extend(gaps(sheet.file, placed))
    if not found and not errors(faults):
        faults.append(Fault(sheet.file, None, "count", "there is no figure in the file"))
    return Rows(table_of(found), faults=faults)


def _columns(sheet: Sheet) -> tuple[dict[str, int], list[Fault]]:
    """Where each of our columns stands, and what is wrong with the header."""
    places: dict[str, int] = {}
    faults = []
    for place, name in enumerate(sheet.header):
        plain = name.casefold()
        if plain in COLUMNS:
            if plain in places:
                faults.append(Fault(sheet.file, 1, name, "this column appears twice"))
            places[plain] = place
    absent = [name for name in COLUMNS if name not in places]
    for place, name in enumerate(sheet.header):
        if name.casefold() in COLUMNS or (not name and not _has_cells(sheet, place)):
            continue
        hint = did_you_mean(name, absent)
        if hint:
            faults.append(Fault(sheet.file, 1, name, f"unknown column{hint}"))
        else:
            shown = name or f"number {place + 1}"
            faults.append(Fault(sheet.file, 1, shown, "unknown column, not used", "warning"))
    for name in REQUIRED:
        if name not in places:
            message = f"there is no column '{name}'; needed are {', '.join(REQUIRED)}"
            faults.append(Fault(sheet.file, 1, name, message))
    return places, faults


def _has_cells(sheet: Sheet, place: int) -> bool:
    return any(place < len(row) and not is_blank(row[place]) for row in sheet.cells)


def _record(file: str, number: int, cells: Record, today: date) -> tuple[Record, list[Fault]]:
    """One row as far as it can be read, with everything wrong in it."""
    faults: list[Fault] = []

    def wrong(column: str, message: str) -> None:
        faults.append(Fault(file, number, column, message))

    record: Record = {"status": "final", "source": file}
    for column in ("area", "source", "status", "measure"):
        cell = cells.get(column)
        if is_blank(cell):
            if column in ("area", "measure"):
                wrong(column, f"there is no {column}")
            continue
        text = " ".join(str(cell).split())
        if is_formula(cell):
            wrong(column, f"'{text}' begins like a formula; write plain text")
        elif column == "measure":
            plain = fold(text).replace(" ", "_")
            if plain in MEASURES:
                record["measure"] = plain
            else:
                wrong("measure", f"unknown measure '{text}'{did_you_mean(text, MEASURES) or _listed(MEASURES)}")
        elif column == "status":
            if text.casefold() in STATUSES:
                record["status"] = text.casefold()
            else:
                wrong("status", f"unknown status '{text}'{did_you_mean(text, STATUSES) or _listed(STATUSES)}")
        else:
            record[column] = text
    if is_blank(cells.get("month")):
        wrong("month", "there is no month")
    else:
        try:
            month = month_of(cells["month"])
        except CellError as error:
            wrong("month", str(error))
        else:
            record["month"] = month
            if not_over := unfinished(month, today):
                wrong("month", not_over)
    withheld = record["status"] == "suppressed"
    if is_blank(cells.get("count")):
        if not withheld:
            message = "there is no count; this month is treated as missing"
            faults.append(Fault(file, number, "count", message, "warning"))
            return record, faults
        record["count"] = math.nan
    else:
        try:
            record["count"] = count_of(cells["count"])
        except CellError as error:
            wrong("count", str(error))
    if "count" in record and math.isnan(float(str(record["count"]))):
        record["status"] = "suppressed"
        meaning = SYMBOLS.get(str(cells.get("count")).strip().casefold(), "suppressed")
        faults.append(Fault(file, number, "count", f"{meaning}; this month is treated as missing", "warning"))
    elif withheld and "count" in record:
        wrong("status", "a suppressed month cannot have a count; leave one of the two out")
    return record, faults


def _same_spelling(file: str, found: Found, faults: list[Fault]) -> None:
    """Areas that differ only in case or punctuation become one, with a warning."""
    first: dict[str, str] = {}
    warned: set[str] = set()
    for number, record in found:
        name = str(record["area"])
        kept = first.setdefault(fold(name), name)
        if kept != name:
            if name not in warned:
                faults.append(Fault(file, number, "area", f"'{name}' is taken to be '{kept}'", "warning"))
                warned.add(name)
            record["area"] = kept


def _repeats(file: str, found: Found) -> list[Fault]:
    """A month given twice for the same area and measure."""
    seen: dict[tuple[object, ...], int] = {}
    faults = []
    for number, record in found:
        key = (record["area"], record["measure"], record["month"])
        if key in seen:
            message = (
                f"{record['measure']} of {record['area']} in {record['month']} is already given in row {seen[key]}"
            )
            faults.append(Fault(file, number, "month", message))
        else:
            seen[key] = number
    return faults


def _listed(choices: tuple[str, ...]) -> str:
    return f"; it is one of {', '.join(choices)}"
