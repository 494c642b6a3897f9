"""Exhibit of plans and care: the children behind the assessment teams, who are never turned away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.service import Plan
from simulate.results import Results

from . import charts, findings, tables, terms, words
from .common import DASHED, EDGES, edge_titles, month_end_rows, named, when
from .exhibit import Exhibit
from .phrases import month
from .sources import source_line
from .style import BLUE, WIDTH, Canvas


def plans(results: Results, start: str) -> Exhibit | None:
    """Children on plans and looked after: simulated stocks, with the published counts that followed."""
    scenario = results.scenario
    found = []
    for stage in terms.stages(scenario, Plan):
        measure = f"{stage}_open"
        frame = findings.from_opening(results, start, stage)
        row = findings.stock(results, start, measure)
        if len(frame) and row is not None:
            found.append((measure, frame, row))
    if not found:
        return None
    found = found[:4]
    parts, told, guessed = [], [], []
    for measure, frame, row in found:
        name = terms.name(scenario, measure)
        seen = _after(results, measure, frame)
        kept = month_end_rows(frame)
        table = pd.DataFrame(
            {
                "Measure": words.upper(name),
                "Month": kept["date"].map(month),
                "Mean": kept["mean"],
                "Middle future": kept["p50"],
                **{told.capitalize(): kept[point] for point, told in edge_titles(EDGES[:2]).items()},
                "What happened next": kept["date"]
                .dt.to_period("M")
                .astype(str)
                .map(seen.set_index("month")["count"])
                .astype(float),
            }
        )
        parts.append(table)
        told.append(words.stock_sentence(name, row))
        if len(seen) and (seen["status"] == "estimated").any():
            guessed.append(name)
    history = " (estimated history)" if guessed else ""
    every = pd.concat(parts, ignore_index=True)
    if every["What happened next"].isna().all():
        every = every.drop(columns="What happened next")
    lead = [(m, r) for m, _, r in found if m in ("cp_open", "cla_open")] or [(found[0][0], found[0][2])]
    short = {"cp_open": "protection plans", "cla_open": "looked-after children"}
    ways = [(short.get(m, terms.name(scenario, m)), words.way(r)) for m, r in lead[:2]]
    keys = [k for m, f, _ in found for k in _after(results, m, f)["source"]]
    return Exhibit(
        name=named("plans-and-care", start),
        section="onward",
        title=words.plans_title(ways),
        subtitle=f"Simulated: children at each date{history}, {when(results, found[0][1])}",
        alternative="Line charts, one for each kind of plan. " + " ".join(told),
        source=source_line(results, keys),
        table=tables.shown(every),
        label=words.estimated(guessed),
        height=0.3 + 2.6 * ((len(found) + 1) // 2),
        draw=lambda on: _draw_plans(on, [(terms.name(scenario, m), f, _after(results, m, f)) for m, f, _ in found]),
    )


def _after(results: Results, measure: str, frame: pd.DataFrame) -> pd.DataFrame:
    seen = tables.observed(results, measure)
    first, last = (str(pd.Period(d, freq="M")) for d in (frame["date"].iloc[0], frame["date"].iloc[-1]))
    return seen[(seen["month"] >= first) & (seen["month"] <= last) & seen["count"].notna()] if len(seen) else seen


def _draw_plans(on: Canvas, parts: list[tuple[str, pd.DataFrame, pd.DataFrame]]) -> None:
    charts.key(on, ["middle", "two", *(["happened"] if any(len(seen) for _, _, seen in parts) else [])])
    for i, (name, frame, seen) in enumerate(parts):
        left = 0.72 + (i % 2) * (WIDTH - 0.3) / 2
        right = left + (WIDTH - 0.3) / 2 - 0.95
        top = on.height - 0.36 - (i // 2) * 2.6
        ax = on.panel(left, top - 1.86, right, top)
        charts.panel_title(ax, words.upper(name), right - left)
        x = charts.days(frame["date"])
        after = seen["count"].to_numpy(dtype=float)
        extremes = np.concatenate([frame["p975"], frame["p025"], after])
        charts.counts_axis(ax, float(extremes.max()), float(extremes.min()))
        charts.date_axis(ax, x[0], x[-1], right - left)
        pairs = [(s, frame[a].to_numpy(), frame[b].to_numpy()) for s, a, b in EDGES[:2]]
        charts.nested_bands(ax, x, pairs)
        charts.line(ax, x, frame["p50"].to_numpy(), BLUE, DASHED)
        if len(after):
            charts.happened(ax, charts.ends(seen["month"]), after)
