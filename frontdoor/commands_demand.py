"""Commands for demand alone: forecast, backtest."""

from __future__ import annotations

from typing import Annotated

import typer

from frontdoor.options import OUT, Area, Figures, Json, Out, Quiet
from frontdoor.screen import attended, show_table, stage


@attended
def forecast(
    figures: Figures = None,
    area: Area = None,
    as_at: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Last month known.")] = None,
    horizon: Annotated[int, typer.Option(min=1, max=60, help="Months ahead.")] = 24,
    paths: Annotated[int, typer.Option(min=10, help="Futures to draw.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all chance.")] = 1,
    share: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE:PART=SHARE,...", help="Share a measure out among parts; may be given again."),
    ] = None,
    counted_from: Annotated[
        int | None,
        typer.Option(min=1, help="With --share: cases the shares were counted from; the fewer, the more they stray."),
    ] = None,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Forecast demand alone, with a chart of each measure and its back-test against the baselines.

    Example: frontdoor forecast referrals-by-month.csv --area Kent --as-at 2020-11

    Example: frontdoor forecast --share referrals:north=0.3,coast=0.5,rural=0.2 --share contacts:team-1=0.6,team-2=0.4
    """
    from frontdoor import outlook

    if counted_from and not share:
        raise typer.BadParameter("goes with --share alone", param_hint="--counted-from")

    made = outlook.make_forecast(
        figures,
        area=area,
        as_at=as_at,
        horizon=horizon,
        paths=paths,
        seed=seed,
        stage=stage(quiet),
        share=share or (),
        counted_from=counted_from,
    )
    folder = outlook.write_forecast(made, out)
    if as_json:
        show_table(made.all_bands(), as_json=True)
    else:
        typer.echo(made.heading)
        show_table(made.months, as_json=False)
        if made.parts:
            typer.echo(made.parts.heading)
            show_table(made.parts.printed(), as_json=False)
        typer.echo(made.panel)
    typer.echo(f"Tables and charts: {folder}", err=True)


@attended
def backtest(
    figures: Figures = None,
    area: Annotated[list[str] | None, typer.Option(help="Areas to test; may be given again.")] = None,
    measure: Annotated[str, typer.Option(help="Which measure.")] = "referrals",
    horizon: Annotated[int, typer.Option(min=1, max=24, help="Months ahead.")] = 12,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Accuracy by origin and horizon against the baselines, with a word for it.

    Example: frontdoor backtest referrals-by-month.csv --area Kent --area Surrey
    """
    from frontdoor import looking_back

    panel = looking_back.make_backtest(figures, areas=area, measure=measure, horizon=horizon, stage=stage(quiet))
    folder = looking_back.write_backtest(panel, out)
    if not as_json:
        typer.echo(panel.verdict)
    if as_json or len(panel.short):
        show_table(panel.table if as_json else panel.short, as_json=as_json)
    typer.echo(f"Every origin and horizon: {folder}", err=True)


def add_demand(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    for command in (forecast, backtest):
        app.command()(command)
