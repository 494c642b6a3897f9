"""Files looked through for every fault before anything is run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from forecast.faults import FiguresError
from forecast.observed import check as check_figures
from forecast.readers import WORKBOOKS
from frontdoor.demand import loaded, out_of_reach
from scenarios.design import load_design, sweep_library
from scenarios.document import read
from scenarios.faults import Fault, ScenarioError
from scenarios.load import is_sweep

YAML = (".yaml", ".yml")
FIGURES = (".csv", *WORKBOOKS)


@dataclass(frozen=True)
class Checked:
    """What was found in one file: faults that need attention, and notes on how figures were taken."""

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
    found = check_figures(path)
    wrong = tuple(fault for fault in found if fault.severity == "error")
    return Checked(name, wrong, tuple(str(fault) for fault in found if fault.severity != "error"))


def _checked_scenario(name: str, path: Path) -> Checked:
    """A sweep with all its members, or a scenario with its figures and the demand that they can serve."""
    if path.is_file() and is_sweep(read(path)):
        firsts = {member.base: member.scenario for member in reversed(load_design(path).members)}
        wrong = [(base, *each) for base, scenario in firsts.items() for each in out_of_reach(scenario)]
        return Checked(name, tuple(Fault(path.name, 0, f"base {base}: {place}", words) for base, place, words in wrong))
    loaded(name)
    return Checked(name, ())
