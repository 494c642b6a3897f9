"""Children on their way in: those who come, and groups of them as they go from stage to stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .clock import Bools, Floats, Ints
from .streams import Keys


@dataclass(frozen=True)
class Children:
    """Those who come in, one row each: key of all their draws, who, whence, where, when, and whether urgent.

    `effort`, `least`, `given`: as in Visits, for those open at the start; NaN: to be drawn.
    `returned_after`: working days since the closure after which they come back; NaN: they do not come back.
    """

    key: Keys
    child: Ints
    origin: Ints
    stage: Ints
    enters: Floats
    urgent: Bools
    effort: Floats
    least: Floats
    given: Floats
    returned_after: Floats

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True)
class Group:
    """Children coming to a stage together; column `link` of their rows `source` will point to them.

    `line`: the child's own case (empty) or what urgent work led to. `soon`: the soonest time of entry.
    """

    people: Ints
    soon: Floats
    real: Bools
    base: Bools
    line: str = ""
    link: str = ""
    source: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def going(self, on: Bools, real: Bools, base: Bools, soon: Floats, link: str, source: Ints, line: str) -> Group:
        """Those of the group who go on from rows `source`."""
        return Group(self.people[on], soon[on], real[on], base[on], line, link, source[on])


def parts(groups: list[Group]) -> Iterator[tuple[Group, slice]]:
    """Each group with its place in their columns laid end to end."""
    first = 0
    for group in groups:
        yield group, slice(first, first + len(group.people))
        first += len(group.people)
