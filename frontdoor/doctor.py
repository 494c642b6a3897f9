"""Is this installation sound? Versions, shadowed packages, the fast path."""

from __future__ import annotations

import importlib.util
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("scenarios", "forecast", "simulate", "report", "frontdoor")
LIBRARIES = ("statsmodels", "simpy", "pandas", "numpy", "scipy", "matplotlib", "numba", "pyarrow", "pydantic")


@dataclass(frozen=True)
class Findings:
    """What was found, a line each, and whether something is wrong."""

    lines: tuple[str, ...]
    wrong: bool


def findings() -> Findings:
    """Look at the installation without importing anything heavy."""
    home = Path(__file__).resolve().parents[1]
    lines = [f"frontdoor {_version('frontdoor-planner')}, Python {platform.python_version()} on {platform.system()}"]
    lines += [f"  {library} {_version(library)}" for library in LIBRARIES]
    shadowed = [f"  {name} is shadowed by {place}" for name in PACKAGES if (place := _elsewhere(name, home))]
    fast = importlib.util.find_spec("numba") is not None
    lines += [f"Fast path: {'on (numba)' if fast else 'off; install numba for the compiled engine, same answers'}"]
    lines += ["Shadowed packages:", *shadowed] if shadowed else ["No package of ours is shadowed."]
    return Findings(tuple(lines), bool(shadowed))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _elsewhere(name: str, home: Path) -> str:
    """Where a package of ours would be imported from, if not from our own folder."""
    spec = importlib.util.find_spec(name)
    found = Path(spec.origin).resolve() if spec is not None and spec.origin else None
    if found is not None and found.is_relative_to(home):
        return ""
    return str(found) if found else f"nothing importable (looked on {len(sys.path)} paths)"
