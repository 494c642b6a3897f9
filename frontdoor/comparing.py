"""Scenarios beside one another: in the same futures, with the same children, and what differs between them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from frontdoor import made_from
from frontdoor.demand import loaded
from frontdoor.lab import lab
from frontdoor.screen import Stage, stage
from report import comparison_words as words
from report import cost
from report.compare import Lived, compare, downstream, explained, headlines, not_paired
from report.components import components
from report.contracts import WATERFALL
from report.differences import HOW_OFTEN, input_differences
from report.frontier import frontier
from report.steps import steps as taken_apart
from report.waterfall import waterfalls, worth_telling
from scenarios.faults import Fault, ScenarioError, nearest, told_together
from scenarios.load import as_data
from scenarios.measure_names import Named, measure_names
from scenarios.schema import Scenario
from simulate import store
from simulate.clock import Clock
from simulate.periods import periods_of

QUIET = stage(quiet=True)
PATHS, TIMES = 20, 4
"""Futures, and lives through each, that tell the forecast's part of the variance from the simulation's."""


@dataclass(frozen=True)
class Simulated:
    """A scenario and the measures of its replications."""

    scenario: Scenario
    measures: pd.DataFrame


@dataclass(frozen=True)
class Comparison:
    """Everything that a comparison says.

    `table`: paired differences (report.compare). `inputs`: settings that differ, by other. `moved`: where load moved.
    `headlines`: measures that answer first. `futures`: mean and 8 of 10 futures of each scenario for the headlines.
    `costs`: a year's cost by scenario. `frontier`: cost against each promised measure (report.frontier).
    `parts`, `pairing`: variance by forecast and simulation, and what pairing is worth; only where asked for.
    `steps`: from the base to each other, change by change (report.waterfall); only where asked for.
    """

    base: Scenario
    others: tuple[Scenario, ...]
    table: pd.DataFrame
    inputs: pd.DataFrame
    moved: pd.DataFrame
    headlines: tuple[str, ...]
    futures: pd.DataFrame
    costs: pd.DataFrame
    frontier: pd.DataFrame
    parts: pd.DataFrame | None = None
    pairing: pd.DataFrame | None = None
    steps: pd.DataFrame | None = None


def compare_scenarios(
    names: Sequence[str],
    *,
    replications: int | None = None,
    explain: bool = False,
    steps: bool = False,
    period: str = "all",
    out: Path = Path("outputs"),
    processes: int | None = None,
    stage: Stage = QUIET,
) -> Comparison:
    """Compare scenarios, or stored runs, with the first of them; with `steps`, each change of the others alone too.

    A name is a file, a scenario of the library or a run folder. What is not stored is simulated with as many
    replications as asked for (the base's own number without). Raises ScenarioError for faults, where two are not
    pairs, and where `period`, which is to be shown, is not one of the base's.
    """
    named: list[Scenario | Simulated] = []
    with told_together() as piece:
        for name in names:
            with piece():
                named.append(_given(name))
    given = _distinct(named)
    base = given[0].scenario if isinstance(given[0], Simulated) else given[0]
    number = replications or base.replications
    fresh = {f"{at}": one for at, one in enumerate(given) if isinstance(one, Scenario)}
    scenarios = [one.scenario if isinstance(one, Simulated) else one for one in given]
    _check(names, scenarios)
    _check_period(period, periods_of(Clock(base.as_at, base.horizon_months)).names)
    alone = {at: taken_apart(base, other) for at, other in enumerate(scenarios[1:], 1)} if steps else {}
    fresh |= {f"{at}.{n}": one for at, ones in alone.items() if len(ones) > 1 for n, one in enumerate(ones)}
    with lab(out, processes=processes) as bench:
        with stage("Simulating", number * len(fresh)) as advance:
            found = bench.measured(fresh, range(number), by_month=True, advance=advance)
        parts = None
        if explain:
            with stage("Telling forecast from chance", PATHS * TIMES) as advance:
                parts = components(bench.nested(base, PATHS, TIMES, advance=advance), TIMES)
    runs: list[Lived] = [
        one if isinstance(one, Simulated) else Simulated(one, found[f"{at}"]) for at, one in enumerate(given)
    ]
    found_alone = {
        at: [Simulated(one, found[f"{at}.{n}"]) for n, one in enumerate(ones)]
        for at, ones in alone.items()
        if len(ones) > 1
    }
    whole = compared(runs, parts=parts, explain=explain)
    told = [waterfalls(runs[0], ones, runs[at], whole.headlines) for at, ones in found_alone.items()]
    none = pd.DataFrame(columns=["other", "measure", *WATERFALL])
    return replace(whole, steps=pd.concat(told, ignore_index=True) if told else none) if steps else whole


def compared(runs: Sequence[Lived], *, parts: pd.DataFrame | None = None, explain: bool = False) -> Comparison:
    """What a comparison says of runs that have been lived through; the first is the base.

    Where some were lived through more often than others, only the futures that all share count.
    """
    runs = _shared(runs)
    base, others = runs[0], list(runs[1:])
    table = compare(base, others)
    first = tuple(headlines(base.scenario))
    lived = int(base.measures["replication"].max()) + 1
    prices = cost.priced(
        {run.scenario.name: run.scenario.model_copy(update={"replications": lived}) for run in runs}, lived
    )
    futures = pd.concat([_futures(run, first) for run in runs], ignore_index=True)
    inputs = [input_differences(base.scenario, other.scenario).assign(other=other.scenario.name) for other in others]
    return Comparison(
        base=base.scenario,
        others=tuple(other.scenario for other in others),
        table=table,
        inputs=pd.concat(inputs, ignore_index=True),
        moved=downstream(table, base.scenario),
        headlines=first,
        futures=futures,
        costs=prices.rename(columns={"name": "scenario"}),
        frontier=frontier(prices, futures.rename(columns={"scenario": "name"}), _promised(base.scenario)),
        parts=None if parts is None else parts[parts["measure"].isin(first) & (parts["period"] == "all")],
        pairing=explained(base, others) if explain else None,
    )


def write_comparison(comparison: Comparison, out: Path) -> Path:
    """Keep a comparison's tables, and what they were made from, in a folder of their own; returns it."""
    names = [comparison.base.name, *(other.name for other in comparison.others)]
    digest = hashlib.sha256(
        "|".join(store.fingerprint(each) for each in (comparison.base, *comparison.others)).encode()
    )
    folder = out / f"compare_{names[0]}_{digest.hexdigest()[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"inputs": comparison.inputs, "costs": comparison.costs, "futures": comparison.futures}
    tables |= {"moved": comparison.moved, "frontier": comparison.frontier}
    tables |= {} if comparison.steps is None else {"steps": comparison.steps}
    if comparison.parts is not None and comparison.pairing is not None:
        tables |= {"variance": comparison.parts, "pairing": comparison.pairing}
    tables["compare"] = comparison.table  # last: by it the folder is known for a whole comparison
    made_from.write((comparison.base, *comparison.others), folder)
    for name, table in tables.items():
        store.write_table(table, folder / f"{name}.parquet")
        store.write_csv(table, folder / f"{name}.csv")
    return folder


def _given(name: str) -> Scenario | Simulated:
    """A stored run where the name is a run folder; else a scenario."""
    if store.is_run(Path(name)):
        run = store.read(Path(name))
        return Simulated(run.scenario, run.measures)
    scenario = loaded(name)
    if scenario.starts:
        why = "has several starts; run it with frontdoor run and compare the run folders"
        raise ScenarioError([Fault(name, 0, "starts", why)])
    return scenario


def _distinct(given: list[Scenario | Simulated]) -> list[Scenario | Simulated]:
    """The same, with a number behind a scenario's name where it was named before."""
    seen: list[str] = []
    out: list[Scenario | Simulated] = []
    for one in given:
        scenario = one.scenario if isinstance(one, Simulated) else one
        seen.append(scenario.name)
        if (times := seen.count(scenario.name)) > 1:
            scenario = scenario.model_copy(update={"name": f"{scenario.name}-{times}"})
        out.append(Simulated(scenario, one.measures) if isinstance(one, Simulated) else scenario)
    return out


def _check(names: Sequence[str], scenarios: Sequence[Scenario]) -> None:
    if len(scenarios) < 2:
        raise ScenarioError([Fault(names[0], 0, "", "needs another scenario to be compared with")])
    wrong = [(name, not_paired(scenarios[0], each)) for name, each in zip(names[1:], scenarios[1:], strict=True)]
    faults = [Fault(name, 0, "", f"cannot be compared pair by pair: {why}") for name, why in wrong if why]
    if faults:
        raise ScenarioError(faults)


def _check_period(period: str, known: Sequence[str]) -> None:
    if period not in known:
        raise ScenarioError([Fault("--period", 0, period, f"is not a period of these runs{nearest(period, known)}")])


def _shared(runs: Sequence[Lived]) -> list[Lived]:
    """The runs with the futures that all of them lived through."""
    lived = [set(run.measures["replication"]) for run in runs]
    common = set.intersection(*lived)
    return [
        run if own == common else Simulated(run.scenario, run.measures[run.measures["replication"].isin(common)])
        for run, own in zip(runs, lived, strict=True)
    ]


def _futures(run: Lived, measures: Sequence[str]) -> pd.DataFrame:
    """Mean and 8 of 10 futures of the whole period, a row a measure."""
    named = measure_names(as_data(run.scenario))
    rows = run.measures[(run.measures["period"] == "all") & run.measures["measure"].isin(list(measures))]
    grouped = rows.astype({"measure": "str"}).groupby("measure")["value"]
    table = grouped.agg(mean="mean", p10=lambda v: v.quantile(0.1), p90=lambda v: v.quantile(0.9)).reset_index()
    titles = [named[name].title for name in table["measure"]]
    return table.assign(scenario=run.scenario.name, title=titles)[
        ["scenario", "measure", "title", "mean", "p10", "p90"]
    ]


def _promised(base: Scenario) -> dict[str, str]:
    """The measures that a scenario promises, with their units."""
    named = measure_names(as_data(base))
    return {target.measure: named[target.measure].unit for target in base.targets.values()}


def lines(comparison: Comparison, period: str = "all") -> list[str]:
    """A comparison in lines: what was asked, what differs, by how much, where load moved, what it costs.

    `period`: a month (2021-02), a year from April (2020-21), or all. Raises ScenarioError for one that is not there.
    """
    _check_period(period, list(dict.fromkeys(comparison.table["period"])))
    named = measure_names(as_data(comparison.base))
    out = [f"Compared with {comparison.base.name}: {comparison.base.title}"]
    for other in comparison.others:
        title = words.called(other, comparison.base.title)
        out += ["", other.name if title == other.name else f"{other.name}: {title}"]
        out += [f"  Asked: {other.question.strip()}"]
        out += [f"  Expected: {other.hypothesis.strip()}"] if other.hypothesis else []
    out += words.input_lines(comparison.inputs)
    out += words.difference_lines(comparison.table, comparison.headlines, named, period)
    if comparison.steps is not None:
        out += _step_lines(comparison, named)
    out += words.moved_lines(downstream(comparison.table, comparison.base, period))
    out += words.spread_lines(comparison.futures, comparison.headlines, named)
    out += words.cost_lines(comparison.costs)
    inputs = comparison.inputs[~comparison.inputs["setting"].isin(HOW_OFTEN)]
    differing = dict(zip(inputs["setting"], inputs["what"], strict=True))
    out += words.frontier_lines(comparison.frontier, named, differing)
    if comparison.parts is not None and comparison.pairing is not None:
        out += words.explain_lines(comparison.parts, comparison.pairing, comparison.headlines, named)
    return out


def _step_lines(comparison: Comparison, named: Mapping[str, Named]) -> list[str]:
    """From the base to each other in steps, for the measures that surely change."""
    assert comparison.steps is not None
    out = []
    for other in comparison.others:
        mine = comparison.steps[comparison.steps["other"] == other.name]
        differences = comparison.table[comparison.table["other"] == other.name]
        chosen = [name for name in worth_telling(differences, comparison.base) if name in set(mine["measure"])]
        out += words.step_lines(mine[mine["measure"].isin(chosen)], other, named)
    return out
