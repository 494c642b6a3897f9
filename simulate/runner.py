"""Replications: each future lived through once, shared among processes, the same tables however they are shared."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from forecast.paths import SamplePaths
from scenarios.schema import Scenario

Engine = Literal["fast", "tracer"]
CHUNK = 5
MOST_PROCESSES = 61
"""Windows waits for no more than this many processes at once."""


@dataclass(frozen=True)
class Job:
    """Some replications of one scenario; row i of `paths`, and of `surge`, is the future of replication `first` + i."""

    scenario: Scenario
    start: str
    paths: SamplePaths
    surge: SamplePaths | None
    first: int
    engine: Engine
    keep_events: bool


@dataclass(frozen=True)
class Tables:
    """What replications leave.

    `measures`: scenario, start, replication, period, place, measure, value, unit. `daily`: start, replication, date,
    place, measure, value. `events`: one row a visit of each simulated child, where asked for.
    """

    measures: pd.DataFrame
    daily: pd.DataFrame
    events: pd.DataFrame | None = None


def replicate(
    scenario: Scenario,
    paths: SamplePaths,
    *,
    start: str = "",
    surge: SamplePaths | None = None,
    replications: range | None = None,
    engine: Engine = "fast",
    keep_events: bool = False,
    processes: int | None = None,
    executor: Executor | None = None,
    advance: Callable[[int], None] = lambda _done: None,
) -> Tables:
    """Simulate replications of a scenario; replication r lives in path r, whatever the number of processes.

    `surge`: children beyond the forecast, path by path. `replications`: which (default: as many as the scenario says).
    `executor`: anything with `submit`, such as a Dask client's; else a process pool of `processes`. `advance` hears
    how many more are done. Raises ValueError where there are fewer paths than replications.
    """
    wanted = range(scenario.replications) if replications is None else replications
    if wanted and wanted[-1] >= len(paths):
        raise ValueError(f"replication {wanted[-1]} needs a path of its own; there are {len(paths)}")
    chunks = [wanted[at : at + CHUNK] for at in range(0, len(wanted), CHUNK)]
    jobs = [
        Job(scenario, start, paths.rows(rows), surge.rows(rows) if surge else None, rows[0], engine, keep_events)
        for rows in chunks
    ]
    number = min(processes or os.cpu_count() or 1, len(jobs), MOST_PROCESSES)
    if executor is None and number <= 1:
        return joined([_counted(run_job(job), job, advance) for job in jobs])
    with contextlib.nullcontext(executor) if executor is not None else pool(number) as ready:
        assert ready is not None
        futures = {ready.submit(run_job, job): at for at, job in enumerate(jobs)}
        done: dict[int, Tables] = {}
        try:
            for future in as_completed(futures):
                at = futures[future]
                done[at] = _counted(future.result(), jobs[at], advance)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return joined([done[at] for at in range(len(jobs))])


def run_job(job: Job) -> Tables:
    """Simulate the replications of a job, one after another."""
    from .events import event_table
    from .once import prepare
    from .tables import daily_table, measure_table

    ready = prepare(job.scenario, job.engine)
    runs, events = {}, []
    for row in range(len(job.paths)):
        alone, number = range(row, row + 1), job.first + row
        surge = job.surge.rows(alone) if job.surge else None
        runs[number], trace = ready.live(job.paths.rows(alone), surge, number)
        if job.keep_events:
            events.append(event_table(job.start, ready.plan, ready.clock, trace, number))
    return Tables(
        measures=measure_table(job.scenario.name, job.start, ready.named, runs),
        daily=daily_table(job.start, ready.named, runs),
        events=pd.concat(events, ignore_index=True) if events else None,
    )


@contextlib.contextmanager
def pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes that ends at once, work and all, when it is interrupted."""
    executor = ProcessPoolExecutor(processes, initializer=_live_and_die_with_the_parent)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    executor.shutdown()


def joined(parts: Sequence[Tables]) -> Tables:
    """Tables of several jobs as one, in the order given."""
    events = [part.events for part in parts if part.events is not None]
    return Tables(
        measures=pd.concat([part.measures for part in parts], ignore_index=True),
        daily=pd.concat([part.daily for part in parts], ignore_index=True),
        events=pd.concat(events, ignore_index=True) if events else None,
    )


def _counted(tables: Tables, job: Job, advance: Callable[[int], None]) -> Tables:
    advance(len(job.paths))
    return tables


def _live_and_die_with_the_parent() -> None:
    """Leave interrupts to the parent, and end when it ends, even where it was killed."""
    gc.freeze()  # what the parent made stays: the collector need not look through it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
