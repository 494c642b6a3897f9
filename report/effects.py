"""Exhibits of effects: what differs between scenarios, what causes it, and which assumption matters most."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from scenarios.schema import Scenario

from . import charts, in_rows, terms, words
from .comparison_words import SAME
from .contracts import COMPARE, SENSITIVITY, checked
from .exhibit import Exhibit
from .phrases import about, futures, is_share
from .sensitivity import telling
from .style import BLUE, INK, PLUM, QUIET, TINTS, WIDTH, Canvas

MOST = 10  # bars drawn; the table holds the rest
ROW = 0.74  # inches of one bar of the tornado with three lines of words beside it
LETTERS = 40  # in a line of those words


def tornado(table: pd.DataFrame, scenario: Scenario, measure: str, *, source: str = "") -> Exhibit:
    """Which assumption matters: a bar from the measure at the setting's low to the measure at its high, widest first.

    Only what surely moves the measure is drawn and named (report.sensitivity.telling); the table holds the rest.
    Raises ValueError where a column lacks, the table does not hold the measure, or nothing surely moves it.
    """
    rows = checked(table, SENSITIVITY, "sensitivity")
    rows = rows[rows["measure"] == measure]
    if not len(rows):
        raise ValueError(f"the sensitivity table has no measure '{measure}'")
    percent = is_share(str(rows["measure_unit"].iloc[0]))
    scale, sign = (100, "%") if percent else (1, "")
    wide = (rows["high_mean"] - rows["low_mean"]).abs()
    rows = rows.assign(width=wide).sort_values("width", ascending=False, kind="stable").reset_index(drop=True)
    rows = rows.assign(title=[_named(str(title)) for title in rows["title"]], sure=telling(rows))
    rows = rows.sort_values("sure", ascending=False, kind="stable").reset_index(drop=True)
    name = terms.name(scenario, measure)
    top, drawn = rows.iloc[0], rows[rows["sure"]].head(MOST)
    if not len(drawn):
        raise ValueError(f"nothing surely moves '{measure}'")
    shown = pd.DataFrame(
        {
            "Assumption": rows["title"],
            "Low value": rows["low_value"],
            "High value": rows["high_value"],
            "Unit": rows["unit"],
            f"At the low value{', %' if percent else ''}": (rows["low_mean"] * scale).round(1),
            f"At the high value{', %' if percent else ''}": (rows["high_mean"] * scale).round(1),
            "Surely moves it": np.where(rows["sure"], "yes", "no"),
            "Source": rows["source"],
        }
    )
    return Exhibit(
        name=f"what-matters-{measure}".replace("_", "-"),
        section="sensitivity",
        title=f"{words.upper(_brief(str(top['title'])))} matters most",
        subtitle=f"Mean of {name} at each assumption's low and high value, others as they are",
        alternative=f"Tornado chart. {words.upper(str(top['title']))} moves {name} from about "
        f"{about(top['low_mean'] * scale)}{sign} at {top['low_value']:g} to about "
        f"{about(top['high_mean'] * scale)}{sign} at {top['high_value']:g} {top['unit']}; with every setting as it "
        f"is, about {about(top['base_mean'] * scale)}{sign}.",
        source=source,
        table=shown,
        height=0.85 + ROW * len(drawn),
        draw=lambda on: _draw_tornado(on, drawn, scale, sign),
    )


def _named(title: str) -> str:
    """A setting's title with its last part set off: "Referral decision: effort"."""
    return ": ".join(title.removesuffix(", mean").rsplit(", ", 1))


def _brief(title: str, most: int = 8) -> str:
    """The end of a long title, from a comma or colon on, in at most so many words where it has such an end."""
    while len(title.split()) > most and (found := re.search(r"[,:] ", title)):
        title = title[found.end() :]
    return title


def _draw_tornado(on: Canvas, rows: pd.DataFrame, scale: int, sign: str) -> None:
    left, right = 3.85, WIDTH - 0.75
    base = float(rows["base_mean"].iloc[0]) * scale
    ends = np.concatenate([rows["low_mean"], rows["high_mean"], rows["base_mean"]]).astype(float) * scale
    pad = 0.26 * (ends.max() - ends.min() or 1.0)
    corners, reach = (left, 0.42, right, on.height - 0.3), (ends.min() - pad, ends.max() + pad)
    ax = in_rows.panel(on, len(rows), corners, width=reach, above=0.15)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    width = float(ends.max() - ends.min()) or 1.0
    decimals = int(np.clip(np.ceil(1 - np.log10(width)), 0, 3))  # a tenth of the span still tells ticks apart
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.{decimals}f}{sign}")
    for i, (_, row) in enumerate(rows.iterrows()):
        ends_of = [
            (float(row["low_mean"]) * scale, TINTS[1], f"low {row['low_value']:g}"),
            (float(row["high_mean"]) * scale, BLUE, f"high {row['high_value']:g}"),
        ]
        by_size = sorted(ends_of, key=lambda end: -abs(end[0] - base))
        right_of = by_size[0][0] >= base
        for (end, shade, said), at_right in zip(by_size, (right_of, not right_of), strict=True):
            ax.fill([base, end, end, base], [i + 0.2] * 2 + [i + 0.8] * 2, color=shade, edgecolor=BLUE, linewidth=0.9)
            beside = end if (end >= base) == at_right else base  # both on one side: the nearer is named across the line
            shift = (5 if at_right else -5, -4)
            charts.note(ax, said, (beside, i + 0.5), shift, "data", ha="left" if at_right else "right")
        lines = charts.wrapped(str(row["title"]), LETTERS)
        lines = [*lines[:1], charts.clipped(" ".join(lines[1:]), LETTERS)] if len(lines) > 1 else lines
        source = charts.clipped(str(row["source"]), LETTERS)
        in_rows.named(ax, i, [*lines, source], [INK] * len(lines) + [QUIET])
    ax.axvline(base, color=INK, linewidth=1.4)
    charts.note(ax, f"as it is: {base:,.0f}{sign}", (base, 1), (0, 5), ("data", "axes fraction"), ha="center")


def compared(table: pd.DataFrame, scenario: Scenario, *, source: str = "", period: str = "all") -> list[Exhibit]:
    """What differs from the base, one exhibit a scenario: mean differences with their interval, largest sureness first.

    Raises ValueError where a column of the contract lacks.
    """
    rows = checked(table, COMPARE, "compare")
    rows = rows[rows["period"] == period]
    return [_difference(part, scenario, str(other), source) for other, part in rows.groupby("other", sort=False)]


def _difference(rows: pd.DataFrame, scenario: Scenario, other: str, source: str) -> Exhibit:
    rows = rows.assign(
        title=[words.upper(terms.name(scenario, m)) for m in rows["measure"]],
        percent=[is_share(str(u)) for u in rows["unit"]],
    )
    rows["scale"] = np.where(rows["percent"], 100.0, 1.0)
    rows["share"] = np.where(rows["percent"], 100.0, 100.0 / rows["base_mean"].where(rows["base_mean"] != 0))
    for name in ("difference", "low", "high"):
        rows[f"as_{name}"] = rows[name] * rows["share"]
    rows = (
        rows[np.isfinite(rows["as_difference"])]
        .sort_values("certain", ascending=False, kind="stable")
        .reset_index(drop=True)
    )
    sure = rows[rows["certain"].astype(bool)]
    better = sure[[_improves(r) for _, r in sure.iterrows()]] if len(sure) else sure
    shown = pd.DataFrame(
        {
            "Measure": rows["title"] + np.where(rows["percent"], ", %", ""),
            "Base": (rows["base_mean"] * rows["scale"]).round(1),
            "Scenario": (rows["other_mean"] * rows["scale"]).round(1),
            "Difference": (rows["difference"] * rows["scale"]).round(1),
            "95% interval: low": (rows["low"] * rows["scale"]).round(1),
            "95% interval: high": (rows["high"] * rows["scale"]).round(1),
            "Better": [_better(row) for _, row in rows.iterrows()],
        }
    )
    name = other.replace("-", " ")
    return Exhibit(
        name=f"compare-{other}",
        section="compare",
        title=words.compared_title(name, len(better), len(sure), len(rows)),
        subtitle="Mean difference from the base, same futures, with 95% interval; shares in points, others in %",
        alternative=f"Chart of differences between {name} and the base. "
        + " ".join(f"{r['title']}: {_signed(r)}." for _, r in sure.head(6).iterrows()),
        source=source,
        table=shown,
        height=0.75 + 0.46 * min(len(rows), MOST),
        draw=lambda on: _draw_difference(on, rows.head(MOST)),
    )


def _better(row: pd.Series) -> str:
    """In how many futures a scenario is better, in words; a tie is not half a win where all futures are ties."""
    if _same(row):
        return SAME
    chance = float(row["chance_better"])
    return futures(chance, int(row["replications"])) if np.isfinite(chance) else "neither is better"


def _same(row: pd.Series) -> bool:
    return bool(row["difference"] == row["low"] == row["high"] == 0)


def _signed(row: pd.Series) -> str:
    return f"{row['as_difference']:+.1f}{' points' if row['percent'] else '%'}".replace("-", "−")


def _improves(row: pd.Series) -> bool:
    return bool(
        (row["better"] == "high" and row["difference"] > 0) or (row["better"] == "low" and row["difference"] < 0)
    )


def _draw_difference(on: Canvas, rows: pd.DataFrame) -> None:
    widest = _reach(rows)
    corners = (3.7, 0.42, WIDTH - 2.35, on.height - 0.1)
    ax = in_rows.panel(on, len(rows), corners, width=(-widest, widest))
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:+,g}".replace("-", "−") if v else "0")
    ax.axvline(0, color=PLUM, linewidth=1.4)
    for i, (_, row) in enumerate(rows.iterrows()):
        sure, y = bool(row["certain"]), i + 0.5
        low, high = (float(np.clip(row[end], -widest, widest)) for end in ("as_low", "as_high"))
        ax.plot([low, high], [y, y], color=BLUE, linewidth=3 if sure else 1.2, solid_capstyle="butt")
        for end, shape in ((low, "<"), (high, ">")):
            if abs(end) == widest:
                ax.plot([end], [y], shape, color=BLUE, markersize=7, clip_on=False)  # it goes on beyond the chart
        if abs(row["as_difference"]) < widest:
            look = BLUE if sure else "white"
            ax.plot([row["as_difference"]], [y], "o", color=BLUE, markersize=7, markerfacecolor=look)
        in_rows.named(ax, i, charts.wrapped(str(row["title"]), 38)[:2])
        in_rows.told(ax, i, _verdict(row, sure), weight="bold" if sure else "normal")


def _reach(rows: pd.DataFrame) -> float:
    """How far the axis goes: to the furthest sure change or, for the rest, to most of them."""
    ends = rows[["as_low", "as_high"]].abs().max(axis=1)
    sure = ends[rows["certain"].astype(bool)]
    return 1.1 * max(float(sure.max()) if len(sure) else 0.0, float(ends.quantile(0.75)), 0.1)


def _verdict(row: pd.Series, sure: bool) -> str:
    if not sure:
        return "the same" if _same(row) else "no sure change"
    word = "better" if _improves(row) else "changed" if row["better"] == "neither" else "worse"
    return f"{_signed(row)}: {word}"
