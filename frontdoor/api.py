"""What commands and notebooks call: load, check, run, forecast, back-test, report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
from simulate.measures import summary

from frontdoor import outlook
from frontdoor.demand import demand, empty_history, past_panel
from frontdoor.screen import Stage, stage
from report import build
from scenarios import load as loading
from scenarios.schema import Scenario
from simulate import store
from simulate.facts import judged
from simulate.results import Results
from simulate.runner import Engine, replicate

QUIET = stage(quiet=True)
YAML = (".yaml", ".yml")
LIBRARIES = ("statsmodels", "simpy", "pandas", "numpy", "scipy", "matplotlib", "numba", "pyarrow")

load = loading.load
forecast = outlook.make_forecast
backtest = outlook.make_backtest
write_forecast = outlook.write_forecast
write_backtest = outlook.write_backtest


@dataclass(frozen=True)
class Checked:
    """What was found in one file: faults that need attention, and notes on how figures were taken."""

    file: str
    faults: tuple[object, ...]
    notes: tuple[str, ...] = ()


def run(
    scenario: Scenario,
    *,
    out: Path = Path("outputs"),
    processes: int | None = None,
    engine: Engine = "fast",
    keep_events: bool = False,
    command: str = "",
    stage: Stage = QUIET,
) -> tuple[Results, Path]:
    """Forecast, simulate, measure, report and store one scenario; returns the results and their folder.

    Raises ScenarioError and FiguresError for what needs attention in the planner's files.
    """
    began = datetime.now(UTC)
    results, events = simulate(scenario, processes=processes, engine=engine, keep_events=keep_events, stage=stage)
    results = with_manifest(results, manifest(scenario, began, engine, command))
    name = f"{date.today():%Y-%m-%d}_{scenario.name}_{store.fingerprint(scenario)}"
    with store.new_folder(out, name) as folder:
        store.fill(folder, results)
        if events is not None:
            store.write_table(events, folder / "events.parquet")
        with stage("Writing the report", 1) as advance:
            build.build(results, folder)
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
                drawn.paths,
                surge=drawn.beyond,
                engine=engine,
                keep_events=keep_events,
                processes=processes,
                advance=advance,
            )
        measures.append(tables.measures.assign(scenario=scenario.name, start=start))
        daily.append(tables.daily.assign(start=start))
        if tables.events is not None:
            events.append(tables.events.assign(start=start))
    first = next(iter(demands.values()))
    every = pd.concat(measures, ignore_index=True)
    shown = first.paths.rows(range(scenario.replications))
    across = summary(every)
    results = Results(
        scenario=scenario,
        manifest={},
        observed=first.history if len(demands) else empty_history(),
        paths=shown.table(),
        bands=first.paths.band(),
        backtest=past_panel(scenario, stage),
        daily=pd.concat(daily, ignore_index=True),
        measures=every,
        summary=across,
        facts=judged(scenario, across),
    )
    return results, pd.concat(events, ignore_index=True) if events else None
