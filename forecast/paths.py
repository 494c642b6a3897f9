"""Possible futures: whole joint sample paths, one row a future.

Path r belongs to replication r in every scenario: that is how forecast uncertainty reaches the simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.service import FLOWS as FLOWS
from scenarios.service import STOCKS as STOCKS

MEASURES = FLOWS + STOCKS
STOCK_FLOWS = {"cp_open": ("cp_starts", "cp_ends"), "cla_open": ("cla_starts", "cla_ends")}


@dataclass(frozen=True)
class SamplePaths:
    """Joint monthly futures, one row a future.

    `values[path, measure, month]`: counts in the month for flows, counts at the month's end for stocks; finite, >= 0.
    `opening[stock]`: the count at the as-at date, from which open(t) = open(t-1) + starts - ends holds on every path.
    `estimated`: measures whose history was estimated, not published by month. `openings[stock]`: the count at the
    as-at date path by path, where it was itself estimated and so differs between futures.
    Raises ValueError where a value is missing, negative or a stock and its flows do not add up.
    """

    measures: tuple[str, ...]
    months: pd.PeriodIndex
    values: npt.NDArray[np.float64]
    as_at: date
    model: str
    opening: tuple[tuple[str, float], ...] = ()
    estimated: tuple[str, ...] = ()
    openings: tuple[tuple[str, npt.NDArray[np.float64]], ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.measures), len(self.months))
        if self.values.ndim != 3 or self.values.shape[1:] != shape:
            raise ValueError(f"values have shape {self.values.shape}; expected (paths, {shape[0]}, {shape[1]})")
        if not np.isfinite(self.values).all() or (self.values < 0).any():
            raise ValueError("sample paths must be finite and not negative")
        for stock, _ in self.opening:
            if stock not in self.measures:
                continue
            starts, ends = STOCK_FLOWS[stock]
            rolled = self.opening_of(stock)[:, None] + np.cumsum(self.of(starts) - self.of(ends), axis=1)
            if not np.allclose(rolled, self.of(stock), atol=1e-6):
                raise ValueError(f"{stock} is not the opening count plus {starts} less {ends} on every path")
        self.values.setflags(write=False)

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def of(self, measure: str) -> npt.NDArray[np.float64]:
        """Values of one measure, shape (paths, months)."""
        return self.values[:, self.measures.index(measure), :]

    def opening_of(self, stock: str) -> npt.NDArray[np.float64]:
        """The count of a stock at the as-at date on each path, shape (paths,). Raises KeyError where there is none."""
        known = dict(self.openings)
        return known[stock] if stock in known else np.full(len(self), dict(self.opening)[stock])

    def rows(self, which: range) -> SamplePaths:
        """Some of the paths, in order."""
        some = slice(which.start, which.stop, which.step)
        openings = tuple((stock, counts[some]) for stock, counts in self.openings)
        return replace(self, values=self.values[some].copy(), openings=openings)

    def band(self, levels: Sequence[float] = (0.5, 0.8, 0.95)) -> pd.DataFrame:
        """Central bands by measure, month and level, with median and mean: one row each.

        Columns: measure, month (YYYY-MM), level (share of futures inside), low, high, median, mean, estimated.
        """
        rows = []
        for name in self.measures:
            values = self.of(name)
            centre = {"median": np.median(values, axis=0), "mean": values.mean(axis=0)}
            for level in levels:
                low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
                rows.append(
                    pd.DataFrame(
                        {
                            "measure": name,
                            "month": self.months.astype(str),
                            "level": level,
                            "low": low,
                            "high": high,
                            **centre,
                            "estimated": name in self.estimated,
                        }
                    )
                )
        return pd.concat(rows, ignore_index=True)

    def table(self) -> pd.DataFrame:
        """Long table of every path: path, measure, month (YYYY-MM), value, estimated."""
        paths, measures, months = self.values.shape
        return pd.DataFrame(
            {
                "path": np.repeat(np.arange(paths), measures * months),
                "measure": np.tile(np.repeat(self.measures, months), paths),
                "month": np.tile(self.months.astype(str), paths * measures),
                "value": self.values.ravel(),
                "estimated": np.tile(np.repeat([m in self.estimated for m in self.measures], months), paths),
            }
        )
