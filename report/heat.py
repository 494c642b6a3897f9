"""Heat maps: a table of shaded cells, the value printed in each, so that no shade has to be read."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from .charts import clipped
from .style import INK, WIDTH, Canvas, contrast

Array = npt.NDArray[np.float64]


def heat(on: Canvas, grid: Array, rows: Sequence[str], columns: Sequence[str]) -> None:
    """A table of shaded cells with the value in each, darker for more; blank where there is none."""
    longest = max(len(name) for name in rows)
    left, right, bottom, top = min(0.35 + 0.088 * longest, 3.2), WIDTH - 0.15, 0.08, on.height - 0.5
    ax = on.panel(left, bottom, right, top)
    count_rows, count_columns = grid.shape
    for i in range(count_rows):
        ax.text(-0.08, i + 0.64, clipped(rows[i], 34), ha="right", va="baseline", size=12)
    cells(ax, grid, (right - left) / count_columns, float(np.nanmax(grid)) / 2)
    wide = (right - left) / count_columns
    for j in label_places(columns, wide):
        name, _, year = columns[j].partition(" ")
        ax.text(j + 0.5, -0.12, name, ha="center", va="baseline", size=12)
        near = columns[1 : 1 + math.ceil(0.6 / wide) - 1]
        crowded = j == 0 and any(later.startswith("Jan") for later in near)
        if (j == 0 and not crowded) or name == "Jan" or (name == "Apr" and "Jan" not in " ".join(columns)):
            ax.text(j + 0.5, -0.12 - 0.2 / 0.33, year, ha="center", va="baseline", size=12, weight="bold")


def cells(ax: Axes, grid: Array, inches: float, palest: float = math.inf) -> None:
    """Shaded cells with the value in each, darker for more, blank where there is none; a cell is `inches` wide.

    The palest shade is the lowest value, or `palest` where that is lower, so that small differences look small.
    """
    ax.grid(visible=False)
    ax.set_axis_off()
    low, high = min(palest, float(np.nanmin(grid))), float(np.nanmax(grid))
    known = grid[np.isfinite(grid)]
    digits = 1 if inches > 0.42 and high < 100 and not np.allclose(known, known.round()) else 0
    for i, j in np.ndindex(grid.shape):
        value = float(grid[i, j])
        if not math.isfinite(value):
            continue
        shade = shading(0 if high == low else (value - low) / (high - low))
        ax.fill([j, j + 1, j + 1, j], [i, i, i + 1, i + 1], color=shade, linewidth=1, edgecolor="white")
        ink = "#FFFFFF" if contrast("#FFFFFF", shade) > contrast(INK, shade) else INK
        ax.text(j + 0.5, i + 0.64, f"{value:,.{digits}f}", ha="center", va="baseline", size=12, color=ink)
    ax.set_xlim(0, grid.shape[1])
    ax.set_ylim(grid.shape[0], 0)


def label_places(columns: Sequence[str], inches: float) -> list[int]:
    """Which columns get a label, given the width of one: all, or every second or third with January among them."""
    step = max(1, math.ceil(0.35 / inches))
    january = next((j for j, name in enumerate(columns) if name.startswith("Jan")), 0)
    return [j for j in range(len(columns)) if (j - january) % step == 0]


def shading(share: float) -> str:
    """A blue between pale and dark for a share between 0 and 1."""
    pale, dark = (0xEE, 0xF3, 0xF8), (0x12, 0x43, 0x6D)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(pale, dark, strict=True))
