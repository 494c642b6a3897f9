"""Two kinds of not knowing, told apart: which future comes (forecast), and how chance plays within it (simulation).

A nested design: each path of the forecast is lived through several times with other draws. The variance between the
paths' means is the forecast's, once the simulation's part in it is taken out (one-way random effects; Searle, Casella
and McCulloch, Variance Components, 1992, chapter 3).
"""

from __future__ import annotations

import pandas as pd

CONFIDENCE = 0.9


def components(measures: pd.DataFrame, times: int, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Variance of a single future split in two, one row a measure, place and period.

    `measures`: replication, place, measure, unit, period, value; replications `times` x p to `times` x (p + 1) - 1 live
    in path p. Columns: place, measure, unit, period, mean, forecast_sd, simulation_sd, forecast_share (of the variance)
    with share_low and share_high (interval of the share), paths, times. A negative estimate is told as nought. Raises
    ValueError where there are fewer than two paths or two times.
    """
    from scipy.stats import f

    keys = ["place", "measure", "unit", "period"]
    rows = measures.assign(path=measures["replication"] // times).dropna(subset=["value"])
    counts = rows.groupby([*keys, "path"], sort=False)["value"].agg(["size", "mean", "var"]).reset_index()
    counts = counts[counts["size"] == times]  # a path that lacks a value would unbalance the design
    if times < 2 or counts["path"].nunique() < 2:
        raise ValueError("telling the two apart needs at least two paths, each lived through at least twice")
    found = counts.groupby(keys, sort=False).agg(
        mean=("mean", "mean"), between=("mean", "var"), within=("var", "mean"), paths=("path", "size")
    )
    found = found[found["paths"] > 1].reset_index()
    forecast = (found["between"] - found["within"] / times).clip(lower=0.0)
    whole = (forecast + found["within"]).where(lambda v: v > 0)
    ratio = times * found["between"] / found["within"].where(found["within"] > 0)
    free, left = found["paths"] - 1, found["paths"] * (times - 1)
    tail = (1 - confidence) / 2
    low, high = (
        ((ratio / f.ppf(level, free, left) - 1) / (times - 1 + ratio / f.ppf(level, free, left))).clip(0, 1)
        for level in (1 - tail, tail)
    )
    return pd.DataFrame(
        {
            **{key: found[key] for key in keys},
            "mean": found["mean"],
            "forecast_sd": forecast**0.5,
            "simulation_sd": found["within"] ** 0.5,
            "forecast_share": forecast / whole,
            "share_low": low,
            "share_high": high,
            "paths": found["paths"],
            "times": times,
        }
    )
