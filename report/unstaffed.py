"""Teams that nobody is in: what is done in time says nothing of those whom nobody takes."""

from __future__ import annotations

from scenarios.service import Plan
from simulate.results import Results

from . import findings, tables
from .phrases import about, month


def sentences(results: Results, start: str) -> list[str]:
    """A sentence for each team with work in which nobody is in post in some month, in any future."""
    out = []
    for name, team in findings.began(results, start).workforce.teams.items():
        stages = [
            stage
            for stage, about_it in results.scenario.service.stages.items()
            if about_it.team == name and not isinstance(about_it, Plan)
        ]
        months = tables.monthly(results, start, f"{name}_fte")
        if team.merges_on is not None:  # from then on others do its work
            months = months[months["period"].astype(str) < f"{team.merges_on:%Y-%m}"]
        empty = list(months.loc[months["p95"] == 0, "period"].astype(str))
        if not stages or not empty:
            continue
        last = str(months["period"].iloc[-1])
        when = f"from {month(empty[0])}" if empty[-1] == last else f"from {month(empty[0])} to {month(empty[-1])}"
        said = f"Nobody is in post in {team.title} {when}"
        waiting = findings.stock(results, start, f"{stages[0]}_waiting")
        if empty[-1] == last and waiting is not None:
            said += f": about {about(waiting['mean'])} wait by {month(waiting['last'])}"
        out.append(f"{said}.")
    return out
