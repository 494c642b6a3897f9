"""What the terminal shows: tables, progress, faults, and the exit code they lead to."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import typer

from frontdoor.exits import Exit
from scenarios.faults import COMMAND_LINE, UndoneError

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")
R = TypeVar("R")
MOST_SHOWN = 200
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)
Advance = Callable[[int], None]
Stage = Callable[[str, int], "contextlib.AbstractContextManager[Advance]"]


def attended(command: Callable[P, R], *, stopped: str = "Nothing half-written was left behind.") -> Callable[P, R]:
    """A command that ends with the right exit code and a word why.

    2 for what was typed, 3 with every fault in a planner's files or where there is no room to write, 130 when stopped,
    with `stopped` said; quietly with 0 where nobody reads on.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            typer.echo(f"Stopped. {stopped}", err=True)
            raise typer.Exit(Exit.STOPPED) from None
        except UndoneError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(Exit.FAULT) from None
        except ValueError as error:
            faults: Sequence[object] = getattr(error, "faults", ())
            if not faults:
                raise
            show_faults(faults)
            raise typer.Exit(Exit.USAGE if all(map(_is_usage, faults)) else Exit.ATTENTION) from None
        except BrokenPipeError:  # who read what is printed has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Exit.DONE) from None
        except Exception as error:
            room = _no_room(error)
            if room is None:
                raise
            place = f"{room.filename}: " if room.filename else ""
            typer.echo(f"Cannot write: {place}{os.strerror(room.errno or 0)}. {stopped}", err=True)
            raise typer.Exit(Exit.ATTENTION) from None

    return run


def _no_room(error: Exception) -> OSError | None:
    """The error that says there is no room to write, itself or inside what a library made of it; None for others."""
    inside = (one for one in (error, *error.args) if isinstance(one, OSError))
    return next((one for one in inside if one.errno in NO_ROOM), None)


resumable = partial(attended, stopped="What was finished is kept: the same command goes on from there.")
"""As `attended`, for commands that keep what they have done."""


def show_faults(faults: Sequence[object]) -> None:
    """Every fault on a line of its own, on standard error; of a flood, the first."""
    head = f"{len(faults):,} things need attention:" if len(faults) > 1 else "One thing needs attention:"
    more = [f"  ... and {len(faults) - MOST_SHOWN:,} more"] if len(faults) > MOST_SHOWN else []
    typer.echo("\n".join([head, *(f"  {fault}" for fault in faults[:MOST_SHOWN]), *more]), err=True)


def _is_usage(fault: object) -> bool:
    """Whether a fault lies in what was typed and not in a file."""
    place = str(getattr(fault, "file", ""))
    return place == COMMAND_LINE or place.startswith("--")


def show_table(table: pd.DataFrame, *, as_json: bool) -> None:
    """A table as aligned text, or as JSON records."""
    if as_json:
        typer.echo(table.to_json(orient="records", indent=2, double_precision=6))
    else:
        typer.echo(table.to_string(index=False, float_format=lambda number: f"{number:,.3g}"))


@contextlib.contextmanager
def _silent(_title: str, _total: int) -> Iterator[Advance]:
    yield lambda _done: None


@contextlib.contextmanager
def _bar(title: str, total: int) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.advance(task, done)


def stage(quiet: bool) -> Stage:
    """A maker of progress bars on standard error; silent when asked to be, or where nobody watches."""
    return _silent if quiet or not sys.stderr.isatty() else _bar
