"""The tables behind the report's figures and sentences: computed once, here, and drawn or said elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from forecast.demand import first_month_after
from scenarios.measure_names import HELD, held_name
from simulate.results import TABLES, Results
from simulate.tables import summary as across

from .phrases import is_month

LEVELS = (0.95, 0.8, 0.5)  # shares of futures inside a band, widest first


def plain(results: Results) -> Results:
    """The same results with text as text: categories, which save space in storage, join and sort oddly."""
    frames = {name: getattr(results, name) for name in TABLES}
    changed = {
        name: frame.astype(dict.fromkeys(frame.select_dtypes("category").columns, "object"))
        for name, frame in frames.items()
        if len(frame.select_dtypes("category").columns)
    }
    return replace(results, **changed)


def is_driven(results: Results) -> bool:
    """Whether actual months drive the run instead of a forecast: its paths and bands then foresee nothing."""
    return results.scenario.demand.source == "observed"


def is_surged(results: Results) -> bool:
    """Whether a surge is laid on the forecast: the futures are then a what-if, and the forecast lies below them."""
    return bool(results.scenario.surges) and results.scenario.demand.source == "forecast"


def is_stated(results: Results) -> bool:
    """Whether demand is a number that somebody stated: there is no history, and nothing was forecast."""
    return results.scenario.demand.source == "steady"


def starts(results: Results) -> list[str]:
    """Names of the starts in the run, in their order; one empty name where there is only one start."""
    frame = results.summary if len(results.summary) else results.daily
    return list(dict.fromkeys(frame["start"].fillna("").astype(str))) if len(frame) else []


def at_start(frame: pd.DataFrame, start: str) -> pd.DataFrame:
    """Rows of one start."""
    return frame[frame["start"].fillna("").astype(str) == start] if len(frame) else frame


def as_at(results: Results) -> pd.Period:
    """The last month known to the forecast."""
    return pd.Period(results.scenario.as_at, freq="M")


def known_to(history: pd.DataFrame, as_at: date) -> date:
    """The last day of the last month of referrals that was counted by a date, or the date where that is earlier.

    `history`: measure, month (YYYY-MM) and count of one area; the date itself where it holds no such month.
    """
    if not len(history):
        return as_at
    by_then = history["month"].astype(str) < str(first_month_after(as_at))
    counted = history.loc[by_then & (history["measure"] == "referrals") & history["count"].notna(), "month"]
    return min(as_at, pd.Period(str(counted.astype(str).max()), freq="M").end_time.date()) if len(counted) else as_at


def observed(results: Results, measure: str) -> pd.DataFrame:
    """Months of one measure in the scenario's area, in order: month (YYYY-MM), count, status, source, known.

    `known`: whether the forecast could know it (up to the as-at month); later months are what happened next.
    """
    frame = results.observed
    columns = ["month", "count", "status", "source"]
    if not len(frame):
        return pd.DataFrame({name: pd.Series(dtype="object") for name in [*columns, "known"]})
    rows = frame[(frame["measure"] == measure) & (frame["area"] == results.scenario.area)]
    rows = rows.assign(month=rows["month"].astype(str)).sort_values("month")[columns]
    return rows.assign(known=rows["month"] <= str(as_at(results))).reset_index(drop=True)


def bands(results: Results, measure: str) -> pd.DataFrame:
    """The forecast of one measure, a row a month: month, median, mean, low_50, high_50, ... , estimated."""
    return pd.DataFrame() if is_driven(results) else wide_bands(results.bands, measure)


def wide_bands(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Bands of one measure from a long table of them (`SamplePaths.band`), in the columns of `bands`."""
    rows = frame[frame["measure"] == measure] if len(frame) else frame
    if not len(rows):
        return pd.DataFrame()
    wide = rows.drop_duplicates("month")[["month", "median", "mean", "estimated"]].set_index("month")
    for level in sorted(rows["level"].unique()):
        one = rows[rows["level"] == level].set_index("month")
        wide[f"low_{100 * level:.0f}"], wide[f"high_{100 * level:.0f}"] = one["low"], one["high"]
    return wide.sort_index().reset_index().assign(month=lambda t: t["month"].astype(str))


def weekly(results: Results, start: str, measure: str, place: str | None = None) -> pd.DataFrame:
    """Spread over replications of a daily measure, a row a date: date, mean, p025, p10, p25, p50, p75, p90, p975.

    Without `place`, the only place the measure has, or the sum of places within each replication.
    """
    rows = at_start(results.daily, start)
    rows = rows[rows["measure"] == measure] if len(rows) else rows
    if place is not None and len(rows):
        rows = rows[rows["place"] == place]
    if not len(rows):
        return pd.DataFrame()
    grid = rows.pivot_table(index="date", columns="replication", values="value", aggfunc="sum", sort=True)
    points = {"p025": 0.025, "p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9, "p975": 0.975}
    table = grid.quantile(list(points.values()), axis=1).T
    table.columns = list(points)
    table.insert(0, "mean", grid.mean(axis=1))
    return table.reset_index().assign(date=lambda t: pd.to_datetime(t["date"]))


def summary(results: Results, start: str, measure: str, place: str | None = None) -> pd.DataFrame:
    """Summary rows of one measure; without `place`, of its first place."""
    rows = at_start(results.summary, start)
    rows = rows[rows["measure"] == measure] if len(rows) else rows
    if len(rows):
        rows = rows[rows["place"] == (rows["place"].iloc[0] if place is None else place)]
    return rows.reset_index(drop=True)


def monthly(results: Results, start: str, measure: str, place: str | None = None) -> pd.DataFrame:
    """Summary rows of one measure by month, in order."""
    rows = summary(results, start, measure, place)
    kept = np.array([is_month(str(period)) for period in rows["period"]], dtype=bool)
    return rows[kept].sort_values("period").reset_index(drop=True)


def whole(results: Results, start: str, measure: str, place: str | None = None) -> pd.Series | None:
    """The summary row of one measure for the whole period; None where there is none."""
    rows = summary(results, start, measure, place)
    rows = rows[rows["period"] == "all"]
    return rows.iloc[0] if len(rows) else None


def extremes(results: Results, start: str, row: pd.Series) -> dict[str, float]:
    """The lowest and the highest future of a summary row; NaN where single futures are not at hand."""
    rows = at_start(results.measures, start)
    for name in ("measure", "place", "period") if len(rows) else ():
        rows = rows[rows[name] == row[name]]
    values = rows["value"].astype(float) if len(rows) else pd.Series(dtype=float)
    return {"lowest": values.min(), "highest": values.max()}


def measures_in(results: Results, start: str = "") -> list[str]:
    """Names of measures in the summary, in their order."""
    rows = at_start(results.summary, start)
    return list(dict.fromkeys(rows["measure"])) if len(rows) else []


def promises(results: Results, start: str) -> pd.DataFrame:
    """How sure each target is: a row a target and period.

    Columns: target, title, measure, place, at_least, at_most, unit, period, mean, p10, p50, p90, lowest, highest,
    chance (share of replications that keep it), replications. Replications without a value in the period are left out.
    """
    columns = ["target", "title", "measure", "place", "at_least", "at_most", "unit", "period"]
    columns += ["mean", "p10", "p50", "p90", "lowest", "highest", "chance", "replications"]
    rows = at_start(results.measures, start)
    parts = []
    for key, target in results.scenario.targets.items():
        mine = rows[(rows["measure"] == target.measure) & rows["value"].notna()] if len(rows) else rows
        if not len(mine):
            continue
        low = -np.inf if target.at_least is None else float(target.at_least)
        high = np.inf if target.at_most is None else float(target.at_most)
        kept = mine.assign(kept=mine["value"].between(low, high))
        grouped = kept.groupby(["place", "period"], sort=False)
        part = grouped.agg(
            mean=("value", "mean"),
            lowest=("value", "min"),
            highest=("value", "max"),
            chance=("kept", "mean"),
            replications=("kept", "size"),
            unit=("unit", "first"),
        )
        points = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
        spread = {name: grouped["value"].quantile(share) for name, share in points.items()}
        part = part.assign(**spread).reset_index()
        at_least = None if target.at_least is None else float(target.at_least)
        at_most = None if target.at_most is None else float(target.at_most)
        names = {"target": key, "title": target.title, "measure": target.measure}
        parts.append(part.assign(**names, at_least=at_least, at_most=at_most))
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def by_team(results: Results, start: str, stage: str) -> pd.DataFrame:
    """Summary rows of open cases per FTE in each of the alike teams of a stage; empty where it is one team."""
    rows = at_start(results.summary, start)
    return rows[rows["measure"].str.fullmatch(rf"{stage}_team_\d+_caseload_per_fte")] if len(rows) else rows


def caseload_grid(results: Results, start: str, stage: str) -> pd.DataFrame:
    """Mean over futures of open cases per FTE, a row a team and a column a month (a quarter over 24 months)."""
    rows = by_team(results, start, stage)
    rows = rows[rows["period"].map(lambda p: is_month(str(p))).astype(bool)] if len(rows) else rows
    if not len(rows):
        return pd.DataFrame()
    grid = rows.pivot_table(index="place", columns="period", values="mean", sort=False).sort_index(axis=1)
    if grid.shape[1] > 24:
        quarters = pd.PeriodIndex(grid.columns, freq="M").asfreq("Q-MAR")
        starts_of = quarters.asfreq("M", how="START").astype(str)
        grid = grid.T.groupby(list(starts_of)).mean().T
    return grid


def workers_by_cases(results: Results, start: str, stage: str) -> pd.DataFrame:
    """Workers by the open cases they hold at the end of the first and the last month, a row a month, role and band.

    Columns: period, role (empty: all roles together), low, high (cases; high is missing for the open band), then those
    of a summary's row. Without rows where the run kept no such measure.
    """
    rows = at_start(results.measures, start)
    roles, ends = list(results.scenario.workforce.roles), dict(HELD)
    names = {held_name(stage, role, low, ends[low]): (role, low) for role in roles for low in ends}
    mine = rows[rows["measure"].isin(list(names)) & rows["period"].map(lambda p: is_month(str(p)))]
    if not len(mine):
        return pd.DataFrame(columns=["period", "role", "low", "high"])
    mine = mine[mine["period"].isin([mine["period"].min(), mine["period"].max()])]
    role, low = zip(*mine["measure"].map(names), strict=True)
    mine = mine[["replication", "period", "value"]].assign(place=role, measure=low)
    every = mine.groupby(["replication", "period", "measure"], as_index=False)["value"].sum().assign(place="")
    table = across(pd.concat([every, mine], ignore_index=True)).rename(columns={"place": "role", "measure": "low"})
    table.insert(3, "high", [np.nan if ends[low] is None else ends[low] for low in table["low"]])
    return table.sort_values(["period", "role", "low"], kind="stable").reset_index(drop=True)


def shown(table: pd.DataFrame, whole_numbers: Sequence[str] = ()) -> pd.DataFrame:
    """A table rounded for reading: whole numbers from 100 up and where asked, one decimal below."""
    out = table.copy()
    for column in out.columns:
        values = out[column]
        if pd.api.types.is_float_dtype(values):
            large = column in whole_numbers or values.abs().max() >= 100
            rounded = values.round(0 if large else 1)
            out[column] = rounded.astype("Int64") if large and np.allclose(rounded.dropna() % 1, 0) else rounded
    return out
