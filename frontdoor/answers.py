"""Numbers of posts that were found, as a what-if that a planner can edit and run again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frontdoor.staffing import Staffing
from frontdoor.staffing_plan import MonthlyStaffing
from scenarios.document import write
from simulate.store import write_text


def write_answer(
    found: Staffing | MonthlyStaffing, named: str, out: Path, given: Mapping[str, Any] | None = None
) -> Path | None:
    """Write an answer as a scenario laid over the one asked about, to edit and run again; None where nothing holds.

    `named`: the scenario's file or name in the library. `given`: settings that were laid over it before.
    """
    if not found.settings:
        return None
    kind, title = (
        ("smallest-team", "Fewest posts") if isinstance(found, Staffing) else ("staffing-plan", "Plan by month")
    )
    path = out / f"{found.scenario.name}-{kind}.yaml"
    is_file = Path(named).is_file()
    data = {
        "name": f"{found.scenario.name[:45]}-{kind}",
        "title": f"{title}: {'; '.join(map(str, found.promises))}",
        "question": f"Does this keep the promise? Answer found for {found.scenario.name}.",
        "hypothesis": _expected(found),
        "based_on": Path(os.path.relpath(named, out)).as_posix() if is_file else named,
        "change": {**(given or {}), **{name: _whole(value) for name, value in found.settings.items()}},
    }
    write_text(write(data), path)
    return path


def _expected(found: Staffing | MonthlyStaffing) -> str:
    """What the search leads to expect: that one post fewer fails only where it was seen to."""
    if isinstance(found, Staffing) and not any(team.answer.is_lowest for team in found.teams):
        return "It does, and one post fewer does not."
    return "It does."


def _whole(value: Any) -> Any:
    """Posts as people write them: 76, not 76.0."""
    if isinstance(value, list):
        return [{**step, "value": _whole(step["value"])} for step in value]
    return int(value) if float(value).is_integer() else value
