"""What is wrong with a file of figures, said in plain words, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

AREA_ASKED = "area asked for"
"""In place of a column: the fault lies in the area that was asked for, not in the file."""
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Fault:
    """One finding in a file: the row counts from 1 with the header as row 1; None where the whole file is meant.

    `severity`: "error" stops the reading; "warning" says how the figure was treated.
    """

    file: str
    row: int | None
    column: str | None
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column not in (None, AREA_ASKED):
            place += f", column {self.column}"
        return f"{place}: {self.message}"


class FiguresError(ValueError):
    """Figures that cannot be used. `faults` holds every error found; printed, it is one line for each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def errors(faults: Iterable[Fault]) -> list[Fault]:
    """Only those findings that stop the reading."""
    return [fault for fault in faults if fault.severity == "error"]


def nearest(word: str, choices: Iterable[str], count: int = 1) -> list[str]:
    """The `count` right names most like a misspelt one; empty where none is close."""
    by_fold: dict[str, str] = {}
    for choice in choices:
        by_fold.setdefault(fold(choice), choice)
    found = difflib.get_close_matches(fold(word), list(by_fold), n=count, cutoff=0.6)
    return [by_fold[name] for name in found]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`; did you mean 'x'?` or, where nothing is close, an empty string."""
    found = nearest(word, choices)
    return f"; did you mean '{found[0]}'?" if found else ""


def no_such_area(file: str, area: str, names: Iterable[str]) -> Fault:
    """The fault of an area asked for that a file does not have, with the nearest names, or some of those it has."""
    known = sorted(names)
    near = " or ".join(f"'{name}'" for name in nearest(area, known, 3))
    count = f"{len(known)} areas, such as " if len(known) > 3 else ""
    hint = f"; did you mean {near}?" if near else f"; it has {count}{', '.join(known[:3])}"
    return Fault(file, None, AREA_ASKED, f"no area '{area}' in {file}{hint if known else ''}")


def fold(name: str) -> str:
    """A name without case, punctuation or repeated spaces, for comparing."""
    plain = name.casefold().replace("&", " and ")
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())
