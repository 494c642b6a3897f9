"""Exhibits of open cases: how many, how many wait for a worker, and who is there to take them."""

from __future__ import annotations

import pandas as pd

from simulate.results import Results

from . import charts, findings, tables, terms, words
from .common import DASHED, EDGES, LEFT, RIGHT, edge_titles, month_end_rows, named, when
from .exhibit import Exhibit
from .phrases import about, day
from .sources import source_line
from .style import BLUE, Canvas

SOON = 9  # weeks beside which the count at the start is written


def open_cases(results: Results, start: str, stage: str) -> Exhibit | None:
    """Open cases, those waiting for a worker, and staff at work, one above the other on one time axis."""
    opened = findings.from_opening(results, start, stage)
    row = findings.stock(results, start, f"{stage}_open")
    if not len(opened) or row is None:
        return None
    name = terms.name(results.scenario, f"{stage}_open")
    waiting = tables.weekly(results, start, f"{stage}_waiting")
    team = getattr(results.scenario.service.stages.get(stage), "team", stage)
    staff = tables.weekly(results, start, f"{team}_fte_at_work")
    parts = [(name, opened)]
    parts += [("Waiting for a worker", waiting)] if len(waiting) else []
    parts += [("Staff at work, full-time equivalents", staff)] if len(staff) else []
    kept = month_end_rows(opened)
    columns = {"Date": kept["date"].map(day)}
    for i, (label, frame) in enumerate([(words.upper(name), opened), *parts[1:]]):
        part = frame.set_index("date").reindex(kept["date"]).reset_index()
        drawn = {"mean": "mean", "p50": "middle future"} | edge_titles(EDGES if i == 0 else EDGES[:2])
        columns |= {f"{label}: {told}": part[point] for point, told in drawn.items()}
    told = words.band_alternative(name, "by week", "", opened.iloc[0], opened.iloc[-1])
    waits, works = (part[part["date"].isin(kept["date"])] for part in (waiting, staff))
    if len(waits):
        told += f" Of them about {about(waits['mean'].iloc[0])} wait for a worker on {day(waits['date'].iloc[0])}"
        told += f" and about {about(waits['mean'].iloc[-1])} at the end."
    if len(works):
        told += f" Staff at work go from about {about(works['mean'].iloc[0])} on {day(works['date'].iloc[0])}"
        told += f" to about {about(works['mean'].iloc[-1])} full-time equivalents."
    return Exhibit(
        name=named(f"{stage}-open", start),
        section="assessment",
        title=words.stock_title(name, row),
        subtitle=f"Simulated: {name}, those waiting, and staff; {when(results, opened)}",
        alternative=told,
        source=source_line(results),
        table=tables.shown(pd.DataFrame(columns)),
        height=3.4 + 1.45 * (len(parts) - 1),
        draw=lambda on: _draw_open(on, parts),
    )


def _draw_open(on: Canvas, parts: list[tuple[str, pd.DataFrame]]) -> None:
    floor = 0.42
    whole = charts.days(parts[0][1]["date"])
    for i, (title, frame) in reversed(list(enumerate(parts))):
        tall = on.height - floor - 0.34 if i == 0 else 1.0
        ax = on.panel(LEFT, floor, RIGHT, floor + tall)
        charts.panel_title(ax, words.upper(title))
        x = charts.days(frame["date"])
        edges = EDGES if i == 0 else EDGES[:2]
        charts.counts_axis(ax, float(frame["p975"].max()), float(frame["p025"].min()))
        charts.date_axis(ax, whole[0], whole[-1], RIGHT - LEFT)
        pairs = [(s, frame[a].to_numpy(), frame[b].to_numpy()) for s, a, b in edges]
        marks = [(y, w, BLUE) for y, w in charts.nested_bands(ax, x, pairs)]
        marks.append((float(frame["p50"].iloc[-1]), "middle future", BLUE))
        charts.line(ax, x, frame["p50"].to_numpy(), BLUE, DASHED)
        if i == 0:
            soon = frame["p50"].head(SOON)
            charts.start_point(ax, x[0], float(soon.iloc[0]), falls=bool(soon.mean() < soon.iloc[0]))
        charts.labels_right(ax, marks, tall)
        if i < len(parts) - 1:
            ax.tick_params(labelbottom=False)
        floor += tall + 0.45
