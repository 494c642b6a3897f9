"""One measure's future before it is drawn: where it is central, how it spreads, and what it was.

A measure published by month gets the chosen model's outlook. A measure estimated from yearly figures has no month of
its own to learn from: its centre is its yearly level carried along by its parent, and its spread that of yearly
figures of many authorities (reference/pathway.yaml, decision record 0122).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.disaggregate import as_array, level, yearly_ratios
from forecast.observed import CARRIED_ON, Observed
from forecast.pathway import Spread, Step, indicator
from forecast.spread import Outlook

Array = npt.NDArray[np.float64]
RECENT_MONTHS = 24


@dataclass(frozen=True)
class Lane:
    """One measure: its known months without gaps, and the outlook of the months asked for.

    `history`: counts by month, the last one just before the first month of `outlook`. `spread`: for an estimated
    measure, how far its years stray (its outlook is then a centre only), `unseen` months after its last known year.
    """

    measure: str
    history: pd.Series[float]
    outlook: Outlook
    spread: Spread | None = None
    unseen: int = 0

    @property
    def estimated(self) -> bool:
        """Whether the measure has no months of its own."""
        return self.spread is not None

    @property
    def central(self) -> pd.Series[float]:
        """History and central future in one, by month."""
        ahead = pd.period_range(self.history.index[-1] + 1, periods=len(self.outlook.median), freq="M")
        return pd.concat([self.history, pd.Series(self.outlook.median, index=ahead)])


def is_estimated(observed: Observed, measure: str) -> bool:
    """Whether the recent months of a measure are estimates rather than counts."""
    rows = observed.table[observed.table["measure"] == measure]
    return bool((rows.tail(RECENT_MONTHS)["status"] == "estimated").any())


def measured(
    observed: Observed, measure: str, first: pd.Period, horizon: int, model: str, lockdown: tuple[str, ...]
) -> Lane:
    """A measure known by month: the model's outlook; months between its last count and `first` are central."""
    from forecast.models import MODELS

    series = observed.series(measure)
    late = int(first.ordinal - series.last.ordinal) - 1
    outlook = MODELS[model].outlook(series, horizon + late, lockdown=lockdown)
    counts = observed.counts(measure).interpolate(limit_direction="both")
    return Lane(measure, _joined(counts, outlook.median[:late]), _from(outlook, late))


def carried(observed: Observed, step: Step, parent: Lane, first: pd.Period, horizon: int) -> Lane:
    """A measure estimated from yearly figures: its yearly level, carried along by its parent."""
    counts = observed.counts(step.measure).interpolate(limit_direction="both")
    movement = indicator(step, parent.central)
    shared = counts.index.intersection(movement.index)
    ratio = np.exp(
        level(np.log(yearly_ratios(as_array(counts[shared]), as_array(movement[shared]))), step.spread.memory)
    )
    late = int(first.ordinal - counts.index[-1].ordinal) - 1
    months = pd.period_range(counts.index[-1] + 1, periods=late + horizon, freq="M")
    median = as_array(movement.reindex(months)) * float(ratio)
    flat = np.zeros(horizon)
    unseen = months_carried_on(observed, step.measure) + late
    outlook = Outlook(median[late:], flat, flat, flat, counts=True)
    return Lane(step.measure, _joined(counts, median[:late]), outlook, step.spread, unseen)


def months_carried_on(observed: Observed, measure: str) -> int:
    """Months after the last published year, which are carried on rather than shared out."""
    rows = observed.table[observed.table["measure"] == measure]
    return int(rows["source"].str.startswith(CARRIED_ON).sum())


def _joined(counts: pd.Series[float], late: Array) -> pd.Series[float]:
    months = pd.period_range(counts.index[-1] + 1, periods=len(late), freq="M")
    return pd.concat([counts, pd.Series(late, index=months)])


def _from(outlook: Outlook, late: int) -> Outlook:
    """The months of an outlook after its first `late` ones."""
    if late == 0:
        return outlook
    return replace(
        outlook,
        median=outlook.median[late:],
        lasting=outlook.lasting[late:],
        walk=outlook.walk[late:],
        monthly=outlook.monthly[late:],
    )
