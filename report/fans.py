"""The fan of one measure: the months known, the futures ahead, and what happened next where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from . import charts, tables, words
from .common import LEFT, RIGHT
from .exhibit import Exhibit
from .phrases import about, count, listed, month, short_month
from .style import BLUE, GREY, PLUM, QUIET, SHADE, Canvas

HISTORY = 48  # months of history drawn
HALF = 12.0  # days: half the bar of a forecast of one month


@dataclass(frozen=True)
class Fan:
    """What a fan shows: `known` and `after` have columns month (YYYY-MM) and count, `bands` those of `tables.bands`.

    `stock`: a count at a month's end, not events in it. `restricted`: months under lockdown, to be shaded, in order.
    `ahead`: what the bands are, a forecast or a what-if.
    """

    name: str
    stock: bool
    as_at: date
    known: pd.DataFrame
    bands: pd.DataFrame
    after: pd.DataFrame
    restricted: tuple[str, ...] = ()
    ahead: str = "forecast"

    @property
    def known_to(self) -> pd.Period | None:
        """The last month known with a count; None where there is none."""
        counted = self.known.loc[self.known["count"].notna(), "month"]
        return pd.Period(counted.max(), freq="M") if len(counted) else None

    @property
    def unknown(self) -> int:
        """Months between the last count and the forecast, of which nothing was known."""
        if self.known_to is None or not len(self.bands):
            return 0
        return int(pd.Period(self.bands["month"].iloc[0], freq="M").ordinal - self.known_to.ordinal - 1)

    @property
    def shaded(self) -> tuple[tuple[str, str], ...]:
        """First and last month of each run of restricted months that the drawing reaches."""
        shown = {*self.known["month"], *self.after["month"], *(self.bands["month"] if len(self.bands) else ())}
        return _runs([one for one in self.restricted if one in shown])


def _runs(months: Sequence[str]) -> tuple[tuple[str, str], ...]:
    places = np.array([pd.Period(one, freq="M").ordinal for one in months], dtype=np.int64)
    parts = np.split(np.arange(len(months)), np.flatnonzero(np.diff(places) > 1) + 1)
    return tuple((months[part[0]], months[part[-1]]) for part in parts if len(part))


def exhibit(fan: Fan, measure: str, area: str, title: str, source: str, *, guessed: bool, more: str = "") -> Exhibit:
    """The fan with all that a reader needs; `guessed`: whether some of it is estimated, `more`: ends the subtitle."""
    shown = table(fan)
    months = shown["Month"]
    kind = f"{'' if fan.stock else ' a month'}{' (estimated)' if guessed else ''}"
    return Exhibit(
        name=f"{measure}-forecast".replace("_", "-"),
        section="demand",
        title=title,
        subtitle=f"{words.upper(fan.name)}{kind}, {area}, {months.iloc[0]} to {months.iloc[-1]}{more}",
        alternative=alternative(fan),
        source=source,
        table=shown,
        label=words.estimated([fan.name]) if guessed else "",
        draw=lambda on: draw(on, fan),
    )


def table(fan: Fan) -> pd.DataFrame:
    """The figures drawn, a row a month, in columns named for people."""
    known, bands, after = fan.known, fan.bands, fan.after
    past = pd.DataFrame({"month": known["month"], "Known": known["count"].astype(float)})
    if not len(bands) and not len(after):
        joined = past
    else:
        names = {"median": "Middle future"}
        for level in tables.LEVELS[::-1]:
            told = charts.BAND_WORDS[level]
            names |= {f"low_{100 * level:.0f}": f"{told}: low", f"high_{100 * level:.0f}": f"{told}: high"}
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


def alternative(fan: Fan) -> str:
    """What the drawing shows, in words, for those who cannot see it."""
    known, bands, after = fan.known, fan.bands, fan.after
    parts = [f"Line chart of {fan.name} by month."]
    if len(known):
        counts = known.dropna(subset=["count"])
        if len(counts):
            ends = [f"{count(float(r['count']))} in {month(r['month'])}" for _, r in counts.iloc[[0, -1]].iterrows()]
            parts.append(f"From {ends[0]} to {ends[1]}.")
    if len(bands):
        last = bands.iloc[-1]
        if fan.unknown:
            span = (
                "month before the forecast is" if fan.unknown == 1 else f"{fan.unknown} months before the forecast are"
            )
            parts.append(f"The {span} not known.")
        parts.append(
            f"The {fan.ahead}'s middle ends at about {about(last['median'])} in {month(last['month'])}; in 8 of 10 "
            f"futures it lies between {about(last['low_80'])} and {about(last['high_80'])}."
        )
    if len(after) and len(bands):
        both = after.merge(bands, on="month")
        both = both[both["count"].notna()]
        inside = int(both["count"].astype(float).between(both["low_80"], both["high_80"]).sum())
        parts.append(f"Of the {len(both)} months that followed, {inside} lie inside the 8-of-10 band.")
    if fan.shaded:
        parts.append(f"Shaded: months under lockdown, {listed([_span(*run) for run in fan.shaded])}.")
    return " ".join(parts)


def _span(first: str, last: str) -> str:
    return month(first) if first == last else f"{month(first)} to {month(last)}"


def draw(on: Canvas, fan: Fan) -> None:
    """Draw history, bands, middle future and what happened next, lockdown months shaded."""
    known, bands, after = fan.known, fan.bands, fan.after
    ax = on.panel(LEFT, 0.42, RIGHT, on.height - 0.16)
    place = charts.ends if fan.stock else charts.middles
    x_known, y_known = place(known["month"]), known["count"].to_numpy(dtype=float)
    x, marks = place(bands["month"]) if len(bands) else np.array([]), []
    every = np.concatenate([x_known, x, place(after["month"])])
    tops = [y_known, after["count"].to_numpy(dtype=float)]
    if len(bands):
        tops += [bands["high_95"].to_numpy(), bands["low_95"].to_numpy()]
    heights = np.concatenate(tops)
    charts.counts_axis(ax, float(np.nanmax(heights)), float(np.nanmin(heights)))
    charts.date_axis(ax, every.min() - 16, every.max() + (HALF + 1 if len(x) == 1 else 1), RIGHT - LEFT)
    _shade(ax, fan.shaded)
    charts.line(ax, x_known, y_known, GREY)
    _lone_points(ax, x_known, y_known)
    if len(bands):
        x, bands = _broad(x, bands)
        pairs = [
            (s, bands[f"low_{100 * s:.0f}"].to_numpy(), bands[f"high_{100 * s:.0f}"].to_numpy()) for s in tables.LEVELS
        ]
        marks += [(y, w, BLUE) for y, w in charts.nested_bands(ax, x, pairs)]
        charts.line(ax, x, bands["median"].to_numpy(), BLUE, (0, (4, 2)))
        marks.append((float(bands["median"].iloc[-1]), "middle future", BLUE))
        if fan.known_to is not None:
            day = min(fan.as_at, fan.known_to.end_time.date())
            charts.upright(ax, charts.as_day(day), f"known to {short_month(fan.known_to)}")
    if len(after):
        y_after = after["count"].to_numpy(dtype=float)
        charts.happened(ax, place(after["month"]), y_after)
        if np.isfinite(y_after).any():
            told = "what happened next" if len(bands) else "drives this run"
            marks.append((float(y_after[np.isfinite(y_after)][-1]), told, PLUM))
    charts.labels_right(ax, marks, on.height - 0.58)


def _shade(ax: Axes, runs: Sequence[tuple[str, str]]) -> None:
    """Runs of months under lockdown shaded from top to bottom, the first of them named at its foot."""
    for i, (first, last) in enumerate(runs):
        start, end = (pd.Period(first, freq="M").start_time, pd.Period(last, freq="M").end_time)
        ax.axvspan(charts.as_day(start), charts.as_day(end), color=SHADE, linewidth=0, zorder=0.5)
        if i == 0:
            charts.note(ax, "lockdown", (charts.as_day(start), 0), (3, 22), ("data", "axes fraction"), color=QUIET)


def _broad(x: charts.Array, bands: pd.DataFrame) -> tuple[charts.Array, pd.DataFrame]:
    """The bands of a single month as a short bar: a lone point would draw nothing."""
    return (x, bands) if len(x) != 1 else (x[0] + np.array([-HALF, HALF]), pd.concat([bands, bands]))


def _lone_points(ax: Axes, x: charts.Array, y: charts.Array) -> None:
    """Known months that a line leaves out, as both their neighbours are missing."""
    known = np.isfinite(np.r_[np.nan, y, np.nan])
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    ax.plot(x[alone], y[alone], "o", color=GREY, markersize=3, zorder=3)
