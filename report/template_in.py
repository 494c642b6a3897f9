"""The workbook that planners fill in: drop-downs and notes, in the layout that the reader takes back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from forecast.observed import COLUMNS, STATUSES
from forecast.paths import MEASURES

ROWS = 2000  # rows prepared with drop-downs
MADE = datetime(2020, 1, 1)  # a fixed date, so that the template has the same bytes each time
EXPLAINED = {
    "area": "The authority or team whose figures these are, spelt the same in every row.",
    "measure": "Choose from the list.",
    "month": "The month as 2020-04; any day of it will do.",
    "count": "Events in the month, or children at its end for open counts. Whole; c, u, x or z where withheld.",
    "status": "final, provisional, suppressed or estimated. Leave empty for final.",
    "source": "Where the figure comes from, in a few words. Leave empty if it is this file.",
}
NOTES = {
    "contacts": "Contacts received in the month",
    "referrals": "Referrals received in the month",
    "assessments": "Child and family assessments completed in the month",
    "section_47": "Section 47 enquiries started in the month",
    "conferences": "Initial child protection conferences held in the month",
    "cp_starts": "Child protection plans started in the month",
    "cp_ends": "Child protection plans ended in the month",
    "cla_starts": "Children who started to be looked after in the month",
    "cla_ends": "Children who ceased to be looked after in the month",
    "cp_open": "Children on a child protection plan at the month's end",
    "cla_open": "Children looked after at the month's end",
}


def template(target: Path, *, area: str = "") -> Path:
    """Write the empty template and return its path; `area` is written into the first row as a start."""
    from xlsxwriter import Workbook

    book = Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Monthly figures for frontdoor", "author": "frontdoor", "created": MADE})
    bold = book.add_format({"bold": True, "font_name": "Arial", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"font_name": "Arial", "text_wrap": True, "valign": "top"})
    text = book.add_format({"font_name": "Arial", "num_format": "@"})
    sheet = book.add_worksheet("Figures")
    for place, name in enumerate(COLUMNS):
        sheet.write_string(0, place, name, bold)
        sheet.write_comment(0, place, EXPLAINED[name], {"author": "frontdoor", "x_scale": 2})
    sheet.set_column(0, 0, 24, text)
    sheet.set_column(1, 1, 16, text)
    sheet.set_column(2, 2, 12, text)
    sheet.set_column(3, 3, 10)
    sheet.set_column(4, 5, 24, text)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(1, 1, ROWS, 1, _choice(MEASURES, "Choose a measure from the list.", "Measure"))
    sheet.data_validation(
        1, 4, ROWS, 4, _choice(STATUSES, "Choose a status from the list, or leave it empty.", "Status")
    )
    if area:
        sheet.write_string(1, 0, area, text)
    about = book.add_worksheet("Notes")
    about.set_column(0, 0, 18, bold)
    about.set_column(1, 1, 90, plain)
    about.write_row(0, 0, ["Name", "What it means"], bold)
    for row, (name, words) in enumerate([*EXPLAINED.items(), *((m, NOTES[m]) for m in MEASURES)], start=1):
        about.write_string(row, 0, name, bold)
        about.write_string(row, 1, words, plain)
    book.close()
    return target


def _choice(names: tuple[str, ...], message: str, title: str) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(names),
        "input_title": title,
        "input_message": message,
        "error_title": "Not in the list",
        "error_message": message,
        "error_type": "stop",
    }
