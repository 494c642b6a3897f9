"""A design of scenarios, run into a folder that can be stopped and gone on with."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from frontdoor import made_from
from frontdoor.checking import checked_design
from frontdoor.lab import PIECE, Lab, lab
from frontdoor.made_from import SWEEP
from frontdoor.screen import Stage, stage
from report import cost, sweep_words
from report.compare import headlines
from report.comparison_words import frontier_lines
from report.differences import said, setting_title
from report.frontier import frontier
from scenarios.design import Design, Member, find_sweep
from scenarios.load import as_data
from scenarios.measure_names import measure_names
from simulate.members import Piece, code, live
from simulate.store import in_place, write_csv, write_text
from simulate.sweep import Failure, Named, run_missing
from simulate.sweep_store import pruned
from simulate.sweep_tables import put_together

QUIET = stage(quiet=True)
DESIGN, MANIFEST, FAILED = "design.csv", "manifest.json", "failed.csv"
COSTS, FRONTIER = "costs.csv", "frontier.csv"
COSTED = 20
"""Futures over which a member's people are paid: their cost hardly differs between futures."""
SHOWN = 4
"""Measures on the screen where the sweep names none; its folder holds all."""
TRIAL = 2
"""Replications lived through to tell how long a sweep will take."""


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep will do: members, replications in all, those done before, seconds expected (0: nothing to do)."""

    name: str
    members: int
    replications: int
    done: int
    processes: int
    seconds: float

    def __str__(self) -> str:
        head = f"{self.name}: {self.members} members, {self.replications:,} replications"
        if self.done == self.replications:
            return f"{head}, all of them done before"
        found = f", {self.done:,} of them done before" if self.done else ""
        return f"{head}{found}; about {spoken(self.seconds)} on {self.processes} processes"


@dataclass(frozen=True)
class Swept:
    """A finished sweep: its folder, its design, the summary over replications, the members that failed.

    `prices`: what the people of each member cost a year (report.cost.priced). `frontier`: cost against each promised
    measure (report.frontier), a row a member.
    """

    folder: Path
    design: Design
    summary: pd.DataFrame
    failed: tuple[Failure, ...]
    plan: SweepPlan
    prices: pd.DataFrame
    frontier: pd.DataFrame


def sweep(
    name: str,
    *,
    settings: Mapping[str, Any] | None = None,
    out: Path = Path("outputs"),
    processes: int | None = None,
    cluster: str | None = None,
    stage: Stage = QUIET,
    say: Callable[[str], None] = lambda _words: None,
) -> Swept:
    """Run every member of a sweep that is not yet in its folder, `out/sweep_<name>`, and put the tables together.

    `say` hears the plan before anything runs. Members that fail are told in the result and leave the rest alone.
    Raises ScenarioError with every fault of the sweep file.
    """
    path = find_sweep(name)
    say(reading(name))
    return sweep_design(
        checked_design(path, settings),
        path,
        out=out,
        processes=processes,
        cluster=cluster,
        stage=stage,
        say=say,
    )


def sweep_design(
    design: Design,
    path: Path | None = None,
    *,
    out: Path = Path("outputs"),
    processes: int | None = None,
    cluster: str | None = None,
    stage: Stage = QUIET,
    say: Callable[[str], None] = lambda _words: None,
) -> Swept:
    """`sweep` for a design made in code; `path`: the file it came from, of which a copy is kept."""
    folder = out / f"sweep_{design.sweep.name}"
    with lab(folder, processes=processes, cluster=cluster) as bench:
        keys = {member.name: [piece.key for piece in _pieces(member, design, bench)] for member in design.members}
        missing = {key for parts in keys.values() for key in parts if not bench.store.holds(key)}
        plan = _planned(design, keys, missing, bench)
        say(str(plan))
        with stage(f"Sweeping {design.sweep.name}", plan.replications - plan.done) as advance:
            wanted = _missing(design, keys, missing, bench)
            failed = run_missing(wanted, bench.store, bench.executor, bench.processes, advance=advance)
    whole = {member: parts for member, parts in keys.items() if all(bench.store.holds(part) for part in parts)}
    why = {failure.member: failure.why for failure in failed}
    lost = tuple(Failure(name, why.get(name, "shares a piece that failed")) for name in keys if name not in whole)
    pruned(bench.store, {part for parts in keys.values() for part in parts})
    summary = put_together(whole.items(), bench.store, folder, design.sweep.measures)
    prices = cost.priced({member.name: member.scenario for member in design.members}, COSTED)
    bought = _frontier(design, prices, summary)
    _write_about(folder, path, design, lost)
    for name, table in ((COSTS, prices), (FRONTIER, bought)):
        write_csv(table, folder / name)
    return Swept(folder, design, summary, lost, plan, prices, bought)


def _frontier(design: Design, prices: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Cost against each measure that the first member promises, over the whole period."""
    first = design.members[0].scenario
    named = measure_names(as_data(first))
    units = {target.measure: named[target.measure].unit for target in first.targets.values()}
    return frontier(prices, summary[summary["period"] == "all"].rename(columns={"member": "name"}), units)


def members_table(design: Design) -> pd.DataFrame:
    """One row a member: member, base, and a column for each setting (empty where the base's own value stands).

    A setting that is more than one value, as dated steps are, stands in words.
    """

    def plain(value: Any) -> Any:
        return said(value) if isinstance(value, list | tuple | Mapping) else value

    return pd.DataFrame(
        [
            {"member": each.name, "base": each.base, **{name: plain(value) for name, value in each.settings.items()}}
            for each in design.members
        ]
    )


def reading(name: str) -> str:
    """What is done before the plan of a sweep is known, in words."""
    return f"Reading {name}, checking every member and trying one, to tell how long it will take"


def spoken(seconds: float) -> str:
    """A stretch of time as a person would say it."""
    if seconds < 90:
        whole = max(round(seconds), 1)
        return f"{whole} second{'s' if whole > 1 else ''}"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def _pieces(member: Member, design: Design, bench: Lab) -> list[Named]:
    replications = range(member.scenario.replications)
    return bench.pieces(member.name, member.scenario, replications, PIECE, by_month=design.sweep.by_month)


def _missing(design: Design, keys: Mapping[str, list[str]], missing: set[str], bench: Lab) -> Iterator[Named]:
    """Pieces to run, made one member at a time, so that memory does not grow with the sweep."""
    for member in design.members:
        if missing & set(keys[member.name]):
            yield from (piece for piece in _pieces(member, design, bench) if piece.key in missing)


def _planned(design: Design, keys: Mapping[str, list[str]], missing: set[str], bench: Lab) -> SweepPlan:
    sizes: dict[str, int] = {}
    for member in design.members:
        left = member.scenario.replications
        for key in keys[member.name]:
            sizes[key] = min(PIECE, left)
            left -= PIECE
    to_run = sum(sizes[key] for key in missing)
    seconds = 0.0
    if missing:
        first = next(_missing(design, keys, missing, bench)).piece
        seconds = _seconds_each(first) * to_run / bench.processes
    everything = sum(sizes.values())
    return SweepPlan(design.sweep.name, len(design.members), everything, everything - to_run, bench.processes, seconds)


def _seconds_each(piece: Piece) -> float:
    """Seconds that one replication takes here, the first left out: it compiles."""
    one = Piece(piece.scenario, piece.paths.rows(range(1)), _row(piece), piece.first, piece.by_month)
    live(one)
    began = time.perf_counter()
    for _ in range(TRIAL):
        live(one)
    return (time.perf_counter() - began) / TRIAL


def _row(piece: Piece) -> Any:
    return None if piece.surge is None else piece.surge.rows(range(1))


def _write_about(folder: Path, path: Path | None, design: Design, lost: tuple[Failure, ...]) -> None:
    """Keep what was asked, what each member is, what failed, and who made it; the same bytes for the same sweep."""
    if path is not None and path.resolve() != (folder / SWEEP).resolve():
        shutil.copyfile(path, folder / SWEEP)
    with in_place(folder / DESIGN) as beside:
        members_table(design).to_csv(beside, index=False, lineterminator="\n")
    failed = pd.DataFrame([{"member": one.member, "why": one.why} for one in lost], columns=["member", "why"])
    write_csv(failed, folder / FAILED)
    about = {
        "sweep": design.sweep.name,
        "question": design.sweep.question,
        "members": len(design.members),
        "failed": len(lost),
        "version": version("frontdoor-planner"),
        "code": code(),
    }
    made_from.write(design.bases.values(), folder)
    write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", folder / MANIFEST)


def lines(swept: Swept) -> list[str]:
    """A sweep in lines: every member with its settings and what they do, and what money buys."""
    first = swept.design.members[0].scenario
    named = measure_names(as_data(first))
    wanted = list(swept.design.sweep.measures) or headlines(first)[:SHOWN]
    settings = {one: setting_title(first, one) for member in swept.design.members for one in member.settings}
    rows = swept.summary[swept.summary["period"] == "all"]
    out = sweep_words.member_lines(members_table(swept.design), rows, settings, {name: named[name] for name in wanted})
    if len(swept.frontier):
        out += frontier_lines(swept.frontier[swept.frontier["on_frontier"]], named, settings)
    left_out = sorted({words for words in swept.prices["not_costed"] if words})
    return out + [f"  The cost is without {words}." for words in left_out]
