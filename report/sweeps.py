"""Exhibits of a sweep: how much cover buys what, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from scenarios.schema import Scenario

from . import charts, terms, words
from .contracts import COST, checked, grid
from .exhibit import Exhibit
from .heat import cells
from .phrases import about, is_share, listed, pounds
from .style import BLUE, INK, PLUM, QUIET, WIDTH, Canvas

Array = npt.NDArray[np.float64]


def surfaces(
    sweep: pd.DataFrame,
    scenario: Scenario,
    measures: Sequence[str],
    *,
    titles: Mapping[str, str] | None = None,
    source: str = "",
) -> list[Exhibit]:
    """Heat maps of the measures over a sweep's two settings; none unless it is a whole grid of two numeric settings.

    A measure with a target in the scenario is fenced at it.
    """
    wide = grid(sweep)
    settings = [str(name) for name in dict.fromkeys(sweep["setting"])]
    if len(settings) != 2 or not all(pd.api.types.is_numeric_dtype(wide[s].infer_objects()) for s in settings):
        return []
    if wide[settings].isna().any(axis=None):  # a run that leaves a setting alone has no place on a grid
        return []
    if wide["member"].nunique() != wide[settings[0]].nunique() * wide[settings[1]].nunique():
        return []
    limits = {t.measure: t.at_least if t.at_least is not None else t.at_most for t in scenario.targets.values()}
    held = [m for m in measures if m in set(wide["measure"])]
    out = []
    for measure in held:
        limit = limits.get(measure)
        goal = None if limit is None else float(limit)
        out.append(
            surface(sweep, scenario, settings[0], settings[1], measure, target=goal, titles=titles, source=source)
        )
    return out


def surface(
    sweep: pd.DataFrame,
    scenario: Scenario,
    rows: str,
    columns: str,
    measure: str,
    *,
    target: float | None = None,
    titles: Mapping[str, str] | None = None,
    source: str = "",
) -> Exhibit:
    """Heat map of one measure over two settings, the value in every cell and the cells on target fenced in.

    `rows`, `columns`: settings of the sweep. `target` in the measure's own unit; whether at least or at most follows
    from the measure. `titles`: settings in words. Raises ValueError for a setting or measure not in the sweep.
    """
    wide = grid(sweep)
    for name in (rows, columns):
        if name not in wide.columns:
            held = ", ".join(dict.fromkeys(sweep["setting"]))
            raise ValueError(f"the sweep has no setting '{name}'; it has {held}")
    mine = wide[wide["measure"] == measure]
    if not len(mine):
        held = ", ".join(dict.fromkeys(sweep["measure"]))
        raise ValueError(f"the sweep has no measure '{measure}'; it has {held}")
    mine = mine.assign(**{name: mine[name].astype(float) for name in (rows, columns)})
    table = mine.pivot_table(index=rows, columns=columns, values="mean").sort_index(ascending=False)
    percent = is_share(str(mine["unit"].iloc[0]))
    values = table.to_numpy(dtype=float) * (100 if percent else 1)
    high_is_better = terms.better(measure) != "low"
    goal = None if target is None else target * (100 if percent else 1)
    kept = np.zeros(values.shape, bool) if goal is None else (values >= goal if high_is_better else values <= goal)
    names = {name: (titles or {}).get(name, _last(name)) for name in (rows, columns)}
    measured = terms.name(scenario, measure)
    down = [terms.setting_value(rows, float(value)) for value in table.index.to_list()]
    across = [terms.setting_value(columns, float(value)) for value in table.columns.to_list()]
    shown = pd.DataFrame({words.upper(names[rows]): down})
    for j, column in enumerate(across):
        shown[f"{names[columns]} {column}{', %' if percent else ''}"] = values[:, j]
    return Exhibit(
        name=f"{_last(rows)}-by-{_last(columns)}-{measure}".replace("_", "-").replace(" ", "-"),
        section="staffing",
        title=_surface_title(kept, values, goal, measured, percent),
        subtitle=f"{words.upper(measured)}{', %' if percent else ''}, mean by {names[rows]} and {names[columns]}",
        alternative=_surface_words(down, across, values, kept, goal, measured, names[rows], names[columns], percent),
        source=source,
        table=shown.round(1),
        height=0.15 + _above(names[rows]) + 0.42 * len(table),
        draw=lambda on: _draw_surface(
            on,
            values,
            kept,
            down,
            across,
            names[rows],
            names[columns],
        ),
    )


def _last(setting: str) -> str:
    parts = [part for part in setting.split(".") if part != "value"]
    return parts[-1].replace("_", " ")


def _surface_title(kept: npt.NDArray[np.bool_], values: Array, goal: float | None, name: str, percent: bool) -> str:
    sign = "%" if percent else ""
    if goal is None:
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        return f"{words.upper(name)}: from {about(low)}{sign} to {about(high)}{sign}"
    return f"{int(kept.sum())} of {kept.size} combinations reach {goal:g}{sign}"


def _surface_words(
    down: list[str],
    across: list[str],
    values: Array,
    kept: npt.NDArray[np.bool_],
    goal: float | None,
    name: str,
    rows: str,
    columns: str,
    percent: bool,
) -> str:
    sign = "%" if percent else ""
    low, high = (np.unravel_index(pick(values), values.shape) for pick in (np.nanargmin, np.nanargmax))
    told = []
    for title, at in (("lowest", low), ("highest", high)):
        row, column = down[int(at[0])], across[int(at[1])]
        told.append(f"{title}, about {about(float(values[at]))}{sign}, at {rows} {row} and {columns} {column}")
    words_of = f"Heat map of {name}: {listed(told)}."
    if goal is not None:
        words_of += f" {int(kept.sum())} of {kept.size} combinations reach {goal:g}{sign}; a thick line fences them in."
    return words_of


def _above(row_title: str) -> float:
    """Inches above the cells: the titles of columns and of rows."""
    return max(0.62, 0.25 + 0.21 * len(charts.wrapped(row_title, 20)[:3]))


def _draw_surface(
    on: Canvas,
    values: Array,
    kept: npt.NDArray[np.bool_],
    rows: list[str],
    columns: list[str],
    row_title: str,
    column_title: str,
) -> None:
    left, right, bottom, top = 1.9, WIDTH - 0.4, 0.08, on.height - _above(row_title)
    ax = on.panel(left, bottom, right, top)
    cells(ax, values, (right - left) / values.shape[1])
    for i, value in enumerate(rows):
        ax.text(-0.02 * values.shape[1], i + 0.6, value, ha="right", va="baseline", size=12)
    for j, value in enumerate(columns):
        ax.text(j + 0.5, -0.15, value, ha="center", va="baseline", size=12)
    charts.note(ax, words.upper(column_title), (0.5, 1), (0, 30), weight="bold", size=12, ha="center")
    for i, part in enumerate(reversed(charts.wrapped(words.upper(row_title), 20)[:3])):
        charts.note(ax, part, (0, 1), (-127, 10 + 15 * i), weight="bold", size=12)
    fence(ax, kept)


def fence(ax: Axes, kept: npt.NDArray[np.bool_]) -> None:
    """A thick line between cells that are on target and cells that are not."""
    look: dict[str, Any] = {"color": PLUM, "linewidth": 4, "solid_capstyle": "projecting", "zorder": 5}
    for i in range(kept.shape[0]):
        for j in range(kept.shape[1]):
            if j + 1 < kept.shape[1] and kept[i, j] != kept[i, j + 1]:
                ax.plot([j + 1, j + 1], [i, i + 1], **look)
            if i + 1 < kept.shape[0] and kept[i, j] != kept[i + 1, j]:
                ax.plot([j, j + 1], [i + 1, i + 1], **look)


def cost(table: pd.DataFrame, name: str, *, target: float | None = None, source: str = "") -> Exhibit:
    """Cost against what it buys: one labelled point a choice, with the range of futures both ways.

    `name`: the measure in words. Raises ValueError where a column of the contract lacks.
    """
    rows = checked(table, COST, "cost").sort_values("cost", kind="stable").reset_index(drop=True)
    percent = is_share(str(rows["unit"].iloc[0])) if len(rows) else False
    scale, sign = (100, "%") if percent else (1, "")
    shown = pd.DataFrame(
        {
            "Choice": rows["name"],
            "Cost a year, £ thousand": rows["cost"] / 1000,
            "Cost: low": rows["cost_low"] / 1000,
            "Cost: high": rows["cost_high"] / 1000,
            f"{words.upper(name)}{', %' if percent else ''}": rows["value"] * scale,
            "8 of 10 futures: low": rows["value_low"] * scale,
            "8 of 10 futures: high": rows["value_high"] * scale,
        }
    ).round(1)
    cheap, dear = rows.iloc[0], rows.iloc[-1]
    return Exhibit(
        name="cost",
        section="staffing",
        title=_cost_title(cheap, dear, scale, sign),
        subtitle=f"{words.upper(name)} against cost a year, one point a choice; bars: 8 of 10 futures",
        alternative=f"Scatter chart of {len(rows)} choices. "
        + " ".join(
            f"{r['name']}: {pounds(r['cost'])} a year, about {about(r['value'] * scale)}{sign}."
            for _, r in rows.iterrows()
        ),
        source=source,
        table=shown,
        draw=lambda on: _draw_cost(on, rows, scale, percent, target),
    )


def _cost_title(cheap: pd.Series, dear: pd.Series, scale: int, sign: str) -> str:
    low, high = (f"about {about(row['value'] * scale)}{sign}" for row in (cheap, dear))
    if pounds(cheap["cost"]) == pounds(dear["cost"]):
        return f"Every choice costs {pounds(cheap['cost'])} a year"
    if low == high:
        return f"{pounds(dear['cost'] - cheap['cost'])} more a year buys no more than {low}"
    return f"{pounds(cheap['cost'])} buys {low}, {pounds(dear['cost'])} {high}"


def _draw_cost(on: Canvas, rows: pd.DataFrame, scale: int, percent: bool, target: float | None) -> None:
    ax = on.panel(0.85, 0.72, WIDTH - 1.9, on.height - 0.12)
    x, y = rows["cost"].to_numpy(dtype=float) / 1000, rows["value"].to_numpy(dtype=float) * scale
    low, high = rows["value_low"].to_numpy(dtype=float) * scale, rows["value_high"].to_numpy(dtype=float) * scale
    if percent:
        charts.percent_axis(ax, max(0.0, 10 * np.floor(float(low.min()) / 10) - 10))
    else:
        charts.counts_axis(ax, float(high.max()), float(low.min()))
    span = float(x.max() - x.min()) or float(x.max()) or 1.0
    ax.set_xlim(x.min() - 0.08 * span, x.max() + 0.08 * span)
    decimals = 1 if span >= 1000 else 2
    ax.xaxis.set_major_formatter(lambda v, _: f"£{v / 1000:.{decimals}f}m" if x.max() >= 1000 else f"£{v:,.0f}k")
    ax.vlines(x, low, high, color=BLUE, linewidth=1.6)
    ax.plot(x, y, "o", color=BLUE, markersize=8, markeredgecolor="white")
    for a in np.unique(x):
        here = np.flatnonzero(x == a)
        told = ", ".join(str(rows["name"].iloc[i]) for i in here)
        right = a > x.min() + 0.6 * span
        charts.note(ax, told, (a, high[here].max()), (0, 8), "data", color=INK, ha="right" if right else "left")
    charts.note(ax, "Cost a year", (0, 0), (0, -40), color=QUIET, size=12)
    if target is not None:
        charts.level(ax, target * scale, "", PLUM)
        tall = on.height - 0.84
        charts.labels_right(ax, [(target * scale, f"target {target * scale:g}{'%' if percent else ''}", PLUM)], tall)
