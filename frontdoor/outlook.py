"""The demand alone, as the command gives it: tables, charts, a heading, how good it has been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from forecast import bundled
from forecast.demand import futures
from forecast.faults import Fault, FiguresError
from forecast.national import is_whole
from forecast.observed import Observed
from forecast.paths import SamplePaths
from forecast.phases import restricted_months
from frontdoor.demand import history
from frontdoor.looking_back import PANEL_HORIZON, WHOLES, file_name, of_area, past_errors, verdict
from frontdoor.screen import Stage
from frontdoor.shares import Parts, read_shares, share_out
from frontdoor.standing import AS_AT, month_typed, must_stand
from report import by_part, style, tables
from report import outlook as drawing
from report.exhibit import Exhibit
from report.phrases import day
from simulate.store import new_folder, write_table

LEVEL = 0.8
FIGURES = "figures"
MOST_NOTES = 4  # on how figures were taken
CAPTION = ("name", "title", "subtitle", "alternative", "label", "source")


@dataclass(frozen=True)
class Outlook:
    """A forecast: futures, their bands, the table to print, how good it has been.

    `months`: one row a month: median and the band that 8 of 10 futures lie in, for each measure. `panel`: the back-test
    in words and figures. `exhibits`: a fan for each measure. `parts`: measures shared out, where any were asked for.
    `name`: of the folder that it is written to.
    """

    name: str

    heading: str
    paths: SamplePaths
    bands: pd.DataFrame
    months: pd.DataFrame
    errors: pd.DataFrame
    panel: str
    exhibits: list[Exhibit]
    parts: Parts | None = None

    def all_bands(self) -> pd.DataFrame:
        """Bands of every measure and then, where measures are shared out, of their parts (`part`: "" for a whole)."""
        return self.bands if self.parts is None else pd.concat([self.bands.assign(part=""), self.parts.bands])


def make_forecast(
    figures: Path | None,
    area: str | None,
    as_at: str | None,
    horizon: int,
    paths: int,
    seed: int,
    stage: Stage,
    share: Sequence[str] = (),
    counted_from: int | None = None,
) -> Outlook:
    """Forecast an area's demand from its figures up to a month, with the back-test of the same method before it.

    `share`: measures to share out among parts, as `read_shares` reads them, and `counted_from` as `share_out` takes it.
    """
    typed = None if as_at is None else month_typed(as_at)
    whole = of_area(figures, area)
    stand = (typed or whole.last).end_time.date()
    before = _known(figures, whole, stand)
    must_stand(stand, before.table, None if typed else str(figures))
    place = whole.areas[0]
    lockdown = tuple(month for month in restricted_months() if month <= f"{stand:%Y-%m}")
    drawn = futures(before, as_at=stand, horizon=horizon, paths=paths, seed=seed, lockdown=lockdown)
    wanted = read_shares(share, drawn.measures, area=place, as_at=stand)
    parts = share_out(drawn, wanted, seed=seed, counted_from=counted_from) if wanted else None
    looked_ahead = min(PANEL_HORIZON, horizon)
    errors = past_errors(before, ("referrals",), looked_ahead, stage)
    bands = drawn.band()
    seen = history(before, whole)
    known_to = tables.known_to(seen, stand)
    made = f"Model: frontdoor {version('frontdoor-planner')}, seed {seed}, {paths:,} futures, data to {day(known_to)}."
    exhibits = drawing.exhibits(seen, drawn, bands, made=made, restricted=restricted_months())
    if parts:
        source = {measure: one.source for measure, one in zip(drawn.measures, exhibits, strict=True)}
        exhibits += by_part.exhibits(parts.year, place, source)
    ahead = "1 month" if horizon == 1 else f"{horizon} months"
    heading = (
        f"{place}, as at {day(stand)}: {ahead} ahead, {paths:,} futures, seed {seed}. "
        "Each cell: the middle future, and the range that 8 of 10 futures lie in."
    )
    if known_to < stand:
        heading += f"\nReferrals are known to {day(known_to)}; the months from then to the forecast are not known."
    if drawn.estimated:
        heading += f"\nEstimated by month from yearly figures: {', '.join(drawn.estimated)}."
    heading += "".join(f"\nNote: {one}." for one in whole.warnings[:MOST_NOTES])
    if len(whole.warnings) > MOST_NOTES:
        heading += f"\n{len(whole.warnings) - MOST_NOTES} more notes: frontdoor check {figures}"
    if is_whole(place):
        heading += f"\nNote: {WHOLES}"
    name = f"{stand:%Y-%m-%d}_forecast_{file_name(place)}"
    return Outlook(name, heading, drawn, bands, _months(bands), errors, verdict(errors, looked_ahead), exhibits, parts)


def _known(figures: Path | None, whole: Observed, stand: date) -> Observed:
    """The figures of an area that were known at a date; of those that ship, estimates as they stood then."""
    if figures is not None:
        return whole.until(pd.Period(stand, freq="M"))
    try:
        return bundled.west_sussex(stand)
    except FiguresError as error:
        raise FiguresError([Fault(AS_AT, None, None, one.message) for one in error.faults]) from None


def write_forecast(outlook: Outlook, out: Path) -> Path:
    """Write tables and charts of a forecast to a folder of its own; returns the folder.

    figures/ holds each chart as SVG and PNG with the figures drawn beside it as CSV, and captions.csv: what each chart
    shows in words.
    """
    with new_folder(out, outlook.name) as folder:
        write_table(outlook.paths.table(), folder / "paths.parquet")
        write_table(outlook.bands, folder / "bands.parquet")
        write_table(outlook.errors, folder / "backtest.parquet")
        outlook.months.to_csv(folder / "forecast.csv", index=False)
        if outlook.parts:
            outlook.parts.year.to_csv(folder / "parts.csv", index=False)
            write_table(outlook.parts.bands, folder / "parts_bands.parquet")
            write_table(outlook.parts.paths, folder / "parts_paths.parquet")
        for one in outlook.exhibits:
            style.write(one.figure(), folder / FIGURES, one.name, one.title, one.alternative)
            one.table.to_csv(folder / FIGURES / f"{one.name}.csv", index=False)
        captions = [{name: getattr(one, name) for name in CAPTION} for one in outlook.exhibits]
        pd.DataFrame(captions).to_csv(folder / FIGURES / "captions.csv", index=False)
    return out / outlook.name


def _months(bands: pd.DataFrame) -> pd.DataFrame:
    rows = bands[bands["level"] == LEVEL]
    shown = [
        f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"
        for middle, low, high in zip(rows["median"], rows["low"], rows["high"], strict=True)
    ]
    by_measure = rows.assign(shown=shown).groupby("measure", sort=False)
    columns = {measure: group.set_index("month")["shown"] for measure, group in by_measure}
    return pd.DataFrame(columns).rename_axis("month").reset_index()
