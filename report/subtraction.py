"""What subtraction would give away: figures to withhold so that sums of others do not reveal a small count."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from scenarios.measure_names import BANDS, band_name

from .phrases import is_month, is_year

Cell = tuple[str, str]
"""A measure and a period."""
STOCK = re.compile(r"(?P<stage>.+)_open")
PART = re.compile(
    r"(?P<stage>.+?)_(?:team_\d+_(?P<team>open|waiting)|(?P<band>ends|open)_"
    rf"(?:{'|'.join(re.escape(band_name(low, high)) for low, high in BANDS)}))"
)
STOCKS = ("_open", "_waiting", "_allocated")


def given_away(hidden: set[Cell], shown: set[Cell]) -> set[Cell]:
    """Cells to withhold beside the hidden ones, until no sum of cells holds exactly one that is withheld.

    `hidden`, `shown`: cells withheld, and cells with a figure.
    """
    gone, every = set(hidden), hidden | shown
    sums = [kept for parts in _sums(every) if len(kept := [cell for cell in parts if cell in every]) == len(parts)]
    while lonely := [parts for parts in sums if sum(cell in gone for cell in parts) == 1]:
        for parts in lonely:
            if sum(cell in gone for cell in parts) == 1:
                gone.add(next(cell for cell in parts if cell not in gone))
    return gone - hidden


def _sums(cells: set[Cell]) -> Iterator[list[Cell]]:
    """Lists of cells, each of which follows from the others of its list."""
    measures, periods = sorted({name for name, _ in cells}), sorted({period for _, period in cells})
    months = [period for period in periods if is_month(period)]
    for name in measures:
        if found := STOCK.fullmatch(name):
            starts, ends = f"{found['stage']}_starts", f"{found['stage']}_ends"
            for before, month in itertools.pairwise(months):
                yield [(starts, month), (ends, month), (name, month), (name, before)]
        if not name.endswith(STOCKS):
            yield from ([(name, whole), *((name, month) for month in inside)] for whole, inside in _wholes(periods))
    parts: dict[str, list[str]] = {}
    for name in measures:
        if found := PART.fullmatch(name):
            total = f"{found['stage']}_{found['team'] or found['band']}"
            parts.setdefault(f"{total} {'team' if found['team'] else 'band'}", []).append(name)
    for key, names in parts.items():
        for period in periods:
            yield [*((name, period) for name in names), (key.split()[0], period)]


def _wholes(periods: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Years from April, and the whole time, with the months that make them up."""
    months = [period for period in periods if is_month(period)]
    for period in periods:
        if period == "all":
            yield period, months
        elif is_year(period) and not is_month(period):
            year = int(period[:4])
            yield period, [month for month in months if f"{year}-04" <= month <= f"{year + 1}-03"]
