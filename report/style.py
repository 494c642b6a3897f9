"""How everything looks: colours, a fixed canvas, and files that come out the same to the byte."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

# Analysis Function categorical palette, to be used in this order (decision 0301).
PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
BLUE, TEAL, PLUM, ORANGE, GREY, LILAC = PALETTE
TINTS = ("#DCE6EF", "#B9CDDF", "#8FB0CC")  # of the first colour, wide band to narrow
RULE = "#C8CDD2"
SHADE = "#ECEEF0"  # months set apart, behind everything
INK, QUIET = "#0B0C0C", "#505A5F"

WIDTH = 9.2  # inches: 12 point text in the file reads as 16 pixels in the page's column
HEAD, FOOT = 0.86, 1.0
DPI = 120

RC: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["Arial", "Liberation Sans", "Helvetica", "DejaVu Sans"],
    "font.size": 12,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#E3E6E8",
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "ytick.major.size": 0,
    "xtick.major.size": 4,
    "lines.linewidth": 2,
    "patch.linewidth": 0.8,
    "svg.fonttype": "none",
    "svg.hashsalt": "frontdoor",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "hatch.linewidth": 0.8,
}


@dataclass(frozen=True)
class Canvas:
    """A figure of fixed width whose body is `height` inches; head and foot carry title and source.

    Positions are in inches from the body's lower left corner, so no layout depends on the fonts of the machine.
    """

    figure: Figure
    height: float

    def panel(self, left: float, bottom: float, right: float, top: float, **options: Any) -> Axes:
        """Axes between two corners of the body, in inches."""
        whole = HEAD + self.height + FOOT
        box = (left / WIDTH, (FOOT + bottom) / whole, (right - left) / WIDTH, (top - bottom) / whole)
        return self.figure.add_axes(box, **options)


def canvas(height: float) -> Canvas:
    """An empty canvas with a body of the given height in inches."""
    figure = Figure(figsize=(WIDTH, HEAD + height + FOOT))
    FigureCanvasAgg(figure)
    return Canvas(figure, height)


def frame(on: Canvas, title: str, subtitle: str, source: str) -> None:
    """Write title and subtitle above and the source below; the page leaves these out and uses its own words."""
    whole = HEAD + on.height + FOOT
    lines = textwrap.wrap(title, 72)[:2]
    style: dict[str, Any] = {"ha": "left", "va": "baseline"}
    for i, line in enumerate(lines):
        y = 1 - (0.33 + 0.27 * i) / whole
        on.figure.text(0.12 / WIDTH, y, line, gid=f"frame-title-{i}", size=16, weight="bold", **style)
    told = textwrap.wrap(subtitle, 104)
    told = told[:2] if len(lines) == 1 else [_short(subtitle, 104)]
    for i, line in enumerate(told):
        below = 1 - (0.33 + 0.27 * len(lines) + 0.2 * i) / whole
        on.figure.text(0.12 / WIDTH, below, line, gid=f"frame-subtitle-{i}", color=QUIET, **style)
    for i, line in enumerate(textwrap.wrap(source, 112)[:4]):
        y = (0.72 - 0.2 * i) / whole
        on.figure.text(0.12 / WIDTH, y, line, gid=f"frame-source-{i}", color=QUIET, **style)


def _short(words: str, limit: int) -> str:
    return words if len(words) <= limit else textwrap.shorten(words, limit, placeholder=" …")


def as_svg(figure: Figure) -> str:
    """The figure as SVG text: real text, no date, the same bytes each time."""
    buffer = io.BytesIO()
    with mpl.rc_context(RC):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue().decode("utf-8")


def as_png(figure: Figure, body: float | None = None) -> bytes:
    """The figure as PNG bytes, without the name of the software that drew it.

    `body`: its height in inches, for the drawing alone, where title, subtitle and source stand beside it as text.
    """
    buffer = io.BytesIO()
    box = None if body is None else Bbox([[0, FOOT], [WIDTH, FOOT + body]])
    with mpl.rc_context(RC):
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None}, bbox_inches=box)
    return buffer.getvalue()


def titled(svg: str, title: str, description: str) -> str:
    """The SVG file with a title and a description as its first elements, for readers that look there."""
    words = f"<title>{_escape(title)}</title>\n <desc>{_escape(description)}</desc>\n"
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"(<svg [^>]*>)", lambda m: m[1] + "\n " + words, svg, count=1)


_FRAME = re.compile(r'<g id="frame-[^"]*">.*?</g>\s*', re.DOTALL)
_ID = re.compile(r' id="([^"]+)"')


def for_page(svg: str, name: str, height: float, title: str, label: str) -> str:
    """The SVG's drawing alone, ready to stand in a page: no frame, ids of its own, a title for screen readers.

    `label`: id of the element in the page that describes the figure.
    """
    body = svg[svg.index("<svg ") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<style[^>]*>.*?</style>", "", body, flags=re.DOTALL)
    body = _FRAME.sub("", body)
    used = set(re.findall(r'(?:url\(#|xlink:href="#)([^")]+)', body))
    body = _ID.sub(lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", body)
    body = body.replace("url(#", f"url(#{name}-").replace('xlink:href="#', f'xlink:href="#{name}-')
    box = f"0 {HEAD * 72:.2f} {WIDTH * 72:.2f} {height * 72:.2f}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" class="chart" role="img" '
        f'viewBox="{box}" aria-labelledby="{name}-title" aria-describedby="{label}">'
        f'<title id="{name}-title">{_escape(title)}</title>'
    )
    inner = re.sub(r"^<svg [^>]*>", "", body, count=1)
    inner = re.sub(r"\s*<!--.*?-->", "", inner, flags=re.DOTALL)
    inner = re.sub(r">\s*\n\s*<", "><", inner)
    return head + inner.strip()


def write(figure: Figure, folder: Path, name: str, title: str, description: str) -> tuple[Path, Path]:
    """Write `name`.svg and `name`.png into the folder; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    svg, png = folder / f"{name}.svg", folder / f"{name}.png"
    svg.write_text(titled(as_svg(figure), title, description), encoding="utf-8", newline="\n")
    png.write_bytes(as_png(figure))
    return svg, png


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels nearest to where they are wanted, at least `gap` apart, inside low..high.

    In the same order; the first on top where two are wanted in one place.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], -i))
    placed = [min(max(wanted[i], low), high) for i in order]
    for _ in range(60):
        moved = False
        for a in range(len(placed) - 1):
            short = gap - (placed[a + 1] - placed[a])
            if short > 1e-9:
                placed[a] -= short / 2
                placed[a + 1] += short / 2
                moved = True
        if placed and placed[0] < low:
            placed[0] = low
        if placed and placed[-1] > high:
            placed[-1] = high
        if not moved:
            break
    out = [0.0] * len(wanted)
    for place, i in zip(placed, order, strict=True):
        out[i] = place
    return out


def _escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
