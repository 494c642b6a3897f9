"""Pens: each draws a table on axes and decides nothing."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from .phrases import short_month, tens
from .style import BLUE, GREY, INK, PLUM, QUIET, TEAL, TINTS, WIDTH, Canvas, spread

Array = npt.NDArray[np.float64]
LineStyle = str | tuple[float, tuple[float, ...]]
BAND_WORDS = {0.95: "19 of 20", 0.8: "8 of 10", 0.5: "5 of 10"}


EPOCH = pd.Timestamp("1970-01-01")
NEAR_THE_TOP = 0.85
"""Share of an axis above which words would run into what is drawn at its top, or out of the panel."""


def as_day(when: object) -> float:
    """A date as a number on the date axis: days since 1970."""
    return float((pd.Timestamp(str(when)) - EPOCH) / pd.Timedelta(days=1))


def middles(months: Iterable[object]) -> Array:
    """The middle of each month on the date axis, for counts of events in the month."""
    periods = [pd.Period(str(one), freq="M") for one in months]
    return np.array([as_day(one.start_time) + one.days_in_month / 2 for one in periods])


def ends(months: Iterable[object]) -> Array:
    """The last day of each month on the date axis, for counts taken at a month's end."""
    periods = [pd.Period(str(one), freq="M") for one in months]
    return np.array([as_day(one.start_time) + one.days_in_month - 1 for one in periods])


def days(dates: Iterable[object]) -> Array:
    """Dates as numbers on the date axis."""
    return np.array([as_day(one) for one in dates])


def date_axis(ax: Axes, first: float, last: float, inches: float) -> None:
    """Upright month labels, as many as fit in the width."""
    span = max((last - first) / 30.44, 1)
    steps = (1, 2, 3, 6, 12, 24, 60, 120)
    step = next((s for s in steps if span / s <= inches / 0.95), steps[-1])
    january = pd.Period(f"{(EPOCH + pd.Timedelta(days=first)).year}-01", freq="M")
    months = pd.period_range(january, periods=math.ceil(span) + 26, freq="M")
    edge = last - 0.25 * (last - first) / inches
    inside = [(as_day(m.start_time), m) for m in months[::step] if first <= as_day(m.start_time) <= edge]
    ax.set_xlim(first, last)
    ax.set_xticks([x for x, _ in inside], [short_month(m) for _, m in inside])


def counts_axis(ax: Axes, top: float, least: float = 0.0, unit: str = "") -> None:
    """A vertical axis with whole-number labels and room above; from nought, or from half of `least` where that saves
    a third of the height, and then it says so."""
    floor = 0.0
    if least > 0.5 * top:
        step = 10 ** math.floor(math.log10(0.7 * least))
        floor = step * math.floor(0.7 * least / step)
        ax.annotate(
            f"axis starts at {floor:,.0f}",
            (0, 0),
            xycoords="axes fraction",
            xytext=(5, 5),
            textcoords="offset points",
            size=12,
            color=QUIET,
            va="baseline",
        )
    ax.set_ylim(floor, top + 0.06 * (top - floor) if top > 0 else 1)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=top >= 5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}{unit}" if top >= 5 else f"{v:,.1f}{unit}"))


def percent_axis(ax: Axes, low: float = 0.0, high: float = 100.0) -> None:
    """A vertical axis of percentages, up to 100 or a lower round figure."""
    ax.set_ylim(low, high + 0.01 * (high - low))
    ax.yaxis.set_major_locator(MultipleLocator(20 if high - low > 50 else 10 if high - low > 20 else 5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}%"))


def band(ax: Axes, x: Array, low: Array, high: Array, shade: int) -> None:
    """One band of futures with a drawn edge."""
    ax.fill_between(x, low, high, color=TINTS[shade], linewidth=0, zorder=1.5 + 0.1 * shade)
    for edge in (low, high):
        ax.plot(x, edge, color=BLUE, linewidth=0.7, alpha=0.75, zorder=1.9)


def nested_bands(ax: Axes, x: Array, pairs: Sequence[tuple[float, Array, Array]]) -> list[tuple[float, str]]:
    """Bands widest first; returns where their labels belong: (height, words)."""
    out = []
    for shade, (level, low, high) in enumerate(pairs):
        band(ax, x, low, high, shade)
        out.append((float(high[-1]), f"{BAND_WORDS[level]} futures"))
    return out


def labels_right(ax: Axes, marks: Sequence[tuple[float, str, str]], inches: float, gap: float = 0.21) -> None:
    """Labels beside the right edge at their heights, moved apart where they would touch: (height, words, colour)."""
    low, high = ax.get_ylim()
    scale = inches / (high - low)
    places = spread([(y - low) * scale for y, _, _ in marks], gap, 0.08, inches - 0.02)
    for (_, words, colour), place in zip(marks, places, strict=True):
        ax.annotate(
            words,
            (1, place / inches),
            xycoords="axes fraction",
            xytext=(6, -4),
            textcoords="offset points",
            color=colour,
            size=12,
            ha="left",
            va="baseline",
        )


def line(ax: Axes, x: Array, y: Array, colour: str = BLUE, style: LineStyle = "-", width: float = 2.0) -> None:
    """A plain line above the bands."""
    ax.plot(x, y, color=colour, linestyle=style, linewidth=width, zorder=3)


def happened(ax: Axes, x: Array, y: Array) -> None:
    """What happened next: hollow circles joined by a thin line, unlike anything forecast."""
    ax.plot(x, y, color=PLUM, linewidth=1.1, marker="o", markersize=4.5, markerfacecolor="white", zorder=4)


def upright(ax: Axes, x: float, words: str, side: str = "left") -> None:
    """A dotted upright line with words at its top: the as-at date, a change of the service."""
    ax.axvline(x, color=QUIET, linewidth=1, linestyle=(0, (2, 2)), zorder=2.5)
    ax.annotate(
        words,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-5 if side == "left" else 5, -11),
        textcoords="offset points",
        ha="right" if side == "left" else "left",
        va="baseline",
        color=QUIET,
        size=12,
    )


def level(ax: Axes, y: float, words: str, colour: str = INK) -> None:
    """A level line for a target or guide, with its words at its left end: above it, below where it is near the top."""
    low, high = ax.get_ylim()
    is_high = y > low + NEAR_THE_TOP * (high - low)
    ax.axhline(y, color=colour, linewidth=1.3, linestyle=(0, (6, 3)), zorder=2.6)
    ax.annotate(
        words,
        (0, y),
        xycoords=("axes fraction", "data"),
        xytext=(4, -4 if is_high else 4),
        textcoords="offset points",
        color=colour,
        size=12,
        ha="left",
        va="top" if is_high else "baseline",
        bbox=WASH,
    )


def panel_title(ax: Axes, words: str, inches: float = 7.0) -> None:
    """A small heading above one of several panels, at its left, in two lines where one is too narrow."""
    lines = textwrap.wrap(words, int(inches * 12.5))[:2]
    for i, part in enumerate(reversed(lines)):
        ax.annotate(
            part,
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 8 + 15 * i),
            textcoords="offset points",
            size=12,
            weight="bold",
            ha="left",
            va="baseline",
        )


SERIES = ((BLUE, "-"), (TEAL, (0, (5, 2))), (PLUM, (0, (1.5, 1.5))), (GREY, (0, (7, 2, 1.5, 2))))


WASH = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1}


def start_point(ax: Axes, x: float, y: float, *, falls: bool) -> None:
    """A filled mark where the simulation starts, with its count on the side that what `falls` or rises leaves free."""
    ax.plot([x], [y], "o", color=INK, markersize=6, zorder=5, clip_on=False)
    bottom, top = ax.get_ylim()
    low = y - bottom < 0.2 * (top - bottom)  # no room below it: well above what rises
    ax.annotate(
        f"{y:,.0f} at the start",
        (x, y),
        xytext=(8, 4 if falls else 44 if low else -30),
        textcoords="offset points",
        size=12,
        ha="left",
        va="baseline",
        zorder=5,
        bbox=WASH,
    )


def chance_strip(on: Canvas, ax: Axes, x: Array, chances: Sequence[float], left: float, right: float) -> None:
    """A row of figures under a chart: in how many futures of ten the target is kept."""
    ax.tick_params(labelbottom=False, bottom=False)
    ax.spines["bottom"].set_visible(False)
    strip = on.panel(left, 0.42, right, 0.42 + 0.34)
    strip.set_xlim(ax.get_xlim())
    strip.set_ylim(0, 1)
    strip.set_yticks([])
    strip.grid(visible=False)
    date_axis(strip, *ax.get_xlim(), right - left)
    step = max(1, math.ceil(len(x) * 0.27 / (right - left)))
    for place, chance in list(zip(x, chances, strict=True))[::step]:
        if math.isfinite(chance):
            strip.text(
                place,
                0.32,
                str(tens(chance)),
                ha="center",
                va="baseline",
                size=12,
                weight="bold" if chance < 0.5 else "normal",
            )
    strip.annotate(
        "futures of 10",
        (1, 0.55),
        xycoords="axes fraction",
        xytext=(6, 1),
        textcoords="offset points",
        size=12,
        va="baseline",
    )
    strip.annotate(
        "on target",
        (1, 0.1),
        xycoords="axes fraction",
        xytext=(6, 1),
        textcoords="offset points",
        size=12,
        va="baseline",
    )


def clipped(words: str, most: int) -> str:
    """Words cut to a length with an ellipsis, for a label; the table holds them whole."""
    return words if len(words) <= most else words[: most - 1].rstrip(" ,;:") + "…"


def wrapped(words: str, most: int) -> list[str]:
    """Words in lines of at most so many letters."""
    return textwrap.wrap(words, most)


KEYS: dict[str, tuple[str, dict[str, Any]]] = {
    "middle": ("middle future", {"color": BLUE, "linestyle": (0, (4, 2)), "linewidth": 2}),
    "eight": ("8 of 10 futures", {"color": TINTS[1], "linewidth": 8}),
    "two": ("8 of 10, paler 19 of 20 futures", {"color": TINTS[1], "linewidth": 8}),
    "happened": (
        "what happened next",
        {"color": PLUM, "marker": "o", "markersize": 4.5, "markerfacecolor": "white", "linewidth": 1.1},
    ),
}


def key(on: Canvas, names: Sequence[str]) -> None:
    """One row of words at the foot of the drawing, for several small panels that share their lines."""
    ax = on.panel(0, 0, WIDTH, 0.3)
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(0, 0.3)
    ax.set_axis_off()
    left = 0.72
    for name in names:
        words, look = KEYS[name]
        ax.plot([left, left + 0.4], [0.12, 0.12], **look)
        ax.text(left + 0.5, 0.065, words, ha="left", va="baseline", size=12)
        left += 0.95 + 0.093 * len(words)


def note(
    ax: Axes, words: str, at: tuple[Any, Any], shift: tuple[float, float], coords: Any = "axes fraction", **look: Any
) -> None:
    """Small words at a place, moved by points."""
    every: dict[str, Any] = {"size": 12, "va": "baseline", "ha": "left"} | look
    ax.annotate(words, at, xycoords=coords, xytext=shift, textcoords="offset points", **every)
