"""The door that people knock on: `import frontdoor`, then frontdoor.run(frontdoor.load("west-sussex")).

`load`, `run`, `forecast`, `backtest`, `check`, `report`, `sweep`, `compare` and `smallest_team` are what the commands
call; each is imported when it is first asked for, so that importing this package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

DOORS = {
    "load": ("frontdoor.api", "load"),
    "run": ("frontdoor.api", "run"),
    "forecast": ("frontdoor.outlook", "make_forecast"),
    "backtest": ("frontdoor.looking_back", "make_backtest"),
    "check": ("frontdoor.checking", "check"),
    "report": ("frontdoor.reporting", "report"),
    "sweep": ("frontdoor.sweeps", "sweep"),
    "compare": ("frontdoor.comparing", "compare_scenarios"),
    "smallest_team": ("frontdoor.staffing", "smallest_team"),
}
"""Name in the Python API: module and function behind it."""


def __getattr__(name: str) -> Any:
    if name not in DOORS:
        raise AttributeError(f"frontdoor has no '{name}'; it has {', '.join(DOORS)}")
    module, function = DOORS[name]
    return getattr(importlib.import_module(module), function)


def __dir__() -> list[str]:
    return sorted(DOORS)
