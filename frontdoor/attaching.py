"""Parts of a run's page that come from elsewhere: a comparison, a sweep, what matters most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import pandas as pd

from frontdoor import made_from
from frontdoor.sweeps import COSTS
from report import contracts, effects, experiments, falls, sweeps, terms, whatif
from report.compare import headlines
from report.comparison_words import LOG_WORDS
from report.cost import PRICES
from report.differences import setting_title, value_at
from report.exhibit import Exhibit
from report.page import Section
from report.phrases import day
from report.sensitivity import telling
from report.suppress import without_small
from report.waterfall import worth_telling
from scenarios import load
from scenarios.faults import Fault, ScenarioError
from scenarios.measure_names import measure_names
from scenarios.schema import Scenario

MOST_MEASURES = 12  # of a sweep on the page; one that names none of its own shows the headlines
STEPS = "steps.parquet"
TORNADOES = 4  # measures of a sensitivity on the page, those with a target first; its folder holds all


def attached(folders: Sequence[Path], scenario: Scenario, *, publish: bool = False) -> tuple[Section, ...]:
    """Page sections of stored comparisons, sweeps and sensitivities; to publish, without measures of small counts.

    Raises ScenarioError naming every folder that holds none of them.
    """
    made: list[Section] = []
    faults = []
    for folder in folders:
        found = [make(folder, scenario, publish) for mark, make in KINDS.items() if (folder / mark).is_file()]
        if not found:
            words = f"holds no comparison, sweep or sensitivity (none of {', '.join(KINDS)})"
            faults.append(Fault(str(folder), 0, "--with", words))
        made += found
    if faults:
        raise ScenarioError(faults)
    return tuple(made)


def log_section(folders: Sequence[Path]) -> tuple[Section, ...]:
    """The log of experiments beside a run and what is shown with it, entry by entry; none where none is kept."""
    entries = pd.concat([experiments.table(experiments.read_log(folder)) for folder in folders], ignore_index=True)
    if entries.empty:
        return ()
    blocks = []
    for _, row in entries.iterrows():
        told = [f"<dt>{word}</dt><dd>{escape(str(row[name]))}</dd>" for name, word in LOG_WORDS.items() if row[name]]
        head = escape(f"{row['run']}, {day(row['on'])}")
        blocks.append(f"<h3>{head}</h3>\n<dl>{''.join(told)}</dl>")
    return (Section("log", "Log of experiments", blocks=tuple(blocks)),)


def _comparison(folder: Path, scenario: Scenario, publish: bool) -> Section:
    table = pd.read_parquet(folder / "compare.parquet")
    table = table[table["measure"].isin(headlines(scenario))]
    table = without_small(table, "unit", ("base_mean", "other_mean")) if publish else table
    source = f"Compared in {int(table['replications'].max())} futures, the same children in each; {folder.name}."
    exhibits: list[Exhibit] = []
    steps = pd.read_parquet(folder / STEPS) if (folder / STEPS).is_file() else None
    for other, rows in table.groupby("other", sort=False):
        exhibits += effects.compared(rows, scenario, source=source)
        if steps is not None:
            exhibits += _steps(steps[steps["other"] == other], scenario, rows, str(other), source)
    promised = [target.measure for target in scenario.targets.values()]
    if (folder / "costs.parquet").is_file() and promised:
        exhibits.append(_cost(folder, scenario, promised[0], source))
    return Section(f"compared-{folder.name}", "Scenarios compared", tuple(exhibits))


def _steps(
    steps: pd.DataFrame, scenario: Scenario, differences: pd.DataFrame, other: str, source: str
) -> list[Exhibit]:
    """Waterfalls to one scenario, for the measures that surely change and are not withheld."""
    shown = {m: steps[steps["measure"] == m] for m in worth_telling(differences, scenario)}
    return [
        falls.waterfall(
            rows,
            terms.name(scenario, measure),
            other=other.replace("-", " "),
            key=f"{other}-{measure}",
            source=source,
        )
        for measure, rows in shown.items()
        if len(rows)
    ]


def _cost(folder: Path, scenario: Scenario, measure: str, source: str) -> Exhibit:
    costs, futures = pd.read_parquet(folder / "costs.parquet"), pd.read_parquet(folder / "futures.parquet")
    held = futures[futures["measure"] == measure].set_index("scenario")
    rows = (
        costs[["scenario", *PRICES]]
        .join(held[["mean", "p10", "p90"]], on="scenario")
        .rename(columns={"scenario": "name", "mean": "value", "p10": "value_low", "p90": "value_high"})
    )
    limit = next(
        t.at_most if t.at_least is None else t.at_least for t in scenario.targets.values() if t.measure == measure
    )
    rows = rows.assign(unit=measure_names(load.as_data(scenario))[measure].unit)
    name = terms.name(scenario, measure)
    target = None if limit is None else float(limit)
    return sweeps.cost(rows, name, target=target, source=source + _left_out(costs))


def _sweep(folder: Path, scenario: Scenario, publish: bool) -> Section:
    members, summary = pd.read_csv(folder / "design.csv"), pd.read_parquet(folder / "summary.parquet")
    table = contracts.from_members(members, summary)
    table = without_small(table, "unit", ("mean", "low", "high")) if publish else table
    measures = list(dict.fromkeys(table["measure"]))
    if len(measures) > MOST_MEASURES:
        measures = [name for name in headlines(scenario) if name in measures]
        table = table[table["measure"].isin(measures)]
    promised = [target.measure for target in scenario.targets.values()]
    measures.sort(key=lambda name: name not in promised)
    priced = _priced(folder, table)
    futures = int(summary["replications"].max())
    made = f"{table['member'].nunique()} runs of {futures} futures each; {folder.name}."
    titles = {name: terms.setting_name(setting_title(scenario, name)) for name in dict.fromkeys(table["setting"])}
    exhibits = sweeps.surfaces(table, scenario, measures, titles=titles, source=made)
    if (folder / COSTS).is_file():
        made += _left_out(pd.read_csv(folder / COSTS))
    base = _base(folder, scenario)
    own = {name: value for name in titles if (value := value_at(base, name)) is not None}
    shown = [*measures, *(name for name in dict.fromkeys(priced["measure"]) if name not in measures)]
    section = whatif.section(
        priced, scenario, titles=titles, provenance=made, key=folder.name, base=own, base_name=base.name, measures=shown
    )
    return Section(section.key, section.title, (*exhibits, *section.exhibits), section.blocks)


def _base(folder: Path, scenario: Scenario) -> Scenario:
    """The scenario that a sweep moves the settings of: the run's own, else the first that was noted with it."""
    noted = made_from.read(folder)
    return scenario if scenario.name in noted else next(iter(noted.values()), scenario)


def _priced(folder: Path, table: pd.DataFrame) -> pd.DataFrame:
    """The sweep's table with what the staff of each member cost a year; as it is where no salary is stated."""
    if not (folder / COSTS).is_file():
        return table
    prices = pd.read_csv(folder / COSTS).rename(
        columns={"name": "member", "cost": "mean", "cost_p10": "low", "cost_p90": "high"}
    )
    rows = table.drop_duplicates(["member", "setting"])[["member", "setting", "value"]]
    added = rows.merge(prices[prices["mean"] > 0], on="member").assign(measure="cost_a_year", unit="pounds a year")
    return pd.concat([table, added[list(contracts.SWEEP)]], ignore_index=True)


def _left_out(costs: pd.DataFrame) -> str:
    """A sentence on what the costs of some choice leave out; nothing where they leave out nothing."""
    said = [str(words) for words in costs["not_costed"].dropna().unique() if words]
    return f" The cost is without {'; '.join(said)}." if said else ""


def _sensitivity(folder: Path, scenario: Scenario, publish: bool) -> Section:
    table = pd.read_parquet(folder / "tornado.parquet")
    table = without_small(table, "measure_unit", ("base_mean", "low_mean", "high_mean")) if publish else table
    moved = table[telling(table)]
    promised = [target.measure for target in scenario.targets.values()]
    first = sorted(headlines(scenario), key=lambda name: name not in promised)
    measures = [name for name in first if name in set(moved["measure"])][:TORNADOES]
    source = f"Each assumption at its low and its high value, in the same futures; {folder.name} holds every measure."
    exhibits = [effects.tornado(table, scenario, name, source=source) for name in measures]
    return Section(f"matters-{folder.name}", "What matters most", tuple(exhibits))


KINDS: dict[str, Callable[[Path, Scenario, bool], Section]] = {
    "compare.parquet": _comparison,
    "design.csv": _sweep,
    "tornado.parquet": _sensitivity,
}
"""The file by which a folder is told, and what is made of it."""
