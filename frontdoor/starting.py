"""A starter folder: files to edit, and how to go on."""

from __future__ import annotations

from pathlib import Path

from report.template_in import template
from scenarios.faults import Fault, ScenarioError
from scenarios.load import LIBRARY
from simulate.store import writable

STARTER = LIBRARY / "starter"
WORKBOOK = "my-figures.xlsx"


def start(folder: Path) -> list[Path]:
    """Write the starter files into a folder and return them; raises ScenarioError where one is there already."""
    made = [folder / path.name for path in sorted(STARTER.iterdir())] + [folder / WORKBOOK]
    there = [Fault(str(path), 0, "", "is there already; choose another folder") for path in made if path.exists()]
    if there:
        raise ScenarioError(there)
    writable(folder)
    try:
        for path in sorted(STARTER.iterdir()):
            (folder / path.name).write_bytes(path.read_bytes())
        template(folder / WORKBOOK)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return made
