"""Whether ranges stay true where the last months before the forecast were not counted.

Every authority of the department's file at half-yearly origins, with its last months put out of sight; prints error
and coverage of the 12 months after the origin. `python -m benchmarks.forecast_unknown [FILE]`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.forecast_series import DEVELOPMENT, LEAST_ORIGIN
from benchmarks.learn_referrals import series_of
from forecast.api import quantiles

UNKNOWN = (0, 1, 3, 6, 10, 11, 12, 18, 24)  # months out of sight before the origin
ORIGINS = pd.period_range("2016-03", "2023-03", freq="6M")
HORIZON = 12
CALM = ("2020-03", "2022-03")  # origins outside these are calm: neither they nor the year after meet a lockdown


def table(path: Path) -> pd.DataFrame:
    """One row for each authority, origin, number of unknown months and month ahead that was counted."""
    rows = []
    for series in series_of(path):
        for origin in (pd.Period(str(one), freq="M") for one in ORIGINS):
            if series.months[0] > origin - LEAST_ORIGIN:
                continue
            known = series.until(origin)
            actual = series.until(origin + HORIZON).y[len(known) :]
            if len(actual) < HORIZON:
                continue
            for unknown in UNKNOWN:
                y = known.y.copy()
                y[len(y) - unknown :] = np.nan
                if np.isfinite(y).sum() < LEAST_ORIGIN:
                    continue
                centre, at = quantiles(y, known.months, HORIZON, (0.1, 0.9), measure="referrals")
                calm = str(origin + HORIZON) < CALM[0] or str(origin) >= CALM[1]
                inside = np.where(np.isfinite(actual), (actual >= at[0.1]) & (actual <= at[0.9]), np.nan)
                part = pd.DataFrame({"actual": actual, "miss": np.abs(actual - centre), "inside": inside})
                rows.append(part.assign(unknown=unknown, origins="calm" if calm else "lockdown"))
    return pd.concat(rows, ignore_index=True).dropna()


def main() -> None:
    """Print WAPE and coverage by number of unknown months, over calm origins and the others."""
    found = table(Path(sys.argv[1]) if len(sys.argv) > 1 else DEVELOPMENT)
    groups = found.groupby(["origins", "unknown"])
    shown = pd.DataFrame(
        {
            "months": groups.size(),
            "wape": 100 * groups["miss"].sum() / groups["actual"].sum(),
            "cover_80": groups["inside"].mean(),
        }
    )
    print(shown.reset_index().to_string(index=False, float_format=lambda number: f"{number:.3f}"))


if __name__ == "__main__":
    main()
