"""Small counts of real children, kept out of anything that is published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from simulate.results import Results

from .phrases import is_percent, is_share

LEAST = 6  # counts under 6 are withheld, as the Department for Education does; decision 0305
NOT_CHILDREN = ("fte", "pounds", "£", "days", "hours", "cases per", "score")


def is_count(unit: str) -> bool:
    """Whether a unit counts children or their cases, rather than shares, people in post, time or money."""
    low = unit.lower()
    return not (is_share(low) or is_percent(low) or any(word in low for word in NOT_CHILDREN))


def small(values: pd.Series) -> pd.Series:
    """Which values are above nought and round to less than LEAST."""
    numbers = pd.to_numeric(values, errors="coerce")
    return (numbers > 0) & (np.round(numbers) < LEAST)


def suppressed(results: Results) -> Results:
    """The same results with small counts withheld: published months, facts, and simulated means and ranges.

    A withheld month counts as missing, with the status "suppressed"; a withheld mean loses its row's other figures too.
    """
    return replace(
        results,
        observed=_observed(results.observed),
        facts=_facts(results.facts),
        bands=_bands(results.bands),
        summary=_summary(results.summary),
    )


def _observed(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    hide = small(frame["count"])
    return frame.assign(count=frame["count"].mask(hide), status=frame["status"].mask(hide, "suppressed"))


def _facts(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    hide = small(frame["published"]) & frame["unit"].map(lambda u: is_count(str(u)))
    return frame[~hide].reset_index(drop=True)


def _bands(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    return _masked(frame, ["low", "high", "median", "mean"], pd.Series(True, index=frame.index))


def _summary(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    figures = ["mean", "mean_low", "mean_high", "p05", "p10", "p50", "p90", "p95"]
    return _masked(frame, figures, frame["unit"].map(lambda u: is_count(str(u))))


def _masked(frame: pd.DataFrame, figures: list[str], counted: pd.Series) -> pd.DataFrame:
    hide = counted & pd.concat([small(frame[name]) for name in figures], axis=1).any(axis=1)
    return frame.assign(**{name: frame[name].mask(hide) for name in figures})
