"""Visits as they are written, piece by piece, bound into one table at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .clock import Bools, Floats, Ints
from .visits import NONE, Visits

Column = npt.NDArray[Any]

_PLAIN = ("child", "stage", "sub_team", "origin", "urgent", "labelled", "enters", "effort", "least", "given")
_POINTERS = ("then", "sign_off", "comes_back", "asks_again")
_DELAYS = ("comes_back_after", "takes_back_after", "late_after", "asks_again_after")
_URGENT = ("urgent_work", "urgent_after", "urgent_effort")


@dataclass
class Ledger:
    """Columns in pieces. A row may be a shadow (`real` false): it would have happened under the forecast's own shares;
    it counts when routes are matched to the forecast and is left out when the table is bound.
    """

    parts: dict[str, list[Column]] = field(default_factory=dict)
    links: list[tuple[str, Ints, Ints]] = field(default_factory=list)
    delays: list[tuple[str, Ints, Floats]] = field(default_factory=list)
    visits: int = 0
    pieces: int = 0

    def write(self, **columns: Column) -> Ints:
        """Add visits; returns their rows."""
        self._add(columns)
        first, self.visits = self.visits, self.visits + len(columns["child"])
        return np.arange(first, self.visits)

    def write_urgent(self, **columns: Column) -> Ints:
        """Add pieces of urgent work; returns their rows."""
        self._add(columns)
        first, self.pieces = self.pieces, self.pieces + len(columns["urgent_visit"])
        return np.arange(first, self.pieces)

    def _add(self, columns: dict[str, Column]) -> None:
        for name, values in columns.items():
            self.parts.setdefault(name, []).append(values)

    def link(self, column: str, sources: Ints, rows: Ints) -> None:
        """Let a column of the source rows point to rows."""
        self.links.append((column, sources, rows))

    def delay(self, column: str, rows: Ints, working_days: Floats) -> None:
        """Set a delay on rows."""
        self.delays.append((column, rows, working_days))

    def bound(self) -> Visits:
        """The table of all real visits."""
        real, urgent_real = self._column("real", np.bool_), self._column("urgent_real", np.bool_)
        columns = {name: self._column(name, _TYPES.get(name, np.float64)) for name in (*_PLAIN, *_URGENT)}
        columns["clock_visit"] = self._column("clock_visit", np.int64)
        columns["clock_urgent"] = self._column("clock_urgent", np.int64)
        columns["urgent_visit"] = self._column("urgent_visit", np.int64)
        for name in _POINTERS:
            columns[name] = np.full(self.visits, NONE)
        for name in _DELAYS:
            columns[name] = np.full(self.visits, np.nan)
        columns["urgent_then"] = np.full(self.pieces, NONE)
        for name, sources, rows in self.links:
            columns[name][sources] = rows
        for name, rows, working_days in self.delays:
            columns[name][rows] = working_days
        if not (real.all() and urgent_real.all()):
            columns = _without_shadows(columns, real, urgent_real)
        return Visits(**columns)

    def _column(self, name: str, kind: type) -> Column:
        return np.concatenate(self.parts[name]) if name in self.parts else np.empty(0, dtype=kind)


_TYPES: dict[str, type] = {
    **dict.fromkeys(("child", "stage", "sub_team", "origin", "urgent_work"), np.int64),
    **dict.fromkeys(("urgent", "labelled"), np.bool_),
}
_TO_VISITS = ("clock_visit", "then", "sign_off", "comes_back", "asks_again", "urgent_visit", "urgent_then")


def _without_shadows(columns: dict[str, Column], real: Bools, urgent_real: Bools) -> dict[str, Column]:
    visit = np.append(np.where(real, np.cumsum(real) - 1, NONE), NONE)
    piece = np.append(np.where(urgent_real, np.cumsum(urgent_real) - 1, NONE), NONE)
    moved = {name: visit[columns[name].astype(np.int64)] for name in _TO_VISITS}
    moved["clock_urgent"] = piece[columns["clock_urgent"].astype(np.int64)]
    return {name: {**columns, **moved}[name][urgent_real if name.startswith("urgent_") else real] for name in columns}
