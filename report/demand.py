"""Exhibits of demand: what was, what may come, and what happened next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.calendar import working_days
from forecast.paths import MEASURES, STOCKS
from simulate.results import Results

from . import charts, findings, spc, tables, terms, words
from .exhibit import Exhibit
from .phrases import about, count, is_month, listed, month, short_month
from .sources import source_line
from .style import BLUE, GREY, ORANGE, PLUM, QUIET, WIDTH, Canvas

HISTORY = 48  # months of history drawn
UNUSUAL = 36  # months in the chart of unusual months
LEFT, RIGHT = 0.72, WIDTH - 1.62


def exhibits(results: Results) -> list[Exhibit]:
    """Fans of contacts and referrals (and other flows that enter the service) and the chart of unusual months."""
    entering = [entry.measure for entry in results.scenario.service.entries.values()]
    wanted = [m for m in dict.fromkeys(["referrals", "contacts", *entering]) if m not in STOCKS]
    found = [fan(results, measure) for measure in wanted]
    signals = [unusual(results, measure) for measure in MEASURES]
    return [one for one in [*found, *signals] if one is not None]


def fan(results: Results, measure: str) -> Exhibit | None:
    """The fan of one monthly measure with what happened next drawn over it; None where there is nothing to draw."""
    bands, seen = tables.bands(results, measure), tables.observed(results, measure)
    if not len(bands) and not len(seen):
        return None
    stock = measure in STOCKS
    name = terms.name(results.scenario, measure)
    known, after = seen[seen["known"].astype(bool)].tail(HISTORY), seen[~seen["known"].astype(bool)]
    last = bands["month"].iloc[-1] if len(bands) else _last_month(results)
    after = after[after["month"] <= last]
    if not len(bands) and not pd.concat([known["count"], after["count"]]).notna().any():
        return None
    guessed = bool(len(bands) and bands["estimated"].iloc[0]) or bool((seen["status"] == "estimated").any())
    row = findings.outlook(results, measure)
    table = _fan_table(known, bands, after)
    months = table["Month"]
    surge = "; the forecast with the scenario's surge added" if results.scenario.surges and len(bands) else ""
    return Exhibit(
        name=f"{measure}-forecast".replace("_", "-"),
        section="demand",
        title=words.demand_title(name, row, stock) if len(bands) else f"{words.upper(name)}: as they were",
        subtitle=f"{words.upper(name)}{' a month' if not stock else ''}{' (estimated)' if guessed else ''}, "
        f"{results.scenario.area}, {months.iloc[0]} to {months.iloc[-1]}{surge}",
        alternative=_fan_words(name, known, bands, after),
        source=source_line(results, seen["source"] if len(seen) else ()),
        table=table,
        label=words.estimated([name]) if guessed else "",
        draw=lambda on: _draw_fan(on, results, known, bands, after, stock),
    )


def _last_month(results: Results) -> str:
    """The last month of the run."""
    months = [str(p) for p in results.summary["period"].unique() if is_month(str(p))] if len(results.summary) else []
    return max(months, default=str(pd.Period(results.scenario.as_at, freq="M") + results.scenario.horizon_months))


def _fan_table(known: pd.DataFrame, bands: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    past = pd.DataFrame({"month": known["month"], "Known": known["count"].astype(float)})
    if not len(bands) and not len(after):
        joined = past
    else:
        names = {"median": "Middle future"}
        for level in tables.LEVELS[::-1]:
            words_of = charts.BAND_WORDS[level]
            names |= {f"low_{100 * level:.0f}": f"{words_of}: low", f"high_{100 * level:.0f}": f"{words_of}: high"}
        ahead = (
            bands.rename(columns=names)[["month", *names.values()]]
            if len(bands)
            else pd.DataFrame({"month": pd.Series(dtype="str")})
        )
        happened = pd.DataFrame({"month": after["month"], "What happened next": after["count"].astype(float)})
        joined = past.merge(ahead, on="month", how="outer").merge(happened, on="month", how="outer")
    joined = joined.sort_values("month").reset_index(drop=True)
    joined.insert(0, "Month", joined["month"].map(month))
    kept = [c for c in joined.columns if c != "month" and not (c != "Month" and joined[c].isna().all())]
    return tables.shown(joined[kept])


def _fan_words(name: str, known: pd.DataFrame, bands: pd.DataFrame, after: pd.DataFrame) -> str:
    parts = [f"Line chart of {name} by month."]
    if len(known):
        counts = known.dropna(subset=["count"])
        if len(counts):
            ends = [f"{count(float(r['count']))} in {month(r['month'])}" for _, r in counts.iloc[[0, -1]].iterrows()]
            parts.append(f"From {ends[0]} to {ends[1]}.")
    if len(bands):
        last = bands.iloc[-1]
        parts.append(
            f"The forecast's middle ends at about {about(last['median'])} in {month(last['month'])}; in 8 of 10 "
            f"futures it lies between {about(last['low_80'])} and {about(last['high_80'])}."
        )
    if len(after) and len(bands):
        both = after.merge(bands, on="month")
        both = both[both["count"].notna()]
        inside = int(both["count"].astype(float).between(both["low_80"], both["high_80"]).sum())
        parts.append(f"Of the {len(both)} months that followed, {inside} lie inside the 8-of-10 band.")
    return " ".join(parts)


def _draw_fan(
    on: Canvas, results: Results, known: pd.DataFrame, bands: pd.DataFrame, after: pd.DataFrame, stock: bool
) -> None:
    ax = on.panel(LEFT, 0.42, RIGHT, on.height - 0.16)
    place = charts.ends if stock else charts.middles
    x_known, y_known = place(known["month"]), known["count"].to_numpy(dtype=float)
    x, marks = place(bands["month"]) if len(bands) else np.array([]), []
    every = np.concatenate([x_known, x, place(after["month"])])
    tops = [y_known, after["count"].to_numpy(dtype=float)]
    if len(bands):
        tops += [bands["high_95"].to_numpy(), bands["low_95"].to_numpy()]
    heights = np.concatenate(tops)
    charts.counts_axis(ax, float(np.nanmax(heights)), float(np.nanmin(heights)))
    charts.date_axis(ax, every.min() - 16, every.max() + 1, RIGHT - LEFT)
    charts.line(ax, x_known, y_known, GREY)
    if len(bands):
        pairs = [
            (s, bands[f"low_{100 * s:.0f}"].to_numpy(), bands[f"high_{100 * s:.0f}"].to_numpy()) for s in tables.LEVELS
        ]
        marks += [(y, w, BLUE) for y, w in charts.nested_bands(ax, x, pairs)]
        charts.line(ax, x, bands["median"].to_numpy(), BLUE, (0, (4, 2)))
        marks.append((float(bands["median"].iloc[-1]), "middle future", BLUE))
        if len(known):
            charts.upright(ax, charts.as_day(results.scenario.as_at), f"known to {short_month(results.scenario.as_at)}")
    if len(after):
        y_after = after["count"].to_numpy(dtype=float)
        charts.happened(ax, place(after["month"]), y_after)
        if np.isfinite(y_after).any():
            words_of = "what happened next" if len(bands) else "drives this run"
            marks.append((float(y_after[np.isfinite(y_after)][-1]), words_of, PLUM))
    charts.labels_right(ax, marks, on.height - 0.58)


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
        "high": ("^", ORANGE),
        "low": ("v", BLUE),
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
