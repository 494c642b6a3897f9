"""Monthly figures of an area that are published only by year, estimated from its monthly referrals.

Each measure moves with what comes before it on the pathway and adds up to its published years exactly; past the last
year it is carried on, stocks by their exit rate. Every row says `estimated`. Decision record 0120.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecast import disaggregate
from forecast.disaggregate import as_array
from forecast.observed import CARRIED_ON, COLUMNS, Observed
from forecast.paths import STOCK_FLOWS
from forecast.pathway import Step, indicator, pathway
from forecast.sheet import table_of

Counts = Mapping[str, Mapping[int, float]]  # measure -> financial year (of its 31 March) -> count
FLOWS = ("assessments", "section_47", "conferences")


def from_years(
    referrals: pd.Series[float],
    yearly: Counts,
    *,
    area: str,
    region: str | None = None,
    sources: Mapping[str, str] | None = None,
) -> Observed:
    """Estimated months of every measure with published years, up to the last month of referrals.

    `referrals`: by month, unbroken. `yearly`: assessments, section_47, conferences, and starts, ends and open (on
    31 March) of cp and cla. Years must be wholly inside the months of referrals; of years with gaps the last unbroken
    run is used. `sources`: measure -> source key. Measures without a usable year are left out; referrals themselves
    are not in the result.
    """
    made: dict[str, pd.Series[float]] = {"referrals": referrals}
    tables: list[pd.DataFrame] = []

    def add(measure: str, counts: pd.Series[float], last: int) -> None:
        made[measure] = counts
        tables.append(_rows(area, measure, counts, last, (sources or {}).get(measure, "yearly figures")))

    for measure in FLOWS:
        step = pathway().nearest_parent(measure, tuple(made))
        years = usable(yearly.get(measure, {}), made[step.parent])
        if years:
            add(measure, _flow(step, made[step.parent], {year: yearly[measure][year] for year in years}), years[-1])
    for stock in STOCK_FLOWS:
        found = _stock(stock, yearly, made)
        for measure, counts in (found[0] if found else {}).items():
            add(measure, counts, found[1].months[-1].year if found else 0)
    regions = ((area, region),) if region else ()
    return Observed(pd.concat(tables, ignore_index=True) if tables else table_of([]), regions)


def stock_history(stock: str, referrals: pd.Series[float], yearly: Counts) -> disaggregate.StockHistory | None:
    """Monthly history of "cp_open" or "cla_open" over its published years; None where no year is usable."""
    made: dict[str, pd.Series[float]] = {"referrals": referrals}
    for measure in FLOWS:
        step = pathway().nearest_parent(measure, tuple(made))
        years = usable(yearly.get(measure, {}), made[step.parent])
        if years:
            made[measure] = _flow(step, made[step.parent], {year: yearly[measure][year] for year in years})
    found = _stock(stock, yearly, made)
    return found[1] if found else None


def usable(figures: Mapping[int, float], parent: pd.Series[float]) -> list[int]:
    """The last unbroken run of years with a figure whose months the parent all has."""
    first, last = pd.Period(parent.index[0]), pd.Period(parent.index[-1])
    inside = [
        year
        for year in sorted(figures)
        if pd.Period(f"{year - 1}-04", freq="M") >= first and pd.Period(f"{year}-03", freq="M") <= last
    ]
    start = len(inside) - 1
    while start > 0 and inside[start - 1] == inside[start] - 1:
        start -= 1
    return inside[max(start, 0) :]


def _flow(step: Step, parent: pd.Series[float], years: Mapping[int, float]) -> pd.Series[float]:
    movement = indicator(step, parent)
    known = disaggregate.flow(years, movement)
    return disaggregate.extended(known, movement, pd.Period(parent.index[-1]), memory=step.spread.memory)


def _stock(
    stock: str, yearly: Counts, made: Mapping[str, pd.Series[float]]
) -> tuple[dict[str, pd.Series[float]], disaggregate.StockHistory] | None:
    """Starts, ends and open by month, carried on past the last year; and the history over published years."""
    starts, ends = STOCK_FLOWS[stock]
    step = pathway().nearest_parent(starts, tuple(made))
    parent = made[step.parent]
    figures = [yearly.get(name, {}) for name in (starts, ends, stock)]
    flows = {year: figures[0][year] for year in figures[0] if year in figures[1] and year in figures[2]}
    years = [year for year in usable(flows, parent) if year - 1 in figures[2]]
    if not years:
        return None
    into, out = ({year: figure[year] for year in years} for figure in figures[:2])
    movement = indicator(step, parent)
    history = disaggregate.stock(into, out, figures[2], starts_indicator=movement)
    known = pd.Series(history.starts, index=history.months)
    entering = disaggregate.extended(known, movement, pd.Period(parent.index[-1]), memory=step.spread.memory)
    leaving, opened = _carried_on(history, as_array(entering), exit_rate(history, pathway().exit(stock).spread.memory))
    columns = {starts: as_array(entering), ends: leaving, stock: opened}
    return {name: pd.Series(counts, index=entering.index) for name, counts in columns.items()}, history


def exit_rate(history: disaggregate.StockHistory, memory: float) -> float:
    """Share of the open stock that ends in a month: the last year's, drawn to the three before by its memory."""
    before = np.concatenate([[history.opening], history.open[:-1]])
    return float(np.exp(disaggregate.level(np.log(disaggregate.yearly_ratios(history.ends, before)), memory)))


def _carried_on(
    history: disaggregate.StockHistory, starts: disaggregate.Array, rate: float
) -> tuple[disaggregate.Array, disaggregate.Array]:
    """Ends and open to the end of `starts`: published years, then the exit rate of the open stock, whole."""
    ends, opened = list(history.ends), list(history.open)
    exact = opened[-1]  # carried unrounded, so that rounding does not drift
    for starting in starts[len(ends) :]:
        exact = exact + starting - rate * exact
        leaving = max(float(np.round(opened[-1] + starting - exact)), 0.0)
        ends.append(min(leaving, opened[-1]))
        opened.append(opened[-1] + starting - ends[-1])
    return np.array(ends), np.array(opened)


def _rows(area: str, measure: str, counts: pd.Series[float], last_year: int, key: str) -> pd.DataFrame:
    months = pd.PeriodIndex(counts.index)
    beyond = months > pd.Period(f"{last_year}-03", freq="M")
    given = {"area": area, "measure": measure, "month": months, "count": as_array(counts), "status": "estimated"}
    sources = np.where(beyond, f"{CARRIED_ON}{key}", f"estimated from {key}")
    return pd.DataFrame({**given, "source": sources}, columns=list(COLUMNS))
