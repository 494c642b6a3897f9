"""How long visits take and how old those still open are: means, medians, promised working days, published bands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenarios.measure_names import BANDS, band_name

from .clock import Floats
from .pathway import CASELOAD, Stage
from .periods import PARTS, Periods, share
from .seen import Seen
from .spells import present_at


def timeliness(stage: Stage, seen: Seen, periods: Periods) -> Iterator[tuple[str, Floats]]:
    """Working days from the start of the clock to going, by the period of going."""
    name, went, taken = stage.name, seen.went, seen.days_taken(stage)
    ends = periods.total(went.number)
    parts = 1 if stage.by_dates else PARTS
    spread = periods.spread(went, taken * parts)
    yield f"{name}_days_mean", share(periods.total(went.total(taken)), ends)
    yield f"{name}_days_median", periods.median(spread) / parts
    for limit, done in zip(stage.limits, went.within(taken, stage.limits), strict=True):
        yield f"{name}_within_{limit}_working_days", share(periods.total(done), ends)
    if stage.kind == CASELOAD:
        whole = spread if stage.by_dates else periods.spread(went, np.floor(taken))
        for low, high in BANDS:
            number = periods.total_of_months(whole[:, low : None if high is None else high + 1].sum(axis=1))
            yield f"{name}_ends_{band_name(low, high)}", number
            yield f"{name}_share_{band_name(low, high)}", share(number, ends)


def ages(stage: Stage, seen: Seen, periods: Periods) -> Iterator[tuple[str, Floats]]:
    """Cases open at the end of each month, by how many working days their clocks have run."""
    ends, bands = periods.month_ends, len(BANDS)
    rows, month = present_at(seen.came, seen.went, ends)
    age = ends[month] - 1 - np.floor(seen.clock_start[rows])
    band = np.searchsorted([low for low, _ in BANDS], age, side="right") - 1
    counts = np.bincount(month * bands + band, minlength=len(ends) * bands).reshape(len(ends), bands)
    for b, (low, high) in enumerate(BANDS):
        yield f"{stage.name}_open_{band_name(low, high)}", periods.at_month_end(counts[:, b].astype(np.float64))
