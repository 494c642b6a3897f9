"""Exhibits of timeliness: what share is done in time, and how sure each promise is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulate.results import Results

from . import charts, findings, promise_words, tables, terms, words
from .common import DASHED, LEFT, RIGHT, monthly_table, months_of, named
from .exhibit import Exhibit
from .phrases import between, is_share, month, said, tens
from .sources import source_line
from .style import BLUE, PLUM, WIDTH, Canvas


def _target(results: Results, start: str, measure: str) -> pd.DataFrame:
    table = tables.promises(results, start)
    return table[table["measure"] == measure]


def _window(results: Results, stage: str, start: str) -> str | None:
    """The timeliness measure to show: with a target; else the stage's own limit; else the longest."""
    present = [m for m in tables.measures_in(results, start) if (w := terms.within(m)) and w.stage == stage]
    targets = [t.measure for t in results.scenario.targets.values() if t.measure in present]
    own = getattr(results.scenario.service.stages.get(stage), "target_working_days", None)
    limits = [m for m in present if (w := terms.within(m)) and w.days == own]
    longest = sorted(present, key=lambda m: w.days if (w := terms.within(m)) else 0)[-1:]
    return next(iter([*targets, *limits, *longest]), None)


def _days(measure: str) -> int | None:
    part = terms.within(measure)
    return part.days if part else None


def _whose(name: str) -> str:
    """Whom a promise is about: "Referrals: " for referrals decided within 3 working days."""
    return f"{words.upper(name.split(' ')[0])}: "


def timeliness(results: Results, start: str, stage: str, section: str = "assessment") -> Exhibit | None:
    """Share done in time by month against the target, with the futures out of ten that keep it each month."""
    measure = _window(results, stage, start)
    rows = tables.monthly(results, start, measure) if measure else pd.DataFrame()
    whole = tables.whole(results, start, measure) if measure else None
    if measure is None or not len(rows) or whole is None:
        return None
    rows = rows[rows["mean"].notna()].reset_index(drop=True)
    name = terms.name(results.scenario, measure)
    promised = _target(results, start, measure)
    overall = promised[promised["period"] == "all"]
    by_month = promised.set_index("period")["chance"] if len(promised) else pd.Series(dtype=float)
    chances = [float(by_month.get(p, np.nan)) for p in rows["period"]]
    share = is_share(str(rows["unit"].iloc[0]))
    table = monthly_table(rows, share)
    if len(overall):
        table["Futures of 10 that keep the target"] = [tens(c) if np.isfinite(c) else pd.NA for c in chances]
    span = f"from {month(rows['period'].iloc[0])} to {month(rows['period'].iloc[-1])}"
    told = words.band_alternative(f"the share of {name}", span, str(rows["unit"].iloc[0]), rows.iloc[0], rows.iloc[-1])
    if len(overall):
        told += f" {promise_words.promise_sentence(overall.iloc[0])}"
    limit = None
    if len(overall):
        row = overall.iloc[0]
        limit = float(row["at_least"] if pd.notna(row["at_least"]) else row["at_most"]) * (100 if share else 1)
    return Exhibit(
        name=named(f"{stage}-timeliness", start),
        section=section,
        title=promise_words.promise_title(overall.iloc[0], _days(measure))
        if len(overall)
        else words.timely_title(name, whole),
        subtitle=f"Simulated: {name}, {results.scenario.area}, {months_of(rows)}",
        alternative=told,
        source=source_line(results),
        table=tables.shown(table),
        height=3.9,
        draw=lambda on: _draw_timeliness(on, rows, share, limit, chances if len(overall) else []),
    )


def _draw_timeliness(on: Canvas, rows: pd.DataFrame, share: bool, limit: float | None, chances: list[float]) -> None:
    strip = 0.62 if chances else 0.0
    tall = on.height - 0.58 - strip
    ax = on.panel(LEFT, 0.42 + strip, RIGHT, 0.42 + strip + tall)
    x = charts.middles(rows["period"])
    scale = 100 if share else 1
    low, mid, high = (rows[p].to_numpy(dtype=float) * scale for p in ("p10", "p50", "p90"))
    least = min(float(np.nanmin(low)), 100 if limit is None else limit)
    if share:
        charts.percent_axis(ax, max(0.0, 10 * np.floor(least / 10) - 10) if least > 40 else 0.0)
    else:
        charts.counts_axis(ax, float(np.nanmax(high)))
    charts.date_axis(ax, x[0] - 16, x[-1] + 16, RIGHT - LEFT)
    charts.band(ax, x, low, high, 1)
    charts.line(ax, x, mid, BLUE, DASHED)
    marks = [(float(high[-1]), "8 of 10 futures", BLUE), (float(mid[-1]), "middle future", BLUE)]
    if limit is not None:
        ax.axhline(limit, color=PLUM, linewidth=1.5, linestyle=(0, (7, 3)), zorder=2.6)
        marks.append((limit, f"target {limit:g}{'%' if share else ''}", PLUM))
    charts.labels_right(ax, marks, tall)
    if chances:
        charts.chance_strip(on, ax, x, chances, LEFT, RIGHT)


def timeliness_panels(results: Results, start: str, stages: list[str], section: str) -> Exhibit | None:
    """Small panels, one a promise of the front door: share done in time by month, with its target."""
    present = tables.measures_in(results, start)
    wanted = [m for stage in stages for m in present if (w := terms.within(m)) and w.stage == stage][:6]
    frames = {m: tables.monthly(results, start, m).dropna(subset=["mean"]) for m in wanted}
    frames = {m: frame for m, frame in frames.items() if len(frame)}
    if not frames:
        return None
    promised = findings.promises(results, start)
    promised = promised[promised["measure"].isin(list(frames))]
    parts = []
    for measure, frame in frames.items():
        parts.append(monthly_table(frame, True).assign(Measure=words.upper(terms.name(results.scenario, measure))))
    table = pd.concat(parts, ignore_index=True)
    table = table[["Measure", *[c for c in table.columns if c != "Measure"]]]
    told = []
    for measure in frames:
        whole = tables.whole(results, start, measure)
        if whole is not None:
            unit = str(whole["unit"])
            name, span = terms.name(results.scenario, measure), between(whole["p10"], whole["p90"], unit)
            told.append(f"{words.upper(name)}: about {said(whole['mean'], unit)}, {span} in 8 of 10 futures.")
    last = list(frames)[-1]
    worst = promised.iloc[int(promised["chance"].to_numpy(dtype=float).argmin())] if len(promised) else None
    whole = tables.whole(results, start, last)
    title = (
        _whose(terms.name(results.scenario, worst["measure"]))
        + promise_words.promise_title(worst, _days(worst["measure"]))
        if worst is not None
        else words.timely_title(
            terms.name(results.scenario, last), whole if whole is not None else frames[last].iloc[-1]
        )
    )
    limits = {
        m: next(
            (
                float(t.at_least) * 100
                for t in results.scenario.targets.values()
                if t.measure == m and t.at_least is not None
            ),
            None,
        )
        for m in frames
    }
    return Exhibit(
        name=named("front-door-timeliness", start),
        section=section,
        title=title,
        subtitle=f"Simulated: work done in time at the front door, {results.scenario.area}, {months_of(frames[last])}",
        alternative="Small line charts, one for each measure. " + " ".join(told),
        source=source_line(results),
        table=tables.shown(table),
        height=0.35 + 2.35 * ((len(frames) + 1) // 2),
        draw=lambda on: _draw_panels(
            on, {terms.name(results.scenario, m): f for m, f in frames.items()}, list(limits.values())
        ),
    )


def _draw_panels(on: Canvas, frames: dict[str, pd.DataFrame], limits: list[float | None]) -> None:
    charts.key(on, ["middle", "eight"])
    least = min(float(f["p10"].min()) for f in frames.values()) * 100
    least = min([least, *[v for v in limits if v is not None]])
    floor = max(0.0, 10 * np.floor(least / 10) - 10) if least > 40 else 0.0
    for i, ((name, frame), limit) in enumerate(zip(frames.items(), limits, strict=True)):
        left = 0.72 + (i % 2) * (WIDTH - 0.4) / 2
        right = left + (WIDTH - 0.4) / 2 - 0.95
        top = on.height - 0.36 - (i // 2) * 2.35
        ax = on.panel(left, top - 1.62, right, top)
        charts.panel_title(ax, words.upper(name), right - left)
        x = charts.middles(frame["period"])
        charts.percent_axis(ax, floor)
        charts.date_axis(ax, x[0] - 16, x[-1] + 16, right - left)
        charts.band(ax, x, 100 * frame["p10"].to_numpy(dtype=float), 100 * frame["p90"].to_numpy(dtype=float), 1)
        charts.line(ax, x, 100 * frame["p50"].to_numpy(dtype=float), BLUE, DASHED)
        if limit is not None:
            charts.level(ax, limit, f"target {limit:g}%", PLUM)
