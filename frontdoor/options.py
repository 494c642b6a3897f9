"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

OUT = Path("outputs")
ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or a name in the library.")]
Figures = Annotated[Path | None, typer.Argument(help="Your figures or the department's table; else West Sussex.")]
Area = Annotated[str | None, typer.Option(help="Which area in the figures.")]
Out = Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress; results only.")]
Json = Annotated[bool, typer.Option("--json", help="Print tables as JSON.")]
Processes = Annotated[int | None, typer.Option(min=1, help="Processes that share the work; all cores by default.")]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a dotted setting.")]
Cluster = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Run on an existing Dask cluster.")]


def settings_of(pairs: list[str] | None, option: str = "--set") -> dict[str, Any]:
    """Dotted settings from KEY=VALUE words given to an option; values are read as YAML."""
    from scenarios.document import scalar

    wrong = [pair for pair in pairs or [] if "=" not in pair]
    if wrong:
        raise typer.BadParameter(f"write KEY=VALUE, not {wrong[0]!r}", param_hint=option)
    return {key.strip(): scalar(value) for key, value in (pair.split("=", 1) for pair in pairs or [])}


def typed(context: typer.Context) -> set[str]:
    """Names of the options that were typed, and not left at their defaults."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"}
