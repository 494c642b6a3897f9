"""One monthly series as the models see it: counts, months, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Kind = Literal["flow", "stock"]


@dataclass(frozen=True)
class Series:
    """Monthly counts of one measure in one area, oldest first.

    `y`: counts in the month (flow) or at its end (stock), NaN where missing or suppressed. `months`: unbroken.
    `region`: English region whose figures may be borrowed. Raises ValueError where the lengths differ, a month
    is skipped or repeated, a count is negative or infinite, or no month has a count.
    """

    y: npt.NDArray[np.float64]
    months: pd.PeriodIndex
    kind: Kind = "flow"
    measure: str | None = None
    area: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        counts = np.array(self.y, dtype=np.float64)
        faults = []
        if counts.ndim != 1 or len(counts) != len(self.months):
            raise ValueError(f"{len(self.months)} months but counts of shape {counts.shape}")
        steps = np.diff(self.months.asi8)
        if (steps != 1).any():
            where = self.months[int(np.flatnonzero(steps != 1)[0]) + 1]
            faults.append(f"months must follow one another without a gap or repeat; see {where}")
        for fault, bad in (("negative", counts < 0), ("infinite", np.isinf(counts))):
            if bad.any():
                where = self.months[int(np.flatnonzero(bad)[0])]
                faults.append(f"{int(bad.sum())} counts are {fault}, the first in {where}")
        if not np.isfinite(counts).any():
            faults.append("no month has a count")
        if faults:
            raise ValueError("; ".join(faults))
        counts.setflags(write=False)
        object.__setattr__(self, "y", counts)

    def __len__(self) -> int:
        return len(self.months)

    @property
    def last(self) -> pd.Period:
        """The last month of the series, with or without a count."""
        return self.months[-1]

    def until(self, month: str | pd.Period) -> Series:
        """The same series as it stood at the end of a month."""
        keep = self.months <= pd.Period(month, freq="M")
        return replace(self, y=self.y[keep], months=self.months[keep])

    def ahead(self, horizon: int) -> pd.PeriodIndex:
        """The `horizon` months that follow the last one."""
        return pd.period_range(self.last + 1, periods=horizon, freq="M")
