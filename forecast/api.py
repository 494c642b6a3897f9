"""The door for other programs: one function from a monthly series to its quantiles."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.models import MODELS
from forecast.phases import restricted_months
from forecast.series import Series

Array = npt.NDArray[np.float64]
Read = TypeVar("Read")
MONTH = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:-\d{2}.*)?")  # a date stands for its month


def quantiles(
    y: Sequence[float] | Array,
    months: Iterable[object],
    horizon: int,
    levels: Iterable[float],
    *,
    measure: str | None = None,
    area: str | None = None,
    lockdown: Iterable[object] = (),
) -> tuple[Array, dict[float, Array]]:
    """Forecast any monthly non-negative series: the central forecast and the quantiles asked for.

    `y`: counts, NaN where missing. `months`: "YYYY-MM", monthly periods or dates, unbroken, one per count. `horizon`:
    months ahead. `levels`: probabilities in (0, 1), so 0.1 and 0.9 bound the central 80 %, in any order.
    `measure="referrals"` lets the forecast borrow England's season from the reference series that ships with the
    package, cut at the last month given, and what authorities taught about levels; any other measure, and `area`, is a
    label only. `lockdown`: restricted months known so far, in any order, later ones ignored; with
    `measure="referrals"` and none given, England's own (reference/lockdowns.yaml) up to the last month.
    Returns (centre, {level: counts}), arrays of shape (horizon,), finite, >= 0, rising with the level; the same
    input always gives the same answer. Raises ValueError naming every fault of the input.
    """
    faults: list[str] = []
    shares = _try(lambda: _levels(levels), faults)
    ahead = _try(lambda: _horizon(horizon), faults)
    closed = _try(lambda: _months("lockdown", lockdown), faults)
    series = _try(lambda: Series(_counts(y), _months("months", months), measure=measure, area=area), faults)
    if shares is None or ahead is None or closed is None or series is None:
        raise ValueError("; ".join(faults))
    known = tuple(closed.astype(str)) or (restricted_months() if measure == "referrals" else ())
    known = tuple(m for m in known if m <= str(series.last))
    asked = MODELS["combined"].outlook(series, ahead, lockdown=known).quantiles([*shares, 0.5])
    return asked[0.5], {p: asked[p] for p in shares}


def _try(read: Callable[[], Read], faults: list[str]) -> Read | None:
    try:
        return read()
    except ValueError as fault:
        faults.append(str(fault))
        return None


def _counts(y: object) -> Array:
    try:
        return np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("y must be numbers, NaN where missing") from None


def _months(name: str, given: object) -> pd.PeriodIndex:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ValueError(f"{name} must be a list of months such as '2020-04'; got {given!r}")
    words = [str(one) for one in given]
    found = [MONTH.fullmatch(word) for word in words]
    bad = [word for word, match in zip(words, found, strict=True) if match is None]
    if bad:
        raise ValueError(f"{name} must be months such as '2020-04'; {len(bad)} are not, the first {bad[0]!r}")
    return pd.PeriodIndex([match[1] for match in found if match], freq="M")


def _horizon(given: object) -> int:
    try:
        months = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"horizon must be a whole number of months; got {given!r}") from None
    if months < 1:
        raise ValueError(f"horizon is {months}; it must be at least 1 month")
    return months


def _levels(given: Iterable[float]) -> list[float]:
    hint = "levels must be a list of probabilities between 0 and 1, such as 0.1 and 0.9; got"
    try:
        shares = [float(p) for p in given]
    except (TypeError, ValueError):
        raise ValueError(f"{hint} {given!r}") from None
    bad = [p for p in shares if not 0 < p < 1]
    if bad:
        raise ValueError(f"{hint} {bad}")
    return shares
