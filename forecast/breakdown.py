"""A measure shared out among teams, districts or sources, adding up to the total on every path and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast import draws
from forecast.paths import SamplePaths

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Breakdown:
    """Whole counts of one measure by part, shape (paths, parts, months); parts add up to the measure."""

    measure: str
    parts: tuple[str, ...]
    months: pd.PeriodIndex
    values: Array

    def of(self, part: str) -> Array:
        """Counts of one part, shape (paths, months)."""
        return self.values[:, self.parts.index(part), :]


def broken_down(
    paths: SamplePaths,
    measure: str,
    shares: Mapping[str, float | Sequence[float]],
    *,
    seed: int,
    steadiness: float | None = None,
) -> Breakdown:
    """A measure drawn apart into parts: each event falls to a part with the part's share.

    `shares`: part -> share of the total, one number or one for each month; they are scaled to add up to 1.
    `steadiness`: how alike the shares stay from path to path (concentration of a Dirichlet law; None: the same on
    every path). Path r depends on `seed` and r only. Raises ValueError for shares that are negative, all nought, or
    not as many as months, and for totals that are not whole.
    """
    totals = paths.of(measure)
    months = totals.shape[1]
    if (totals != np.round(totals)).any():
        raise ValueError(f"{measure} is not whole on every path; only whole counts can be shared out")
    table = np.array([np.broadcast_to(np.asarray(share, dtype=np.float64), (months,)) for share in shares.values()])
    if not len(table) or (table < 0).any() or (table.sum(axis=0) <= 0).any():
        raise ValueError("shares must be 0 or more and not all 0 in any month")
    table = table / table.sum(axis=0)
    streams = draws.generators(seed, f"breakdown {measure}", len(paths))
    values = np.empty((len(paths), len(table), months))
    for path, stream in enumerate(streams):
        own = table if steadiness is None else _strayed(table, steadiness, stream)
        for month in range(months):
            values[path, :, month] = stream.multinomial(int(totals[path, month]), own[:, month])
    return Breakdown(measure, tuple(shares), paths.months, values)


def _strayed(table: Array, steadiness: float, stream: np.random.Generator) -> Array:
    """Shares that stray on this path, the same way in all its months."""
    mean = table.mean(axis=1)
    drawn = stream.dirichlet(np.maximum(mean * steadiness, 1e-9))
    moved = table * (drawn / np.maximum(mean, 1e-12))[:, None]
    return np.asarray(moved / moved.sum(axis=0))
