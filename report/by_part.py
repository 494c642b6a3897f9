"""A measure shared out: what each team, district or source may get in the coming year, a dot and its range a part."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from forecast.paths import STOCKS

from . import charts, in_rows, tables, terms, words
from .exhibit import Exhibit
from .phrases import about, between, month
from .style import BLUE, WIDTH, Canvas

NAME_LETTERS = 28


def exhibits(year: pd.DataFrame, area: str, source: Mapping[str, str]) -> list[Exhibit]:
    """One chart for each measure that is shared out.

    `year`: a row a part, the whole last: measure, part, share, first_month, last_month, middle, low, high (8 of 10
    futures), shares_from. `source`: of each measure's figures, in words.
    """
    return [_exhibit(rows, str(one), area, source[str(one)]) for one, rows in year.groupby("measure", sort=False)]


def _exhibit(rows: pd.DataFrame, measure: str, area: str, source: str) -> Exhibit:
    parts, whole = rows.iloc[:-1], rows.iloc[-1]
    name, top = words.upper(terms.KNOWN[measure]), parts.sort_values("middle").iloc[-1]
    first, last = month(whole["first_month"]), month(whole["last_month"])
    when = f"at the end of {last}" if measure in STOCKS else f"{first} to {last}"
    shown = rows.assign(share=100 * rows["share"])[["part", "share", "middle", "low", "high"]]
    shown.columns = ["Part", "Share, %", "Middle future", "8 of 10 futures: low", "8 of 10 futures: high"]
    return Exhibit(
        name=f"{measure}-by-part".replace("_", "-"),
        section="demand",
        title=f"{name} by part: {top['part']} the most, about {about(top['middle'])} of {about(whole['middle'])}",
        subtitle=f"{area}, {when}: middle future and the range of 8 of 10 futures",
        alternative="Chart of a dot and a range for each part. "
        + " ".join(
            f"{one['part']}: about {about(one['middle'])}, {between(one['low'], one['high'])} in 8 of 10 futures."
            for _, one in parts.iterrows()
        ),
        source=source,
        table=tables.shown(shown, ["Middle future", "8 of 10 futures: low", "8 of 10 futures: high"]),
        label=f"Shares are not forecast: {whole['shares_from']}.",
        height=0.7 + 0.36 * len(parts),
        draw=lambda on: _draw(on, parts),
    )


def _draw(on: Canvas, parts: pd.DataFrame) -> None:
    width = (0.0, 1.04 * max(float(parts["high"].max()), 1.0))
    ax = in_rows.panel(on, len(parts), (2.9, 0.42, WIDTH - 2.6, on.height - 0.1), width=width)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    for at, (_, one) in enumerate(parts.iterrows()):
        y = at + 0.5
        ax.plot([one["low"], one["high"]], [y, y], color=BLUE, linewidth=3, solid_capstyle="butt")
        ax.plot([one["middle"]], [y], "o", color=BLUE, markersize=7, clip_on=False)
        in_rows.named(ax, at, [charts.clipped(str(one["part"]), NAME_LETTERS)])
        in_rows.told(ax, at, f"{about(one['middle'])} ({about(one['low'])} to {about(one['high'])})")
