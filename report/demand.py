"""Exhibits of demand: what was, what may come, and what happened next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.calendar import working_days
from forecast.paths import MEASURES, STOCKS
from simulate.results import Results

from . import charts, fans, findings, honest, spc, surge, surge_sources, tables, terms, words
from .common import LEFT, RIGHT
from .exhibit import Exhibit
from .fans import Fan
from .phrases import about, is_month, listed, month
from .sources import source_line
from .style import BLUE, ORANGE, PLUM, QUIET, Canvas

UNUSUAL = 36  # months in the chart of unusual months


def exhibits(results: Results) -> list[Exhibit]:
    """Fans of what enters the service, a surge what-if beside what came, and the chart of unusual months."""
    entering = [entry.measure for entry in results.scenario.service.entries.values()]
    wanted = [m for m in dict.fromkeys(["referrals", "contacts", *entering]) if m not in STOCKS]
    found = [fan(results, measure) for measure in wanted]
    signals = [unusual(results, measure) for measure in MEASURES]
    what_if = [surge.exhibit(results), surge_sources.exhibit(results)]
    return [one for one in [*found, *what_if, *honest.exhibits(results), *signals] if one is not None]


def fan(results: Results, measure: str) -> Exhibit | None:
    """The fan of one monthly measure with what happened next drawn over it; None where there is nothing to draw."""
    bands, seen = tables.bands(results, measure), tables.observed(results, measure)
    if not len(bands) and not len(seen):
        return None
    stock = measure in STOCKS
    name = terms.name(results.scenario, measure)
    known, after = seen[seen["known"].astype(bool)].tail(fans.HISTORY), seen[~seen["known"].astype(bool)]
    last = bands["month"].iloc[-1] if len(bands) else _last_month(results)
    after = after[after["month"] <= last]
    if not len(bands) and not pd.concat([known["count"], after["count"]]).notna().any():
        return None
    guessed = bool(len(bands) and bands["estimated"].iloc[0]) or bool((seen["status"] == "estimated").any())
    title = words.demand_title(name, findings.outlook(results, measure), stock)
    ahead = "what-if" if tables.is_surged(results) else "forecast"
    return fans.exhibit(
        Fan(name, stock, results.scenario.as_at, known, bands, after, ahead=ahead),
        measure,
        results.scenario.area,
        title if len(bands) else f"{words.upper(name)}: as they were",
        source_line(results, seen["source"] if len(seen) else ()),
        guessed=guessed,
        more=_more(results) if len(bands) else "",
    )


def _more(results: Results) -> str:
    """What else the bands hold or leave out."""
    if tables.is_stated(results):
        return "; as stated, with chance from day to day"
    return "; a what-if: the forecast with the scenario's surge added" if tables.is_surged(results) else ""


def _last_month(results: Results) -> str:
    """The last month of the run."""
    months = [str(p) for p in results.summary["period"].unique() if is_month(str(p))] if len(results.summary) else []
    return max(months, default=str(pd.Period(results.scenario.as_at, freq="M") + results.scenario.horizon_months))


def unusual(results: Results, measure: str) -> Exhibit | None:
    """Which months were unusual: XmR chart of the published months up to the as-at date; None for under 12 months.

    Events are charted a working day, counts at a month's end as they are. Estimated months are never charted.
    """
    seen = tables.observed(results, measure)
    rows = seen[seen["known"].astype(bool) & (seen["status"] != "estimated")].tail(UNUSUAL).reset_index(drop=True)
    missing = np.flatnonzero(rows["count"].isna()) if len(rows) else np.array([])
    rows = rows.iloc[missing[-1] + 1 :].reset_index(drop=True) if len(missing) else rows
    if len(rows) < 12:
        return None
    stock = measure in STOCKS
    name = terms.name(results.scenario, measure) + ("" if stock else " a working day")
    counts = rows["count"].to_numpy(dtype=float)
    days = np.ones(len(rows)) if stock else working_days(pd.PeriodIndex(rows["month"], freq="M"))
    limits = spc.xmr((counts / days).tolist()).assign(month=rows["month"])
    special = limits[limits["kind"] != "common"]
    how_many = (
        f"{len(special)} of {len(limits)} months unusual" if len(special) else f"no unusual month in {len(limits)}"
    )
    signs = {
        "outside": "outside the limits",
        "run": "one of 7 on one side",
        "trend": "one of 7 rising or falling",
        "near": "2 of 3 near a limit",
    }
    reasons = [listed([w for key, w in signs.items() if row[key]]) or "usual" for _, row in limits.iterrows()]
    table = pd.DataFrame(
        {
            "Month": limits["month"].map(month),
            "Count": counts,
            words.upper(name): limits["value"],
            "Mean": limits["mean"],
            "Lower limit": limits["lower"],
            "Upper limit": limits["upper"],
            "Signal": reasons,
        }
    )
    which = listed(
        [f"{month(r['month'])} ({'high' if r['kind'] == 'high' else 'low'})" for _, r in special.tail(6).iterrows()]
    )
    first, last = limits["month"].iloc[0], limits["month"].iloc[-1]
    return Exhibit(
        name=f"{measure}-unusual-months".replace("_", "-"),
        section="demand",
        title=f"{words.upper(name)}: {how_many}",
        subtitle=f"XmR chart (Making Data Count rules), {results.scenario.area}, {month(first)} to {month(last)}",
        alternative=f"Process chart of {name} by month around a mean of about {about(limits['mean'].iloc[0])}, with "
        f"limits at about {about(limits['lower'].iloc[0])} and {about(limits['upper'].iloc[0])}. "
        + (
            f"Unusual, latest first six at most: {which}."
            if len(special)
            else "Every month is within what chance alone would give."
        ),
        source=source_line(results, rows["source"]),
        table=tables.shown(table),
        draw=lambda on: _draw_unusual(on, limits),
    )


def _draw_unusual(on: Canvas, limits: pd.DataFrame) -> None:
    ax = on.panel(LEFT, 0.42, RIGHT, on.height - 0.16)
    x, y = charts.middles(limits["month"]), limits["value"].to_numpy()
    top = float(max(y.max(), limits["upper"].iloc[0]))
    charts.counts_axis(ax, top, float(max(0.0, min(y.min(), limits["lower"].iloc[0]) - 0.1 * top)))
    charts.date_axis(ax, x.min() - 16, x.max() + 16, RIGHT - LEFT)
    charts.line(ax, x, y, QUIET, "-", 1.2)
    ax.axhline(limits["mean"].iloc[0], color=BLUE, linewidth=1.4)
    for edge in ("lower", "upper"):
        ax.axhline(limits[edge].iloc[0], color=BLUE, linewidth=1.2, linestyle=(0, (5, 3)))
    shapes = {
        "common": ("o", QUIET),
        "high": ("^", PLUM),
        "low": ("v", PLUM),
        "improvement": ("D", BLUE),
        "concern": ("s", ORANGE),
    }
    for kind, (shape, colour) in shapes.items():
        mask = (limits["kind"] == kind).to_numpy()
        ax.plot(
            x[mask],
            y[mask],
            shape,
            color=colour,
            markersize=5 if kind == "common" else 8,
            markeredgecolor="white",
            zorder=4,
        )
    levels = {"upper limit": "upper", "mean": "mean", "lower limit": "lower"}
    heights = {told: float(limits[column].iloc[0]) for told, column in levels.items()}
    marks = [(height, f"{told} {about(height)}", BLUE) for told, height in heights.items()]
    charts.labels_right(ax, marks, on.height - 0.58)
    charts.note(ax, "▲ unusually high   ▼ unusually low   ● usual", (0, 0), (6, 20), color=QUIET)
