"""Parts of a run's page that come from elsewhere: a comparison, a sweep, what matters most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from report import contracts, effects, sweeps, terms, whatif
from report.compare import headlines
from report.differences import setting_title
from report.exhibit import Exhibit
from report.page import Section
from scenarios import load
from scenarios.faults import Fault, ScenarioError
from scenarios.measure_names import measure_names
from scenarios.schema import Scenario

ALL = "all"


def attached(folders: Sequence[Path], scenario: Scenario) -> tuple[Section, ...]:
    """Page sections of stored comparisons, sweeps and sensitivities.

    Raises ScenarioError naming every folder that holds none of them.
    """
    made: list[Section] = []
    faults = []
    for folder in folders:
        found = [make(folder, scenario) for mark, make in KINDS.items() if (folder / mark).is_file()]
        if not found:
            words = f"holds no comparison, sweep or sensitivity (none of {', '.join(KINDS)})"
            faults.append(Fault(str(folder), 0, "--with", words))
        made += found
    if faults:
        raise ScenarioError(faults)
    return tuple(made)


def _comparison(folder: Path, scenario: Scenario) -> Section:
    table = pd.read_parquet(folder / "compare.parquet")
    table = table[table["measure"].isin(headlines(scenario))]
    source = f"Compared in {int(table['replications'].max())} futures, the same children in each; {folder.name}."
    exhibits = effects.compared(table, scenario, source=source)
    promised = [target.measure for target in scenario.targets.values()]
    if (folder / "costs.parquet").is_file() and promised:
        exhibits.append(_cost(folder, scenario, promised[0], source))
    return Section(f"compared-{folder.name}", "Scenarios compared", tuple(exhibits))


def _cost(folder: Path, scenario: Scenario, measure: str, source: str) -> Exhibit:
    costs, futures = pd.read_parquet(folder / "costs.parquet"), pd.read_parquet(folder / "futures.parquet")
    held = futures[futures["measure"] == measure].set_index("scenario")
    rows = costs.join(held[["mean", "p10", "p90"]], on="scenario").rename(
        columns={"scenario": "name", "mean": "value", "p10": "value_low", "p90": "value_high"}
    )
    limit = next(
        t.at_most if t.at_least is None else t.at_least for t in scenario.targets.values() if t.measure == measure
    )
    rows = rows.assign(unit=measure_names(load.as_data(scenario))[measure].unit)
    name = terms.name(scenario, measure)
    return sweeps.cost(rows, name, target=None if limit is None else float(limit), source=source)


def _sweep(folder: Path, scenario: Scenario) -> Section:
    members, summary = pd.read_csv(folder / "design.csv"), pd.read_parquet(folder / "summary.parquet")
    table = contracts.from_members(members, summary)
    measures = list(dict.fromkeys(table["measure"]))
    futures = int(summary["replications"].max())
    made = f"{table['member'].nunique()} runs of {futures} futures each; {folder.name}."
    titles = {name: setting_title(scenario, name) for name in dict.fromkeys(table["setting"])}
    exhibits = sweeps.surfaces(table, scenario, measures, titles=titles, source=made)
    section = whatif.section(
        table, scenario, titles=titles, measures=measures, source=made, provenance=made, key=folder.name
    )
    return Section(section.key, section.title, (*exhibits, *section.exhibits), section.blocks)


def _sensitivity(folder: Path, scenario: Scenario) -> Section:
    table = pd.read_parquet(folder / "tornado.parquet")
    moved = table[table["certain"].astype(bool)] if "certain" in table else table
    measures = [name for name in headlines(scenario) if name in set(moved["measure"])]
    exhibits = [effects.tornado(table, scenario, name, source=f"{folder.name}.") for name in measures]
    return Section(f"matters-{folder.name}", "What matters most", tuple(exhibits))


KINDS: dict[str, Callable[[Path, Scenario], Section]] = {
    "compare.parquet": _comparison,
    "design.csv": _sweep,
    "tornado.parquet": _sensitivity,
}
"""The file by which a folder is told, and what is made of it."""
