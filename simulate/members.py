"""The pieces of a sweep: some replications of one scenario, named by all that they depend on.

A piece is lived through once and kept; one whose name is already in the store is not run again. Measures are kept for
years and the whole period, and for months where asked.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecast.paths import SamplePaths
from scenarios.schema import Scenario

ABOUT = ("name", "title", "question", "hypothesis", "notes", "sources", "replications", "starts", "facts", "targets")
"""What a scenario says about itself, or how it is judged: it does not move the simulation."""
WORDS = ("source", "note")
RANGE = ("low", "high")
"""What stands beside a number; its range moves the simulation only where the scenario asks for draws from ranges."""
CODE = ("scenarios", "simulate")


@dataclass(frozen=True)
class Piece:
    """Replications `first` to `first` + len(paths) - 1 of a scenario; row i of `paths` and `surge` is one future."""

    scenario: Scenario
    paths: SamplePaths
    surge: SamplePaths | None
    first: int
    by_month: bool = False

    @property
    def replications(self) -> range:
        """Numbers of its replications."""
        return range(self.first, self.first + len(self.paths))


def live(piece: Piece) -> pd.DataFrame:
    """Live through a piece: replication, period, place, measure, value, unit; NaN where there was nothing to measure.

    Rows in order of replication, measure and period, as many for each replication.
    """
    from .once import prepare

    ready = prepare(piece.scenario)
    kept: list[Any] = []
    for row, replication in enumerate(piece.replications):
        alone = range(row, row + 1)
        surge = None if piece.surge is None else piece.surge.rows(alone)
        measured, _ = ready.live(piece.paths.rows(alone), surge, replication)
        months = set() if piece.by_month else set(ready.clock.month_names)
        periods = [at for at, name in enumerate(measured.periods) if name not in months]
        kept.append(measured.by_period[:, periods])
    values = np.stack(kept)
    runs, measures, spans = values.shape
    names, named = measured.names, ready.named

    def labels(words: list[str], each: int, times: int) -> pd.Categorical[str]:
        known = list(dict.fromkeys(words))
        codes = np.array([known.index(word) for word in words], dtype=np.int32)
        return pd.Categorical.from_codes(np.tile(np.repeat(codes, each), times), categories=pd.Index(known))

    return pd.DataFrame(
        {
            "replication": np.repeat(np.array(piece.replications, dtype=np.int32), measures * spans),
            "period": labels([measured.periods[at] for at in periods], 1, runs * measures),
            "place": labels([named[name].place for name in names], spans, runs),
            "measure": labels(list(names), spans, runs),
            "value": values.ravel(),
            "unit": labels([named[name].unit for name in names], spans, runs),
        }
    )


def key(piece: Piece) -> str:
    """Thirty-two hexadecimal digits for all that a piece's measures depend on: settings, futures, numbers and code."""
    digest = hashlib.sha256()
    for part in (essence(piece.scenario), piece.first, piece.by_month, code()):
        digest.update(json.dumps(part, sort_keys=True, ensure_ascii=False).encode())
    for paths in (piece.paths, piece.surge):
        if paths is not None:
            digest.update(json.dumps([paths.measures, list(map(str, paths.months)), paths.opening]).encode())
            for stock, counts in paths.openings:
                digest.update(stock.encode() + np.ascontiguousarray(counts).tobytes())
            digest.update(np.ascontiguousarray(paths.values).tobytes())
    return digest.hexdigest()[:32]


def essence(scenario: Scenario) -> dict[str, Any]:
    """A scenario without what does not move the simulation: names, sources, prices, ranges that nobody draws from."""
    data = scenario.model_dump(mode="json", exclude_none=True, exclude={*ABOUT, "demand", "surges"})
    data["workforce"].pop("costs", None)
    for role in data["workforce"]["roles"].values():
        role.pop("salary_per_year", None)
    plain = _plain(data, WORDS if scenario.vary else (*WORDS, *RANGE))
    assert isinstance(plain, dict)
    return plain


def _plain(data: Any, words: tuple[str, ...]) -> Any:
    if isinstance(data, Mapping):
        is_number = "unit" in data and ("value" in data or "dated" in data)
        dropped = words if is_number else ("title", "note")
        return {name: _plain(part, words) for name, part in data.items() if name not in dropped}
    return [_plain(part, words) for part in data] if isinstance(data, list) else data


@functools.cache
def code() -> str:
    """A hash of the code that simulates: results of other code are not these results."""
    digest = hashlib.sha256()
    home = Path(__file__).resolve().parents[1]
    for path in sorted(file for layer in CODE for file in (home / layer).glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]
