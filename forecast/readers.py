"""Files of figures opened: text or workbook, tidy layout or the department's, told apart by their columns."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pandas as pd

from forecast import dfe_layout, tidy_layout
from forecast.cells import is_blank
from forecast.faults import Fault, did_you_mean, fold
from forecast.sheet import Rows, Sheet, table_of

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
FIGURES = (".csv", *WORKBOOKS)
LARGEST_FILE = 20 * 2**20
"""Bytes: several times the department's file of every authority and month."""
SOUGHT = 20
"""Rows at the top of a sheet among which the names of columns are looked for."""
Grid = list[tuple[int, tuple[object, ...]]]  # row in the file, and its cells


def read_rows(path: Path, *, area: str | None, today: date) -> Rows:
    """Rows and faults of a file in any of the three layouts; never raises for what is in the file."""
    sheet = _sheet(path)
    if isinstance(sheet, Fault):
        return Rows(table_of([]), faults=[sheet])
    faults = _shape_faults(sheet)
    published = dfe_layout.matches(sheet.header)
    rows = (dfe_layout.rows if published else tidy_layout.rows)(sheet, area=area, today=today)
    rows.faults = sorted([*faults, *rows.faults], key=lambda fault: fault.row or 0)
    return rows


def figures_beside(folder: Path) -> list[str]:
    """Names of the files of a folder that may hold figures; none where there is no such folder."""
    return [each.name for each in folder.glob("*.*") if each.suffix.casefold() in FIGURES] if folder.is_dir() else []


def _sheet(path: Path) -> Sheet | Fault:
    """The first table in a file, or the fault that keeps it shut."""
    name = path.name
    if not path.exists():
        beside = figures_beside(path.parent)
        return Fault(str(path), None, None, f"there is no such file{did_you_mean(name, beside)}")
    if path.is_dir():
        return Fault(name, None, None, "is a folder; name the file in it")
    if path.stat().st_size > LARGEST_FILE:
        size, most = (f"{number / 2**20:,.0f} MB" for number in (path.stat().st_size, LARGEST_FILE))
        return Fault(name, None, None, f"is {size}; a file of monthly figures may hold {most}")
    try:
        content = path.read_bytes()
    except OSError as error:
        return Fault(name, None, None, f"cannot be opened: {error.strerror}")
    if not content.strip():
        return Fault(name, None, None, "is empty")
    grid = _workbook(path) if path.suffix.casefold() in WORKBOOKS else _text(name, content)
    return grid if isinstance(grid, Fault) else _headed(name, grid)


def _headed(name: str, grid: Grid) -> Sheet | Fault:
    """Header and rows; rows with nothing in them are passed over."""
    filled = [(number, row) for number, row in grid if not all(is_blank(cell) for cell in row)]
    if not filled:
        return Fault(name, None, None, "is empty")
    header = tuple("" if is_blank(cell) else str(cell).strip() for cell in filled[0][1])
    below = next((number for number, row in filled[1:SOUGHT] if _names_columns(row)), None)
    if below is not None and not _names_columns(header):
        return Fault(name, below, None, f"the names of the columns stand here; delete what is above row {below}")
    if len(filled) == 1:
        return Fault(name, filled[0][0], None, "there is a row of column names but no figures below it")
    numbers = tuple(number for number, _ in filled[1:])
    return Sheet(name, header, tuple(row for _, row in filled[1:]), numbers)


def _text(name: str, content: bytes) -> Grid | Fault:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Fault(name, None, None, "is a workbook, not a CSV file; give it the ending .xlsx")
    if b"\x00" in content:
        return Fault(name, None, None, "is not a text file in UTF-8; save it as 'CSV UTF-8'")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return Fault(name, row, None, "is not in UTF-8; in Excel, save the sheet as 'CSV UTF-8 (Comma delimited)'")
    first = next((line for line in text.splitlines() if line.strip()), "")
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if mark in first and "," not in first:
            return Fault(name, 1, None, f"columns are parted by {word}; save the sheet with commas ('CSV UTF-8')")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    grid: Grid = []
    start = 1
    try:
        for cells in reader:
            grid.append((start, tuple(cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        return Fault(name, start, None, f"cannot be read as CSV: {error}")
    return grid


def _workbook(path: Path) -> Grid | Fault:
    """Cells of the first sheet whose names of columns are ours or the department's; else of the first sheet."""
    try:
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object, engine="calamine", na_filter=False)
    except Exception as error:  # calamine raises many kinds for a file that is no workbook
        return Fault(path.name, None, None, f"cannot be opened as a workbook ({error}); save it again as .xlsx")
    grids = [
        [(place + 1, tuple(row)) for place, row in enumerate(frame.itertuples(index=False, name=None))]
        for frame in sheets.values()
    ]
    for grid in grids:
        if any(_names_columns(row) for _, row in grid[:SOUGHT]):
            return grid
    return grids[0] if grids else []


def _names_columns(row: tuple[object, ...]) -> bool:
    """Whether a row holds the names of our columns, or of the department's."""
    named = tuple(str(cell) for cell in row)
    return {"measure", "month", "count"} <= {fold(cell) for cell in named} or dfe_layout.matches(named)


def _shape_faults(sheet: Sheet) -> list[Fault]:
    """Rows with more cells than the header names."""
    faults = []
    for number, row in zip(sheet.numbers, sheet.cells, strict=True):
        extra = [cell for cell in row[len(sheet.header) :] if not is_blank(cell)]
        if extra:
            message = f"has {len(row)} cells but the header names {len(sheet.header)} columns"
            faults.append(Fault(sheet.file, number, None, f"{message}; a number with a comma needs quotes"))
    return faults
