"""Exhibit of how open cases are spread across workers: who carries the load."""

from __future__ import annotations

import pandas as pd

from scenarios.quantity import value_at
from scenarios.schema import Scenario
from simulate.results import Results

from . import charts, tables
from .common import SPREAD, named
from .exhibit import Exhibit
from .phrases import about, between, month
from .sources import source_line
from .style import BLUE, INK, PLUM, TINTS, WIDTH, Canvas

MOST = 4  # roles drawn; the table holds all
LEAST = 0.05  # workers: a mean below it reads as none
TALL = 2.5  # inches of one role's panel with its heading and labels


def caseload_spread(results: Results, start: str, stage: str) -> Exhibit | None:
    """Workers of each role by the open cases they hold: bars for the last month, marks for the first."""
    table = tables.workers_by_cases(results, start, stage)
    if not len(table):
        return None
    first, last = table["period"].min(), table["period"].max()
    now = table[table["period"] == last]
    size = now.groupby("role")["mean"].sum().drop("").sort_values(ascending=False, kind="stable")
    roles = [role for role in size.index if size[role] > 0]
    if not roles:
        return None
    drawn = table[table["role"].isin(roles[:MOST])]
    top = int(max(drawn.loc[drawn["mean"] >= LEAST, "low"].max(), 0))
    usual = _commonest(now[now["role"] == ""])
    title = f"Workers most often hold {band(usual['low'], usual['high'])} cases"
    which = f"; the {MOST} largest of {len(roles)} roles" if len(roles) > MOST else ""
    then = f"; circles: end of {month(first)}" if first != last else ""
    return Exhibit(
        name=named(f"{stage}-caseload-spread", start),
        section="assessment",
        title=title,
        subtitle=f"Simulated: workers by open cases held, {results.scenario.area}, end of {month(last)}{then}{which}",
        alternative=f"Bar charts of workers by the number of open cases they hold, one for each role. {title}. "
        + " ".join(_told(results.scenario, role, now[now["role"] == role]) for role in roles),
        source=source_line(results),
        table=_shown(results.scenario, table, roles),
        height=0.36 + TALL * len(roles[:MOST]),
        draw=lambda on: _draw(on, results.scenario, roles[:MOST], table[table["low"] <= top], first, last),
    )


def _commonest(rows: pd.DataFrame) -> pd.Series:
    return rows.iloc[int(rows["mean"].to_numpy(dtype=float).argmax())]


def band(low: float, high: float) -> str:
    """Cases in words: "none", "6 to 10", "31 or more"."""
    return "no" if high == 0 else f"{low:g} or more" if pd.isna(high) else f"{low:g} to {high:g}"


def _told(scenario: Scenario, role: str, rows: pd.DataFrame) -> str:
    usual = _commonest(rows)
    return (
        f"{scenario.workforce.roles[role].title}: most often {band(usual['low'], usual['high'])} cases, about "
        f"{about(usual['mean'])} of {about(rows['mean'].sum())} workers "
        f"({between(usual['p10'], usual['p90'])} in 8 of 10 futures)."
    )


def _shown(scenario: Scenario, table: pd.DataFrame, roles: list[str]) -> pd.DataFrame:
    rows = table[table["role"].isin(["", *roles])]
    out = pd.DataFrame(
        {
            "Month": rows["period"].map(month),
            "Role": [scenario.workforce.roles[role].title if role else "All workers" for role in rows["role"]],
            "Cases held": [
                "0" if high == 0 else band(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            **{f"Workers: {label[0].lower()}{label[1:]}": rows[column] for column, label in SPREAD.items()},
        }
    )
    return tables.shown(out.reset_index(drop=True))


def _heading(scenario: Scenario, role: str) -> str:
    about_it = scenario.workforce.roles[role]
    limits = [
        f"{word} {value_at(value, scenario.as_at):g}"
        for word, value in (("guide", about_it.caseload_guide), ("limit", about_it.caseload_cap))
        if value is not None
    ]
    return about_it.title + (f" ({', '.join(limits)})" if limits else "")


def _draw(on: Canvas, scenario: Scenario, roles: list[str], table: pd.DataFrame, first: str, last: str) -> None:
    key = on.panel(0, 0, WIDTH, 0.3)
    key.set_axis_off()
    charts.note(key, "Open cases held by one worker", (0, 0), (52, 6), size=12)
    for i, role in enumerate(roles):
        rows = table[table["role"] == role]
        now, then = (rows[rows["period"] == p].reset_index(drop=True) for p in (last, first))
        bottom = on.height - TALL * (i + 1) + 0.3
        ax = on.panel(0.72, bottom, WIDTH - 1.62, bottom + TALL - 0.75)
        charts.panel_title(ax, _heading(scenario, role))
        charts.counts_axis(ax, 1.12 * float(max(now["p90"].max(), then["mean"].max(), now["mean"].max())))
        for x, (_, row) in enumerate(now.iterrows()):
            corners = [x - 0.36, x + 0.36]
            ax.fill_between(corners, 0, row["mean"], facecolor=TINTS[1], edgecolor=BLUE, linewidth=1.2)
            ax.plot([x, x], [row["p10"], row["p90"]], color=INK, linewidth=1.4, zorder=3)
            if row["mean"] >= LEAST:
                charts.note(ax, about(row["mean"]), (x - 0.18, row["mean"]), (0, 4), "data", ha="center", size=12)
        if first != last:
            ax.plot(then.index, then["mean"], "o", color=PLUM, markerfacecolor="white", markersize=7, zorder=4)
        ax.set_xlim(-0.6, len(now) - 0.4)
        ax.set_xticks(range(len(now)), [_tick(a, b) for a, b in zip(now["low"], now["high"], strict=True)])
        if i == 0:
            charts.note(ax, "bar: mean", (1, 1), (6, -14), color=BLUE, size=12)
            charts.note(ax, "line: 8 of 10", (1, 1), (6, -32), size=12)
            charts.note(ax, "futures", (1, 1), (6, -47), size=12)
            if first != last:
                charts.note(
                    ax, f"circle: {month(first)[:3]} {month(first)[-4:]}", (1, 1), (6, -65), color=PLUM, size=12
                )


def _tick(low: float, high: float) -> str:
    return "0" if high == 0 else f"{low:g}+" if pd.isna(high) else f"{low:g}–{high:g}"
