"""The log of experiments beside results: shown, and added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from frontdoor import made_from
from report import comparison_words, experiments
from scenarios.faults import Fault, ScenarioError, nearest
from scenarios.schema import Scenario
from simulate import store

entry_lines = comparison_words.entry_lines


def asked_about(folder: Path) -> Mapping[str, Scenario]:
    """The scenarios that the results in a folder rest on, by name; none where it does not say."""
    return {one.name: one for one in [store.read(folder).scenario]} if store.is_run(folder) else made_from.read(folder)


def log(folder: Path, scenario: Scenario, *, finding: str = "", decision: str = "", on: date | None = None) -> Path:
    """Add an entry to the log beside the results in a folder; raises ScenarioError where there is no such folder.

    So too where the folder says which scenarios its results rest on and this is none of them.
    """
    _check(folder)
    known = asked_about(folder)
    if known and scenario.name not in known:
        why = f"was not asked about in {folder.name}{nearest(scenario.name, sorted(known))}"
        raise ScenarioError([Fault("--scenario", 0, scenario.name, why)])
    entry = experiments.entry(scenario, scenario.name, on or date.today(), finding=finding, decision=decision)
    return experiments.write_log(experiments.added(experiments.read_log(folder), entry), folder)


def logged(folder: Path, names: Sequence[str]) -> list[str]:
    """What the logs say that lie beside a comparison and beside the run folders that it compares, in lines."""
    folders = [folder, *(Path(name) for name in names if store.is_run(Path(name)))]
    tables = [experiments.table(experiments.read_log(each)) for each in folders]
    return comparison_words.log_lines(pd.concat(tables, ignore_index=True))


def log_table(folder: Path) -> pd.DataFrame:
    """The log of experiments beside the results in a folder; raises ScenarioError where there is no such folder."""
    _check(folder)
    return experiments.table(experiments.read_log(folder))


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise ScenarioError([Fault(str(folder), 0, "", "there is no such folder of results")])
