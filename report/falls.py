"""Exhibit of a waterfall: from the base to the scenario, one bar a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from . import charts, in_rows, words
from .contracts import WATERFALL, checked
from .exhibit import Exhibit
from .phrases import about, is_share
from .style import BLUE, GREY, INK, QUIET, TINTS, WIDTH, Canvas

MOST = 8  # changes drawn each on its own; the smallest of the rest are drawn as one, the table holds all
ROW = 0.46  # inches of one bar


@dataclass(frozen=True)
class Bar:
    """One bar: what it is, where it begins and ends, the interval of its end, what is written beside it, its kind."""

    title: str
    start: float
    end: float
    low: float
    high: float
    told: str
    kind: str


def waterfall(table: pd.DataFrame, name: str, *, other: str, key: str = "", source: str = "") -> Exhibit:
    """What causes the change from the base to the scenario: one bar a change, in the scenario's order.

    `table`: as `report.waterfall.waterfall` gives it. `name`: the measure in words; `other`: the scenario's title;
    `key`: what sets this figure's name apart. Raises ValueError where a column lacks or there is no change.
    """
    rows = checked(table, WATERFALL, "waterfall").reset_index(drop=True)
    if len(rows) < 2:
        raise ValueError("a waterfall needs a base and at least one step")
    scale, sign = (100, "%") if is_share(str(rows["unit"].iloc[0])) else (1, "")
    for column in ("change", "low", "high"):
        rows[column] = rows[column].astype(float) * scale
    unit, steps = " points" if sign else "", rows.iloc[1:]
    first, last = float(rows["change"].iloc[0]), float(rows["change"].sum())
    shown = pd.DataFrame(
        {
            "Step": [words.upper(str(title)) for title in rows["title"]],
            f"Change{', points' if sign else ''} (first row: level{', %' if sign else ''})": rows["change"],
            "95% interval: low": rows["low"],
            "95% interval: high": rows["high"],
            f"After this step{', %' if sign else ''}": rows["change"].cumsum(),
        }
    ).round(1)
    bars = _bars(rows, other, sign)
    return Exhibit(
        name=f"what-causes-the-change{f'-{key}' if key else ''}".replace("_", "-"),
        section="compare",
        title=_title(steps, name, unit),
        subtitle=f"{words.upper(name)}: each change alone, then together; lines: 95% interval",
        alternative=f"Waterfall chart from about {about(first)}{sign} to about {about(last)}{sign}. "
        + " ".join(f"{words.upper(str(row['title']))}: {row['change']:+.1f}{unit}." for _, row in steps.iterrows()),
        source=source,
        table=shown,
        height=0.62 + ROW * len(bars),
        draw=lambda on: _draw(on, bars, sign),
    )


def _title(steps: pd.DataFrame, name: str, unit: str) -> str:
    sure = steps[(steps["low"] > 0) | (steps["high"] < 0)]
    if not len(sure):
        return f"No change alone surely moves {name}"
    top = sure.iloc[int(sure["change"].abs().to_numpy().argmax())]
    way = "Adds most to" if top["change"] > 0 else "Takes most off"
    return f"{way} {name}: {top['title']}, about {about(abs(float(top['change'])))}{unit}"


def _bars(rows: pd.DataFrame, other: str, sign: str) -> list[Bar]:
    """Bars in order: the base, the changes (the smallest beyond the most as one), the interplay, the scenario."""
    alone = rows.iloc[1:-1]
    kept = (
        alone["change"].abs().sort_values(ascending=False, kind="stable").index[: MOST if len(alone) > MOST else None]
    )
    small = alone.drop(kept)
    at = float(rows["change"].iloc[0])
    out = [_whole(str(rows["title"].iloc[0]), at, sign)]
    steps = [
        (str(r["title"]), r["change"], r["low"], r["high"], "change") for _, r in alone.loc[sorted(kept)].iterrows()
    ]
    if len(small):
        nothing = float("nan")
        steps.append((f"{len(small)} smaller changes", small["change"].sum(), nothing, nothing, "change"))
    last = rows.iloc[-1]
    steps.append((str(last["title"]), last["change"], last["low"], last["high"], "interplay"))
    largest = float(rows["change"].iloc[1:].abs().max())
    decimals = 0 if largest >= 20 else 1 if largest >= 1 else 2
    for title, change, low, high, kind in steps:
        told = f"{change:+,.{decimals}f}".replace("-", "−") if round(change, decimals) else "0"
        out.append(Bar(title, at, at + change, at + low, at + high, told, kind))
        at += float(change)
    return [*out, _whole(other, at, sign)]


def _whole(title: str, level: float, sign: str) -> Bar:
    told = f"{level:,.1f}{sign}" if sign or level < 100 else f"{level:,.0f}"
    return Bar(title, 0.0, level, float("nan"), float("nan"), told, "whole")


def _draw(on: Canvas, bars: list[Bar], sign: str) -> None:
    ends = np.array([v for bar in bars for v in (bar.start, bar.end, bar.low, bar.high) if np.isfinite(v)])
    moving = np.array([v for bar in bars if bar.kind != "whole" for v in (bar.start, bar.end, bar.low, bar.high)])
    low, high = float(np.nanmin(moving)), float(np.nanmax(moving))
    floor = _tidy(low - 0.35 * (high - low)) if low > 2 * (high - low) else min(0.0, float(ends.min()))
    corners = (3.6, 0.62, WIDTH - 0.9, on.height - 0.05)
    ax = in_rows.panel(on, len(bars), corners, width=(floor, high + 0.12 * (high - floor)))
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    decimals = int(np.clip(np.ceil(1 - np.log10(high - floor)), 0, 3))
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.{decimals}f}{sign}")
    for i, bar in enumerate(bars):
        _draw_bar(ax, bar, i, floor)
        if i + 1 < len(bars):
            ax.plot([bar.end, bar.end], [i + 0.8, i + 1.2], color=QUIET, linewidth=1)
    if floor > 0:
        charts.note(ax, f"axis starts at {floor:,.4g}{sign}", (0, 0), (0, -42), color=QUIET)


def _draw_bar(ax: Axes, bar: Bar, i: int, floor: float) -> None:
    start = floor if bar.kind == "whole" else bar.start
    face = {"whole": GREY, "interplay": "white"}.get(bar.kind, BLUE if bar.end >= bar.start else TINTS[1])
    edge = GREY if bar.kind == "whole" else BLUE
    style = (0, (3, 2)) if bar.kind == "interplay" else "-"
    corners = [start, bar.end, bar.end, start]
    ax.fill(corners, [i + 0.2] * 2 + [i + 0.8] * 2, facecolor=face, edgecolor=edge, linewidth=1.2, linestyle=style)
    if np.isfinite(bar.low):
        ax.plot([bar.low, bar.high], [i + 0.5] * 2, color="white", linewidth=4, zorder=3)
        ax.plot([bar.low, bar.high], [i + 0.5] * 2, color=INK, linewidth=1.4, zorder=4)
    beside = max(start, bar.end, *(v for v in (bar.low, bar.high) if np.isfinite(v)))
    charts.note(ax, bar.told, (beside, i + 0.5), (6, -4), "data", weight="bold" if bar.kind == "whole" else "normal")
    lines = charts.wrapped(words.upper(bar.title), 38)
    lines = [*lines[:1], charts.clipped(" ".join(lines[1:]), 38)] if len(lines) > 1 else lines
    in_rows.named(ax, i, lines)


def _tidy(value: float) -> float:
    """A round number at or below a value."""
    if value <= 0:
        return 0.0
    step = 10.0 ** np.floor(np.log10(value))
    return float(step / 10 * np.floor(value / (step / 10)))
