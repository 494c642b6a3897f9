"""The honest panel: how the forecast and the simple rules beside it did at past months, by origin and horizon."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from forecast.backtest import summary
from simulate.results import Results

from . import charts, findings, tables, terms, words
from .common import LEFT, RIGHT
from .exhibit import Exhibit
from .phrases import month
from .sources import source_line
from .style import BLUE, QUIET, Canvas

FEW_HORIZONS = (1, 3, 6, 12)
LOOKS: tuple[tuple[str, charts.LineStyle], ...] = (*charts.SERIES[1:], (QUIET, "-"))  # of the simple rules
SHOWN = {
    "model": "Forecast",
    "looked_at": "Looked at",
    "months": "Months",
    "wape": "Error (WAPE), %",
    "mase": "Error over a usual year's change (MASE)",
    "crps": "Error of the whole range (CRPS)",
    "bias": "Too high by, %",
    "cover_50": "Inside 5 of 10, %",
    "cover_80": "Inside 8 of 10, %",
    "cover_95": "Inside 19 of 20, %",
}


def exhibits(results: Results) -> list[Exhibit]:
    """One panel for each measure that was looked back on."""
    return [_panel(results, row) for _, row in findings.accuracy(results).iterrows()]


def _panel(results: Results, row: pd.Series) -> Exhibit:
    measure, ours = str(row["measure"]), str(row["model"])
    errors = results.backtest[results.backtest["measure"] == measure]
    name = terms.name(results.scenario, measure)
    ahead = summary(errors, ("model", "horizon"))
    table = _table(errors, ours)
    return Exhibit(
        name=f"{measure}-looking-back".replace("_", "-"),
        section="demand",
        title=f"{words.upper(name)}: the forecast has been {row['word']}, wrong by {row['wape']:.1f}% on average",
        subtitle=f"Error by months ahead, {results.scenario.area}, forecasts made in {_origins(errors)}",
        alternative="Line chart of the error by months ahead, for the forecast and the simple rules beside it. On "
        f"average the forecast was wrong by {row['wape']:.1f}% of the count, the best simple rule "
        f"({_said(str(row['baseline']))}) by {row['wape_baseline']:.1f}%.",
        source=source_line(results, tables.observed(results, measure)["source"]),
        table=table,
        draw=lambda on: _draw(on, ahead, ours),
    )


def _origins(errors: pd.DataFrame) -> str:
    found = sorted(errors["origin"].astype(str).unique())
    return f"{month(found[0])} to {month(found[-1])}" if len(found) > 1 else month(found[0])


def _said(model: str) -> str:
    return model.replace("_", " ")


def _table(errors: pd.DataFrame, ours: str) -> pd.DataFrame:
    """Scores of every model over all, by origin, and at a few horizons."""
    late = errors[errors["horizon"].isin(FEW_HORIZONS)]
    parts = [
        summary(errors, ("model",)).assign(looked_at="all"),
        summary(errors, ("model", "origin")).assign(looked_at=lambda t: "from " + t["origin"].astype(str).map(month)),
        summary(late, ("model", "horizon"))
        .sort_values("horizon", kind="stable")
        .assign(looked_at=lambda t: [f"{h} month{'s' if h > 1 else ''} ahead" for h in t["horizon"]]),
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(model=table["model"].map(lambda one: "ours" if one == ours else _said(str(one))))
    for share in ("cover_50", "cover_80", "cover_95"):
        table[share] = (100 * table[share]).round()
    rounded = {"wape": 1, "bias": 1, "mase": 2, "crps": 2}
    return table.round(rounded).rename(columns=SHOWN)[list(SHOWN.values())]


def _draw(on: Canvas, ahead: pd.DataFrame, ours: str) -> None:
    ax = on.panel(LEFT, 0.62, RIGHT, on.height - 0.16)
    grid = ahead.pivot_table(index="horizon", columns="model", values="wape", sort=False).sort_index()
    x = grid.index.to_numpy(dtype=float)
    charts.percent_axis(ax, 0, float(np.ceil(np.nanmax(grid.to_numpy()) / 5) * 5))
    ax.set_xlim(0.5, float(x.max()) + 0.5)
    ax.set_xticks([one for one in x if one in (1, 3, 6, 9, 12, 18, 24)])
    charts.note(ax, "months ahead", (0, 0), (0, -36))
    marks = []
    others = [str(name) for name in grid.columns if name != ours]
    for name, (colour, style) in zip(others, itertools.cycle(LOOKS), strict=False):
        charts.line(ax, x, grid[name].to_numpy(), colour, style, 1.3)
        marks.append((float(grid[name].iloc[-1]), _said(name), colour))
    charts.line(ax, x, grid[ours].to_numpy(), BLUE, "-", 3.0)
    marks.append((float(grid[ours].iloc[-1]), "ours", BLUE))
    charts.labels_right(ax, marks, on.height - 0.78)
