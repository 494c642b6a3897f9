"""Exhibits of caseloads: open cases per worker, team by team."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulate.results import Results

from . import charts, findings, tables, terms, words
from .common import DASHED, LEFT, RIGHT, monthly_table, months_of, named, natural
from .exhibit import Exhibit
from .heat import heat
from .phrases import about, said, short_month
from .sources import source_line
from .style import BLUE, PLUM, WIDTH, Canvas


def caseload_panels(results: Results, start: str, stage: str) -> Exhibit | None:
    """Open cases per FTE over time with the guide, for up to six teams (the six highest where there are more)."""
    ranked = findings.caseloads(results, start, stage)
    if not len(ranked):
        return None
    measure = f"{stage}_caseload_per_fte"
    chosen = ranked.head(6).sort_values("place", key=lambda p: p.map(natural), kind="stable")
    frames = {row["title"]: tables.monthly(results, start, measure, row["place"]) for _, row in chosen.iterrows()}
    frames = {title: frame.dropna(subset=["mean"]) for title, frame in frames.items()}
    frames = {title: frame for title, frame in frames.items() if len(frame)}
    if not frames:
        return None
    guide = findings.guide(results.scenario, stage)
    top = ranked.iloc[0]
    which = f"; the {len(frames)} highest of {len(ranked)} teams" if len(ranked) > len(frames) else ""
    parts = [monthly_table(frame).assign(Team=title) for title, frame in frames.items()]
    table = pd.concat(parts, ignore_index=True)
    any_frame = next(iter(frames.values()))
    span = months_of(any_frame)
    return Exhibit(
        name=named(f"{stage}-caseload", start),
        section="assessment",
        title=words.caseload_title(top, guide),
        subtitle=f"Simulated: open cases per full-time equivalent worker{which}, {results.scenario.area}, {span}",
        alternative="Line chart of open cases per full-time worker by month"
        + (", a panel a team. " if len(frames) > 1 else ". ")
        + words.caseload_sentence(len(ranked), top, guide),
        source=source_line(results),
        table=tables.shown(table[["Team", *[c for c in table.columns if c != "Team"]]]),
        height=3.9 if len(frames) == 1 else 0.62 + 2.3 * ((len(frames) + 1) // 2),
        draw=lambda on: _draw_caseload(on, frames, guide),
    )


def _draw_caseload(on: Canvas, frames: dict[str, pd.DataFrame], guide: float | None) -> None:
    top_value = max([float(f["p90"].max()) for f in frames.values()] + ([guide * 1.1] if guide else []))
    single = len(frames) == 1
    if not single:
        charts.key(on, ["middle", "eight"])
    for i, (title, frame) in enumerate(frames.items()):
        if single:
            left, right, low, high = LEFT, RIGHT, 0.42, on.height - 0.16
        else:
            left = 0.6 + (i % 2) * (WIDTH - 0.4) / 2
            right = left + (WIDTH - 0.4) / 2 - 0.85
            high = on.height - 0.36 - (i // 2) * 2.3
            low = high - 1.57
        ax = on.panel(left, low, right, high)
        x = charts.middles(frame["period"])
        charts.counts_axis(ax, top_value)
        charts.date_axis(ax, x[0] - 16, x[-1] + 16, right - left)
        bottom, middle, upper = (frame[p].to_numpy(dtype=float) for p in ("p10", "p50", "p90"))
        charts.band(ax, x, bottom, upper, 1)
        charts.line(ax, x, middle, BLUE, DASHED)
        if guide is not None:
            charts.level(ax, guide, f"guide {guide:g}" if i == 0 else "", PLUM)
        if single:
            charts.labels_right(
                ax, [(upper[-1], "8 of 10 futures", BLUE), (middle[-1], "middle future", BLUE)], high - low
            )
        else:
            charts.panel_title(ax, title, right - left)


def caseload_heat(results: Results, start: str, stage: str) -> Exhibit | None:
    """Heat map of caseload per FTE, team by month, the value in every cell; None for a single team."""
    grid = tables.caseload_grid(results, start, f"{stage}_caseload_per_fte")
    if len(grid) < 2:
        return None
    grid = grid.loc[sorted(grid.index, key=natural)]
    titles = [terms.team_title(results.scenario, place) for place in grid.index]
    quarterly = len(grid.columns) > 1 and str(pd.Period(grid.columns[0], freq="M") + 1) != grid.columns[1]
    table = grid.rename(columns=lambda p: short_month(p)).reset_index(drop=True)
    table.insert(0, "Team", titles)
    shared = titles[0].rpartition(": ")[0]
    if shared and all(t.startswith(shared + ": ") for t in titles):
        titles = [words.upper(t.rpartition(": ")[2]) for t in titles]
    mean = grid.mean(axis=1)
    step = "quarter (its first month)" if quarterly else "month"
    high, low = titles[int(np.argmax(mean))], titles[int(np.argmin(mean))]
    return Exhibit(
        name=named(f"{stage}-caseload-heat", start),
        section="assessment",
        title=f"{high} carries most, {low} least"
        if mean.max() - mean.min() >= 0.5
        else "Teams carry much the same load",
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
    whole = tables.whole(results, start, measure)
    if not len(rows) or whole is None:
        return None
    unit = str(rows["unit"].iloc[0])
    return Exhibit(
        name=named(f"{stage}-workers-above-guide", start),
        section="assessment",
        title=f"About {said(whole['mean'], unit)} of workers hold more than the guide",
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
