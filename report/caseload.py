"""Exhibits of caseloads: open cases per worker, team by team."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulate.results import Results

from . import charts, findings, tables, terms, words
from .common import DASHED, LEFT, RIGHT, monthly_table, months_of, named, natural
from .exhibit import Exhibit
from .heat import heat
from .phrases import about, month, said, short_month
from .sources import source_line
from .style import BLUE, PLUM, Canvas


def caseload_line(results: Results, start: str, stage: str) -> Exhibit | None:
    """Open cases per FTE over time with the guide."""
    row = findings.caseload(results, start, stage)
    frame = tables.monthly(results, start, f"{stage}_caseload_per_fte", stage)
    frame = frame.dropna(subset=["mean"]) if len(frame) else frame
    if row is None or not len(frame):
        return None
    guide, span = findings.guide(results.scenario, stage), months_of(frame)
    return Exhibit(
        name=named(f"{stage}-caseload", start),
        section="assessment",
        title=words.caseload_title(row, guide),
        subtitle=f"Simulated: open cases per full-time equivalent worker in post, {results.scenario.area}, {span}",
        alternative=f"Line chart of open cases per full-time worker by month. {words.caseload_sentence(row, guide)}",
        source=source_line(results),
        table=tables.shown(monthly_table(frame)),
        draw=lambda on: _draw_caseload(on, frame, guide),
    )


def _draw_caseload(on: Canvas, frame: pd.DataFrame, guide: float | None) -> None:
    high = on.height - 0.16
    ax = on.panel(LEFT, 0.42, RIGHT, high)
    x = charts.middles(frame["period"])
    bottom, middle, top = (frame[p].to_numpy(dtype=float) for p in ("p10", "p50", "p90"))
    charts.counts_axis(ax, max(float(top.max()), guide * 1.1 if guide else 0.0))
    charts.date_axis(ax, x[0] - 16, x[-1] + 16, RIGHT - LEFT)
    charts.band(ax, x, bottom, top, 1)
    charts.line(ax, x, middle, BLUE, DASHED)
    marks = [(float(top[-1]), "8 of 10 futures", BLUE), (float(middle[-1]), "middle future", BLUE)]
    if guide is not None:
        charts.level(ax, guide, "", PLUM)
        marks.append((guide, f"guide {guide:g}", PLUM))
    charts.labels_right(ax, marks, high - 0.42)


def caseload_heat(results: Results, start: str, stage: str) -> Exhibit | None:
    """Heat map of caseload per FTE, team by month, the value in every cell; None for a single team."""
    grid = tables.caseload_grid(results, start, stage)
    if len(grid) < 2:
        return None
    grid = grid.loc[sorted(grid.index, key=natural)]
    titles = [words.upper(terms.sub_team(place)) for place in grid.index]
    quarterly = len(grid.columns) > 1 and str(pd.Period(grid.columns[0], freq="M") + 1) != grid.columns[1]
    table = grid.rename(columns=lambda p: short_month(p)).reset_index(drop=True)
    table.insert(0, "Team", titles)
    mean = grid.mean(axis=1)
    step = "quarter (its first month)" if quarterly else "month"
    high, low = titles[int(np.argmax(mean))], titles[int(np.argmin(mean))]
    title = f"{high} carries most (about {about(float(mean.max()))}), {low.lower()} least ({about(float(mean.min()))})"
    return Exhibit(
        name=named(f"{stage}-caseload-heat", start),
        section="assessment",
        title=title if mean.max() >= words.APART * mean.min() else "Teams carry much the same load",
        subtitle=f"Simulated: open cases per full-time worker, mean over futures, by {step}",
        alternative=f"Heat map of open cases per full-time worker. {high} averages about {about(float(mean.max()))}, "
        f"{low} about {about(float(mean.min()))}. The table holds every cell.",
        source=source_line(results),
        table=tables.shown(table),
        height=0.62 + 0.33 * len(grid),
        draw=lambda on: heat(on, grid.to_numpy(dtype=float), titles, [short_month(p) for p in grid.columns]),
    )


def above_guide(results: Results, start: str, stage: str) -> Exhibit | None:
    """Share of workers who hold more than their guide caseload at the end of each month."""
    measure = f"{stage}_workers_above_guide"
    rows = tables.monthly(results, start, measure).dropna(subset=["mean"]) if len(results.summary) else pd.DataFrame()
    if not len(rows):
        return None
    unit, last = str(rows["unit"].iloc[0]), month(rows["period"].iloc[-1])
    return Exhibit(
        name=named(f"{stage}-workers-above-guide", start),
        section="assessment",
        title=f"About {said(rows['p50'].iloc[-1], unit)} of workers above the guide by {last}",
        subtitle=f"Simulated: share of workers above the caseload guide, {results.scenario.area}, {months_of(rows)}",
        alternative=words.band_alternative(
            "the share of workers above the caseload guide", months_of(rows), unit, rows.iloc[0], rows.iloc[-1]
        ),
        source=source_line(results),
        table=tables.shown(monthly_table(rows, True)),
        draw=lambda on: _draw_above(on, rows),
    )


def _draw_above(on: Canvas, rows: pd.DataFrame) -> None:
    high = on.height - 0.16
    ax = on.panel(LEFT, 0.42, RIGHT, high)
    x = charts.middles(rows["period"])
    low, middle, top = (100 * rows[p].to_numpy(dtype=float) for p in ("p10", "p50", "p90"))
    charts.percent_axis(ax, 0.0, min(100.0, 10 * np.ceil(max(float(top.max()), 10.0) / 10)))
    charts.date_axis(ax, x[0] - 16, x[-1] + 16, RIGHT - LEFT)
    charts.band(ax, x, low, top, 1)
    charts.line(ax, x, middle, BLUE, DASHED)
    charts.labels_right(ax, [(top[-1], "8 of 10 futures", BLUE), (middle[-1], "middle future", BLUE)], high - 0.42)
