"""The few numbers that the first page says: each a row that is stored in the workbook too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.paths import STOCKS
from scenarios.load import expanded
from scenarios.quantity import value_at
from scenarios.schema import Scenario
from scenarios.service import Caseload
from simulate.results import Results

from . import tables, terms
from .phrases import is_month, tens

YEAR = 12


def outlook(results: Results, measure: str) -> pd.Series | None:
    """What the paths say of one measure: a flow's monthly mean over the next year, a stock's count at the end.

    Fields: measure, mean, p10, p50, p90, lowest, highest (over paths), first, last (months), before (the same months a
    year before, or the last known count), compared (month of that count, or the span's first), chance_higher (share of
    paths above `before`; NaN where it is not known), paths. None without paths.
    """
    frame = results.paths
    rows = frame[frame["measure"] == measure] if len(frame) else frame
    if not len(rows) or tables.is_driven(results):
        return None
    grid = rows.pivot_table(index="path", columns="month", values="value").sort_index(axis=1)
    grid.columns = grid.columns.astype(str)
    return foreseen(measure, grid, tables.observed(results, measure))


def foreseen(measure: str, grid: pd.DataFrame, seen: pd.DataFrame) -> pd.Series:
    """The row of `outlook` from futures (a row a path, a column a month) and the months seen (`tables.observed`)."""
    known = seen[seen["known"] & seen["count"].notna()].set_index("month")["count"].astype(float)
    if measure in STOCKS:
        values, first, last = grid.iloc[:, -1], str(grid.columns[-1]), str(grid.columns[-1])
        before = known.iloc[-1] if len(known) else np.nan
        compared = str(known.index[-1]) if len(known) else ""
    else:
        months = list(grid.columns[:YEAR])
        values, first, last = grid[months].mean(axis=1), months[0], months[-1]
        earlier = [str(pd.Period(m, freq="M") - YEAR) for m in months]
        whole = all(m in known.index for m in earlier)
        before = known.loc[earlier].mean() if whole else np.nan
        compared = earlier[0] if whole else ""
    return pd.Series(
        {
            "measure": measure,
            "mean": values.mean(),
            "p10": values.quantile(0.1),
            "p50": values.median(),
            "p90": values.quantile(0.9),
            "lowest": values.min(),
            "highest": values.max(),
            "first": first,
            "last": last,
            "before": before,
            "compared": compared,
            "chance_higher": (values > before).mean() if np.isfinite(before) else np.nan,
            "paths": len(values),
        }
    )


def given(results: Results, measure: str) -> list[tuple[str, pd.Series]]:
    """The actual months that drive a hindcast: the measure with mean, first and last; empty where none is known."""
    seen = tables.observed(results, measure)
    seen = seen[~seen["known"].astype(bool) & seen["count"].notna()]
    if len(results.summary):
        months = [str(p) for p in results.summary["period"].unique() if is_month(str(p))]
        seen = seen[seen["month"] <= max(months)] if months else seen
    if not len(seen):
        return []
    ends = {"first": seen["month"].iloc[0], "last": seen["month"].iloc[-1]}
    return [(measure, pd.Series({"mean": seen["count"].astype(float).mean(), **ends}))]


def began(results: Results, start: str) -> Scenario:
    """The scenario of one start, with its own as-at date and opening counts."""
    return expanded(results.scenario).get(start, results.scenario)


def opening(results: Results, start: str, stage: str) -> float | None:
    """How many were open in a stage on the as-at date: as the scenario says, or the count published for that month.

    None where it is not known: an estimated month differs from future to future, as do the futures that start from it.
    """
    scenario = began(results, start)
    said = scenario.opening.get(stage)
    if said is not None and said.open is not None:
        return float(said.open)
    seen = tables.observed(results, f"{stage}_open")
    if not len(seen):
        return None if said is None else said.counted
    seen = seen[seen["status"] != "estimated"]
    then = seen[seen["month"] == str(pd.Period(scenario.as_at, freq="M"))]["count"].dropna()
    return float(then.iloc[0]) if len(then) else None


def from_opening(results: Results, start: str, stage: str) -> pd.DataFrame:
    """The weekly spread of a stage's open cases with the as-at date's count before it, alike in every future."""
    frame = tables.weekly(results, start, f"{stage}_open")
    begun, when = opening(results, start, stage), pd.Timestamp(began(results, start).as_at)
    if begun is None or not len(frame) or frame["date"].iloc[0] <= when:
        return frame
    first = pd.DataFrame({name: [begun] for name in frame.columns if name != "date"}).assign(date=when)
    return pd.concat([first[list(frame.columns)], frame], ignore_index=True)


def stock(results: Results, start: str, measure: str, place: str | None = None) -> pd.Series | None:
    """A simulated stock at the end against the as-at date.

    Fields: mean, p10, p90, lowest, highest, before (count on the as-at date, or the first snapshot's mean), given
    (whether `before` is a count), empty (whether it started from none, for want of a count or a history), chance_higher
    (share of futures that end above it), last (month), replications.
    """
    rows = tables.at_start(results.daily, start)
    rows = rows[rows["measure"] == measure] if len(rows) else rows
    if place is not None and len(rows):
        rows = rows[rows["place"] == place]
    if not len(rows):
        return None
    grid = rows.pivot_table(index="replication", columns="date", values="value", aggfunc="sum").sort_index(axis=1)
    begun = opening(results, start, measure.removesuffix("_open")) if measure.endswith("_open") else None
    before = grid.iloc[:, 0] if begun is None else pd.Series(begun, index=grid.index)
    closing = grid.iloc[:, -1]
    return pd.Series(
        {
            "measure": measure,
            "mean": closing.mean(),
            "p10": closing.quantile(0.1),
            "p90": closing.quantile(0.9),
            "lowest": closing.min(),
            "highest": closing.max(),
            "before": before.mean(),
            "given": begun is not None,
            "empty": begun is None and tables.is_stated(results) and measure.endswith("_open"),
            "chance_higher": (closing > before).mean(),
            "last": str(pd.Period(pd.Timestamp(grid.columns[-1]), freq="M")),
            "replications": len(closing),
        }
    )


def caseload(results: Results, start: str, stage: str) -> pd.Series | None:
    """Open cases per FTE of a stage over the whole period, and the team of its alike teams that carries most.

    Fields: those of the summary row, lowest and highest (of single futures), top (mean of that team; NaN where the
    stage is one team), where (its title), teams (how many). None where the run has no such measure.
    """
    row = tables.whole(results, start, f"{stage}_caseload_per_fte", stage)
    if row is None or not np.isfinite(row["mean"]):
        return None
    row = pd.Series({**row, **tables.extremes(results, start, row)})
    teams = tables.by_team(results, start, stage)
    teams = teams[(teams["period"] == "all") & teams["mean"].notna()] if len(teams) else teams
    if not len(teams):
        return pd.Series({**row, "top": np.nan, "where": "", "teams": 1})
    top = teams.iloc[int(teams["mean"].to_numpy(dtype=float).argmax())]
    return pd.Series({**row, "top": top["mean"], "where": terms.sub_team(top["place"]), "teams": len(teams)})


def guide(scenario: Scenario, stage: str) -> float | None:
    """The caseload guide of the role with most FTE in the stage's team; None where the scenario has none."""
    found = scenario.service.stages.get(stage)
    team = scenario.workforce.teams.get(found.team) if isinstance(found, Caseload) else None
    if team is None:
        return None
    posts = []
    for staff in team.staff.values():
        role = scenario.workforce.roles[staff.role]
        if role.caseload_guide is not None:
            posts.append((value_at(staff.fte, scenario.as_at), value_at(role.caseload_guide, scenario.as_at)))
    return max(posts)[1] if posts else None


def promises(results: Results, start: str) -> pd.DataFrame:
    """Targets over the whole period, one row each."""
    table = tables.promises(results, start)
    return table[table["period"] == "all"].reset_index(drop=True)


def accuracy(results: Results) -> pd.DataFrame:
    """How good the forecast has been, a row a measure: word, wape, baseline, wape_baseline, cover_80, months."""
    columns = ["measure", "word", "model", "wape", "baseline", "wape_baseline", "cover_80", "months"]
    errors = results.backtest
    if not len(errors):
        return pd.DataFrame(columns=columns)
    from forecast.backtest import rate, summary
    from forecast.models import BASELINES

    rows = []
    for measure, mine in errors.groupby("measure", sort=False):
        table = summary(mine, ("model",)).set_index("model")
        simple = [name for name in BASELINES if name in table.index]
        ours = [name for name in table.index if name not in BASELINES]
        if not simple or not ours:
            continue
        model = "combined" if "combined" in ours else ours[0]
        best = str(table.loc[simple, "wape"].idxmin())
        rows.append(
            {
                "measure": measure,
                "word": rate(mine, model),
                "model": model,
                "wape": table.loc[model, "wape"],
                "baseline": best,
                "wape_baseline": table.loc[best, "wape"],
                "cover_80": table.loc[model, "cover_80"],
                "months": table.loc[model, "months"],
            }
        )
    return pd.DataFrame(rows, columns=columns)


def turning_points(results: Results, start: str) -> pd.DataFrame:
    """Targets that some month leaves below an even chance: title, first such month, its chance, how many, of how many.

    Columns: target, title, period, chance, replications, below, months.
    """
    table = tables.promises(results, start)
    months = table[table["period"].map(lambda p: is_month(str(p))).astype(bool)]
    rows = []
    for _, mine in months.sort_values("period").groupby("target", sort=False):
        low = mine[mine["chance"].map(tens) < 5]
        if len(low):
            rows.append(dict(low.iloc[0]) | {"below": len(low), "months": len(mine)})
    return pd.DataFrame(rows, columns=["target", "title", "period", "chance", "replications", "below", "months"])


def peak(results: Results, start: str, stage: str) -> pd.Series | None:
    """When the mean of a stage's open cases is highest: date, mean, p10, p90; None where that is at the start."""
    table = from_opening(results, start, stage)
    highest = int(table["mean"].to_numpy().argmax()) if len(table) else 0
    return table.iloc[highest] if highest else None


def telling_facts(facts: pd.DataFrame, stages: list[str], most: int = 3) -> pd.DataFrame:
    """The published figures to name first: not used to fit, open cases before others, the widest misses first."""
    if not len(facts):
        return facts
    rows = facts[~facts["used_to_calibrate"].astype(bool)]
    rows = rows if len(rows) else facts
    below, above = rows["p05"] - rows["published"], rows["published"] - rows["p95"]
    outside = pd.concat([below, above], axis=1).max(axis=1).clip(lower=0)
    ranked = rows.assign(
        first=~rows["measure"].isin([f"{stage}_open" for stage in stages]),
        miss=-outside / rows["published"].abs().where(rows["published"] != 0),
    )
    ranked = ranked.sort_values(["first", "miss"], kind="stable").drop_duplicates("title")
    return ranked.head(most).drop(columns=["first", "miss"])
