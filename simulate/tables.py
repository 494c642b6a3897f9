"""Measures as long tidy tables, checked where they leave the simulation, and summed up over replications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from scenarios.measure_names import Named

from . import interval
from .clock import Ints
from .measures import Measured

if TYPE_CHECKING:
    import pandera.pandas as pa

MEASURE_COLUMNS = ("scenario", "start", "replication", "period", "place", "measure", "value", "unit")
PERCENTILES = {"p05": 0.05, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p95": 0.95}


def measure_table(scenario: str, start: str, named: Mapping[str, Named], runs: Mapping[int, Measured]) -> pd.DataFrame:
    """MeasureTable: one row a replication, measure and period; nothing where there was nothing to measure.

    Columns: scenario, start, replication, period (YYYY-MM, YYYY-YY or all), place, measure, value, unit.
    """
    if not runs:
        return _empty(measure_schema())
    one = next(iter(runs.values()))
    values = np.stack([run.by_period for run in runs.values()])
    shape = values.shape
    table = pd.DataFrame(
        {
            "scenario": _labels([scenario], np.zeros(values.size, dtype=np.int64)),
            "start": _labels([start], np.zeros(values.size, dtype=np.int64)),
            "replication": np.repeat(np.fromiter(runs, dtype=np.int64), shape[1] * shape[2]),
            "period": _labels(one.periods, np.tile(np.arange(shape[2]), shape[0] * shape[1])),
            "place": _labels([named[name].place for name in one.names], _each(shape)),
            "measure": _labels(one.names, _each(shape)),
            "value": values.ravel(),
            "unit": _labels([named[name].unit for name in one.names], _each(shape)),
        }
    )
    return table.loc[np.isfinite(values.ravel())].reset_index(drop=True)


def daily_table(
    start: str, named: Mapping[str, Named], runs: Mapping[int, Measured], every: Literal["week", "day"] = "week"
) -> pd.DataFrame:
    """DailyTable: numbers at the end of each week's last working day, and what came and went in the week; or by day.

    Columns: start, replication, date, place, measure, value.
    """
    if not runs:
        return _empty(daily_schema())
    one = next(iter(runs.values()))
    kept = np.ones(len(one.dates), dtype=np.bool_)
    if every == "week":
        week = (one.dates.astype(np.int64) + 3) // 7
        kept = np.append(week[1:] != week[:-1], True)
    first = np.append(0, np.flatnonzero(kept)[:-1] + 1)
    values = np.array([[*run.daily[:, kept], *np.add.reduceat(run.flows, first, axis=1)] for run in runs.values()])
    names, shape = (*one.daily_names, *one.flow_names), values.shape
    return pd.DataFrame(
        {
            "start": _labels([start], np.zeros(values.size, dtype=np.int64)),
            "replication": np.repeat(np.fromiter(runs, dtype=np.int64), shape[1] * shape[2]),
            "date": np.tile(one.dates[kept], shape[0] * shape[1]).astype("datetime64[s]"),
            "place": _labels([named[name].place for name in names], _each(shape)),
            "measure": _labels(names, _each(shape)),
            "value": values.ravel(),
        }
    )


def summary(measures: pd.DataFrame) -> pd.DataFrame:
    """Over replications: mean with its 95 % interval (Student's t), and percentiles of single futures.

    The interval stops at nought where no value is below it, and at one for shares: the mean cannot be beyond.

    Columns: those of the MeasureTable but replication and value, then mean, mean_low, mean_high, p05, p10, p50,
    p90, p95, replications. With one replication the interval of the mean is not known (NaN).
    """
    keys = [column for column in MEASURE_COLUMNS if column in measures and column not in ("replication", "value")]
    groups = measures.groupby(keys, observed=True, sort=False)["value"]
    found = groups.agg(["mean", "std", "count", "min", "max"])
    quantiles = pd.DataFrame({name: groups.quantile(share) for name, share in PERCENTILES.items()})
    units = found.index.to_frame()["unit"] if "unit" in keys else pd.Series("", index=found.index)
    low, high = interval.of_the_mean(
        found["mean"],
        found["std"],
        found["count"],
        least=found["min"],
        most=found["max"],
        is_share=units.astype(str).str.startswith("share"),
    )
    table = pd.concat(
        [
            found[["mean"]].assign(mean_low=low, mean_high=high),
            quantiles,
            found["count"].rename("replications"),
        ],
        axis=1,
    )
    summed: pd.DataFrame = table.reset_index()
    return summed


def measure_schema() -> pa.DataFrameSchema:
    """What a MeasureTable holds, for checking it and for the data dictionary."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            "scenario": _text("Name of the scenario"),
            "start": _text("Which of the scenario's starts; empty: its only one"),
            "replication": pa.Column(int, pa.Check.ge(0), description="Number of the future, from 0"),
            "period": _text(
                "Month (2021-01), financial year as far as simulated (2020-21), or all",
                pa.Check.str_matches(r"^(\d{4}-\d{2}|all)$"),
            ),
            "place": _text("Stage or team; empty: the whole service"),
            "measure": _text("Name of the measure, unique in the service"),
            "value": pa.Column(float, pa.Check(np.isfinite), description="In the unit of the row"),
            "unit": _text("Unit of the value"),
        },
        strict=True,
        name="MeasureTable",
        description="One row a replication, measure and period; absent where there was nothing to measure.",
    )


def daily_schema() -> pa.DataFrameSchema:
    """What a DailyTable holds, for checking it and for the data dictionary."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            "start": _text("Which of the scenario's starts; empty: its only one"),
            "replication": pa.Column(int, pa.Check.ge(0), description="Number of the future, from 0"),
            "date": pa.Column("datetime64[s]", description="The week's last working day", coerce=True),
            "place": _text("Stage or team"),
            "measure": _text("Name of the measure"),
            "value": pa.Column(float, pa.Check.ge(0), description="Children, FTE at work, or hours"),
        },
        strict=True,
        name="DailyTable",
        description="Open, waiting, allocated and at work at the end of each week's last working day; starts, ends, "
        "hours used and hours lost in the week.",
    )


def _each(shape: tuple[int, ...]) -> Ints:
    """Index of the measure of each value of an array (replication, measure, period)."""
    return np.tile(np.repeat(np.arange(shape[1]), shape[2]), shape[0])


def _labels(words: Sequence[str], index: Ints) -> pd.Categorical[str]:
    known = list(dict.fromkeys(words))
    codes = np.array([known.index(word) for word in words], dtype=np.int16)
    return pd.Categorical.from_codes(codes[index], pd.Index(known))


def _text(description: str, check: pa.Check | None = None) -> pa.Column:
    import pandera.pandas as pa

    return pa.Column(str, check, description=description, coerce=True)


def _empty(schema: pa.DataFrameSchema) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in schema.columns})
