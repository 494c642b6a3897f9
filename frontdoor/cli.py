"""The command line: a command is a few lines that call the API and print."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from frontdoor.commands_whatifs import add_whatifs
from frontdoor.exits import Exit
from frontdoor.options import OUT, Area, Figures, Json, Out, Processes, Quiet, ScenarioName, Settings, settings_of
from frontdoor.screen import attended, show_faults, show_table, stage

app = typer.Typer(
    name="frontdoor",
    help="Forecast demand on an English children's services front door and simulate whether its teams will hold.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _command() -> str:
    return shlex.join(["frontdoor", *sys.argv[1:]])


@app.command()
@attended
def run(
    scenario: ScenarioName,
    as_at: Annotated[str | None, typer.Option(help="Stand at this date (YYYY-MM-DD).")] = None,
    replications: Annotated[int | None, typer.Option(min=1, help="Futures to simulate.")] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=WIDTH", help="Simulate until the mean is known so closely; may be given again."),
    ] = None,
    most: Annotated[int, typer.Option(min=10, help="With --precision: futures at most.")] = 1000,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of all chance.")] = None,
    processes: Processes = None,
    settings: Settings = None,
    engine: Annotated[Literal["fast", "tracer"], typer.Option(help="The tracer goes one child at a time.")] = "fast",
    keep_events: Annotated[bool, typer.Option(help="Keep a trace of each simulated child.")] = False,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Forecast, simulate, measure and report: one run folder.

    Example: frontdoor run west-sussex --replications 20 --set workforce.teams.assessment.staff.agency.fte=30

    Example: frontdoor run west-sussex --precision "assessments in 45 working days = 1%" --most 500
    """
    from frontdoor import api

    if precision and (replications or keep_events or engine != "fast"):
        raise typer.BadParameter(
            "goes with neither --replications, --keep-events nor --engine", param_hint="--precision"
        )

    named = {"as_at": as_at, "replications": replications, "seed": seed}
    changes = {**{key: value for key, value in named.items() if value is not None}, **settings_of(settings)}
    results, folder = api.run(
        api.load(scenario, changes),
        out=out,
        processes=processes,
        engine=engine,
        keep_events=keep_events,
        precision=precision or (),
        most=most,
        command=_command(),
        stage=stage(quiet),
    )
    show_table(results.summary, as_json=True) if as_json else typer.echo(api.closing_lines(results, folder))


@app.command()
@attended
def forecast(
    figures: Figures = None,
    area: Area = None,
    as_at: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Last month known.")] = None,
    horizon: Annotated[int, typer.Option(min=1, max=60, help="Months ahead.")] = 24,
    paths: Annotated[int, typer.Option(min=10, help="Futures to draw.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all chance.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder to write the tables to.")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Forecast demand alone, with its back-test against the baselines.

    Example: frontdoor forecast referrals-by-month.csv --area Kent --as-at 2020-11
    """
    from frontdoor import api

    outlook = api.forecast(figures, area=area, as_at=as_at, horizon=horizon, paths=paths, seed=seed, stage=stage(quiet))
    if not as_json:
        typer.echo(outlook.heading)
    show_table(outlook.bands if as_json else outlook.months, as_json=as_json)
    if not as_json:
        typer.echo(outlook.panel)
    if out is not None:
        typer.echo(f"Written to {api.write_forecast(outlook, out)}", err=True)


@app.command()
@attended
def backtest(
    figures: Figures = None,
    area: Annotated[list[str] | None, typer.Option(help="Areas to test; may be given again.")] = None,
    measure: Annotated[str, typer.Option(help="Which measure.")] = "referrals",
    horizon: Annotated[int, typer.Option(min=1, max=24, help="Months ahead.")] = 12,
    out: Annotated[Path | None, typer.Option(help="Folder to write backtest.csv and backtest.parquet to.")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Accuracy by origin and horizon against the baselines, with a word for it.

    Example: frontdoor backtest referrals-by-month.csv --area Kent --area Surrey
    """
    from frontdoor import api

    panel = api.backtest(figures, areas=area, measure=measure, horizon=horizon, stage=stage(quiet))
    show_table(panel.table, as_json=as_json)
    if not as_json:
        typer.echo(panel.verdict)
    if out is not None:
        typer.echo(f"Written to {api.write_backtest(panel, out)}", err=True)


@app.command()
@attended
def check(files: Annotated[list[Path], typer.Argument(help="Scenarios (YAML) or figures (CSV, Excel).")]) -> None:
    """Name every fault in scenarios or figures, at once; exit 3 if there is one.

    Example: frontdoor check my-scenario.yaml my-figures.xlsx
    """
    from frontdoor import api

    checked = [api.check(str(file)) for file in files]
    for each in checked:
        for line in each.notes:
            typer.echo(f"  {line}")
        if not each.faults:
            typer.echo(f"{each.file}: nothing to put right")
    faults = [fault for each in checked for fault in each.faults]
    if faults:
        show_faults(faults)
        raise typer.Exit(Exit.ATTENTION)


@app.command()
@attended
def scenarios(as_json: Json = False) -> None:
    """List the scenarios and sweeps that ship, with their questions.

    Example: frontdoor scenarios
    """
    from frontdoor import api

    table = api.shelf()
    if as_json:
        show_table(table, as_json=True)
        return
    for kind, rows in table.groupby("kind", sort=False):
        typer.echo(f"{str(kind).capitalize()}s, for frontdoor {'run' if kind == 'scenario' else 'sweep'}:")
        for row in rows.itertuples():
            typer.echo(f"  {row.name}\n      {str(row.question).strip()}")


@app.command()
@attended
def report(
    folders: Annotated[list[Path], typer.Argument(help="Run folders.")],
    formats: Annotated[str, typer.Option("--format", help="Any of html, xlsx, docx, comma-separated.")] = "html,xlsx",
    publish: Annotated[bool, typer.Option(help="Suppress counts under 6 about children.")] = False,
    beside: Annotated[
        list[Path] | None, typer.Option("--with", help="Also show a stored comparison, sweep or sensitivity.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Rebuild the report of stored runs without running anything again.

    Example: frontdoor report outputs/2026-11-23_west-sussex_1a2b3c4d --with outputs/sweep_posts-and-absence
    """
    from frontdoor import api

    wanted = tuple(word.strip() for word in formats.split(",") if word.strip())
    for folder in folders:
        for path in api.report(folder, formats=wanted, publish=publish, beside=beside or (), stage=stage(quiet)):
            typer.echo(str(path))


@app.command()
@attended
def calibrate(
    scenario: ScenarioName,
    file: Annotated[Path, typer.Argument(help="What to fit and to what (YAML).")],
    points: Annotated[int, typer.Option(min=3, help="Points simulated in each round.")] = 30,
    rounds: Annotated[int, typer.Option(min=1, max=5, help="How often the range is drawn in.")] = 2,
    replications: Annotated[int, typer.Option(min=2, help="Futures simulated at each point.")] = 8,
    processes: Processes = None,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fit the unknowns of a service to what was observed, and say which the data cannot tell apart.

    Example: frontdoor calibrate west-sussex-hindcast my-observations.yaml
    """
    from frontdoor import api, calibrating

    base = api.load(scenario)
    task = calibrating.read_task(file, base)
    if points < (least := calibrating.fewest_points(task)):
        words = f"{len(task.unknowns)} unknowns need at least {least} points, not {points}"
        raise typer.BadParameter(words, param_hint="--points")
    fitted = calibrating.fit(
        base,
        task,
        points=points,
        rounds=rounds,
        replications=replications,
        processes=processes,
        stage=stage(quiet),
    )
    show_table(fitted.unknowns if as_json else fitted.moments, as_json=as_json)
    if not as_json:
        typer.echo(calibrating.words(fitted))
    typer.echo(f"Written to {calibrating.write_fit(fitted, base, out)}", err=True)


@app.command()
@attended
def describe(
    scenario: ScenarioName,
    settings: Settings = None,
    out: Annotated[Path | None, typer.Option(help="File to write to; else it is printed.", dir_okay=False)] = None,
) -> None:
    """Describe the model of a scenario from its own settings, under the STRESS-DES headings, as Markdown.

    Example: frontdoor describe west-sussex --out model.md
    """
    from frontdoor import api
    from report.describe import described

    words = described(api.load(scenario, settings_of(settings)))
    if out is None:
        typer.echo(words)
    else:
        out.write_text(words, encoding="utf-8", newline="\n")
        typer.echo(str(out))


@app.command()
@attended
def schema(
    out: Annotated[Path, typer.Option(help="Where to write it.", dir_okay=False)] = Path("scenario.schema.json"),
) -> None:
    """Write the JSON Schema by which editors complete and check scenarios.

    Example: frontdoor schema --out scenario.schema.json
    """
    from frontdoor import api

    typer.echo(str(api.write_schema(out)))


@app.command()
@attended
def doctor() -> None:
    """Say what is installed, what shadows it, and whether the fast path is on.

    Example: frontdoor doctor
    """
    from frontdoor.doctor import findings

    found = findings()
    for line in found.lines:
        typer.echo(line)
    if found.wrong:
        raise typer.Exit(Exit.FAULT)


add_whatifs(app)


def main() -> None:
    """Entry point of the `frontdoor` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except KeyboardInterrupt:
        _end_at_once()
    except SystemExit as ended:
        if ended.code == Exit.STOPPED:
            _end_at_once()
        raise


def _end_at_once() -> NoReturn:
    """Leave without waiting for queues whose readers were just stopped; whatever had to be put away has been."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(Exit.STOPPED)
