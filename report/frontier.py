"""What money buys: cost beside each promised measure, and which choices nothing as cheap is as good as."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .compare import direction
from .cost import PRICES


def frontier(prices: pd.DataFrame, values: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """Cost against each measure: `choices` with the measure's name, one after the other.

    `prices`: as report.cost.priced. `values`: name, measure, mean, p10, p90 over futures. `units`: of each measure that
    is promised; one without values is left out.
    """
    columns = (prices[name].tolist() for name in ("name", *PRICES))
    cost = {str(name): dict(zip(PRICES, numbers, strict=True)) for name, *numbers in zip(*columns, strict=True)}
    parts = []
    for measure, unit in units.items():
        held = values[values["measure"] == measure].set_index("name")
        rows = {str(name): (cost[str(name)], row) for name, row in held.iterrows()}
        parts += [choices(rows, unit, direction(measure)).assign(measure=measure)] if rows else []
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["measure"])


def choices(rows: Mapping[str, tuple[Mapping[str, float], pd.Series]], unit: str, better: str) -> pd.DataFrame:
    """Cost beside what it buys, one row a choice, dearest last, with whether it is on the frontier.

    `rows`: name -> (cost a year as `per_year` gives it; mean, p10 and p90 of a measure over futures).
    `better`: "high" or "low".
    Columns: name, cost, cost_low, cost_high, value (mean), value_low, value_high (8 of 10 futures), unit, on_frontier
    (nothing as cheap is as good), beaten_by (the cheapest choice that is as good and no dearer; empty on the frontier).
    """
    table = pd.DataFrame(
        [
            {
                "name": name,
                **price,
                "value": value["mean"],
                "value_low": value["p10"],
                "value_high": value["p90"],
                "unit": unit,
            }
            for name, (price, value) in rows.items()
        ],
        columns=["name", "cost", "cost_low", "cost_high", "value", "value_low", "value_high", "unit"],
    )
    table = table.sort_values("cost", kind="stable").reset_index(drop=True)
    kept = on_frontier(table, better)
    best = table[kept]
    sign = 1 if better == "high" else -1
    beaten = [
        "" if on else str(best.loc[(best["cost"] <= cost) & (sign * best["value"] >= sign * value), "name"].iloc[0])
        for on, cost, value in zip(kept, table["cost"], table["value"], strict=True)
    ]
    return table.assign(on_frontier=kept, beaten_by=beaten)


def on_frontier(table: pd.DataFrame, better: str) -> pd.Series:
    """Whether no other choice is both cheaper (or as cheap) and better (or as good); `better`: "high" or "low"."""
    cost = table["cost"].to_numpy(dtype=np.float64)
    value = table["value"].to_numpy(dtype=np.float64) * (1 if better == "high" else -1)
    beaten = (
        (cost[None, :] <= cost[:, None])
        & (value[None, :] >= value[:, None])
        & ((cost[None, :] < cost[:, None]) | (value[None, :] > value[:, None]))
    )
    return pd.Series(~beaten.any(axis=1), index=table.index)
