"""The door for other programs: one function from a monthly series to its quantiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from forecast.models import MODELS
from forecast.phases import restricted_months
from forecast.series import Series, as_months

Array = npt.NDArray[np.float64]


def quantiles(
    y: Sequence[float] | Array,
    months: Iterable[str],
    horizon: int,
    levels: Sequence[float],
    *,
    measure: str | None = None,
    area: str | None = None,
    lockdown: Iterable[str] = (),
) -> tuple[Array, dict[float, Array]]:
    """Forecast any monthly non-negative series: the central forecast and the quantiles asked for.

    `y`: counts, NaN where missing. `months`: "YYYY-MM", unbroken, one per count. `horizon`: months ahead. `levels`:
    probabilities in (0, 1), so 0.1 and 0.9 bound the central 80 %. `measure="referrals"` lets the forecast borrow
    England's season from the reference series that ships with the package, cut at the last month given, and what
    authorities taught about levels; `area` is a label only. `lockdown`: restricted months known so far, later ones
    ignored; with `measure="referrals"` and none given, England's own (reference/lockdowns.yaml) up to the last month.
    Returns (centre, {level: counts}), arrays of shape (horizon,), finite, >= 0, rising with the level; the same
    input always gives the same answer. Raises ValueError naming every fault of the input.
    """
    bad = [p for p in levels if not 0 < p < 1]
    if bad:
        raise ValueError(f"levels are probabilities between 0 and 1, such as 0.1 and 0.9; got {bad}")
    series = Series(np.asarray(y, dtype=np.float64), as_months(months), measure=measure, area=area)
    known = tuple(str(m) for m in lockdown)
    if not known and measure == "referrals":
        known = restricted_months()
    known = tuple(m for m in known if m <= str(series.last))
    outlook = MODELS["combined"].outlook(series, horizon, lockdown=known)
    asked = outlook.quantiles([*levels, 0.5])
    return asked[0.5], {p: asked[p] for p in levels}
