"""How wide the future is: one distribution from which points, quantiles and whole paths are read.

In logs a future is the median path, plus what stays for the whole path, plus a random walk, plus what is new
each month. Single months and 12-month totals then both have honest widths (measured in docs/forecast-results.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
TINY = 1e-9  # keeps the log of nought finite
LEAST_SAID = 0.5  # a whole count below it is nought


@dataclass(frozen=True)
class Outlook:
    """Possible futures of one series, as a distribution over log counts.

    `median[month]`: counts. `lasting[month]`, `walk[month]`, `monthly[month]`: variances in logs of the part that
    stays for the whole path, of the part that wanders (summed up to that month) and of the part that is new each
    month. `offset`: added to counts before logs. `counts`: whether paths are whole numbers drawn by Poisson's law,
    whose noise is then added to the three parts. `freedom`: degrees of Student's t, infinite for the normal law.
    """

    median: Array
    lasting: Array
    walk: Array
    monthly: Array
    offset: float = 0.0
    counts: bool = False
    freedom: float = np.inf

    @property
    def variance(self) -> Array:
        """Variance in logs of each single month, counting noise included, shape (months,)."""
        noise = 1.0 / np.maximum(self.median, 1.0) if self.counts else 0.0
        return self.lasting + self.walk + self.monthly + noise

    def mean(self) -> Array:
        """Mean count of each month by the normal law in logs, shape (months,)."""
        return np.maximum((self.median + self.offset) * np.exp(self.variance / 2) - self.offset, 0.0)

    def quantiles(self, levels: Sequence[float]) -> dict[float, Array]:
        """Counts not exceeded with each probability in (0, 1), shape (months,) each; whole ones below a half are 0."""
        from scipy.special import ndtri, stdtrit

        centre, sd = np.log(np.maximum(self.median + self.offset, TINY)), np.sqrt(self.variance)
        steps = {p: float(ndtri(p) if np.isinf(self.freedom) else stdtrit(self.freedom, p)) for p in levels}
        found = {p: np.maximum(np.exp(centre + sd * step) - self.offset, 0.0) for p, step in steps.items()}
        return {p: np.where(one < LEAST_SAID, 0.0, one) for p, one in found.items()} if self.counts else found

    def paths(self, paths: int, rng: np.random.Generator) -> Array:
        """Whole futures drawn at random, shape (paths, months): counts, finite, >= 0."""
        months = len(self.median)
        steps = np.sqrt(np.maximum(np.diff(self.walk, prepend=0.0), 0.0))
        away = np.sqrt(self.lasting) * rng.standard_normal((paths, 1))
        away = away + np.cumsum(steps * rng.standard_normal((paths, months)), axis=1)
        away = away + np.sqrt(self.monthly) * rng.standard_normal((paths, months))
        if np.isfinite(self.freedom):
            away = away * np.sqrt(self.freedom / rng.chisquare(self.freedom, (paths, 1)))
        values = np.maximum(np.exp(np.log(np.maximum(self.median + self.offset, TINY)) + away) - self.offset, 0.0)
        return rng.poisson(values).astype(np.float64) if self.counts else values


def filled(y: Array) -> Array:
    """Counts with gaps filled by straight lines in time, ends by the nearest count; for baselines and starts."""
    known = np.flatnonzero(np.isfinite(y))
    return np.interp(np.arange(len(y)), known, y[known])


def from_errors(median: Array, errors: Array, offset: float, *, counts: bool = False) -> Outlook:
    """Outlook around a median path from past one-step log errors, growing with the square root of months."""
    finite = errors[np.isfinite(errors)]
    variance = float(np.mean(finite**2)) if len(finite) else 0.05
    months = np.arange(1, len(median) + 1)
    noise = 1.0 / np.maximum(median, 1.0) if counts else np.zeros(len(median))
    own = np.maximum(0.6 * variance - noise, 0.0)
    walk = np.asarray(0.03 * variance * months, dtype=np.float64)
    return Outlook(median, np.full(len(median), 0.4 * variance), walk, own, offset=offset, counts=counts)
