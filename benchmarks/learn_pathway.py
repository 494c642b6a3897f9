"""Learn how the steps of the pathway follow one another, from the yearly figures of many authorities.

    python benchmarks/learn_pathway.py [PANEL.csv] [--until 2020] [--write]

PANEL.csv has the columns area, measure, period_end, value (default: ../shared/data/annual_panel_neighbours_and_
south_east.csv). Years to March up to `--until` teach; later years only check. Prints both tables; with `--write` the
learnt numbers go into forecast/reference/pathway.yaml, whose other entries (delays, assumed steps) stay.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML
from scipy.stats import rankdata

ROOT = Path(__file__).resolve().parent.parent
PANEL = ROOT.parent / "shared" / "data" / "annual_panel_neighbours_and_south_east.csv"
TARGET = ROOT / "forecast" / "reference" / "pathway.yaml"
NAMES = {
    "referrals": "referrals",
    "s47_enquiries": "section_47",
    "icpc": "conferences",
    "cpp_started": "cp_starts",
    "cpp_open_31_march": "cp_open",
    "cla_started": "cla_starts",
    "cla_ceased": "cla_ends",
    "cla_31_march": "cla_open",
}
PARENTS = {
    "section_47": "referrals",
    "conferences": "section_47",
    "cp_starts": "conferences",
    "cla_starts": "referrals",
}
STOCKS = {"cp_open": ("cp_starts", "cp_ends"), "cla_open": ("cla_starts", "cla_ends")}
THINNED = ("cp_starts",)  # a share of its parent, so its elasticity is 1
SHRINK = 0.9  # correlations drawn a tenth of the way to nought, forecasting study section 5
MEMORIES = np.round(np.arange(0.0, 1.01, 0.05), 2)


def figures(path: Path) -> dict[str, pd.DataFrame]:
    """Yearly figures: one frame a measure, years down, authorities across; plan ends as starts and stocks imply."""
    long = pd.read_csv(path)
    long = long[long["measure"].isin(NAMES) & ~long["area"].isin(["England", "South East"])]
    long = long.assign(year=long["period_end"].str[:4].astype(int), measure=long["measure"].map(NAMES))
    wide = {
        str(name): rows.pivot_table(index="year", columns="area", values="value")
        for name, rows in long.groupby("measure")
    }
    return {**wide, "cp_ends": wide["cp_starts"] - wide["cp_open"].diff()}


def panel(wide: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Logs of yearly flows and exit rates."""
    rates = {stock: wide[ends] / _middle(wide[stock]) for stock, (_, ends) in STOCKS.items()}
    flows = {name: wide[name] for name in ("referrals", *PARENTS)}
    return {name: np.log(frame.where(frame > 0)) for name, frame in {**flows, **rates}.items()}


def _middle(stock: pd.DataFrame) -> pd.DataFrame:
    return (stock + stock.shift()) / 2


def level(logs: pd.DataFrame, memory: float) -> pd.DataFrame:
    """What the year before and up to three before that say of a year, in logs."""
    earlier = sum(logs.shift(lag).fillna(0.0) for lag in (2, 3, 4))
    count = sum(logs.shift(lag).notna().astype(float) for lag in (2, 3, 4))
    return memory * logs.shift(1) + (1 - memory) * earlier / count.where(count > 0)


def learn(logs: dict[str, pd.DataFrame], years: range) -> tuple[dict[str, dict[str, float]], dict[str, pd.DataFrame]]:
    """Memory, elasticity and yearly deviation of each step and exit rate, and what they leave unexplained."""
    found: dict[str, dict[str, float]] = {}
    rest: dict[str, pd.DataFrame] = {}
    for name in (*PARENTS, "cp_open", "cla_open"):
        best: dict[str, Any] = {"sd": np.inf}
        for memory in MEMORIES:
            own = logs[name] - level(logs[name], memory)
            if name in PARENTS:
                cause = logs[PARENTS[name]] - level(logs[PARENTS[name]], memory)
                taught = own.reindex(years), cause.reindex(years)
                both = taught[0].notna() & taught[1].notna()
                x, y = taught[1].where(both), taught[0].where(both)
                slope = 1.0 if name in THINNED else float(np.nansum(x * y) / np.nansum(x * x))
                error = own - slope * cause
            else:
                slope, error = 0.0, own
            seen = error.reindex(years).to_numpy()
            sd = float(np.sqrt(np.nanmean(seen**2)))
            if sd < best["sd"]:
                count = int(np.isfinite(seen).sum())
                spread = sd / float(np.sqrt(np.nansum(x * x))) if name in PARENTS and name not in THINNED else 0.0
                best = {"sd": sd, "memory": float(memory), "slope": slope, "n": count, "error": error, "se": spread}
        rest[name] = best.pop("error")
        later = two_years_on(logs, name, best["memory"], best["slope"]).reindex(years).to_numpy()
        best["growth"] = float(np.clip(np.nanmean(later**2) / best["sd"] ** 2 - 1, 0.0, 1.0))
        found[name] = best
    return found, rest


def stocks(
    wide: dict[str, pd.DataFrame], logs: dict[str, pd.DataFrame], found: dict[str, dict[str, float]], years: range
) -> pd.DataFrame:
    """How far off a stock is a year ahead: by its last count, half its drift, exit rate x stock, and their means."""
    errors = {}
    for stock, (starts, _) in STOCKS.items():
        known, truth = wide[stock].shift(1), wide[stock]
        entering = np.exp(level(logs[starts], found[starts]["memory"])) / 12
        rate = np.exp(level(logs[stock], found[stock]["memory"])) / 12
        rolled = known
        for _ in range(12):
            rolled = rolled + entering - rate * rolled
        drift = known + (known - known.shift(3)) / 6
        opinions = {"last": known, "drift": drift, "roll": rolled, "last and roll": (known + rolled) / 2}
        opinions["all three"] = (known + drift + rolled) / 3
        errors[stock] = {
            name: float(np.nanmean(np.abs(np.log(opinion / truth)).reindex(years)))
            for name, opinion in opinions.items()
        }
    return pd.DataFrame(errors).T


def two_years_on(logs: dict[str, pd.DataFrame], name: str, memory: float, slope: float) -> pd.DataFrame:
    """What a step or rate leaves unexplained when only figures two years old are known."""
    error = logs[name] - level(logs[name], memory).shift(1)
    if name in PARENTS:
        parent = logs[PARENTS[name]]
        error = error - slope * (parent - level(parent, memory).shift(1))
    return error


def correlation(rest: dict[str, pd.DataFrame], years: range) -> pd.DataFrame:
    """Correlation of what is left, from ranks, drawn towards nought, in the copula's normal scale."""
    columns = np.column_stack([frame.reindex(years).to_numpy().ravel() for frame in _same_areas(rest)])
    whole = columns[np.isfinite(columns).all(axis=1)]
    ranks = np.column_stack([rankdata(column) for column in whole.T])
    normal = 2 * np.sin(np.pi / 6 * np.corrcoef(ranks, rowvar=False)) * SHRINK
    np.fill_diagonal(normal, 1.0)
    return pd.DataFrame(normal, index=list(rest), columns=list(rest))


def _same_areas(rest: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    areas = sorted(set.intersection(*(set(frame.columns) for frame in rest.values())))
    return [frame[areas] for frame in rest.values()]


def main() -> None:
    """Print what was learnt and how it holds in later years; write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panel", nargs="?", type=Path, default=PANEL)
    parser.add_argument("--until", type=int, default=2020)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    wide = figures(asked.panel)
    logs = panel(wide)
    taught, later = range(2013, asked.until + 1), range(asked.until + 1, 2025)
    found, rest = learn(logs, taught)
    print(f"learnt on years to March {taught[0]} to {taught[-1]}, checked on later years to 2024")
    heads = ("memory", "elasticity", "se", "sd", "growth", "n", "sd later", "cover 80")
    print(f"{'measure':<12}" + "".join(f"{head:>12}" for head in heads))
    for name, one in found.items():
        after = rest[name].reindex(later).to_numpy()
        after = after[np.isfinite(after)]
        inside = float(np.mean(np.abs(after) < 1.2816 * one["sd"])) if len(after) else np.nan
        beyond = float(np.sqrt(np.mean(after**2))) if len(after) else np.nan
        print(
            f"{name:<12}{one['memory']:>12.2f}{one['slope']:>12.2f}{one['se']:>12.2f}{one['sd']:>12.3f}"
            f"{one['growth']:>12.2f}{one['n']:>12.0f}{beyond:>12.3f}{inside:>12.2f}"
        )
    print("mean absolute log error of a stock a year ahead")
    print(stocks(wide, logs, found, later).round(3).to_string())
    table = correlation(rest, taught)
    print(table.round(2).to_string())
    if asked.write:
        write(found, table, taught)


def write(found: dict[str, dict[str, float]], table: pd.DataFrame, years: range) -> None:
    """Put the learnt numbers into the reference file, leaving its comments and other entries."""
    yaml = YAML()
    yaml.width = 120
    given = yaml.load(TARGET.read_text(encoding="utf-8"))
    for name, one in found.items():
        entry = given["steps" if name in PARENTS else "exits"][name]
        entry["memory"]["value"] = round(one["memory"], 2)
        entry["year_sd"]["value"] = round(one["sd"], 3)
        entry["growth"]["value"] = round(one["growth"], 2)
        if name in PARENTS and name not in THINNED:
            entry["elasticity"]["value"] = round(one["slope"], 2)
            entry["elasticity"]["low"] = round(max(one["slope"] - 2 * one["se"], 0.0), 2)
            entry["elasticity"]["high"] = round(one["slope"] + 2 * one["se"], 2)
    given["correlation"]["value"] = {
        row: {column: round(float(table.loc[row, column]), 3) for column in table} for row in table.index
    }
    given["correlation"]["years"] = f"{years[0]} to {years[-1]}"
    with TARGET.open("w", encoding="utf-8") as file:
        yaml.dump(given, file)


if __name__ == "__main__":
    main()
