"""One figure with all that a reader needs to check it: finding, alternative, table, source, pen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from .style import RC, Canvas, canvas, frame

SECTIONS = {
    "demand": "Demand",
    "front_door": "Front door",
    "assessment": "Assessment teams",
    "onward": "Onward load",
    "hindcast": "How the model does on years already past",
    "compare": "Scenarios compared",
    "staffing": "Staffing answer",
    "sensitivity": "What matters most",
}


@dataclass(frozen=True)
class Exhibit:
    """A figure or, without a pen, a table alone.

    `title` states the finding; `subtitle` the measure, place and period; `alternative` says in words what the drawing
    shows; `table` holds the figures drawn, in columns named for people (a column that ends in "%" holds percentages);
    `label` says what of it is estimated or assumed, or nothing; `height` of the drawing in inches.
    """

    name: str
    section: str
    title: str
    subtitle: str
    alternative: str
    source: str
    table: pd.DataFrame
    label: str = ""
    height: float = 3.9
    draw: Callable[[Canvas], None] | None = None

    def figure(self) -> Figure:
        """The drawn figure, framed with title, subtitle and source. Raises ValueError for a table alone."""
        if self.draw is None:
            raise ValueError(f"{self.name} is a table: there is nothing to draw")
        with mpl.rc_context(RC):
            on = canvas(self.height)
            self.draw(on)
            source = f"{self.label} {self.source}" if self.label else self.source
            frame(on, self.title, self.subtitle, source)
        return on.figure
