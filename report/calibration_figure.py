"""The figure of a calibration: what was fitted within the range it was looked for in, and what the fit misses."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from scenarios.schema import Scenario

from . import charts, terms
from .calibration import Calibration
from .differences import setting_title
from .exhibit import Exhibit
from .phrases import listed
from .style import BLUE, INK, QUIET, RULE, TINTS, WIDTH, Canvas
from .words import upper

ROW, GAP, LEFT, SIDE = 0.62, 0.75, 0.2, 0.55
ENOUGH = 2.0
"""Spreads that a miss must not exceed to be taken for chance."""
EDGE = "What is at the end of the range searched may lie beyond it."


def exhibit(fitted: Calibration, scenario: Scenario) -> Exhibit:
    """Fitted values with their intervals, and each observed figure with how far the fit misses it."""
    unknowns = fitted.unknowns.assign(title=[setting_title(scenario, name) for name in fitted.unknowns["setting"]])
    moments = fitted.moments.assign(title=[_title(scenario, name) for name in fitted.moments["name"]])
    far = moments.loc[moments["miss"].abs() > ENOUGH, "title"].tolist()
    title = upper(f"{_told(unknowns)}; {_of(len(far), len(moments), 'observed figure')} missed")
    alike = [f"{setting_title(scenario, one)} from {setting_title(scenario, two)}" for one, two, _ in fitted.alike]
    label = [f"The data cannot tell {listed(alike)}."] if alike else []
    label += [EDGE] if (unknowns["edge"] != "").any() else []
    return Exhibit(
        name="calibration",
        section="sensitivity",
        title=title,
        subtitle=f"Fitted values with 95 % intervals inside the ranges searched, and misses; {scenario.area}",
        alternative=f"{title}. " + "; ".join([*unknowns.apply(_value, axis=1), *moments.apply(_miss, axis=1)]) + ".",
        source=f"Scenario {scenario.name}, seed {scenario.seed}, {fitted.simulations} points simulated.",
        table=moments[["title", "observed", "simulated", "spread", "miss"]],
        label=" ".join(label),
        height=ROW * (len(unknowns) + len(moments)) + 2 * GAP + 0.2,
        draw=partial(_draw, unknowns=unknowns, moments=moments),
    )


def _draw(on: Canvas, unknowns: pd.DataFrame, moments: pd.DataFrame) -> None:
    top = on.height - 0.5
    middle = top - ROW * len(unknowns) - GAP
    found = on.panel(LEFT, middle + GAP - 0.3, WIDTH - SIDE, top)
    _rows(found, len(unknowns), "What was fitted (line: range searched; band: interval)")
    found.set_xlim(0, 1)
    found.set_xticks([])
    for place, row in enumerate(unknowns.to_dict("records")):
        y, reach = -float(place), row["range_high"] - row["range_low"]
        at = [(row[end] - row["range_low"]) / reach for end in ("low", "value", "high")]
        found.plot([0, 1], [y, y], color=RULE, linewidth=2)
        found.plot([at[0], at[2]], [y, y], color=TINTS[2], linewidth=9, solid_capstyle="butt")
        found.plot([at[1]], [y], "o", color=BLUE, markersize=9, clip_on=False)
        charts.note(found, _value(row), (0, y), (0, 9), "data")
    missed = on.panel(LEFT, 0.3, WIDTH - SIDE, middle - 0.3)
    _rows(
        missed, len(moments), "How far the fit misses what was observed, in spreads between futures (shaded: within 2)"
    )
    reach = max(ENOUGH + 1, 1.1 * float(moments["miss"].abs().max()))
    missed.set_xlim(-reach, reach)
    missed.axvspan(-ENOUGH, ENOUGH, color=TINTS[0], zorder=0)
    missed.axvline(0, color=QUIET, linewidth=1)
    for place, row in enumerate(moments.to_dict("records")):
        missed.plot([0, row["miss"]], [-place, -place], color=BLUE, linewidth=2)
        missed.plot([row["miss"]], [-place], "o", color=BLUE if abs(row["miss"]) <= ENOUGH else INK, markersize=9)
        charts.note(missed, _miss(row), (-reach, -float(place)), (0, 9), "data")


def _rows(ax: Any, number: int, words: str) -> None:
    ax.set_ylim(-number + 0.6, 0.7)
    ax.set_yticks([])
    ax.grid(visible=False)
    charts.panel_title(ax, words)


def _told(unknowns: pd.DataFrame) -> str:
    """How many unknowns the data tell, each from every other too; how many run into the end of their range."""
    told = f"{_of(int((unknowns['told'] & unknowns['apart']).sum()), len(unknowns), 'unknown')} told by the data"
    edges = int((unknowns["edge"] != "").sum())
    at = f", {edges} at the end{'s' if edges > 1 else ''} of {'their ranges' if edges > 1 else 'its range'}"
    return told + (at if edges else "")


def _of(some: int, number: int, things: str) -> str:
    return f"{some or 'none'} of {number} {things}s {'is' if some == 1 else 'are'}"


def _value(row: Any) -> str:
    words = f"{row['title']}: {row['value']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
    words += "" if row["apart"] else "; not told from another"
    words += "" if row["told"] else "; hardly told"
    return words + (f"; at the {row['edge']} end of its range" if row["edge"] else "")


def _miss(row: Any) -> str:
    return f"{row['title']}: {row['observed']:.3g} observed, {row['simulated']:.3g} fitted"


def _title(scenario: Scenario, moment: str) -> str:
    measure, _, period = moment.rpartition(", ")
    return f"{upper(terms.name(scenario, measure))}, {period}"
