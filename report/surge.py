"""A surge what-if beside what really came: the area's referrals, and England's laid on the area's usual ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast import national
from forecast.observed import COLUMNS, Observed
from forecast.outturn import outturn
from forecast.surge import BEFORE_SURGE
from simulate.results import Results

from . import charts, tables, terms
from .common import DASHED, LEFT, RIGHT
from .exhibit import Exhibit
from .phrases import about, month, percent
from .sources import source_line
from .style import BLUE, GREY, INK, ORANGE, PLUM, Canvas

MEASURE = "referrals"
ENGLAND_SOURCE = "dfe-cin-c6"
LABEL = "What-if: assumed, not forecast."
DOTTED = (0.0, (1.5, 1.5))


def exhibit(results: Results) -> Exhibit | None:
    """Forecast, what-if and what came, month by month; None where no surge is laid on a forecast."""
    rows = _rows(results)
    if not len(rows):
        return None
    by = terms.surged_by(results.scenario)
    return Exhibit(
        name="surge-beside-what-came",
        section="demand",
        title=_title(rows),
        subtitle=f"Referrals a month, {results.scenario.area}; the what-if is laid on those from {by}",
        alternative=_words(rows),
        source=source_line(results, [*tables.observed(results, MEASURE)["source"], ENGLAND_SOURCE]),
        table=tables.shown(rows.assign(month=rows["month"].map(month)).rename(columns=SHOWN)[list(SHOWN.values())]),
        label=LABEL,
        draw=lambda on: _draw(on, rows),
    )


SHOWN = {
    "month": "Month",
    "median": "Forecast: middle future",
    "low_80": "Forecast, 8 of 10: low",
    "high_80": "Forecast, 8 of 10: high",
    "what_if": "What-if: middle future",
    "what_if_low": "What-if, 8 of 10: low",
    "what_if_high": "What-if, 8 of 10: high",
    "came": "What came",
    "as_england": "Had the area moved as England",
}


def _rows(results: Results) -> pd.DataFrame:
    """A row a month: month, the forecast's bands, what_if with low and high, came, as_england (NaN where not known)."""
    base, surged = (tables.bands(results, name) for name in (BEFORE_SURGE, MEASURE))
    if not len(base) or not len(surged):
        return pd.DataFrame()
    seen = results.observed[results.observed["area"] == results.scenario.area]
    observed = Observed(seen[list(COLUMNS)].assign(month=pd.PeriodIndex(seen["month"].astype(str), freq="M")))
    came = outturn(observed, pd.PeriodIndex(base["month"], freq="M")).set_index("month")
    own, england = (came[came["where"] == where] for where in (results.scenario.area, national.ENGLAND))
    return base[["month", "median", "low_80", "high_80"]].assign(
        what_if=surged["median"],
        what_if_low=surged["low_80"],
        what_if_high=surged["high_80"],
        came=base["month"].map(own["referrals"]),
        as_england=base["month"].map(own["usual"] * (1 + england["change"])),
    )


def _title(rows: pd.DataFrame) -> str:
    more = (rows["what_if"] - rows["median"]).sum()
    told = f"{'adds' if more >= 0 else 'takes away'} about {about(abs(more))} referrals"
    both = rows[rows["came"].notna()]
    if not len(both):
        return f"The what-if {told}; what came is not known"
    nearer = (both["came"] - both["median"]).abs().sum() <= (both["came"] - both["what_if"]).abs().sum()
    return f"The what-if {told}; what came was nearer {'the forecast' if nearer else 'the what-if'}"


def _words(rows: pd.DataFrame) -> str:
    both = rows[rows["came"].notna()]
    top = rows.iloc[int(np.argmax((rows["what_if"] - rows["median"]).abs()))]
    parts = [
        "Line chart of referrals by month: the forecast with its 8-of-10 band, the what-if, what came, and the area's "
        "usual referrals had they moved as England's did.",
        f"The what-if is furthest from the forecast in {month(top['month'])}: about {about(top['what_if'])} against "
        f"about {about(top['median'])}.",
    ]
    if len(both):
        inside = int(both["came"].between(both["low_80"], both["high_80"]).sum())
        held = int(both["came"].between(both["what_if_low"], both["what_if_high"]).sum())
        parts.append(
            f"Of the {len(both)} months that followed, {inside} lie in the forecast's band and {held} in the "
            f"what-if's; what came was {percent(both['came'].sum() / both['median'].sum())} of the forecast and "
            f"{percent(both['came'].sum() / both['what_if'].sum())} of the what-if."
        )
    return " ".join(parts)


def _draw(on: Canvas, rows: pd.DataFrame) -> None:
    ax = on.panel(LEFT, 0.42, RIGHT, on.height - 0.16)
    x = charts.middles(rows["month"])
    every = rows.drop(columns="month").to_numpy(dtype=float)
    charts.counts_axis(ax, float(np.nanmax(every)), float(np.nanmin(every)))
    charts.date_axis(ax, x[0] - 16, x[-1] + 16, RIGHT - LEFT)
    charts.band(ax, x, rows["low_80"].to_numpy(), rows["high_80"].to_numpy(), 0)
    lines = (
        ("median", "forecast", BLUE, DASHED, 2.0),
        ("what_if", "what-if", ORANGE, "-", 2.0),
        ("as_england", "as England moved", GREY, DOTTED, 1.6),
    )
    marks = [(float(rows["high_80"].iloc[-1]), "forecast, 8 of 10", BLUE)]
    for column, told, colour, style, width in lines:
        y = rows[column].to_numpy(dtype=float)
        if np.isfinite(y).any():
            charts.line(ax, x, y, colour, style, width)
            marks.append((float(y[np.isfinite(y)][-1]), told, INK if colour == ORANGE else colour))
    y = rows["came"].to_numpy(dtype=float)
    if np.isfinite(y).any():
        charts.happened(ax, x, y)
        marks.append((float(y[np.isfinite(y)][-1]), "what came", PLUM))
    charts.labels_right(ax, marks, on.height - 0.58)
