"""Where what-ifs are tried: scenarios lived through side by side, remembered, never run twice."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecast.paths import SamplePaths
from frontdoor.demand import base_paths, parted, with_surges
from scenarios.faults import Fault, ScenarioError, UndoneError
from scenarios.schema import Scenario
from simulate.members import Piece
from simulate.runner import MOST_PROCESSES, pool
from simulate.store import writable
from simulate.sweep import Failure, Named, named, run_missing
from simulate.sweep_store import Store, opened

PIECE = 20
"""Replications in a piece at most: some seconds of work, little lost to a kill."""
PIECES = "pieces"
Advance = Callable[[int], None]


def _deaf(_done: int) -> None:
    """Hears nothing."""


@dataclass(frozen=True)
class Futures:
    """Futures of scenarios, drawn once for all that ask for the same demand."""

    drawn: dict[str, SamplePaths] = field(default_factory=dict)

    def of(self, scenario: Scenario, paths: int) -> tuple[SamplePaths, SamplePaths | None]:
        """The first futures of a scenario: what the forecast holds, and what a surge brings beyond it."""
        same = {"demand", "as_at", "horizon_months", "seed", "area", "opening"}
        name = json.dumps(scenario.model_dump(mode="json", include=same), sort_keys=True)
        if name not in self.drawn or len(self.drawn[name]) < paths:
            self.drawn[name] = base_paths(scenario, paths)
        base = self.drawn[name].rows(range(paths))
        return parted(with_surges(base, scenario)) if scenario.surges else (base, None)


@dataclass(frozen=True)
class Lab:
    """A store of pieces and the processes that fill it."""

    store: Store
    executor: Executor
    processes: int
    futures: Futures = field(default_factory=Futures)

    def measured(
        self,
        scenarios: Mapping[str, Scenario],
        replications: range,
        *,
        by_month: bool = False,
        advance: Advance = _deaf,
    ) -> dict[str, pd.DataFrame]:
        """Measures of scenarios by name: start, replication, period, place, measure, value, unit.

        Raises UndoneError naming every scenario that failed.
        """
        cut = max(1, min(PIECE, -(-len(replications) // max(self.processes, 1))))
        wanted = {
            name: self.pieces(name, scenario, replications, cut, by_month=by_month)
            for name, scenario in scenarios.items()
        }
        every = [piece for pieces in wanted.values() for piece in pieces]
        failed = run_missing(every, self.store, self.executor, self.processes, advance=advance)
        told(failed)
        return {name: self._read([piece.key for piece in pieces]) for name, pieces in wanted.items()}

    def nested(self, scenario: Scenario, paths: int, times: int, *, advance: Advance = _deaf) -> pd.DataFrame:
        """Measures of a scenario with each of the first futures lived through several times by other draws."""
        inside, beyond = self.futures.of(scenario, paths)
        again = _repeated(inside, times), None if beyond is None else _repeated(beyond, times)
        pieces = _cut(scenario.name, scenario, again, range(paths * times), PIECE, by_month=False)
        told(run_missing(pieces, self.store, self.executor, self.processes, advance=advance))
        return self._read([piece.key for piece in pieces])

    def pieces(
        self, name: str, scenario: Scenario, replications: range, cut: int = PIECE, *, by_month: bool = False
    ) -> list[Named]:
        """The pieces that a scenario's replications fall into."""
        futures = self.futures.of(scenario, replications.stop)
        return _cut(name, scenario, futures, replications, cut, by_month=by_month)

    def _read(self, keys: Sequence[str]) -> pd.DataFrame:
        parts = [self.store.read(key) for key in keys]
        whole = pd.concat(parts, ignore_index=True).dropna(subset=["value"])
        words = dict.fromkeys(("period", "place", "measure", "unit"), "str")
        return whole.astype(words).assign(start="")


def told(failed: Sequence[Failure]) -> None:
    """Raise where anything failed."""
    if failed:
        raise UndoneError("; ".join(f"{one.member} could not be run: {one.why}" for one in failed))


@contextlib.contextmanager
def lab(out: Path, *, processes: int | None = None, cluster: str | None = None) -> Iterator[Lab]:
    """A lab whose pieces live under a folder, on this machine's processes or on a Dask cluster.

    Raises ScenarioError where the folder cannot be written or the cluster does not answer.
    """
    store = opened(writable(out) / PIECES)
    if cluster is not None:
        with on_cluster(cluster) as (executor, workers):
            yield Lab(store, executor, workers)
        return
    number = min(processes or os.cpu_count() or 1, MOST_PROCESSES)
    with pool(number) as executor:
        yield Lab(store, executor, number)


@contextlib.contextmanager
def on_cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """An existing Dask cluster as an executor, and how many threads of work it has."""
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        words = "needs the optional part 'cluster': pip install 'frontdoor-planner[cluster]'"
        raise ScenarioError([Fault("--cluster", 0, "", words)]) from error
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise ScenarioError([Fault("--cluster", 0, address, f"does not answer: {error}")]) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ScenarioError([Fault("--cluster", 0, address, "has no workers")])
        yield client.get_executor(pure=False), threads


def _cut(
    name: str,
    scenario: Scenario,
    futures: tuple[SamplePaths, SamplePaths | None],
    replications: range,
    cut: int,
    *,
    by_month: bool,
) -> list[Named]:
    inside, beyond = futures
    pieces = []
    for first in range(replications.start, replications.stop, cut):
        rows = range(first, min(first + cut, replications.stop))
        surge = None if beyond is None else beyond.rows(rows)
        pieces.append(named(name, Piece(scenario, inside.rows(rows), surge, first, by_month)))
    return pieces


def _repeated(paths: SamplePaths, times: int) -> SamplePaths:
    openings: Any = tuple((stock, np.repeat(counts, times)) for stock, counts in paths.openings)
    return replace(paths, values=np.repeat(paths.values, times, axis=0), openings=openings)
