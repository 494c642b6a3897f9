"""Children on their way in: those who come, and groups of them as they go from stage to stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .clock import Bools, Floats, Ints, Whole
from .streams import Keys

Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Who:
    """Children, one row each: key of all their draws, who, whence, when they came in (working days), and whether
    urgent."""

    key: Keys
    child: Whole
    origin: Whole
    enters: Floats
    urgent: Bools

    def __len__(self) -> int:
        return len(self.key)

    def some(self, rows: Ints) -> Who:
        """Some of them."""
        return Who(self.key[rows], self.child[rows], self.origin[rows], self.enters[rows], self.urgent[rows])


@dataclass(frozen=True)
class Known:
    """What is known of children besides, one row each.

    `effort`, `least`, `given`: as in Visits, for those open at the start. `returned_after`: working days since the
    closure after which they come back; NaN: they do not.
    """

    effort: Floats
    least: Floats
    given: Floats
    returned_after: Floats


@dataclass(frozen=True)
class Children:
    """Children who come in at one stage; `known`: None where all is still to be drawn."""

    stage: int
    who: Who
    known: Known | None = None

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True)
class Group:
    """Children coming to a stage together; column `link` of their rows `source` will point to them.

    `people`: their places among all who came in with them. `line`: the child's own case (empty) or what urgent work
    led to. `soon`: the soonest time of entry. `known`: of those who come in here.
    """

    people: Ints
    who: Who
    soon: Floats
    real: Bools
    base: Bools
    line: str = ""
    link: str = ""
    source: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    known: Known | None = None

    def __len__(self) -> int:
        return len(self.people)

    def going(self, on: Ints, real: Bools, base: Bools, soon: Floats, link: str, source: Ints, line: str) -> Group:
        """Those at the places `on` in the group, who go on from rows `source`; all columns are of the whole group."""
        return Group(self.people[on], self.who.some(on), soon[on], real[on], base[on], line, link, source[on])


def parts(groups: Sequence[Group]) -> Iterator[tuple[Group, slice]]:
    """Each group with its place in their columns laid end to end."""
    first = 0
    for group in groups:
        yield group, slice(first, first + len(group))
        first += len(group)


def end_to_end(columns: Sequence[Column]) -> Column:
    """Columns as one; the column itself where there is but one."""
    return columns[0] if len(columns) == 1 else np.concatenate(columns)
