"""How a stock has been emptying: its last count, and the monthly rate at which it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.disaggregate import as_array, level, yearly_ratios
from forecast.lanes import Lane, is_estimated
from forecast.observed import Observed
from forecast.paths import STOCK_FLOWS
from forecast.pathway import Pathway


@dataclass(frozen=True)
class ExitHistory:
    """A stock's last known count, at the end of `month` (None: given for the start of the forecast), and its exit rate.

    `rate`: share of the stock that ends in a month. `measured`: whether the stock itself is published by month.
    """

    count: float
    month: pd.Period | None
    rate: float
    measured: bool

    def late(self, first: pd.Period) -> int:
        """Months between the last known count and the first month of the forecast."""
        return 0 if self.month is None else int(first.ordinal - self.month.ordinal) - 1

    def carried_to(self, first: pd.Period, starts: Lane) -> tuple[int, float]:
        """The whole count just before `first` and the rate; months between are rolled on with starts and rate."""
        count = self.count
        if self.month is not None:
            between = pd.period_range(self.month + 1, first - 1, freq="M")
            for starting in as_array(starts.history.reindex(between)):
                count += starting - self.rate * count
        return round(count), self.rate


def exit_history(observed: Observed, stock: str, way: Pathway, *, opening: float | None) -> ExitHistory | None:
    """What the figures say of a stock; None where they hold neither its ends nor enough of its counts.

    Ends are taken as counted; where they are not in the figures, as the stock and its starts imply.
    """
    starts, ends = STOCK_FLOWS[stock]
    if starts not in observed.measures or not {ends, stock} & set(observed.measures):
        return None
    counts = observed.counts(stock).interpolate(limit_direction="both") if stock in observed.measures else None
    if counts is None and opening is None:
        return None
    leaving = _leaving(observed, counts, starts, ends)
    before = _backwards(observed, leaving, starts, float(opening or 0.0)) if counts is None else counts.shift(1)
    both = pd.concat([leaving, before], axis=1).dropna()
    if both.empty:
        return None
    ratios = yearly_ratios(as_array(both.iloc[:, 0]), as_array(both.iloc[:, 1]))
    rate = float(np.exp(level(np.log(ratios), way.exit(stock).spread.memory)))
    if opening is not None:
        last: tuple[float, pd.Period | None] = (float(opening), None)
    else:
        assert counts is not None
        last = (float(counts.iloc[-1]), pd.Period(counts.index[-1]))
    by_month = counts is not None and not is_estimated(observed, stock)
    return ExitHistory(last[0], last[1], min(rate, 1.0), by_month)


def _leaving(observed: Observed, counts: pd.Series[float] | None, starts: str, ends: str) -> pd.Series[float]:
    if ends in observed.measures:
        return observed.counts(ends)
    assert counts is not None
    implied: pd.Series[float] = (counts.shift(1) + observed.counts(starts) - counts).clip(lower=0.0)
    return implied


def _backwards(observed: Observed, leaving: pd.Series[float], starts: str, opening: float) -> pd.Series[float]:
    """The stock before each month, walked back from its opening count by its flows."""
    net = (observed.counts(starts) - leaving).dropna()
    before: pd.Series[float] = (opening - net[::-1].cumsum()[::-1]).clip(lower=1.0)
    return before
