"""The Department for Education's "referrals by month" file: a row for each area and year, a column for each month.

Years are reporting years to 31 March. Authorities, regions and England stand in one file; an authority that was
reorganised stops in one year and others begin in the next. England and regions are rounded to the nearest 10.
"""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from forecast.cells import MONTH_NAMES, SYMBOLS, CellError, count_of, is_blank
from forecast.faults import Fault, fold, no_such_area
from forecast.sheet import Found, Record, Rows, Sheet, gaps, table_of, unfinished

MONTHS = MONTH_NAMES[3:] + MONTH_NAMES[:3]  # April first
KEYS = ("time_period", "geographic_level", "country_name", "region_name", "la_name")
SOURCE = "dfe-cin-c6"
_GENERIC = frozenset({"of", "city", "county", "the", "royal", "borough", "and", "upon"})


def matches(header: tuple[str, ...]) -> bool:
    """Whether column names are those of the publication."""
    names = {name.strip().casefold() for name in header}
    return set(MONTHS) <= names and {"time_period", "geographic_level"} <= names


def rows(sheet: Sheet, *, area: str | None, today: date) -> Rows:
    """Referrals by month of one area, or of all where none is named; faults in other areas' rows are passed over."""
    places = {name.strip().casefold(): place for place, name in enumerate(sheet.header)}
    faults = [
        Fault(sheet.file, 1, name, f"there is no column '{name}', which the department's file has")
        for name in KEYS
        if name not in places
    ]
    if faults:
        return Rows(table_of([]), faults=faults)
    lines = []
    for number, row in zip(sheet.numbers, sheet.cells, strict=True):
        cells = {name: row[place] if place < len(row) else None for name, place in places.items()}
        category = cells.get("category")
        if is_blank(category) or fold(str(category)) == "month of referral":
            lines.append((number, cells, _name(cells)))
    names = sorted({name for _, _, name in lines if name})
    chosen = None
    if area is not None:
        chosen = choose(area, names, {_code(cells, column): name for _, cells, name in lines for column in _CODES})
        if chosen is None:
            return Rows(table_of([]), faults=[no_such_area(sheet.file, area, names)])
    kept = [line for line in lines if chosen is None or line[2] == chosen]
    found: Found = []
    placed: Found = []  # every month that has a cell, whether or not it can be used
    seen: dict[tuple[str, int], int] = {}
    for number, cells, name in kept:
        year = _year(sheet.file, number, cells, faults)
        if year is None:
            continue
        if not name:
            faults.append(Fault(sheet.file, number, "la_name", "this row names no area"))
        elif (name, year) in seen:
            message = f"{name} in the year to March {year} is already given in row {seen[name, year]}"
            faults.append(Fault(sheet.file, number, "time_period", message))
        else:
            seen[name, year] = number
            found.extend(_months(sheet.file, number, cells, name, year, faults, today))
            placed.extend((number, {"area": name, "measure": "referrals", "month": one}) for one in _of_year(year))
    faults.extend(gaps(sheet.file, placed))
    if chosen is not None:
        faults.extend(_short(sheet.file, chosen, [line for line in lines if line[2]]))
    regions = {name: _region(cells) for _, cells, name in kept if _is_authority(cells)}
    return Rows(table_of(found), tuple(sorted(regions.items())), faults)


_CODES = ("new_la_code", "old_la_code", "region_code", "country_code")


def choose(area: str, names: list[str], codes: dict[str, str]) -> str | None:
    """The published name that a planner means: by name without case or "city of", or by a code; None where unclear.

    `codes`: official code to published name.
    """
    for key in (fold, _core):
        same = [name for name in names if key(name) == key(area) and key(area)]
        if len(same) == 1:
            return same[0]
    return codes.get(area.strip().upper()) if area.strip() else None


def _core(name: str) -> str:
    """A name without the words that differ between lists: city of, county of, royal borough of."""
    return " ".join(sorted(word for word in fold(name).split() if word not in _GENERIC))


def _code(cells: Record, column: str) -> str:
    """A row's code at its own level: an authority is not found by its region's code."""
    level = fold(str(cells["geographic_level"]))
    own = {
        "local authority": ("new_la_code", "old_la_code"),
        "regional": ("region_code",),
        "national": ("country_code",),
    }
    cell = cells.get(column)
    return "" if column not in own.get(level, ()) or is_blank(cell) else str(cell).strip().upper()


def _is_authority(cells: Record) -> bool:
    return fold(str(cells["geographic_level"])) == "local authority" and not is_blank(cells["region_name"])


def _region(cells: Record) -> str:
    """The region an authority may borrow from; inner and outer London are London."""
    name = str(cells["region_name"]).strip()
    return "London" if name in ("Inner London", "Outer London") else name


def _name(cells: Record) -> str:
    column = {"national": "country_name", "regional": "region_name"}.get(
        fold(str(cells["geographic_level"])), "la_name"
    )
    return "" if is_blank(cells[column]) else " ".join(str(cells[column]).split())


def _year(file: str, number: int, cells: Record, faults: list[Fault]) -> int | None:
    """Calendar year in which a reporting year ends: 2020 or 201920 is the year to March 2020."""
    text = str(cells["time_period"]).strip().removesuffix(".0")
    if text.isdigit() and len(text) == 4 and 1990 <= int(text) <= 2060:
        return int(text)
    if text.isdigit() and len(text) == 6 and (int(text[:4]) + 1) % 100 == int(text[4:]):
        return int(text[:4]) + 1
    message = f"'{text}' is not a reporting year; write 2020 or 201920 for the year to March 2020"
    faults.append(Fault(file, number, "time_period", message))
    return None


def _of_year(year: int) -> pd.PeriodIndex:
    """The twelve months of the reporting year that ends in March of a year."""
    return pd.period_range(f"{year - 1}-04", periods=len(MONTHS), freq="M")


def _months(file: str, number: int, cells: Record, name: str, year: int, faults: list[Fault], today: date) -> Found:
    """Twelve records of one row, its withheld months and a total that does not add up as warnings."""
    found: Found = []
    withheld: dict[str, list[str]] = {}
    for column, month in zip(MONTHS, _of_year(year), strict=True):
        cell = cells[column]
        if not_over := unfinished(month, today):
            faults.append(Fault(file, number, column.title(), not_over))
            continue
        try:
            count = math.nan if is_blank(cell) else count_of(cell)
        except CellError as error:
            faults.append(Fault(file, number, column.title(), str(error)))
            continue
        if math.isnan(count):
            symbol = "" if is_blank(cell) else str(cell).strip().casefold()
            withheld.setdefault(symbol, []).append(str(month))
        record: Record = {"area": name, "measure": "referrals", "month": month, "count": count}
        record |= {"status": "suppressed" if math.isnan(count) else "final", "source": SOURCE}
        found.append((number, record))
    for symbol, months in withheld.items():
        meaning = SYMBOLS.get(symbol, "left blank")
        span = f"all of the year to March {year}" if len(months) == 12 else ", ".join(months)
        faults.append(Fault(file, number, None, f"{name}: {span} {meaning}; treated as missing", "warning"))
    faults.extend(_total(file, number, cells, name, found))
    return found


def _total(file: str, number: int, cells: Record, name: str, found: Found) -> list[Fault]:
    """A warning where twelve published months and the published year do not agree (rounding to 10 allowed for)."""
    counts = [float(str(record["count"])) for _, record in found]
    cell = cells.get("referrals")
    if len(counts) < 12 or any(math.isnan(count) for count in counts) or is_blank(cell):
        return []
    try:
        total = count_of(cell)
    except CellError as error:
        return [Fault(file, number, "Referrals", str(error))]
    rounding = 65.0 if all(count % 10 == 0 for count in counts) else 0.0  # 13 figures, each within 5
    if math.isnan(total) or abs(total - sum(counts)) <= rounding:
        return []
    message = f"{name}: the months add up to {sum(counts):.0f}, the published year is {total:.0f}; the months are used"
    return [Fault(file, number, "Referrals", message, "warning")]


def _short(file: str, name: str, lines: list[tuple[int, Record, str]]) -> list[Fault]:
    """A warning where an authority's figures begin after or stop before the file's."""
    years = sorted({str(cells["time_period"]).strip() for _, cells, _ in lines})
    own = sorted({str(cells["time_period"]).strip() for _, cells, other in lines if other == name})
    faults = []
    if own and own[0] != years[0]:
        message = f"figures of {name} begin in the year {own[0]}, the file's in {years[0]} (a new authority?)"
        faults.append(Fault(file, None, None, message, "warning"))
    if own and own[-1] != years[-1]:
        message = f"figures of {name} stop in the year {own[-1]}, the file's in {years[-1]} (reorganised?)"
        faults.append(Fault(file, None, None, message, "warning"))
    codes: dict[str, str] = {}
    for _, cells, other in lines:
        if other == name and (code := _code(cells, "new_la_code")):
            codes[code] = max(codes.get(code, ""), str(cells["time_period"]).strip())
    if len(codes) > 1:
        told = ", ".join(f"{code} to {year}" for code, year in sorted(codes.items(), key=lambda item: item[1]))
        message = f"{name} has more than one official code ({told}): its borders may have changed"
        faults.append(Fault(file, None, None, message, "warning"))
    return faults
