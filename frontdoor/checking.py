"""Files looked through for every fault before anything is run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast.faults import FiguresError
from forecast.observed import Observed
from forecast.observed import check as check_figures
from forecast.observed import read as read_figures
from forecast.readers import FIGURES
from frontdoor.demand import loaded_with_lines, out_of_reach
from frontdoor.standing import GIVE_MORE, too_few
from report.notes import notes_on
from scenarios.design import Design, load_design, sweep_library
from scenarios.document import read
from scenarios.faults import Fault, ScenarioError
from scenarios.load import is_sweep
from scenarios.parameters import is_within
from scenarios.remarks import remarks

YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Checked:
    """What was found in one file: faults that need attention, and notes: how figures were taken, what is odd."""

    file: str
    faults: tuple[object, ...]
    notes: tuple[str, ...] = ()


def check(name: str) -> Checked:
    """Look for every fault in a scenario, a sweep or a file of figures."""
    path = sweep_library().get(name, Path(name))
    kind = path.suffix.casefold()
    if kind not in ("", *FIGURES, *YAML) and path.is_file():
        words = f"is neither a scenario ({YAML[0]}) nor figures ({FIGURES[0]}, {FIGURES[1]})"
        return Checked(name, (Fault(name, 0, "", words),))
    if kind not in FIGURES:
        try:
            return _checked_scenario(name, path)
        except (ScenarioError, FiguresError) as error:
            return Checked(name, error.faults)
    try:
        known = read_figures(path)
    except FiguresError:
        found = check_figures(path)
        wrong = tuple(fault for fault in found if fault.severity == "error")
        return Checked(name, wrong, tuple(str(fault) for fault in found if fault.severity != "error"))
    return _checked_length(name, known, tuple(map(str, known.warnings)))


def _checked_length(name: str, known: Observed, notes: tuple[str, ...]) -> Checked:
    """Whether a forecast can be made of the areas of a file: a fault where of none, a note for each where of some."""
    few = {area: too_few(known.only(area).table) for area in known.areas}
    short = [f"{area}: {words} for a forecast" for area, words in few.items() if words]
    if len(short) < len(few):
        return Checked(name, (), (*notes, *(f"{Path(name).name}: {words}" for words in short)))
    return Checked(name, tuple(Fault(Path(name).name, 0, "", f"{words}; {GIVE_MORE}") for words in short), notes)


def _checked_scenario(name: str, path: Path) -> Checked:
    """A sweep with all its members, or a scenario with its figures and the demand that they can serve."""
    if path.is_file() and is_sweep(read(path)):
        checked_design(path)
        return Checked(name, ())
    scenario, document = loaded_with_lines(name)
    return Checked(name, (), (*map(str, remarks(scenario, document)), *notes_on(scenario)))


def checked_design(path: Path, settings: Mapping[str, Any] | None = None) -> Design:
    """The members of a sweep file, each with demand that the figures can serve; raises ScenarioError as load_design."""
    design = load_design(path, settings)
    document = read(path)
    faults: dict[str, list[tuple[str, str]]] = {}
    wrong = []
    for member in design.members:
        asked = member.scenario.model_dump(mode="json", include={"demand", "area", "as_at"})
        asked["entries"] = sorted({entry.measure for entry in member.scenario.service.entries.values()})
        key = json.dumps(asked, sort_keys=True)
        if key in faults:
            continue
        faults[key] = out_of_reach(member.scenario)
        for setting, words in faults[key]:
            moved = next((name for name in member.settings if is_within(setting, name)), "")
            keys = ("settings", moved) if moved else ("base",)
            place = moved or f"base {member.base}: {setting}"
            wrong.append(Fault(*document.place(keys), place, words))
    if wrong:
        raise ScenarioError(wrong)
    return design
