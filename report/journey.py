"""Exhibit of the child's journey: how many children pass each step of the service, from contact to plan."""

from __future__ import annotations

import pandas as pd

from scenarios.service import CLOSED, Caseload, Entry
from simulate.results import Results

from . import charts, tables, terms, words
from .common import named
from .exhibit import Exhibit
from .phrases import about, between, listed, period
from .sources import source_line
from .style import BLUE, INK, QUIET, TINTS, WIDTH, Canvas

STEP, ROW, NOTE = 1.62, 1.24, 0.22  # inches from one column, row or note of steps to the next
ELBOW = "arc,angleA=0,angleB=180,armA=11.5,armB=11.5,rad=0"  # out, along the gap between columns, and in


def journey(results: Results, start: str) -> Exhibit | None:
    """Steps as boxes with the number of children who enter each; None where fewer than two steps were counted."""
    steps = _steps(results, start)
    if len(steps) < 2:
        return None
    first, last = steps.iloc[0], steps.iloc[-1]
    doors = [entry.measure for entry in _doors(results, str(first["name"]))]
    entering = terms.name(results.scenario, doors[0]) if doors else "children"
    ending = terms.name(results.scenario, f"{last['name']}_starts")
    rows = [
        f"{words.upper(r['title'])}: about {about(r['mean'])} ({between(r['p10'], r['p90'])} in 8 of 10 futures)"
        for _, r in steps.iterrows()
    ]
    table = pd.DataFrame(
        {
            "Step": steps["title"].map(words.upper),
            "Comes from": steps["comes_from"],
            "Children, mean": steps["mean"],
            "Mean, 95% interval: low": steps["mean_low"],
            "Mean, 95% interval: high": steps["mean_high"],
            "8 of 10 futures: low": steps["p10"],
            "8 of 10 futures: high": steps["p90"],
        }
    )
    span = period(str(first["period"]))
    return Exhibit(
        name=named("journey", start),
        section="onward",
        title=f"About {about(first['mean'])} {entering}, about {about(last['mean'])} {ending}",
        subtitle=f"Simulated: children who enter each step, {results.scenario.area}, {span}",
        alternative=f"Flow chart from left to right. {'. '.join(rows)}.",
        source=source_line(results),
        table=tables.shown(table),
        height=0.2 + ROW * int(steps["row"].max() + 1) + NOTE * int((steps["besides"] != "").sum()),
        draw=lambda on: _draw(on, steps),
    )


def _links(results: Results) -> dict[str, list[str]]:
    """Where each step sends children, urgent work being a step of its own."""
    out: dict[str, list[str]] = {}
    for name, stage in results.scenario.service.stages.items():
        urgent = stage.urgent_work if isinstance(stage, Caseload) else {}
        out[name] = [*urgent, *(to for to in stage.routes if to != CLOSED)]
        out |= {work: [to for to in about_it.routes if to != CLOSED] for work, about_it in urgent.items()}
    return out


def _steps(results: Results, start: str) -> pd.DataFrame:
    links = _links(results)
    depth: dict[str, int] = {}
    entered = [entry.enters for entry in results.scenario.service.entries.values()]
    waiting = [(name, 0) for name in dict.fromkeys(entered)]
    while waiting:
        name, at = waiting.pop(0)
        if depth.get(name, -1) < at <= len(links):
            depth[name] = at
            waiting += [(to, at + 1) for to in links.get(name, ())]
    rows = []
    for name in sorted(depth, key=lambda n: depth[n]):
        row = tables.whole(results, start, f"{name}_starts")
        if row is not None and pd.notna(row["mean"]):
            title = _title(results, name)
            sources_of = [_title(results, a) for a, to in links.items() if name in to and a in depth]
            besides = [door.title[:1].lower() + door.title[1:] or "outside" for door in _doors(results, name)]
            besides = besides if sources_of else []
            found = {"name": name, "title": title, "depth": depth[name], "besides": listed(besides)}
            rows.append(dict(row) | found | {"comes_from": listed([*sources_of, *besides])})
    steps = pd.DataFrame(rows)
    if not len(steps):
        return steps
    steps["comes_from"] = steps["comes_from"].replace("", "outside")
    steps["depth"] = steps["depth"].rank(method="dense").astype(int) - 1
    steps["row"] = steps.groupby("depth").cumcount()
    steps["links"] = [[to for to in links[n] if to in set(steps["name"])] for n in steps["name"]]
    return steps


def _doors(results: Results, name: str) -> list[Entry]:
    """How children come into a step from outside the service."""
    return [entry for entry in results.scenario.service.entries.values() if entry.enters == name]


def _title(results: Results, name: str) -> str:
    for stage in results.scenario.service.stages.values():
        if isinstance(stage, Caseload) and name in stage.urgent_work:
            title = stage.urgent_work[name].title
            return title[:1].lower() + title[1:]
    return terms.stage_title(results.scenario, name)


def _draw(on: Canvas, steps: pd.DataFrame) -> None:
    ax = on.panel(0, 0, WIDTH, on.height)
    ax.set_axis_off()
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(0, on.height)
    columns = int(steps["depth"].max()) + 1
    step = min(STEP, (WIDTH - 0.2) / columns)
    wide, tall = step - 0.32, 1.04
    place = {
        r["name"]: (0.12 + step * r["depth"], on.height - 0.1 - tall - ROW * r["row"]) for _, r in steps.iterrows()
    }
    for _, row in steps.iterrows():
        for to in row["links"]:
            (x0, y0), (x1, y1) = place[row["name"]], place[to]
            forward = x1 > x0
            start = (x0 + wide, y0 + tall / 2) if forward else (x0 + wide / 2, y0)
            end = (x1, y1 + tall / 2) if forward else (x1 + wide / 2, y1 + tall)
            ax.annotate(
                "",
                end,
                start,
                arrowprops={
                    **{"arrowstyle": "-|>", "color": QUIET, "linewidth": 1.3, "shrinkA": 0, "shrinkB": 0},
                    "connectionstyle": ELBOW if forward else "arc3",
                },
            )
    for _, row in steps.iterrows():
        x, y = place[row["name"]]
        ax.fill(
            [x, x + wide, x + wide, x],
            [y, y, y + tall, y + tall],
            facecolor=TINTS[0],
            edgecolor=BLUE,
            linewidth=1.2,
            zorder=3,
        )
        lines = charts.wrapped(words.upper(row["title"]), int(wide * 11.4))[:3]
        for i, line in enumerate(lines):
            ax.text(x + 0.07, y + tall - 0.22 - 0.18 * i, line, size=12, color=INK, ha="left", va="baseline", zorder=4)
        ax.text(
            x + 0.07,
            y + 0.1,
            about(row["mean"]),
            size=14,
            weight="bold",
            color=BLUE,
            ha="left",
            va="baseline",
            zorder=4,
        )
    notes = steps[steps["besides"] != ""]
    for i, (_, row) in enumerate(notes.iterrows()):
        told = charts.clipped(f"{words.upper(row['title'])}: with {row['besides']}", 100)
        ax.text(0.12, 0.08 + NOTE * (len(notes) - 1 - i), told, size=12, color=QUIET, ha="left", va="baseline")
