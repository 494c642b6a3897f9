"""What a run says: its report rebuilt from what is stored, and its lines on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from frontdoor import made_from
from frontdoor.attaching import attached, log_section
from frontdoor.provenance import last_run, stale
from frontdoor.screen import Stage, stage
from report import build
from report.summary import summarise
from report.tables import is_driven, is_stated, is_surged
from scenarios.faults import Fault, ScenarioError
from simulate import store
from simulate.results import Results

QUIET = stage(quiet=True)


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
            warnings=(*stale(results), *(why for each in beside for why in made_from.stale(each, results.scenario))),
        )
        advance(1)
    return written


def closing_lines(results: Results, folder: Path) -> str:
    """What was asked, what was forecast, what was found, and where the report is; a hindcast's facts before that."""
    told = summarise(results)
    lines = [fact_lines(results.facts)] if len(results.facts) else []
    lines.append(f"Asked:    {told.question}")
    if told.findings:
        lines.append(f"{_demand_word(results):<9} {told.findings[0]}")
    found = [*told.findings[1:3], *(one.sentence for one in told.promised[:2])]
    lines += [f"Found:    {told.answer}", *(f"          {line}" for line in found)]
    lines += [f"Trust:    {line}" for line in told.accuracy[:1]]
    lines += [f"Note:     {line}" for line in told.notes]
    lines += results.manifest.get("precision", [])
    return "\n".join([*lines, f"Report:   {folder / 'report.html'}"])


def _demand_word(results: Results) -> str:
    """What the demand of a run is: a forecast, or something that must not be taken for one."""
    if is_driven(results):
        return "Given:"
    if is_stated(results):
        return "Stated:"
    return "What-if:" if is_surged(results) else "Forecast:"


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
