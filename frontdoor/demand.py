"""The demand of a scenario: what was known, the futures it opens, what happened next, and how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecast import bundled
from forecast import observed as figures_in
from forecast.calendar import working_days
from forecast.demand import first_month_after, futures, observed_paths, steady
from forecast.faults import FiguresError
from forecast.observed import Observed
from forecast.paths import FLOWS, STOCKS, SamplePaths
from forecast.phases import restricted_months
from forecast.readers import figures_beside
from forecast.surge import Surge as SurgeOnPaths
from forecast.surge import SurgedPaths, with_surge, without
from frontdoor.looking_back import PANEL_HORIZON, past_errors
from frontdoor.screen import Stage
from frontdoor.standing import out_of_time
from scenarios.document import Document
from scenarios.faults import Fault, ScenarioError, nearest
from scenarios.load import load_with_lines
from scenarios.schema import ForecastDemand, ObservedDemand, Scenario, SteadyDemand, Surge

BUNDLED = "bundled"
YEAR = 12
BAND_PATHS = 1000
HISTORY = {
    "area": "str",
    "measure": "str",
    "month": "str",
    "count": "float64",
    "status": "str",
    "source": "str",
    "known": "bool",
}


@dataclass(frozen=True)
class Demand:
    """Demand of one scenario.

    `paths`: as many futures as bands need; the first of them drive the replications. `inside`: the part of them that
    the forecast holds, and `beyond`: what a surge adds to it (None: no surge); together they are the paths' flows.
    `history`: the figures used, with months after the as-at date that were not known then.
    """

    paths: SamplePaths
    inside: SamplePaths
    beyond: SamplePaths | None
    history: pd.DataFrame


def demand(scenario: Scenario) -> Demand:
    """Draw the demand of a scenario; raises FiguresError or ScenarioError for figures that cannot serve."""
    wanted = scenario.demand
    is_forecast = isinstance(wanted, ForecastDemand)
    paths = base_paths(scenario, max(scenario.replications, BAND_PATHS) if is_forecast else scenario.replications)
    if isinstance(wanted, SteadyDemand):
        return Demand(paths, paths, None, empty_history())
    whole = all_figures(wanted.figures, scenario.area)
    if isinstance(wanted, ObservedDemand):
        return Demand(paths, paths, None, history(whole))
    seen = history(figures_known(wanted.figures, scenario.area, scenario.as_at), whole)
    if not scenario.surges:
        return Demand(paths, paths, None, seen)
    surged = with_surges(paths, scenario)
    inside, beyond = parted(surged)
    return Demand(surged, inside, beyond, seen)


def loaded(name: str | Path, settings: Mapping[str, Any] | None = None) -> Scenario:
    """A checked scenario whose demand can be drawn.

    Raises ScenarioError and FiguresError with every fault of the scenario, and of its figures.
    """
    return loaded_with_lines(name, settings)[0]


def loaded_with_lines(name: str | Path, settings: Mapping[str, Any] | None = None) -> tuple[Scenario, Document]:
    """`loaded`, with the document that knows on which line each setting stands."""
    scenario, document = load_with_lines(name, settings)
    faults = [document.fault(setting.split("."), message) for setting, message in out_of_reach(scenario)]
    if faults:
        raise ScenarioError(faults)
    return scenario, document


def out_of_reach(scenario: Scenario) -> list[tuple[str, str]]:
    """Why the figures cannot serve a scenario's area and as-at date: setting and what is wrong with it.

    Raises FiguresError with every fault of the figures themselves.
    """
    wanted = scenario.demand
    if isinstance(wanted, SteadyDemand):
        return []
    if wanted.figures == BUNDLED and scenario.area != bundled.AREA:
        words = f"is {scenario.area}, but the figures that ship are of {bundled.AREA}; name a file in demand.figures"
        return [("area", words)]
    if wanted.figures != BUNDLED:
        path = Path(wanted.figures)
        if not path.is_file():
            return [("demand.figures", f"there is no file {path}{nearest(path.name, figures_beside(path.parent))}")]
        if scenario.area not in (areas := figures_in.read(path).areas):
            return [("area", f"is {scenario.area}, but {path.name} holds no such area{nearest(scenario.area, areas)}")]
    try:
        if isinstance(wanted, ObservedDemand):
            known = all_figures(wanted.figures, scenario.area)
        else:
            known = figures_known(wanted.figures, scenario.area, scenario.as_at)
    except FiguresError as error:
        early = [fault.message for fault in error.faults if fault.column == "as_at"]
        if not early:
            raise
        return [("as_at", early[0])]
    late = "" if isinstance(wanted, ObservedDemand) else out_of_time(scenario.as_at, known.table)
    if late:
        return [("as_at", late)]
    return [
        (f"service.entries.{name}.measure", f"the figures hold no {entry.measure}; give them, or let others enter")
        for name, entry in scenario.service.entries.items()
        if entry.measure not in known.measures
    ]


def base_paths(scenario: Scenario, paths: int) -> SamplePaths:
    """The first futures of a scenario's demand before any surge; future r is the same however many are drawn.

    Raises FiguresError for faults of the figures, ScenarioError for what `out_of_reach` says.
    """
    faults = [Fault(scenario.name, 0, setting, message) for setting, message in out_of_reach(scenario)]
    if faults:
        raise ScenarioError(faults)
    months = pd.period_range(first_month_after(scenario.as_at), periods=scenario.horizon_months, freq="M")
    wanted = scenario.demand
    if isinstance(wanted, SteadyDemand):
        return steady(a_working_day(wanted, months[0]), months, paths=paths, seed=scenario.seed)
    if isinstance(wanted, ObservedDemand):
        whole = all_figures(wanted.figures, scenario.area)
        return observed_paths(whole, months, as_at=scenario.as_at, paths=paths)
    return futures(
        figures_known(wanted.figures, scenario.area, scenario.as_at),
        as_at=scenario.as_at,
        horizon=scenario.horizon_months,
        paths=paths,
        seed=scenario.seed,
        model=wanted.model,
        lockdown=lockdown_months(wanted, scenario.as_at),
        opening=opening(scenario),
    )


def a_working_day(wanted: SteadyDemand, first: pd.Period) -> dict[str, float]:
    """Stated demand by working day; a monthly number is the mean of the year from the first month."""
    days = float(working_days(pd.period_range(first, periods=YEAR, freq="M")).mean())
    monthly = {name: float(rate) / days for name, rate in wanted.per_month.items()}
    return {**{name: float(rate) for name, rate in wanted.per_working_day.items()}, **monthly}


def with_surges(paths: SamplePaths, scenario: Scenario) -> SurgedPaths:
    """The same futures under all surges of a scenario, which has one at least."""
    for name, surge in scenario.surges.items():
        paths = with_surge(paths, on_paths(name, surge), seed=scenario.seed)
    assert isinstance(paths, SurgedPaths)
    return paths


def on_paths(name: str, surge: Surge) -> SurgeOnPaths:
    """A scenario's surge as the forecast lays it on paths."""
    return SurgeOnPaths(
        name=name,
        source=surge.source,
        share_of_referrals=surge.share_of_referrals,
        start=surge.start,
        months=surge.months,
        deferred_share=surge.deferred_share,
        delay_months=surge.delay_months,
        return_shape=surge.return_shape,
        permanent_step=surge.permanent_step or 0.0,
    )


def parted(paths: SurgedPaths) -> tuple[SamplePaths, SamplePaths]:
    """Flows of surged paths as those that the forecast below holds, and those beyond it; shape as the paths."""
    flows = tuple(name for name in paths.measures if name in FLOWS)
    base = without(paths)
    whole = np.stack([paths.of(name) for name in flows], axis=1)
    held = np.stack([np.minimum(paths.of(name), base.of(name)) for name in flows], axis=1)
    inside = SamplePaths(
        flows, paths.months, held, paths.as_at, base.model, paths.opening, paths.estimated, paths.openings
    )
    beyond = SamplePaths(flows, paths.months, whole - held, paths.as_at, paths.model, (), paths.estimated)
    return inside, beyond


def all_figures(source: str, area: str) -> Observed:
    """Every figure there is of an area, known at the as-at date or not."""
    return _bundled(None) if source == BUNDLED else figures_in.read(Path(source), area=area)


def figures_known(source: str, area: str, as_at: date) -> Observed:
    """The figures of an area that were known at a date."""
    if source == BUNDLED:
        return _bundled(as_at)
    return all_figures(source, area).until(first_month_after(as_at) - 1)


def lockdown_months(wanted: ForecastDemand, as_at: date) -> tuple[str, ...]:
    """Restricted months known at a date; none where the scenario says so."""
    if wanted.lockdowns == "none":
        return ()
    return tuple(month for month in restricted_months() if month <= f"{as_at:%Y-%m}")


def opening(scenario: Scenario) -> dict[str, float]:
    """Open plans and looked-after children that the scenario states for the start."""
    stocks = {name: scenario.opening.get(name.removesuffix("_open")) for name in STOCKS}
    return {name: float(stage.open) for name, stage in stocks.items() if stage is not None and stage.open is not None}


def empty_history() -> pd.DataFrame:
    """A table of observed months with no rows."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in HISTORY.items()})


def history(known: Observed, whole: Observed | None = None) -> pd.DataFrame:
    """Observed months as the report reads them; rows only in `whole` came after the as-at date.

    Columns: area, measure, month (YYYY-MM), count, status, source, known (whether it was known at the as-at date).
    """
    table = known.table.assign(known=True)
    if whole is not None:
        later = whole.table[whole.table["month"] > known.last].assign(known=False)
        table = pd.concat([table, later], ignore_index=True)
    table = table.assign(month=table["month"].astype(str))
    return table.astype(HISTORY)[list(HISTORY)].reset_index(drop=True)


_bundled = cache(bundled.west_sussex)
"""Estimated from yearly figures each time they are asked for, which takes a second: kept once made."""


def past_panel(scenario: Scenario, stage: Stage) -> pd.DataFrame:
    """Errors of the forecast and its baselines at origins before the as-at date; empty where nothing was forecast."""
    if not isinstance(scenario.demand, ForecastDemand):
        return pd.DataFrame()
    known = figures_known(scenario.demand.figures, scenario.area, scenario.as_at)
    return past_errors(known, ("referrals",), PANEL_HORIZON, stage)
