"""How the model does on years already past: published figures beside the simulated range."""

from __future__ import annotations

import pandas as pd

from simulate.results import Results

from . import words
from .exhibit import Exhibit
from .phrases import is_share, period
from .sources import source_line
from .style import BLUE, INK, PLUM, QUIET, TINTS, WIDTH, Canvas


def exhibits(results: Results) -> list[Exhibit]:
    """One exhibit a start: every published figure against the range of 9 of 10 futures, as a share of the published."""
    facts = results.facts
    if not len(facts):
        return []
    found = []
    for start, rows in facts.groupby(facts["start"].fillna("").astype(str), sort=False):
        found.append(_exhibit(results, str(start), rows.reset_index(drop=True)))
    return found


def _exhibit(results: Results, start: str, rows: pd.DataFrame) -> Exhibit:
    told = results.scenario.starts.get(start)
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
        subtitle=f"Published figure as 100%, simulated range of 9 of 10 futures beside it{f'; {told.title}' if told else ''}",
        alternative=words.facts_answer(rows) + " The table gives each figure, its range and by how much it is missed.",
        source=source_line(results, rows["source"]),
        table=table,
        height=0.75 + 0.34 * len(rows),
        draw=lambda on: _draw(on, rows),
    )


def _miss(published: float, low: float, high: float) -> float:
    """How far the published figure lies outside the range, as a percentage of itself; nought inside."""
    if low <= published <= high or not published:
        return 0.0
    edge = low if published < low else high
    return float(100 * (edge - published) / abs(published))


def _draw(on: Canvas, rows: pd.DataFrame) -> None:
    left, right = 4.15, WIDTH - 0.9
    ax = on.panel(left, 0.42, right, on.height - 0.1)
    ax.grid(visible=False)
    ax.set_yticks([])
    spans = [
        (r["p05"] / r["published"], r["p95"] / r["published"]) if r["published"] else (1, 1) for _, r in rows.iterrows()
    ]
    low = min(0.9, *(a for a, _ in spans))
    high = max(1.1, *(b for _, b in spans))
    low, high = max(low, 0.0), min(high, 2.0)
    pad = 0.04 * (high - low)
    ax.set_xlim(low - pad, high + pad)
    ax.set_ylim(len(rows), 0)
    ax.xaxis.set_major_formatter(lambda v, _: f"{100 * v:.0f}%")
    ax.axvline(1, color=PLUM, linewidth=1.6)
    for i, ((_, row), (a, b)) in enumerate(zip(rows.iterrows(), spans, strict=True)):
        good = bool(row["inside"])
        a, b = min(max(a, low), high), min(max(b, low), high)
        ax.fill([a, b, b, a], [i + 0.22, i + 0.22, i + 0.78, i + 0.78], color=TINTS[1] if good else "#FFFFFF", edgecolor=BLUE if good else INK, linewidth=1.2)  # fmt: skip
        title = str(row["title"])
        shown = title if len(title) < 48 else title[:46].rstrip() + "…"
        used = " *" if bool(row["used_to_calibrate"]) else ""
        ax.annotate(shown + used, (0, i + 0.5), xycoords=("axes fraction", "data"), xytext=(-8, -4), textcoords="offset points", ha="right", va="baseline", size=11)  # fmt: skip
        ax.annotate("inside" if good else "outside", (1, i + 0.5), xycoords=("axes fraction", "data"), xytext=(8, -4), textcoords="offset points", ha="left", va="baseline", size=11, weight="normal" if good else "bold", color=INK)  # fmt: skip
    ax.annotate("* used to fit the model. Line: as published.", (0, 0), xycoords="axes fraction", xytext=(-4.05 * 72, -24), textcoords="offset points", ha="left", va="baseline", size=11, color=QUIET)  # fmt: skip
