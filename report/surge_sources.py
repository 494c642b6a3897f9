"""What those whose referrals a surge holds back or adds really did: a year with lockdowns, and the year after it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast import national
from forecast.outturn import outturn_by_source, published_as
from forecast.surge import BEFORE_SURGE
from simulate.results import Results

from . import charts, in_rows, tables, words
from .exhibit import Exhibit
from .phrases import change, count, listed, percent
from .sources import source_line
from .style import PLUM, WIDTH, Canvas

BEFORE, DURING, AFTER = 2020, 2021, 2022  # years to March: before the lockdowns but for a week, with them, after them
_LATER = {"during": DURING, "after": AFTER}
_YEARS = {"before": BEFORE, **_LATER}
LABEL = "Published, not modelled: a rise need not be what was held back."
SOURCE = "dfe-cin-c5"


def exhibit(results: Results) -> Exhibit | None:
    """Referrals by source in England and, where they are held, in the area; None without a surge by such a source."""
    named = list(dict.fromkeys(one.source for one in results.scenario.surges.values()))
    rows = yearly(named, results.scenario.area)
    if not len(tables.bands(results, BEFORE_SURGE)) or not len(rows):
        return None
    places = listed(list(dict.fromkeys(rows["where"])))
    return Exhibit(
        name="surge-by-source",
        section="demand",
        title=title(rows),
        subtitle=f"Referrals by who referred, {places}: change from the year to March {BEFORE}, published",
        alternative=sentences(rows, [name for name in named if name not in set(rows["source"])]),
        source=source_line(results, [SOURCE], f"published data of the years to March {BEFORE}, {DURING} and {AFTER}"),
        table=_shown(rows),
        label=LABEL,
        height=0.95 + 0.36 * len(rows),
        draw=lambda on: _draw(on, rows),
    )


def yearly(named: list[str], area: str) -> pd.DataFrame:
    """A row a source and place: source, where, before, during, after (referrals a year), made_up.

    `made_up`: the year after above the year before, as a share of what the year between fell short of it; NaN where it
    did not fall short.
    """
    table = outturn_by_source(BEFORE, AFTER, together=published_as(named))
    table = table[table["where"].isin([national.ENGLAND, area])]
    wide = table.pivot_table(index=["referred_by", "where"], columns="year_to_march", values="count", sort=False)
    wide = wide[(wide > 0).all(axis=1)].rename(columns={BEFORE: "before", DURING: "during", AFTER: "after"})
    rows = wide.reset_index().rename(columns={"referred_by": "source"}).rename_axis(columns=None)
    if not len(rows):
        return rows
    order = {name: at for at, name in enumerate(named)}
    rows = rows.sort_values(["source", "where"], key=lambda column: column.map({**order, national.ENGLAND: 0, area: 1}))
    short = (rows["before"] - rows["during"]).to_numpy(dtype=float)
    more = np.maximum((rows["after"] - rows["before"]).to_numpy(dtype=float), 0)
    made_up = np.divide(more, short, out=np.full(len(rows), np.nan), where=short > 0)
    return rows.assign(made_up=made_up).reset_index(drop=True)


def title(rows: pd.DataFrame) -> str:
    """The source that fell most in England in the year of lockdowns, and where it stood the year after."""
    england = rows[rows["where"] == national.ENGLAND]
    fell = england.iloc[int(np.argmin(england["during"] / england["before"]))]
    if fell["during"] >= fell["before"]:
        return f"Nobody in the what-if referred less in England in the year to March {DURING}"
    return f"{_named(fell)} in England: {_moves(fell)}"


def sentences(rows: pd.DataFrame, unknown: list[str]) -> str:
    """Each source's years in words, how far the year after made up for them, and for whom nothing is published."""
    parts = [
        f"Chart of the change from the year to March {BEFORE}: a hollow dot for the year to March {DURING}, with the "
        f"lockdowns, and a full one for the year after."
    ]
    for _, row in rows.iterrows():
        made_up = f", which is {percent(row['made_up'])} of what was missing" if row["made_up"] > 0 else ""
        parts.append(f"{_named(row)}, {row['where']}: {count(row['before'])} referrals, {_moves(row)}{made_up}.")
    if unknown:
        parts.append(f"No figures are published for {listed([name.replace('_', ' ') for name in unknown])}.")
    return " ".join(parts)


def _named(row: pd.Series) -> str:
    return words.upper(str(row["source"]).replace("_", " "))


def _on_before(row: pd.Series) -> dict[str, str]:
    """The later years beside the one before, in words."""
    return {name: change(float(row[name]), float(row["before"])) for name in _LATER}


def _moves(row: pd.Series) -> str:
    moved = _on_before(row)
    return f"{moved['during']} in the year to March {DURING}, {moved['after']} on {BEFORE} the year after"


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "Who referred": [_named(row) for _, row in rows.iterrows()],
            "Where": rows["where"],
            **{f"Year to March {year}": rows[name] for name, year in _YEARS.items()},
            **{
                f"{year} on {BEFORE}": [_on_before(row)[name] for _, row in rows.iterrows()]
                for name, year in _LATER.items()
            },
            f"Above {BEFORE} in {AFTER}, % of the shortfall": 100 * rows["made_up"],
        }
    )
    return tables.shown(table)


def _draw(on: Canvas, rows: pd.DataFrame) -> None:
    moves = pd.DataFrame({name: 100 * (rows[name] / rows["before"] - 1) for name in _LATER})
    furthest = 1.15 * max(float(moves.abs().to_numpy().max()), 5.0)
    corners = (2.9, 0.42, WIDTH - 2.6, on.height - 0.35)
    ax = in_rows.panel(on, len(rows), corners, width=(-furthest, furthest))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+,g}%" if value else "0")
    ax.axvline(0, color=PLUM, linewidth=1.2)
    for at, (_, row) in enumerate(rows.iterrows()):
        y, during, after = at + 0.5, float(moves["during"].iloc[at]), float(moves["after"].iloc[at])
        ax.plot([during, after], [y, y], color=PLUM, linewidth=1.2)
        ax.plot([during], [y], "o", color=PLUM, markersize=8, markerfacecolor="white")
        ax.plot([after], [y], "o", color=PLUM, markersize=7)
        in_rows.named(ax, at, [charts.clipped(f"{_named(row)}, {row['where']}", 30)])
        in_rows.told(ax, at, ", then ".join(_on_before(row).values()))
    charts.note(ax, f"○ year to March {DURING}   ● year to March {AFTER}", (0, 1), (0, 8))
