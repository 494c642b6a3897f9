"""What the exhibits of the service share: margins, names, the columns of a table by month."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from simulate.results import Results

from .charts import BAND_WORDS
from .phrases import day, month
from .style import WIDTH

LEFT, RIGHT = 0.72, WIDTH - 1.62  # inches: room for the axis labels, and for the words beside the lines
SPREAD = {
    "mean": "Mean",
    "mean_low": "Mean, 95% interval: low",
    "mean_high": "Mean, 95% interval: high",
    "p50": "Middle future",
    "p10": "8 of 10 futures: low",
    "p90": "8 of 10 futures: high",
}
DASHED = (0.0, (4.0, 2.0))  # the middle future, wherever it is drawn


def named(name: str, start: str) -> str:
    """A file name for an exhibit, with the start it belongs to where there are several."""
    return f"{name}-{start}".strip("-").replace("_", "-").lower()


def when(results: Results, frame: pd.DataFrame) -> str:
    """Place and span of a weekly table."""
    return f"{results.scenario.area}, {day(frame['date'].iloc[0])} to {day(frame['date'].iloc[-1])}"


def months_of(frame: pd.DataFrame) -> str:
    """The span of a table by period."""
    return f"{month(frame['period'].iloc[0])} to {month(frame['period'].iloc[-1])}"


def monthly_table(frame: pd.DataFrame, percent: bool = False) -> pd.DataFrame:
    """Mean, its interval and the range of futures by month, in columns named for people."""
    scale, unit = (100, ", %") if percent else (1, "")
    out = pd.DataFrame({"Month": frame["period"].map(month)})
    for column, label in SPREAD.items():
        out[label + unit] = frame[column].to_numpy(dtype=float) * scale
    return out


def month_end_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The last snapshot of each month, for the table beside a weekly chart."""
    return frame.groupby(frame["date"].dt.to_period("M"), sort=True).tail(1).reset_index(drop=True)


EDGES = ((0.95, "p025", "p975"), (0.8, "p10", "p90"), (0.5, "p25", "p75"))  # bands of a weekly chart, widest first


def edge_titles(edges: Sequence[tuple[float, str, str]]) -> dict[str, str]:
    """The columns of a weekly table that hold the edges of bands, and what they are called."""
    return {
        point: f"{BAND_WORDS[share]} futures, {side}"
        for share, low, high in edges
        for point, side in ((low, "low"), (high, "high"))
    }


def natural(place: str) -> tuple[str, int]:
    """A sort key that puts team 2 before team 10."""
    head = place.rstrip("0123456789")
    return head, int(place[len(head) :] or 0)
