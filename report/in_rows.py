"""Charts of a row for each thing, from the top: its name on the left, what it comes to in words on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from .charts import note
from .style import Canvas

MIDDLE = ("axes fraction", "data")


def panel(
    on: Canvas,
    number: int,
    corners: tuple[float, float, float, float],
    *,
    width: tuple[float, float],
    above: float = 0.0,
) -> Axes:
    """Axes for so many rows, row i from i to i + 1 downwards; `width`: the ends of the level axis.

    `corners`: left, bottom, right, top of the body in inches. `above`: rows left free above the first.
    """
    ax = on.panel(*corners)
    ax.grid(visible=False)
    ax.set_yticks([])
    ax.set_xlim(*width)
    ax.set_ylim(number, -above)
    return ax


def named(ax: Axes, row: int, lines: Sequence[str], colours: Sequence[str] = ()) -> None:
    """The name of a row, line by line, level with its middle; `colours`: of each line, where it is not the usual."""
    for down, line in enumerate(lines):
        look: dict[str, Any] = {"color": colours[down]} if colours else {}
        note(ax, line, (0, row + 0.5), (-8, 7 * len(lines) - 11 - 14 * down), MIDDLE, ha="right", **look)


def told(ax: Axes, row: int, words: str, *, gap: float = 10, **look: Any) -> None:
    """What a row comes to, in words, `gap` points to the right of the axes."""
    note(ax, words, (1, row + 0.5), (gap, -4), MIDDLE, **look)
