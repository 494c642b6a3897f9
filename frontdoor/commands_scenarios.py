"""Commands for scenarios as files: check, scenarios, init, describe, schema, calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from frontdoor.exits import Exit
from frontdoor.options import OUT, Json, Out, Processes, Quiet, ScenarioName, Settings, settings_of
from frontdoor.screen import attended, show_faults, show_table, stage


@attended
def check(files: Annotated[list[Path], typer.Argument(help="Scenarios (YAML) or figures (CSV, Excel).")]) -> None:
    """Name every fault in scenarios or figures, at once; exit 3 if there is one.

    Example: frontdoor check my-scenario.yaml my-figures.xlsx
    """
    from frontdoor import checking

    checked = [checking.check(str(file)) for file in files]
    for each in checked:
        for line in each.notes:
            typer.echo(f"  {line}")
        if not each.faults:
            typer.echo(f"{each.file}: nothing to put right")
    faults = [fault for each in checked for fault in each.faults]
    if faults:
        show_faults(faults)
        raise typer.Exit(Exit.ATTENTION)


@attended
def scenarios(as_json: Json = False) -> None:
    """List the scenarios and sweeps that ship, with their questions.

    Example: frontdoor scenarios
    """
    from frontdoor.shelf import shelf

    table = shelf()
    if as_json:
        show_table(table, as_json=True)
        return
    for kind, rows in table.groupby("kind", sort=False):
        typer.echo(f"{str(kind).capitalize()}s, for frontdoor {'run' if kind == 'scenario' else 'sweep'}:")
        for row in rows.itertuples():
            typer.echo(f"  {row.name}\n      {str(row.question).strip()}")


@attended
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder to make.", file_okay=False)],
) -> None:
    """Write a starter folder: a what-if and a sweep to edit, a workbook for your figures, and how to go on.

    Example: frontdoor init my-service
    """
    from frontdoor import starting

    for path in starting.start(folder):
        typer.echo(str(path))


@attended
def describe(
    scenario: ScenarioName,
    settings: Settings = None,
    out: Annotated[Path | None, typer.Option(help="File to write to; else it is printed.", dir_okay=False)] = None,
) -> None:
    """Describe the model of a scenario from its own settings, under the STRESS-DES headings, as Markdown.

    Example: frontdoor describe west-sussex --out model.md
    """
    from frontdoor.demand import loaded
    from report.describe import described
    from simulate.store import writable, write_text

    words = described(loaded(scenario, settings_of(settings)))
    if out is None:
        typer.echo(words)
    else:
        writable(out.parent)
        write_text(words, out)
        typer.echo(str(out))


@attended
def schema(
    out: Annotated[Path, typer.Option(help="Where to write it.", dir_okay=False)] = Path("scenario.schema.json"),
) -> None:
    """Write the JSON Schema by which editors complete and check scenarios.

    Example: frontdoor schema --out scenario.schema.json
    """
    from frontdoor.shelf import write_schema

    typer.echo(str(write_schema(out)))


@attended
def calibrate(
    scenario: ScenarioName,
    file: Annotated[Path, typer.Argument(help="What to fit and to what (YAML).")],
    points: Annotated[
        int,
        typer.Option(
            min=3,
            help="Points simulated in each round: at least (n + 1)(n + 2)/2 for n unknowns, so 6 for two, 15 for four.",
        ),
    ] = 30,
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
    from frontdoor import calibrating
    from frontdoor.demand import loaded
    from simulate.store import writable

    base = loaded(scenario)
    task = calibrating.read_task(file, base)
    if points < (least := calibrating.fewest_points(task)):
        words = f"{len(task.unknowns)} unknowns need at least {least} points, not {points}"
        raise typer.BadParameter(words, param_hint="--points")
    writable(out)
    fitted = calibrating.fit(
        base,
        task,
        points=points,
        rounds=rounds,
        replications=replications,
        processes=processes,
        stage=stage(quiet),
    )
    folder = calibrating.write_fit(fitted, base, out)
    show_table(fitted.unknowns if as_json else fitted.moments, as_json=as_json)
    if not as_json:
        typer.echo(calibrating.words(fitted))
    typer.echo(f"Written to {folder}", err=True)


def add_scenarios(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    for command in (check, scenarios, init, describe, schema, calibrate):
        app.command()(command)
