"""Faults in a planner's file: which file, which line, which setting, what is wrong and what is nearest right."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from .nearby import or_plain_letter

COMMAND_LINE = "command line"
"""Where a fault lies that was typed and stands in no file."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that needs attention in a file."""

    file: str
    line: int
    setting: str
    message: str

    @property
    def place_in_order(self) -> tuple[str, int, str, str]:
        """By file, line and setting; what was typed in an option stays in the order in which it was typed."""
        return (self.file, 0, "", "") if self._was_typed else (self.file, self.line, self.setting, self.message)

    @property
    def _was_typed(self) -> bool:
        return self.file.startswith("--")

    def __str__(self) -> str:
        if self._was_typed:
            return f"{self.file} {self.setting}: {self.message}" if self.setting else f"{self.file}: {self.message}"
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}  {self.setting}: {self.message}" if self.setting else f"{place}  {self.message}"


class ScenarioError(ValueError):
    """All faults found in scenario files, at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(dict.fromkeys(faults), key=lambda fault: fault.place_in_order))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Fault, ...]]]:
        return ScenarioError, (self.faults,)


@contextmanager
def told_together() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Collects the faults of several pieces of work, each `with piece():`; raises ScenarioError with all of them."""
    faults: list[Fault] = []

    @contextmanager
    def piece() -> Iterator[None]:
        try:
            yield
        except ScenarioError as error:
            faults.extend(error.faults)

    yield piece
    if faults:
        raise ScenarioError(faults)


class UndoneError(RuntimeError):
    """Work that could not be done, told in words that are enough for the person who asked for it."""


def nearest(wrong: object, known: Iterable[str]) -> str:
    """ "; did you mean 'x'?" for the nearest known name, or the list of what is known.

    Of a name with a letter that is no plain one: which, since the two would look the same.
    """
    names = sorted(set(known))
    odd = or_plain_letter(wrong)
    if odd:
        return odd
    close = difflib.get_close_matches(str(wrong), names, n=3, cutoff=0.6)
    surely = difflib.get_close_matches(str(wrong), names, n=3, cutoff=0.7)
    for name in close:
        if name in surely or name[:1] == str(wrong)[:1] or str(wrong) in name:
            return f"; did you mean '{name}'?"
    return f"; it may be one of {', '.join(names[:12])}{' …' if len(names) > 12 else ''}" if names else ""
