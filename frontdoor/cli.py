"""The command line: a command is a few lines that call the API and print."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from frontdoor.commands_demand import add_demand
from frontdoor.commands_scenarios import add_scenarios
from frontdoor.commands_whatifs import add_whatifs
from frontdoor.exits import Exit
from frontdoor.options import OUT, Json, Out, Processes, Quiet, ScenarioName, Settings, settings_of
from frontdoor.screen import attended, show_table, stage

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
    from frontdoor.reporting import closing_lines

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
    show_table(results.summary, as_json=True) if as_json else typer.echo(closing_lines(results, folder))


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
    from frontdoor import reporting
    from scenarios.faults import told_together
    from simulate import store

    wanted = tuple(word.strip() for word in formats.split(",") if word.strip())
    with told_together() as piece:
        for folder in folders:
            with piece():
                store.read(folder)
    for folder in folders:
        for path in reporting.report(folder, formats=wanted, publish=publish, beside=beside or (), stage=stage(quiet)):
            typer.echo(str(path))


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


add_scenarios(app)
add_demand(app)
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
