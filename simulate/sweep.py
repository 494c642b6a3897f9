"""Run the pieces of a sweep that are not yet in its store, on any executor; failures are kept for the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from scenarios.faults import UndoneError

from .members import Piece, key, live
from .sweep_store import Store

IN_FLIGHT = 3
"""Pieces handed out for each process: enough that none waits, few enough that memory stays near."""


@dataclass(frozen=True)
class Failure:
    """A member of a sweep that could not be run, and why."""

    member: str
    why: str


@dataclass(frozen=True)
class Named:
    """A piece, the member it belongs to and its key."""

    member: str
    piece: Piece
    key: str


def named(member: str, piece: Piece) -> Named:
    """A piece with its key."""
    return Named(member, piece, key(piece))


def run_missing(
    pieces: Iterable[Named],
    store: Store,
    executor: Executor,
    processes: int,
    *,
    work: Callable[[Piece], pd.DataFrame] = live,
    advance: Callable[[int], None] = lambda _done: None,
) -> tuple[Failure, ...]:
    """Run every piece that the store does not hold; returns the members that failed, in the order of the sweep.

    `executor`: anything with `submit`, such as a process pool or a Dask client's. `advance` hears how many replications
    are done, those found in the store included. A piece that raises makes its member fail and no other. Raises
    UndoneError where a worker process dies: what is done is kept.
    """
    failures: dict[str, str] = {}
    order: list[str] = []
    coming = _wanted(pieces, store, order, advance)
    running: dict[Future[pd.DataFrame], Named] = {}
    try:
        while True:
            for one in islice(coming, max(IN_FLIGHT * processes - len(running), 0)):
                running[executor.submit(work, one.piece)] = one
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                one = running.pop(future)
                _keep(future, one, store, failures)
                advance(len(one.piece.paths))
    except BrokenExecutor as error:
        words = "a worker process died, perhaps for want of memory; what is done is kept: run the same command to go on"
        raise UndoneError(words) from error
    finally:
        for future in running:
            future.cancel()
    return tuple(Failure(member, failures[member]) for member in dict.fromkeys(order) if member in failures)


def _wanted(pieces: Iterable[Named], store: Store, order: list[str], advance: Callable[[int], None]) -> Iterator[Named]:
    asked: set[str] = set()
    for one in pieces:
        order.append(one.member)
        if one.key in asked or store.holds(one.key):
            advance(len(one.piece.paths))
        else:
            asked.add(one.key)
            yield one


def _keep(future: Future[pd.DataFrame], one: Named, store: Store, failures: dict[str, str]) -> None:
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        raise error
    if error is not None:
        failures.setdefault(one.member, f"{type(error).__name__}: {error}")
    else:
        store.write(one.key, future.result())
