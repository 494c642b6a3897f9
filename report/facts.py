"""How the model does on years already past: published figures beside the simulated range."""

from __future__ import annotations

from typing import Any

import pandas as pd

from simulate.results import Results

from . import charts, in_rows, trust_words
from .exhibit import Exhibit
from .phrases import is_month, is_share, month, period
from .sources import source_line
from .style import BLUE, INK, PLUM, QUIET, TINTS, WIDTH, Canvas

MOST = 30  # figures drawn; the table holds all


def exhibits(results: Results) -> list[Exhibit]:
    """One exhibit a start: each published figure against the range of 9 of 10 futures, as a share of it."""
    facts = results.facts
    if not len(facts):
        return []
    found = []
    for start, rows in facts.groupby(facts["start"].fillna("").astype(str), sort=False):
        found.append(_exhibit(results, str(start), rows.reset_index(drop=True)))
    return found


def _exhibit(results: Results, start: str, rows: pd.DataFrame) -> Exhibit:
    told = results.scenario.starts.get(start)
    drawn = rows[rows["published"] > 0].sort_values("used_to_calibrate", kind="stable").head(MOST)
    which = f"; {len(drawn)} of {len(rows)} drawn, unseen ones first" if len(drawn) < len(rows) else ""
    begun = f"; simulated {told.title[:1].lower()}{told.title[1:]}" if told else ""
    inside = int(rows["inside"].astype(bool).sum())
    scale = [100 if is_share(str(u)) else 1 for u in rows["unit"]]
    table = pd.DataFrame(
        {
            "Figure": rows["title"],
            "Period": rows["period"].astype(str).map(period),
            "Published": rows["published"] * scale,
            "Simulated: mean": rows["mean"] * scale,
            "9 of 10 futures: low": rows["p05"] * scale,
            "9 of 10 futures: high": rows["p95"] * scale,
            "Unit": [f"{u} (%)" if k == 100 else str(u) for u, k in zip(rows["unit"], scale, strict=True)],
            "Inside": ["inside" if v else "outside" for v in rows["inside"].astype(bool)],
            "Used to fit": ["yes" if v else "no" for v in rows["used_to_calibrate"].astype(bool)],
            "Miss, % of published": [
                _miss(p, a, b) for p, a, b in zip(rows["published"], rows["p05"], rows["p95"], strict=True)
            ],
        }
    ).round(1)
    return Exhibit(
        name=f"facts-{start}".strip("-").replace("_", "-").lower(),
        section="hindcast",
        title=f"{inside} of {len(rows)} published figures lie inside the simulated range",
        subtitle=f"Published as 100%, simulated range of 9 of 10 futures{which}{begun}",
        alternative=trust_words.facts_answer(rows)
        + " The table gives each figure, its range and by how much it is missed.",
        source=source_line(results, rows["source"]),
        table=table,
        height=1.0 + 0.34 * len(drawn),
        draw=lambda on: _draw(on, drawn),
    )


def _miss(published: float, low: float, high: float) -> float:
    """How far the published figure lies outside the range, as a percentage of itself; nought inside."""
    if low <= published <= high or not published:
        return 0.0
    edge = low if published < low else high
    return float(100 * (edge - published) / abs(published))


def _dated(title: str, when: str) -> str:
    """A figure's title with its year or month, unless it says it: "Open on 31 March 2021", "Referrals, 2020-21"."""
    if when[:4] in title or when == "all":
        return title
    if is_month(when):
        return f"{title} {when[:4]}" if title.endswith(month(when).split()[0]) else f"{title}, {month(when)}"
    return f"{title}, {when}"


def _draw(on: Canvas, rows: pd.DataFrame) -> None:
    left, right = 4.15, WIDTH - 0.9
    spans = [(r["p05"] / r["published"], r["p95"] / r["published"]) for _, r in rows.iterrows()]
    low = min(0.9, *(a for a, _ in spans))
    high = max(1.1, *(b for _, b in spans))
    low, high = max(low, 0.0), min(high, 2.0)
    pad = 0.04 * (high - low)
    corners = (left, 0.66, right, on.height - 0.1)
    ax = in_rows.panel(on, len(rows), corners, width=(low - pad, high + pad))
    ax.xaxis.set_major_formatter(lambda v, _: f"{100 * v:.0f}%")
    ax.axvline(1, color=PLUM, linewidth=1.6)
    for i, ((_, row), (a, b)) in enumerate(zip(rows.iterrows(), spans, strict=True)):
        good = bool(row["inside"])
        beyond = b > high
        a, b = min(max(a, low), high), min(max(b, low), high)
        look: dict[str, Any] = (
            {"color": TINTS[1], "edgecolor": BLUE} if good else {"color": "#FFFFFF", "edgecolor": INK}
        )
        ax.fill([a, b, b, a], [i + 0.22, i + 0.22, i + 0.78, i + 0.78], linewidth=1.2, zorder=3, **look)
        if beyond:
            ax.plot([high], [i + 0.5], marker=">", markersize=9, color=BLUE if good else INK, clip_on=False)
        shown = charts.clipped(_dated(str(row["title"]), str(row["period"])), 50)
        used = " *" if bool(row["used_to_calibrate"]) else ""
        in_rows.named(ax, i, [shown + used])
        in_rows.told(ax, i, "inside" if good else "outside", gap=8, weight="normal" if good else "bold")
    key = "* used to fit. Line: as published. Arrow: the range goes on."
    charts.note(ax, key, (0, 0), (-4.05 * 72, -42), color=QUIET)
