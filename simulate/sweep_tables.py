"""The pieces of a sweep put together, member by member: one long table of every replication, and one of summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import interval
from .store import PARTIAL, in_place
from .sweep_store import Store

LONG = "sweep.parquet"
SUMMARY = "summary"
KEYS = ["place", "measure", "unit", "period"]
POINTS = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
TEXT = ("member", "period", "place", "measure", "unit")


def put_together(
    members: Iterable[tuple[str, Sequence[str]]], store: Store, folder: Path, measures: Sequence[str] = ()
) -> pd.DataFrame:
    """Write `sweep.parquet`, `summary.parquet` and `summary.csv` into a folder; returns the summary.

    `members`: name and keys of its pieces, in order. `measures`: which to keep (all without). The long table holds
    member, replication, period, place, measure, value, unit, a row group a member, so that memory does not grow with
    the sweep. The summary: member, place, measure, unit, period, mean, mean_low, mean_high (95 % interval of the mean),
    p10, p50, p90 (single futures), replications. The same pieces always give the same bytes; what a run that was killed
    left half-written in the folder is cleared away.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = pa.dictionary(pa.int32(), pa.string())
    types = {"member": words, "replication": pa.int32(), "period": words, "place": words, "measure": words}
    schema = pa.schema([*types.items(), ("value", pa.float64()), ("unit", words)])
    parts: list[pd.DataFrame] = []
    for left in folder.glob(f"{PARTIAL}*"):
        left.unlink()
    with in_place(folder / LONG) as beside, pq.ParquetWriter(beside, schema, compression="zstd") as writer:
        for name, keys in members:
            whole = pd.concat([store.read(key) for key in keys], ignore_index=True)
            if measures:
                whole = whole[whole["measure"].isin(list(measures))].reset_index(drop=True)
            parts.append(summarised(name, whole))
            kept = whole.dropna(subset=["value"])
            table = kept.assign(member=name)[schema.names].astype(dict.fromkeys(TEXT, "category"))
            writer.write_table(pa.Table.from_pandas(table, preserve_index=False).cast(schema))
    summary = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    _write(summary, folder)
    return summary


def summarised(member: str, whole: pd.DataFrame) -> pd.DataFrame:
    """One member's summary, a row a measure and period, from pieces whose rows are alike for every replication."""
    runs = whole["replication"].nunique()
    rows = len(whole) // max(runs, 1)
    values = whole["value"].to_numpy(dtype=np.float64).reshape(runs, rows)
    seen = np.isfinite(values)
    count = seen.sum(axis=0)
    some = np.where(count > 0, count, 1)
    mean = np.where(count > 0, np.where(seen, values, 0.0).sum(axis=0) / some, np.nan)
    spread = np.where(seen, values - mean, 0.0)
    sd = np.sqrt((spread**2).sum(axis=0) / np.maximum(count - 1, 1))
    table = whole.loc[: rows - 1, KEYS].astype(str).reset_index(drop=True)
    table.insert(0, "member", member)
    points: dict[str, Any] = {}
    filled = np.where(seen, values, np.inf)
    ordered = np.sort(filled, axis=0)
    last = ordered[np.maximum(count - 1, 0), np.arange(rows)]
    is_share = table["unit"].str.startswith("share")
    low, high = interval.of_the_mean(mean, sd, count, least=ordered[0], most=last, is_share=is_share)
    for name, share in POINTS.items():
        points[name] = _quantile(ordered, count, share)
    table = table.assign(mean=mean, mean_low=low, mean_high=high, **points, replications=count)
    kept: pd.DataFrame = table[count > 0].reset_index(drop=True)
    return kept


def _quantile(ordered: np.ndarray[Any, np.dtype[np.float64]], count: Any, share: float) -> Any:
    """The quantile of each column's first `count` values, between neighbours in a straight line."""
    place = share * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    columns = np.arange(ordered.shape[1])
    low, high = ordered[below, columns], ordered[above, columns]
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, low + (place - below) * (high - low), np.nan)


def _write(summary: pd.DataFrame, folder: Path) -> None:
    with in_place(folder / f"{SUMMARY}.parquet") as beside:
        summary.to_parquet(beside, index=False, engine="pyarrow", compression="zstd")
    with in_place(folder / f"{SUMMARY}.csv") as beside:
        summary.to_csv(beside, index=False, lineterminator="\n", float_format="%.6g")
