"""Units of time that a planner may write: the one list of them, and the working days of a year."""

from __future__ import annotations

TIMES = ("minutes", "hours", "working days", "weeks", "months", "years")
WORKING_DAYS_PER_YEAR = 253
"""Working days of a usual year in England: 261 weekdays less 8 bank holidays."""


def time_named(unit: str) -> str | None:
    """Which of TIMES a unit is; None for anything else.

    What follows "per", "after" or "a" is a remark ("hours per referral", "working days after allocation").
    """
    words = unit.strip().lower().replace("-", " ").split()
    named = " ".join(words[:2]) if words[:1] == ["working"] else "".join(words[:1])
    found = f"{named.removesuffix('s')}s"
    return found if found in TIMES else None
