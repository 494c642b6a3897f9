"""Commands for what-ifs: compare, sweep, smallest-team, sensitivity, log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from frontdoor.exits import Exit
from frontdoor.options import OUT, Cluster, Json, Out, Processes, Quiet, ScenarioName, Settings, settings_of, typed
from frontdoor.screen import attended, resumable, show_table, stage

Replications = Annotated[int | None, typer.Option(min=2, help="Futures to simulate; else the scenario's own number.")]
Finding = Annotated[str, typer.Option(help="What was found, for the log beside the results.")]
Decision = Annotated[str, typer.Option(help="What was decided, for the log beside the results.")]


@resumable
def compare(
    scenarios: Annotated[list[str], typer.Argument(metavar="A B...", help="Scenarios or run folders; A is the base.")],
    replications: Replications = None,
    explain: Annotated[bool, typer.Option(help="Forecast against chance, and what pairing is worth.")] = False,
    steps: Annotated[bool, typer.Option(help="What each change does alone, and what they do together.")] = False,
    period: Annotated[str, typer.Option(help="A month (2021-02), a year (2020-21) or all.")] = "all",
    finding: Finding = "",
    decision: Decision = "",
    processes: Processes = None,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Compare scenarios in the same futures: what differs, by how much, how surely, and where load moved.

    Example: frontdoor compare west-sussex absence-wave winter-plan --explain
    """
    from frontdoor import comparing
    from frontdoor import log as notes

    found = comparing.compare_scenarios(
        scenarios,
        replications=replications,
        explain=explain,
        steps=steps,
        period=period,
        out=out,
        processes=processes,
        stage=stage(quiet),
    )
    folder = comparing.write_comparison(found, out)
    for other in found.others if finding or decision else ():
        notes.log(folder, other, finding=finding, decision=decision)
    words = [*comparing.lines(found, period), *notes.logged(folder, scenarios)]
    show_table(found.table, as_json=True) if as_json else typer.echo("\n".join(words))
    typer.echo(f"Written to {folder}", err=True)


@resumable
def sweep(
    file: Annotated[str, typer.Argument(metavar="SWEEP", help="A sweep file, or a sweep in the library.")],
    settings: Settings = None,
    processes: Processes = None,
    cluster: Cluster = None,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a design of scenarios; stop it when you like, run the same command to go on.

    Example: frontdoor sweep posts-and-absence --processes 4
    """
    from frontdoor import sweeps

    def say(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    swept = sweeps.sweep(
        file, settings=settings_of(settings), out=out, processes=processes, cluster=cluster, stage=stage(quiet), say=say
    )
    show_table(swept.summary, as_json=True) if as_json else typer.echo("\n".join(sweeps.lines(swept)))
    typer.echo(f"Written to {swept.folder}", err=True)
    if swept.failed:
        typer.echo(f"{len(swept.failed)} of {len(swept.design.members)} members failed:", err=True)
        for failure in swept.failed:
            typer.echo(f"  {failure.member}: {failure.why}", err=True)
        raise typer.Exit(Exit.FAULT)


@resumable
def smallest_team(
    context: typer.Context,
    scenario: ScenarioName,
    target: Annotated[list[str] | None, typer.Option(help="What must be kept; may be given again.")] = None,
    probability: Annotated[float, typer.Option(min=0.01, max=0.99, help="Share of futures that must keep it.")] = 0.8,
    on_average: Annotated[bool, typer.Option(help="Keep it on average over futures instead.")] = False,
    team: Annotated[list[str] | None, typer.Option(help="Which team; may be given again.")] = None,
    post: Annotated[str | None, typer.Option(help="Which of its staff change; else the most numerous.")] = None,
    by_month: Annotated[bool, typer.Option(help="A staffing plan by month for one team.")] = False,
    low: Annotated[float | None, typer.Option(min=1, help="Fewest posts to look at.")] = None,
    high: Annotated[float | None, typer.Option(min=1, help="Most posts to look at.")] = None,
    rise: Annotated[float, typer.Option(min=0, help="By month: most posts that can be filled a month.")] = 3,
    fall: Annotated[float, typer.Option(min=0, help="By month: most posts that can go a month.")] = 3,
    hold: Annotated[int, typer.Option(min=1, help="By month: months for which a level stays.")] = 3,
    replications: Annotated[int, typer.Option(min=8, help="Futures at most for one number of posts.")] = 60,
    settings: Settings = None,
    processes: Processes = None,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find the fewest posts that keep a target, or a plan by month that someone could carry out.

    Example: frontdoor smallest-team west-sussex --target "assessments in 45 working days >= 0.85" --team assessment
    """
    from frontdoor import answers, staffing, staffing_plan
    from frontdoor.demand import loaded

    asked = typed(context)
    for name in ("rise", "fall", "hold") if not by_month else ():
        if name in asked:
            raise typer.BadParameter("goes with --by-month alone", param_hint=f"--{name}")
    if on_average and (by_month or "probability" in asked):
        clash = "--by-month" if by_month else "--probability"
        raise typer.BadParameter(f"does not go with {clash}", param_hint="--on-average")
    if by_month and len(team or ()) > 1:
        raise typer.BadParameter("a plan by month is for one team", param_hint="--team")
    given = settings_of(settings)
    base = loaded(scenario, given)
    found: staffing.Staffing | staffing_plan.MonthlyStaffing
    if by_month:
        plan = staffing_plan.monthly_staffing(
            base,
            target or (),
            probability=probability,
            team=team[0] if team else None,
            post=post,
            low=low,
            high=high,
            rise=rise,
            fall=fall,
            hold=hold,
            replications=replications,
            out=out,
            processes=processes,
            stage=stage(quiet),
        )
        found, table, words = plan, plan.table(), staffing_plan.plan_lines(plan)
    else:
        answer = staffing.smallest_team(
            base,
            target or (),
            probability=None if on_average else probability,
            teams=team or (),
            post=post,
            low=low,
            high=high,
            most=replications,
            out=out,
            processes=processes,
            stage=stage(quiet),
        )
        found, table, words = answer, answer.table(), staffing.lines(answer)
    path = answers.write_answer(found, scenario, out, given)
    show_table(table, as_json=True) if as_json else typer.echo("\n".join(words))
    typer.echo(
        f"Written to {path}: edit it and run it again" if path else "Nothing holds, so nothing is written", err=True
    )


@resumable
def sensitivity(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario; with --ask, a sensitivity folder.")],
    setting: Annotated[
        list[str] | None, typer.Option(help="Settings to move, * for any; else all with a range.")
    ] = None,
    measure: Annotated[list[str] | None, typer.Option(help="Measures to watch; else the headlines.")] = None,
    members: Annotated[int | None, typer.Option(min=35, help="Also all together: runs behind an emulator.")] = None,
    ask: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="Ask the emulator in a folder.")] = None,
    replications: Annotated[int, typer.Option(min=2, help="Futures for each member.")] = 20,
    processes: Processes = None,
    cluster: Cluster = None,
    out: Out = OUT,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say what matters most: each number from its low to its high, and all together with --members.

    Example: frontdoor sensitivity west-sussex --setting "workforce.*" --members 100
    """
    from frontdoor import sensing

    if ask:
        answer = sensing.ask(Path(scenario), settings_of(ask, "--ask"))
        words = sensing.answer_lines(Path(scenario), answer)
        show_table(answer, as_json=True) if as_json else typer.echo("\n".join(words))
        return
    found = sensing.sensitivity(
        scenario,
        patterns=setting or (),
        measures=measure or (),
        replications=replications,
        members=members,
        out=out,
        processes=processes,
        cluster=cluster,
        stage=stage(quiet),
        say=lambda words: None if quiet else typer.echo(words, err=True),
    )
    show_table(found.tornado, as_json=True) if as_json else typer.echo("\n".join(sensing.lines(found)))
    typer.echo(f"Written to {found.folder}", err=True)


@attended
def log(
    folder: Annotated[Path, typer.Argument(help="Folder of results.")],
    scenario: Annotated[str | None, typer.Option(help="Whose question and hypothesis the entry holds.")] = None,
    finding: Finding = "",
    decision: Decision = "",
    as_json: Json = False,
) -> None:
    """Show the log of experiments beside results, or add an entry to it.

    Example: frontdoor log outputs/compare_west-sussex_1a2b3c4d --scenario absence-wave --finding "Felt until June"
    """
    from frontdoor import log as notes
    from frontdoor.demand import loaded

    if scenario is None and (finding or decision):
        raise typer.BadParameter("say which scenario was asked about", param_hint="--scenario")
    if scenario is not None and not (finding or decision):
        raise typer.BadParameter("say what was found or decided", param_hint="--finding or --decision")
    if scenario is not None:
        asked = notes.asked_about(folder).get(scenario) or loaded(scenario)
        notes.log(folder, asked, finding=finding, decision=decision)
    table = notes.log_table(folder)
    show_table(table, as_json=True) if as_json else typer.echo("\n".join(notes.entry_lines(table)))


def add_whatifs(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    for command in (compare, sweep, sensitivity, log):
        app.command()(command)
    app.command("smallest-team")(smallest_team)
