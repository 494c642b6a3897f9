"""Who made a run, from what and with which code; whether it still matches; which run came before it."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from forecast.faults import FiguresError
from scenarios.faults import ScenarioError
from scenarios.schema import Scenario
from simulate import store
from simulate.results import Results

LIBRARIES = ("statsmodels", "simpy", "pandas", "numpy", "scipy", "matplotlib", "numba", "pyarrow")


def manifest(scenario: Scenario, began: datetime, engine: str, command: str) -> dict[str, Any]:
    """Who made a run: inputs by hash, seed, versions, commit, command, times, and who may rely on it."""
    figures = store.figures_file(scenario)
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "fingerprint": store.fingerprint(scenario),
        "figures": "bundled" if figures is None else {figures.name: hashlib.sha256(figures.read_bytes()).hexdigest()},
        "seed": scenario.seed,
        "replications": scenario.replications,
        "engine": engine,
        "version": version("frontdoor-planner"),
        "commit": _commit(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "command": command,
        "began": f"{began:%Y-%m-%dT%H:%M:%SZ}",
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "status": "experimental: a model, for planning; not yet checked by an independent analyst",
    }


def stale(results: Results) -> tuple[str, ...]:
    """Why a stored run no longer matches what it was made from; empty where it does."""
    made = results.manifest
    now = version("frontdoor-planner")
    words = []
    if store.fingerprint(results.scenario) != made["fingerprint"]:
        words.append("The scenario or its figures have been changed since these results were made: run it again.")
    if made["version"] != now:
        words.append(f"These results were made by version {made['version']}; this page by version {now}.")
    return tuple(words)


def last_run(out: Path, scenario: str, before: str = "9999") -> Results | None:
    """The latest whole run of a scenario of the same name in a folder, to say what has changed since.

    `before`: when the later run ended, as its manifest says.
    """
    made = {path: store.manifest(path) for path in out.glob(f"*_{scenario}_*") if store.is_run(path)}
    same = [path for path, who in made.items() if who.get("scenario") == scenario and str(who.get("ended")) < before]
    try:
        return store.read(max(same, key=lambda path: str(made[path].get("ended", "")))) if same else None
    except (ScenarioError, FiguresError):
        return None


def _commit() -> str:
    """The commit of the code that ran, where it runs from a clone."""
    here = Path(__file__).resolve().parent
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, timeout=5)
    except OSError:
        return "unknown"
    return done.stdout.strip() if done.returncode == 0 else "unknown"
