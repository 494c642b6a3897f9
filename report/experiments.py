"""A log of experiments beside the results: what was asked, what was expected, what was found, what was decided.

One YAML file in the folder of results, written by hand or by `frontdoor log`; entries are never changed, only added to.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from scenarios.document import read, write
from scenarios.faults import ScenarioError
from scenarios.quantity import Frozen
from scenarios.schema import Scenario
from scenarios.shapes import shape_faults
from simulate.store import write_text

FILE = "experiments.yaml"
COLUMNS = ["on", "run", "question", "hypothesis", "finding", "decision"]


class Experiment(Frozen):
    """One entry: `on` which day, which `run` (folder, sweep, scenario), what was asked, expected, found and decided."""

    on: date
    run: str
    question: str
    hypothesis: str = ""
    finding: str = ""
    decision: str = ""


class Log(Frozen):
    """All entries, oldest first."""

    experiments: tuple[Experiment, ...] = ()


def read_log(folder: Path) -> Log:
    """The log beside the results in a folder; empty where there is none. Raises ScenarioError with file and line."""
    path = folder / FILE
    if not path.is_file():
        return Log()
    document = read(path)
    try:
        return Log.model_validate(document.data)
    except ValidationError as error:
        raise ScenarioError(shape_faults(document, error, Log.model_json_schema())) from None


def entry(scenario: Scenario, run: str, on: date, *, finding: str = "", decision: str = "") -> Experiment:
    """An entry for a scenario that was run: question and hypothesis are its own."""
    return Experiment(
        on=on,
        run=run,
        question=scenario.question.strip(),
        hypothesis=scenario.hypothesis.strip(),
        finding=finding,
        decision=decision,
    )


def added(log: Log, new: Experiment) -> Log:
    """The log with one entry more."""
    return Log(experiments=(*log.experiments, new))


def write_log(log: Log, folder: Path) -> Path:
    """Keep a log in a folder; returns its file."""
    path = folder / FILE
    write_text(write(log.model_dump(mode="json")), path)
    return path


def table(log: Log) -> pd.DataFrame:
    """The log as a table, a row an entry: on, run, question, hypothesis, finding, decision."""
    return pd.DataFrame([each.model_dump() for each in log.experiments], columns=COLUMNS)
