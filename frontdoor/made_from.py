"""What stored comparisons, sweeps and sensitivities were made from, and whether that still stands."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from report.differences import HOW_OFTEN, input_differences
from report.phrases import listed
from scenarios.design import load_design
from scenarios.faults import ScenarioError
from scenarios.schema import Scenario
from simulate import store

NOTE, SWEEP = "made-from.json", "sweep.yaml"
CHANGED = "a scenario or figures that it rests on have changed since it was made: make it again."


def write(scenarios: Iterable[Scenario], folder: Path) -> Path:
    """Note in a folder which scenarios its tables rest on: whole, with their fingerprints, and our version."""
    made = {
        "version": version("frontdoor-planner"),
        "scenarios": [
            {"fingerprint": store.fingerprint(one), "scenario": one.model_dump(mode="json", exclude_none=True)}
            for one in scenarios
        ],
    }
    path = folder / NOTE
    store.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", path)
    return path


def read(folder: Path) -> dict[str, Scenario]:
    """The scenarios that a folder's tables rest on, by name; none where it holds no note that can be read."""
    return _read(folder)[1]


def stale(folder: Path, run: Scenario) -> tuple[str, ...]:
    """Why what a folder holds no longer matches what it was made from, or the run beside which it is shown."""
    made, then = _read(folder)
    if not then:
        return (f"{folder.name} does not say what it was made from: make it again to be sure that it still holds.",)
    words = []
    elsewhere = sorted({one.area for one in then.values()} - {run.area})
    if elsewhere:
        words.append(f"{folder.name} is about {listed(elsewhere)}; this run is about {run.area}: do not compare them.")
    if made["version"] != (now := version("frontdoor-planner")):
        words.append(f"{folder.name} was made by version {made['version']}; this page by version {now}.")
    recorded = {one["scenario"]["name"]: one["fingerprint"] for one in made["scenarios"]}
    if any(fingerprint != recorded[name] for name, fingerprint in _now(folder, then).items()):
        words.append(f"{folder.name}: {CHANGED}")
    if run.name in then:
        moved = input_differences(run, then[run.name])
        moved = moved[~moved["setting"].isin(HOW_OFTEN)]
        if len(moved):
            words.append(
                f"{folder.name} rests on {run.name} with other settings than this run: {moved['words'].iloc[0]}"
                + (f", and {len(moved) - 1} more." if len(moved) > 1 else ".")
            )
    return tuple(words)


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Scenario]]:
    """A folder's note, and its scenarios by name; both empty where there is none that can be read."""
    try:
        made = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        found = [Scenario.model_validate(one["scenario"]) for one in made["scenarios"]]
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return {}, {}
    return made, {one.name: one for one in found}


def _now(folder: Path, then: dict[str, Scenario]) -> dict[str, str]:
    """Fingerprints of the same scenarios today: a sweep's bases as they are now, all with their figures as they are."""
    found = dict(then)
    if (folder / SWEEP).is_file():
        with contextlib.suppress(ScenarioError):  # its base may not be found from here: then what was noted is all
            found |= {one.name: one for one in load_design(folder / SWEEP).bases.values() if one.name in then}
    now = {}
    for name, one in found.items():
        try:
            now[name] = store.fingerprint(one)
        except OSError:
            now[name] = "its figures are gone"
    return now
