"""A run folder: whole or absent, complete, and enough to run again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios import load
from scenarios.faults import Fault, ScenarioError
from scenarios.schema import Scenario

from .results import TABLES, Results

MANIFEST, SCENARIO, INPUTS = "manifest.json", "scenario.yaml", "inputs"
PARTIAL = ".partial-"


def fingerprint(scenario: Scenario) -> str:
    """Eight hexadecimal digits that name a scenario with all it rests on: its settings and the bytes of its figures."""
    data = scenario.model_dump(mode="json", exclude_none=True)
    figures = figures_file(scenario)
    if figures is not None:
        data["demand"]["figures"] = hashlib.sha256(figures.read_bytes()).hexdigest()
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def figures_file(scenario: Scenario) -> Path | None:
    """The planner's own file of figures, or None where the bundled figures serve."""
    figures = getattr(scenario.demand, "figures", "bundled")
    return None if figures == "bundled" else Path(figures)


def writable(out: Path) -> Path:
    """A folder of results, made where there is none; raises ScenarioError where nothing can be written into it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        trial = out / f"{PARTIAL}{uuid.uuid4().hex}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise ScenarioError([Fault("--out", 0, str(out), f"cannot be written to: {error.strerror}")]) from error
    return out


@contextlib.contextmanager
def new_folder(out: Path, name: str) -> Iterator[Path]:
    """A folder to fill, moved to `out/name` when the block ends well and removed when it does not.

    A folder of that name that exists already is replaced in one step. Raises ScenarioError where `out` cannot be
    written.
    """
    partial = writable(out) / f"{PARTIAL}{name}-{uuid.uuid4().hex[:8]}"
    partial.mkdir()
    try:
        yield partial
        _replace(partial, out / name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def fill(folder: Path, results: Results) -> None:
    """Write scenario, manifest and tables of a run into a folder; the planner's own figures are copied in."""
    scenario = results.scenario
    figures = figures_file(scenario)
    if figures is not None:
        (folder / INPUTS).mkdir()
        shutil.copyfile(figures, folder / INPUTS / figures.name)
        change = {"demand": {"figures": f"{INPUTS}/{figures.name}"}}
        scenario = Scenario.model_validate(_with(load.as_data(scenario), change))
    (folder / SCENARIO).write_text(load.as_yaml(scenario), encoding="utf-8", newline="\n")
    text = json.dumps(dict(results.manifest), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    for name in TABLES:
        write_table(getattr(results, name), folder / f"{name}.parquet")


def read(folder: Path) -> Results:
    """A stored run; raises ScenarioError where the folder is not a whole run."""
    missing = [
        name
        for name in (SCENARIO, MANIFEST, *(f"{table}.parquet" for table in TABLES))
        if not (folder / name).is_file()
    ]
    if missing:
        raise ScenarioError([Fault(str(folder), 0, "", f"is not a run folder: it lacks {', '.join(missing)}")])
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    return Results(scenario=load.load(folder / SCENARIO), manifest=manifest(folder), **tables)


def manifest(folder: Path) -> Mapping[str, Any]:
    """Who made a stored run; see the manifest's own keys."""
    made: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return made


def is_run(folder: Path) -> bool:
    """Whether a folder holds a stored run."""
    return (folder / MANIFEST).is_file() and (folder / SCENARIO).is_file()


def write_table(table: pd.DataFrame, path: Path) -> None:
    """A table as parquet, whole or not at all, the same bytes for the same table."""
    with in_place(path) as beside:
        table.to_parquet(beside, index=False, engine="pyarrow", compression="zstd")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """A table as CSV, whole or not at all, numbers to six figures."""
    with in_place(path) as beside:
        table.to_csv(beside, index=False, lineterminator="\n", float_format="%.6g")


def write_text(text: str, path: Path) -> None:
    """Text as UTF-8, whole or not at all."""
    with in_place(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


@contextlib.contextmanager
def in_place(path: Path) -> Iterator[Path]:
    """A file to write beside another: in the other's place when the block ends well, gone when it does not."""
    beside = path.with_name(f"{PARTIAL}{uuid.uuid4().hex[:8]}-{path.name}")
    try:
        yield beside
        os.replace(beside, path)
    except OSError as error:
        if error.filename in (None, str(beside)):
            error.filename = str(path)
        raise
    finally:
        beside.unlink(missing_ok=True)


def _with(data: dict[str, Any], change: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {**data, **{key: {**data[key], **part} for key, part in change.items()}}


def _replace(partial: Path, target: Path) -> None:
    """Put a whole folder in the place of another; the old one stays until the new one stands."""
    old = target.with_name(f"{PARTIAL}old-{target.name}-{uuid.uuid4().hex[:8]}")
    if target.exists():
        os.replace(target, old)
    os.replace(partial, target)
    shutil.rmtree(old, ignore_errors=True)
