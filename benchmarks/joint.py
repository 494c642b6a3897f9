"""How the joint futures of estimated measures hold against yearly figures published later; and how fast they are.

    python benchmarks/joint.py [--paths 400]

Areas: those with monthly referrals in ../shared/data/dfe-referrals-by-month-2013-2024-part.csv and yearly figures in
../shared/data/annual_panel_neighbours_and_south_east.csv. As at 30 November of 2017 to 2022 a forecast knows referrals
to that month and yearly figures to the March before. It is judged on the count of 31 March 4 and 16 months ahead
(stocks) and on the financial year that starts 5 months ahead (flows). One row a measure: mean absolute error of the
median against that of "as in the last known year", bias, and the share inside the 80 and 95 % intervals.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script beside this one has the name of the package

from forecast.demand import futures
from forecast.estimate import from_years
from forecast.observed import Observed, read
from forecast.phases import restricted_months

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
NAMES = {
    "s47_enquiries": "section_47",
    "icpc": "conferences",
    "cpp_started": "cp_starts",
    "cpp_open_31_march": "cp_open",
    "cla_started": "cla_starts",
    "cla_ceased": "cla_ends",
    "cla_31_march": "cla_open",
}
LAST_YEAR = 2024


def yearly_figures(panel: pd.DataFrame, area: str) -> dict[str, dict[int, float]]:
    """Measure -> year to March -> count, plan ends as starts and stocks imply."""
    rows = panel[panel["area"] == area]
    found = {
        NAMES[str(name)]: {
            int(end[:4]): float(value) for end, value in zip(one["period_end"], one["value"], strict=True)
        }
        for name, one in rows.groupby("measure")
        if name in NAMES
    }
    stock, starts = found.get("cp_open", {}), found.get("cp_starts", {})
    implied = {year: stock[year - 1] + starts[year] - stock[year] for year in starts if {year, year - 1} <= set(stock)}
    found["cp_ends"] = {year: max(count, 0.0) for year, count in implied.items()}
    return {name: {year: value for year, value in one.items() if not np.isnan(value)} for name, one in found.items()}


def known_at(referrals: Observed, figures: dict[str, dict[int, float]], area: str, year: int) -> Observed:
    """What could be known on 30 November of a year."""
    months = referrals.until(f"{year}-11")
    past = {name: {when: count for when, count in one.items() if when <= year} for name, one in figures.items()}
    counts = months.counts("referrals").interpolate(limit_direction="both")
    return months.joined(from_years(counts, past, area=area))


def judged(
    area: str, referrals: Observed, figures: dict[str, dict[int, float]], year: int, paths: int
) -> list[dict[str, object]]:
    """One row for each measure and target of one origin."""
    as_at = date(year, 11, 30)
    drawn = futures(
        known_at(referrals, figures, area, year),
        as_at=as_at,
        horizon=16,
        paths=paths,
        seed=1,
        lockdown=tuple(month for month in restricted_months() if month <= f"{year}-11"),
    )
    rows: list[dict[str, object]] = []
    for name in drawn.measures:
        if name == "referrals":
            continue
        stock = name.endswith("_open")
        targets = {4: (year + 1, drawn.of(name)[:, 3]), 16: (year + 2, drawn.of(name)[:, 15])}
        if not stock:
            targets = {16: (year + 2, drawn.of(name)[:, 4:16].sum(axis=1))}
        for ahead, (when, futures_of) in targets.items():
            if when > LAST_YEAR or when not in figures[name] or year not in figures[name]:
                continue
            low95, low, middle, high, high95 = np.quantile(futures_of, [0.025, 0.1, 0.5, 0.9, 0.975])
            truth = figures[name][when]
            rows.append(
                {
                    "measure": name,
                    "ahead": ahead,
                    "error": abs(middle - truth) / truth,
                    "last": abs(figures[name][year] - truth) / truth,
                    "bias": (middle - truth) / truth,
                    "in80": low <= truth <= high,
                    "in95": low95 <= truth <= high95,
                }
            )
    return rows


def main() -> None:
    """Print the table and the time of a base forecast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paths", type=int, default=400)
    asked = parser.parse_args()
    panel = pd.read_csv(DATA / "annual_panel_neighbours_and_south_east.csv")
    monthly = DATA / "dfe-referrals-by-month-2013-2024-part.csv"
    published = read(monthly)
    whole = published.table.groupby("area")["count"].count()
    areas = sorted(set(panel["area"]) & set(whole[whole >= 140].index) - {"England", "South East"})
    rows = []
    for area in areas:
        figures = yearly_figures(panel, area)
        referrals = published.only(area)
        for year in range(2017, 2023):
            rows += judged(area, referrals, figures, year, asked.paths)
    table = pd.DataFrame(rows).astype({"error": float, "in80": float, "in95": float})
    mean = table.groupby(["measure", "ahead"])[["error", "last", "bias", "in80", "in95"]].mean()
    print(f"{len(areas)} areas: {', '.join(areas)}; as at 30 November 2017 to 2022; {asked.paths} paths")
    print(mean.assign(n=table.groupby(["measure", "ahead"]).size()).round(3).to_string())
    clock()


def clock() -> None:
    """Print the time of a base forecast of all measures with 1,000 paths."""
    from forecast.bundled import west_sussex

    as_at = date(2020, 11, 30)
    known = west_sussex(as_at)
    begun = time.perf_counter()
    drawn = futures(known, as_at=as_at, horizon=24, paths=1000, seed=1)
    print(
        f"base forecast: {len(drawn.measures)} measures, 1,000 paths, 24 months in {time.perf_counter() - begun:.1f} s"
    )


if __name__ == "__main__":
    main()
