"""Visits as they are written, piece by piece, bound into one table at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .clock import Bools, Floats, Ints
from .visits import NONE, Visits

Column = npt.NDArray[Any]

_TYPES: dict[str, type] = {
    **dict.fromkeys(("child", "sub_team", "clock_visit", "clock_urgent", "urgent_visit", "urgent_work"), np.int32),
    "stage": np.int16,
    "origin": np.int8,
    **dict.fromkeys(("urgent", "labelled", "real", "urgent_real"), np.bool_),
    **dict.fromkeys(("enters", "soon", "effort", "least", "given", "urgent_after", "urgent_effort"), np.float64),
}
_POINTERS = ("then", "sign_off", "comes_back", "asks_again")
_DELAYS = ("comes_back_after", "takes_back_after", "late_after", "asks_again_after")
_NOBODY, _NEVER = np.int32(NONE), np.float64(np.nan)
_TO_VISITS = ("clock_visit", "then", "sign_off", "comes_back", "asks_again", "urgent_visit", "urgent_then")


@dataclass
class Ledger:
    """Columns in pieces. A row may be a shadow (`real` false): it would have happened under the forecast's own shares;
    it counts when routes are matched to the forecast and is left out when the table is bound.
    """

    parts: dict[str, list[tuple[slice, Column | float]]] = field(default_factory=dict)
    links: list[tuple[str, Ints, Ints]] = field(default_factory=list)
    delays: list[tuple[str, Ints, Floats]] = field(default_factory=list)
    visits: int = 0
    pieces: int = 0

    def write(self, number: int, **columns: Column | float) -> Ints:
        """Add so many visits, each column a value for each or one for all; returns their rows."""
        rows = slice(self.visits, self.visits + number)
        self.visits = rows.stop
        self._add(rows, columns)
        return np.arange(rows.start, rows.stop)

    def write_urgent(self, number: int, **columns: Column | float) -> Ints:
        """Add so many pieces of urgent work; returns their rows."""
        rows = slice(self.pieces, self.pieces + number)
        self.pieces = rows.stop
        self._add(rows, columns)
        return np.arange(rows.start, rows.stop)

    def _add(self, rows: slice, columns: dict[str, Column | float]) -> None:
        for name, values in columns.items():
            self.parts.setdefault(name, []).append((rows, values))

    def link(self, column: str, sources: Ints, rows: Ints) -> None:
        """Let a column of the source rows point to rows."""
        self.links.append((column, sources, rows))

    def delay(self, column: str, rows: Ints, working_days: Floats) -> None:
        """Set a delay on rows."""
        self.delays.append((column, rows, working_days))

    def bound(self) -> Visits:
        """The table of all real visits."""
        columns = {name: self._column(name) for name in _TYPES}
        real, urgent_real = columns.pop("real"), columns.pop("urgent_real")
        for name in _POINTERS:
            columns[name] = _set(self.visits, _NOBODY, [(s, r) for column, s, r in self.links if column == name])
        for name in _DELAYS:
            columns[name] = _set(self.visits, _NEVER, [(r, d) for column, r, d in self.delays if column == name])
        then = [(s, r) for column, s, r in self.links if column == "urgent_then"]
        columns["urgent_then"] = _set(self.pieces, _NOBODY, then)
        if not (real.all() and urgent_real.all()):
            columns = _without_shadows(columns, real, urgent_real)
        return Visits(**columns)

    def _column(self, name: str) -> Column:
        whole: Column = np.empty(self.pieces if name.startswith("urgent_") else self.visits, dtype=_TYPES[name])
        for rows, values in self.parts.get(name, []):
            whole[rows] = values
        return whole


def _set(number: int, usual: np.generic, values: list[tuple[Ints, Column]]) -> Column:
    """A column of one usual value and others in some rows; where there are none, one value seen from every row."""
    if not values:
        return np.broadcast_to(usual, number)
    column = np.full(number, usual)
    for rows, some in values:
        column[rows] = some
    return column


def _without_shadows(columns: dict[str, Column], real: Bools, urgent_real: Bools) -> dict[str, Column]:
    visit = np.append(np.where(real, np.cumsum(real) - 1, NONE), NONE)
    piece = np.append(np.where(urgent_real, np.cumsum(urgent_real) - 1, NONE), NONE)
    moved = {name: visit[columns[name]] for name in _TO_VISITS}
    moved["clock_urgent"] = piece[columns["clock_urgent"]]
    return {name: {**columns, **moved}[name][urgent_real if name.startswith("urgent_") else real] for name in columns}
