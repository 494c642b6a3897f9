"""What commands and notebooks call: load, check, run, forecast, back-test, report."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from forecast.faults import FiguresError
from forecast.observed import check as check_figures
from frontdoor import outlook
from frontdoor.attaching import attached, log_section
from frontdoor.demand import BAND_PATHS, Demand, demand, loaded, out_of_reach, past_panel
from frontdoor.precise import precision_lines, read_wishes, until_known
from frontdoor.screen import Stage, stage
from report import build
from report.summary import summarise
from scenarios import load as loading
from scenarios.design import load_design, sweep_library
from scenarios.document import read
from scenarios.faults import Fault, ScenarioError
from scenarios.schema import Scenario
from simulate import store
from simulate.facts import judged
from simulate.results import Results
from simulate.runner import Engine, Tables, replicate
from simulate.tables import summary

QUIET = stage(quiet=True)
YAML = (".yaml", ".yml")
MOST_FUTURES = 1000
LIBRARIES = ("statsmodels", "simpy", "pandas", "numpy", "scipy", "matplotlib", "numba", "pyarrow")

load = loaded
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


def manifest(scenario: Scenario, began: datetime, engine: str, command: str) -> dict[str, Any]:
    """Who made a run: inputs by hash, seed, versions, commit, command, times, and who may rely on it."""
    figures = store.figures_file(scenario)
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "fingerprint": store.fingerprint(scenario),
        "figures": "bundled" if figures is None else {figures.name: hashlib.sha256(figures.read_bytes()).hexdigest()},
        "seed": scenario.seed,
        "replications": scenario.replications,
        "engine": engine,
        "version": version("frontdoor-planner"),
        "commit": _commit(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "command": command,
        "began": f"{began:%Y-%m-%dT%H:%M:%SZ}",
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "status": "experimental: a model, for planning; not yet checked by an independent analyst",
    }


def report(
    folder: Path,
    *,
    formats: tuple[str, ...] = ("html", "xlsx"),
    publish: bool = False,
    beside: Sequence[Path] = (),
    stage: Stage = QUIET,
) -> tuple[Path, ...]:
    """Rebuild a stored run's report; says so on the page where its inputs have changed since.

    `beside`: folders of comparisons, sweeps and sensitivities to show on the page. Raises ScenarioError where the
    folder is not a whole run, one beside holds nothing to show, or a format is unknown.
    """
    unknown = [name for name in formats if name not in build.FORMATS]
    if unknown:
        wrong = f"unknown format {', '.join(unknown)}; there are {', '.join(build.FORMATS)}"
        raise ScenarioError([Fault("--format", 0, "", wrong)])
    results = store.read(folder)
    with stage("Writing the report", 1) as advance:
        extra = (*attached(beside, results.scenario, publish=publish), *log_section([folder, *beside]))
        written = build.build(
            results,
            folder,
            formats=formats,
            publish=publish,
            previous=last_run(folder.resolve().parent, results.scenario.name, str(results.manifest["ended"])),
            extra=extra,
            warnings=stale(results),
        )
        advance(1)
    return written


def stale(results: Results) -> tuple[str, ...]:
    """Why a stored run no longer matches what it was made from; empty where it does."""
    made = results.manifest
    now = version("frontdoor-planner")
    words = []
    if store.fingerprint(results.scenario) != made["fingerprint"]:
        words.append("The scenario or its figures have been changed since these results were made: run it again.")
    if made["version"] != now:
        words.append(f"These results were made by version {made['version']}; this page by version {now}.")
    return tuple(words)


def closing_lines(results: Results, folder: Path) -> str:
    """What was asked, what was forecast, what was found, and where the report is; a hindcast's facts before that."""
    told = summarise(results)
    lines = [fact_lines(results.facts)] if len(results.facts) else []
    lines.append(f"Asked:    {told.question}")
    if told.findings:
        lines.append(f"Forecast: {told.findings[0]}" if len(results.bands) else f"Given: {told.findings[0]}")
    found = [*told.findings[1:3], *(one.sentence for one in told.promised[:2])]
    lines += [f"Found:    {told.answer}", *(f"          {line}" for line in found)]
    lines += [f"Trust:    {line}" for line in told.accuracy[:1]]
    lines += results.manifest.get("precision", [])
    return "\n".join([*lines, f"Report:   {folder / 'report.html'}"])


def fact_lines(facts: pd.DataFrame) -> str:
    """Each published figure beside the simulated mean and the range of 9 of 10 futures, as aligned text."""
    shown = pd.DataFrame(
        {
            "start": facts["start"],
            "published figure": facts["title"] + ", " + facts["period"],
            "published": facts["published"].map("{:,.4g}".format),
            "simulated": facts["mean"].map("{:,.4g}".format),
            "9 of 10 futures": [
                f"{low:,.4g} to {high:,.4g}" for low, high in zip(facts["p05"], facts["p95"], strict=True)
            ],
            "inside": facts["inside"].map({True: "yes", False: "NO"}),
            "seen in fitting": facts["used_to_calibrate"].map({True: "yes", False: ""}),
        }
    )
    return shown.to_string(index=False)


def last_run(out: Path, scenario: str, before: str = "9999") -> Results | None:
    """The latest whole run of a scenario of the same name in a folder, to say what has changed since.

    `before`: when the later run ended, as its manifest says.
    """
    made = {path: store.manifest(path) for path in out.glob(f"*_{scenario}_*") if store.is_run(path)}
    same = [path for path, who in made.items() if who.get("scenario") == scenario and str(who.get("ended")) < before]
    try:
        return store.read(max(same, key=lambda path: str(made[path].get("ended", "")))) if same else None
    except (ScenarioError, FiguresError):
        return None


def check(name: str) -> Checked:
    """Look for every fault in a scenario, a sweep or a file of figures."""
    path = sweep_library().get(name, Path(name))
    if path.suffix in YAML or not path.suffix:
        try:
            return _checked_scenario(name, path)
        except (ScenarioError, FiguresError) as error:
            return Checked(name, error.faults)
    found = check_figures(path)
    wrong = tuple(fault for fault in found if fault.severity == "error")
    return Checked(name, wrong, tuple(str(fault) for fault in found if fault.severity != "error"))


def _checked_scenario(name: str, path: Path) -> Checked:
    """A sweep with all its members, or a scenario with its figures and the demand that they can serve."""
    if path.is_file() and loading.is_sweep(read(path)):
        firsts = {member.base: member.scenario for member in reversed(load_design(path).members)}
        wrong = [(base, *each) for base, scenario in firsts.items() for each in out_of_reach(scenario)]
        return Checked(name, tuple(Fault(path.name, 0, f"base {base}: {place}", words) for base, place, words in wrong))
    load(name)
    return Checked(name, ())


def shelf() -> pd.DataFrame:
    """Scenarios and sweeps that ship: name, kind, title, question, hypothesis."""
    found = [("scenario", name, loading.load_document(path)) for name, path in loading.library().items()]
    found += [("sweep", name, read(path)) for name, path in sweep_library().items()]
    about = ("title", "question", "hypothesis")
    return pd.DataFrame(
        [{"name": name, "kind": kind, **{key: each.data.get(key, "") for key in about}} for kind, name, each in found]
    )


def write_schema(out: Path) -> Path:
    """Write the JSON Schema of scenarios; returns where."""
    out.write_text(json.dumps(Scenario.model_json_schema(), indent=2) + "\n", encoding="utf-8", newline="\n")
    return out


def _commit() -> str:
    """The commit of the code that ran, where it runs from a clone."""
    here = Path(__file__).resolve().parent
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, timeout=5)
    except OSError:
        return "unknown"
    return done.stdout.strip() if done.returncode == 0 else "unknown"
