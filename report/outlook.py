"""Exhibits of a forecast alone: one fan for each measure, without a service to simulate."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from forecast.paths import STOCKS, SamplePaths

from . import fans, findings, sources, tables, terms, words
from .exhibit import Exhibit
from .fans import Fan


def exhibits(
    history: pd.DataFrame, paths: SamplePaths, bands: pd.DataFrame, *, made: str, restricted: Sequence[str] = ()
) -> list[Exhibit]:
    """The fan of every measure of the paths, with what happened next where the history reaches past their as-at date.

    `history`: months of one area: area, measure, month (YYYY-MM), count, status, source, known. `bands`: as
    `SamplePaths.band` gives them. `made`: the words that let a reader make the figures again. `restricted`: months
    under lockdown, shaded.
    """
    return [_fan(history, paths, bands, measure, made, tuple(restricted)) for measure in paths.measures]


def _fan(
    history: pd.DataFrame,
    paths: SamplePaths,
    bands: pd.DataFrame,
    measure: str,
    made: str,
    restricted: tuple[str, ...],
) -> Exhibit:
    seen = history[history["measure"] == measure].sort_values("month")
    known, after = seen[seen["known"]].tail(fans.HISTORY), seen[~seen["known"]]
    after = after[after["month"] <= str(paths.months[-1])]
    name, stock = terms.KNOWN[measure], measure in STOCKS
    grid = pd.DataFrame(paths.of(measure), columns=paths.months.astype(str))
    return fans.exhibit(
        Fan(name, stock, paths.as_at, known, tables.wide_bands(bands, measure), after, restricted),
        measure,
        str(history["area"].iloc[0]),
        words.demand_title(name, findings.foreseen(measure, grid, seen), stock),
        f"{sources.told(sources.shipped(), seen['source'])}{made}",
        guessed=measure in paths.estimated or bool((seen["status"] == "estimated").any()),
    )
