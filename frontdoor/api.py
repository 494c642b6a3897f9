"""What commands and notebooks call to run a scenario: load, run, simulate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from frontdoor.demand import BAND_PATHS, Demand, demand, loaded, past_panel
from frontdoor.precise import precision_lines, read_wishes, until_known
from frontdoor.provenance import last_run, manifest
from frontdoor.screen import Stage, stage
from report import build
from scenarios import load as loading
from scenarios.faults import Fault, ScenarioError
from scenarios.schema import Scenario
from simulate import store
from simulate.facts import judged
from simulate.results import Results
from simulate.runner import Engine, Tables, replicate
from simulate.tables import summary

QUIET = stage(quiet=True)
MOST_FUTURES = 1000

load = loaded


def run(
    scenario: Scenario,
    *,
    out: Path = Path("outputs"),
    processes: int | None = None,
    engine: Engine = "fast",
    keep_events: bool = False,
    precision: Sequence[str] = (),
    most: int = MOST_FUTURES,
    command: str = "",
    stage: Stage = QUIET,
) -> tuple[Results, Path]:
    """Forecast, simulate, measure, report and store one scenario; returns the results and their folder.

    `precision`: means to be known so closely ("assessments in 45 working days = 1%"); then as many futures are
    simulated as that takes, `most` at most, and the stored scenario says how many.

    Raises ScenarioError and FiguresError for what needs attention in the planner's files.
    """
    began = datetime.now(UTC)
    store.writable(out)
    if precision:
        results, events = simulate_precisely(scenario, precision, most, processes=processes, stage=stage), None
        scenario = results.scenario
    else:
        results, events = simulate(scenario, processes=processes, engine=engine, keep_events=keep_events, stage=stage)
    results = replace(results, manifest={**manifest(scenario, began, engine, command), **results.manifest})
    name = f"{date.today():%Y-%m-%d}_{scenario.name}_{store.fingerprint(scenario)}"
    before = last_run(out, scenario.name)
    with store.new_folder(out, name) as folder:
        store.fill(folder, results)
        if events is not None:
            store.write_table(events, folder / "events.parquet")
        with stage("Writing the report", 1) as advance:
            build.build(results, folder, previous=before)
            advance(1)
    return results, out / name


def simulate(
    scenario: Scenario,
    *,
    processes: int | None = None,
    engine: Engine = "fast",
    keep_events: bool = False,
    stage: Stage = QUIET,
) -> tuple[Results, pd.DataFrame | None]:
    """Every table of a scenario's run, each of its starts simulated in turn; nothing is written."""
    measures, daily, events = [], [], []
    demands = {}
    for start, one in loading.expanded(scenario).items():
        demands[start] = drawn = demand(one)
        label = f"Simulating {one.name}{', ' + start.replace('_', ' ') if start else ''}"
        with stage(label, one.replications) as advance:
            tables = replicate(
                one,
                drawn.inside,
                start=start,
                surge=drawn.beyond,
                engine=engine,
                keep_events=keep_events,
                processes=processes,
                advance=advance,
            )
        measures.append(tables.measures)
        daily.append(tables.daily)
        if tables.events is not None:
            events.append(tables.events)
    every = Tables(pd.concat(measures, ignore_index=True), pd.concat(daily, ignore_index=True))
    results = _results(scenario, next(iter(demands.values())), every, stage)
    return results, pd.concat(events, ignore_index=True) if events else None


def simulate_precisely(
    scenario: Scenario,
    precision: Sequence[str],
    most: int = MOST_FUTURES,
    *,
    processes: int | None = None,
    stage: Stage = QUIET,
) -> Results:
    """Every table of a scenario lived through as often as its means need to be known so closely, `most` at most.

    The scenario of the results states how many futures that took; running it gives the same results.
    """
    wishes = read_wishes(precision, scenario)
    if scenario.starts:
        words = "a scenario with several starts has no one number of futures; give --replications"
        raise ScenarioError([Fault("--precision", 0, "", words)])
    drawn = demand(scenario.model_copy(update={"replications": most}))
    with stage(f"Simulating {scenario.name}, {most:,} futures at most", most) as advance:
        tables, reached = until_known(
            scenario, drawn.inside, drawn.beyond, wishes, most=most, processes=processes, advance=advance
        )
    lived = scenario.model_copy(update={"replications": int(tables.measures["replication"].max()) + 1})
    drawn = replace(drawn, paths=drawn.paths.rows(range(min(len(drawn.paths), max(lived.replications, BAND_PATHS)))))
    return replace(_results(lived, drawn, tables, stage), manifest={"precision": precision_lines(reached, scenario)})


def _results(scenario: Scenario, drawn: Demand, tables: Tables, stage: Stage) -> Results:
    """A run's tables with what its demand was drawn from, and what they say over replications."""
    across = summary(tables.measures)
    return Results(
        scenario=scenario,
        manifest={},
        observed=drawn.history,
        paths=drawn.paths.rows(range(scenario.replications)).table(),
        bands=drawn.paths.band(),
        backtest=past_panel(scenario, stage),
        daily=tables.daily,
        measures=tables.measures,
        summary=across,
        facts=judged(scenario, across),
    )
