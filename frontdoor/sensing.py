"""What matters most in a scenario, and an emulator that answers what-ifs at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from frontdoor import made_from
from frontdoor.demand import loaded
from frontdoor.screen import Stage, stage
from frontdoor.sweeps import members_table, reading, sweep_design
from report import emulator
from report.compare import headlines
from report.comparison_words import change
from report.emulator import Emulator, Error
from report.phrases import percent, said
from report.sensitivity import sobol, telling, tornado, widest
from scenarios.design import Design, designed
from scenarios.document import Document
from scenarios.faults import COMMAND_LINE, Fault, ScenarioError
from scenarios.load import as_data
from scenarios.measure_names import measure_names
from scenarios.schema import Scenario
from scenarios.sweep import OWN_RANGE, Sweep
from simulate import store
from simulate.sweep_tables import LONG

QUIET = stage(quiet=True)
EMULATOR = "emulator.json"
_ASKED = Document({}, {}, COMMAND_LINE)
"""Where a design stands that was asked for by options."""
TOP = 6
"""Settings, widest in the tornado over all measures watched, that the variance is shared out among."""


TOTAL = "A share counts what a setting does with others too, so shares may add up to more than 100%."


@dataclass(frozen=True)
class Sensitivity:
    """What matters: `tornado` (report.sensitivity), and where asked for `shares` of variance and the `emulator`."""

    scenario: Scenario
    folder: Path
    tornado: pd.DataFrame
    shares: pd.DataFrame | None = None
    emulator: Emulator | None = None


def sensitivity(
    name: str,
    *,
    patterns: Sequence[str] = (),
    measures: Sequence[str] = (),
    replications: int = 20,
    members: int | None = None,
    out: Path = Path("outputs"),
    processes: int | None = None,
    cluster: str | None = None,
    stage: Stage = QUIET,
    say: Callable[[str], None] = lambda _words: None,
) -> Sensitivity:
    """Move each number of a scenario from its own low to its own high, alone; with `members` then the widest together.

    `patterns`: dotted settings to move, `*` for any (default: every number with a range). `measures`: which to watch
    (default: the headlines). `members`: size of the Latin hypercube behind emulator and shares of variance. Everything
    is kept in `out/sensitivity_<name>` and gone on with after a stop. Raises ScenarioError for faults.
    """
    say(reading(name))
    scenario = loaded(name)
    watched = tuple(measures) or tuple(headlines(scenario))
    settings: dict[str, Any] = dict.fromkeys(patterns or ("*",), OWN_RANGE)
    folder = out / f"sensitivity_{scenario.name}"
    how: dict[str, Any] = {"out": folder, "processes": processes, "cluster": cluster, "stage": stage, "say": say}
    alone = _sweep(name, scenario, "one-at-a-time", "one at a time", settings, replications, watched)
    swept = sweep_design(_designed(alone), **how)
    long = pd.read_parquet(swept.folder / LONG)
    moved = {member.name: dict(member.settings) for member in swept.design.members}
    table = tornado(moved, long, scenario)
    made_from.write([scenario], folder)
    _keep(table, folder, "tornado")
    if members is None:
        return Sensitivity(scenario, folder, table)
    say(reading(f"{name} for the widest together"))
    moved_most = widest(table, TOP)
    if not moved_most:
        raise ScenarioError([Fault(name, 0, "--members", "nothing to share out: no number moves what is watched")])
    together = _sweep(
        name,
        scenario,
        "together",
        "latin hypercube",
        dict.fromkeys(moved_most, OWN_RANGE),
        replications,
        watched,
        members,
    )
    wide = sweep_design(_designed(together), **how)
    summary = wide.summary[wide.summary["period"] == "all"]
    fitted = emulator.fit(members_table(wide.design), summary, base=scenario.name, measures=_known(watched, summary))
    emulator.write(fitted, folder / EMULATOR)
    shares = sobol(fitted, scenario)
    _keep(shares, folder, "shares-of-variance")
    return Sensitivity(scenario, folder, table, shares, fitted)


def ask(folder: Path, settings: Mapping[str, Any]) -> pd.DataFrame:
    """What the emulator in a folder answers for settings; raises ScenarioError outside its range, or without one."""
    path = folder / EMULATOR
    if not folder.is_dir():
        raise ScenarioError([Fault(str(folder), 0, "", "there is no such folder")])
    if not path.is_file():
        words = "holds no emulator; make one with frontdoor sensitivity SCENARIO --members 100"
        raise ScenarioError([Fault(str(folder), 0, "", words)])
    return emulator.read(path).predict(settings)


def lines(found: Sensitivity) -> list[str]:
    """What matters most in lines: the widest swings of each measure, shares of variance, the emulator's error."""
    named = measure_names(as_data(found.scenario))
    out: list[str] = []
    for measure in map(str, dict.fromkeys(found.tornado["measure"])):
        rows = found.tornado[found.tornado["measure"] == measure]
        unit = named[measure].unit
        out += ["", f"{named[measure].title}, {said(rows['base_mean'].iloc[0], unit)} as it is"]
        sure = rows[telling(rows)]
        for _, row in sure.head(TOP).iterrows():
            ends = ((row["low_mean"], row["low_value"]), (row["high_mean"], row["high_value"]))
            base = row["base_mean"]
            moves = ", ".join(f"{said(mean, unit)} ({change(mean - base, unit)}) at {value:g}" for mean, value in ends)
            out.append(f"  {row['title']}: {moves} {row['unit']} ({row['source']})")
        if not len(sure):
            out.append("  No number moves it for certain.")
    if found.shares is not None and found.emulator is not None:
        out += ["", "All together: shares of variance, as the emulator has it", f"  {TOTAL}"]
        for measure, error in found.emulator.errors.items():
            rows = found.shares[found.shares["measure"] == measure]
            out.append(
                f"  {named[measure].title}: {_foreseen(error)}{'' if len(rows) else ', so nothing is shared out'}"
            )
            out += [f"    {row['title']}: {percent(max(row['total'], 0.0))}" for _, row in rows.head(TOP).iterrows()]
    return out


def _foreseen(error: Error) -> str:
    """How far an emulator can be trusted for a measure, in words."""
    if not error.typical:
        return "the same in every run"
    return f"{percent(max(error.explained, 0.0))} of what differs between runs is foreseen"


def answer_lines(folder: Path, answer: pd.DataFrame) -> list[str]:
    """What an emulator answers, in lines: each measure with its 95 % interval and how far it can be trusted."""
    fitted = emulator.read(folder / EMULATOR)
    made = made_from.read(folder).values()
    titles = {name: about.title for one in made for name, about in measure_names(as_data(one)).items()}
    out = []
    for row in answer.to_dict("records"):
        measure, unit = str(row["measure"]), str(row["unit"])
        title = titles.get(measure, measure.replace("_", " "))
        mean, low, high = (said(float(row[name]), unit) for name in ("mean", "low", "high"))
        out.append(f"{title}: {mean} ({low} to {high}); {_foreseen(fitted.errors[measure])}")
    return out


def _designed(sweep: Sweep) -> Design:
    """A sweep that was asked for by options, its faults told at the option that was typed."""
    try:
        return designed(sweep, _ASKED)
    except ScenarioError as error:
        raise ScenarioError([_as_typed(fault, sweep) for fault in error.faults]) from None


def _as_typed(fault: Fault, sweep: Sweep) -> Fault:
    part, _, rest = fault.setting.partition(".")
    if fault.file != COMMAND_LINE or part not in ("measures", "settings"):
        return fault
    if part == "settings":
        return Fault("--setting", 0, rest, fault.message)
    typed = sweep.measures[int(rest)]
    return Fault("--measure", 0, typed, fault.message.replace(f" '{typed}'", ""))


def _sweep(
    base: str,
    scenario: Scenario,
    name: str,
    design: Any,
    settings: dict[str, Any],
    replications: int,
    measures: tuple[str, ...],
    members: int | None = None,
) -> Sweep:
    return Sweep(
        name=name,
        question=f"What matters most in {scenario.name}?",
        base=base,
        design=design,
        settings=settings,
        replications=replications,
        measures=measures,
        members=members,
    )


def _known(watched: Sequence[str], summary: pd.DataFrame) -> list[str]:
    return [name for name in watched if name in set(summary["measure"])]


def _keep(table: pd.DataFrame, folder: Path, name: str) -> None:
    store.write_table(table, folder / f"{name}.parquet")
    store.write_csv(table, folder / f"{name}.csv")
