"""The figures of West Sussex that ship with the package: published referrals by month, and estimates of the rest.

Only yearly counts of assessments, section 47 enquiries, conferences, plans and looked-after children are published;
their months are estimated so that each year adds up to its published count, and say `estimated`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from forecast import disaggregate
from forecast.observed import CARRIED_ON, COLUMNS, Observed
from forecast.pathway import indicator, pathway

AREA, REGION = "West Sussex", "South East"
PUBLISHED_AFTER_MONTHS = 8  # yearly figures to 31 March are out, or returned by the council, by 30 November
STOCKS = {"cp": "dfe-cin-d1", "cla": "dfe-ssda903"}
FLOWS = {"assessments": "dfe-cin-c2", "section_47": "dfe-cin-c4", "conferences": "dfe-cin-c4"}
FIRST_FULL_YEAR = {"assessments": 2015}  # the single assessment was brought in during 2013-14


@functools.cache
def _file(name: str) -> pd.DataFrame:
    with resources.as_file(resources.files("forecast").joinpath("reference", name)) as path:
        return pd.read_csv(path, dtype={"low": "str", "high": "str"})


def annual(as_at: date | None = None) -> pd.DataFrame:
    """Yearly figures known at a date: area, measure, year_to_march, count, source."""
    table = _file("west_sussex_annual.csv")
    return table[table["year_to_march"] <= _last_year(as_at)].reset_index(drop=True)


def durations() -> pd.DataFrame:
    """Published counts by time taken: area, what, year_to_march, low, high (blank: no limit), unit, count, source."""
    return _file("west_sussex_durations.csv").copy()


def referral_sources() -> pd.DataFrame:
    """Yearly referrals by who referred: area, referred_by, year_to_march, count, source."""
    return _file("west_sussex_referral_sources.csv").copy()


def sources() -> dict[str, dict[str, str]]:
    """Every source key of the bundled figures: title, publisher, date, licence, note."""
    from ruamel.yaml import YAML

    text = resources.files("forecast").joinpath("reference", "sources.yaml").read_text(encoding="utf-8")
    return {str(key): {k: str(v) for k, v in entry.items()} for key, entry in _yaml(YAML(typ="safe"), text).items()}


def west_sussex(as_at: date | None = None) -> Observed:
    """All measures of West Sussex by month as they could be known at a date (default: everything that ships).

    Referrals: published, up to the last month that is over. The rest: estimated from the yearly figures out by then,
    and carried on to the same month with referrals and exit rates (source "carried on from …").
    """
    monthly = _file("west_sussex_referrals.csv")
    months = pd.PeriodIndex(monthly["month"], freq="M")
    kept = months.end_time.date <= as_at if as_at is not None else np.full(len(months), True)
    referrals = pd.Series(monthly["count"].to_numpy(dtype=np.float64), index=months)[kept]
    tables = [_rows("referrals", referrals, "final", "dfe-cin-c6"), _contacts(referrals)]
    yearly = _yearly(as_at)
    flows = _flows(referrals, yearly)
    for measure in FLOWS:
        if measure in flows:
            tables.append(_estimated(measure, flows[measure], max(yearly[measure]), FLOWS[measure]))
    parents = {"cp": flows.get("conferences"), "cla": referrals}
    for stock, key in STOCKS.items():
        parent = parents[stock]
        if parent is not None and len(yearly.get(f"{stock}_open", {})) > 1:
            for measure, counts in _stock(stock, yearly, parent).items():
                tables.append(_estimated(measure, counts, max(yearly[f"{stock}_open"]), key))
    return Observed(pd.concat(tables, ignore_index=True), ((AREA, REGION),))


def stock_history(stock: str, as_at: date | None = None) -> disaggregate.StockHistory:
    """Monthly history of "cp" or "cla" over its published years, with its recording adjustment."""
    yearly = _yearly(as_at)
    referrals = west_sussex(as_at).counts("referrals")
    parent = _flows(referrals, yearly)["conferences"] if stock == "cp" else referrals
    return _history(stock, yearly, parent)


def _last_year(as_at: date | None) -> int:
    if as_at is None:
        return 9999
    month = pd.Period(as_at, freq="M") - PUBLISHED_AFTER_MONTHS
    whole = as_at >= pd.Period(as_at, freq="M").end_time.date()
    ended = month if whole else month - 1
    return int(ended.year) if ended.month >= 3 else int(ended.year) - 1


def _yearly(as_at: date | None) -> dict[str, dict[int, float]]:
    """Yearly figures by measure and year, no later than the last year with published referrals."""
    table = annual(as_at)
    last = int(table.loc[table["measure"] == "referrals", "year_to_march"].max())
    table = table[table["year_to_march"] <= last]
    found: dict[str, dict[int, float]] = {}
    for measure, rows in table.groupby("measure"):
        first = FIRST_FULL_YEAR.get(str(measure), 0)
        years = zip(rows["year_to_march"], rows["count"], strict=True)
        found[str(measure)] = {int(year): float(count) for year, count in years if year >= first}
    return found


def _flows(referrals: pd.Series[float], yearly: Mapping[str, Mapping[int, float]]) -> dict[str, pd.Series[float]]:
    """Assessments, section 47 enquiries and conferences by month, each moving with what comes before it."""
    made: dict[str, pd.Series[float]] = {"referrals": referrals}
    for measure in FLOWS:
        step = pathway().step(measure)
        movement = indicator(step, made[step.parent])
        published = disaggregate.flow(yearly[measure], movement)
        made[measure] = disaggregate.extended(published, movement, referrals.index[-1], memory=step.spread.memory)
    return {measure: made[measure] for measure in FLOWS}


def _history(
    stock: str, yearly: Mapping[str, Mapping[int, float]], parent: pd.Series[float]
) -> disaggregate.StockHistory:
    movement = indicator(pathway().step(f"{stock}_starts"), parent)
    return disaggregate.stock(
        yearly[f"{stock}_starts"], yearly[f"{stock}_ends"], yearly[f"{stock}_open"], starts_indicator=movement
    )


def _stock(
    stock: str, yearly: Mapping[str, Mapping[int, float]], parent: pd.Series[float]
) -> dict[str, pd.Series[float]]:
    """Starts, ends and open by month; past the last published year, ends are the exit rate of the open stock."""
    history = _history(stock, yearly, parent)
    step = pathway().step(f"{stock}_starts")
    starts = disaggregate.extended(
        pd.Series(history.starts, index=history.months),
        indicator(step, parent),
        parent.index[-1],
        memory=step.spread.memory,
    )
    rate = exit_rate(history.ends, history.open, history.opening, pathway().exit(f"{stock}_open").spread.memory)
    ends, opened = list(history.ends), list(history.open)
    exact = opened[-1]  # carried unrounded, so that rounding does not drift
    for starting in starts.iloc[len(ends) :]:
        exact = exact + starting - rate * exact
        leaving = max(float(np.round(opened[-1] + starting - exact)), 0.0)
        ends.append(min(leaving, opened[-1]))
        opened.append(opened[-1] + starting - ends[-1])
    columns = {f"{stock}_starts": starts, f"{stock}_ends": ends, f"{stock}_open": opened}
    return {
        measure: pd.Series(np.asarray(counts, dtype=np.float64), index=starts.index)
        for measure, counts in columns.items()
    }


def exit_rate(ends: disaggregate.Array, opened: disaggregate.Array, opening: float, memory: float) -> float:
    """Share of the open stock that ends in a month: the last year's, drawn to the three before by its memory."""
    before = np.concatenate([[opening], opened[:-1]])
    return float(np.exp(disaggregate.level(np.log(disaggregate.yearly_ratios(ends, before)), memory)))


def _contacts(referrals: pd.Series[float]) -> pd.DataFrame:
    """Contacts by month: referrals at one year's known ratio, with the two changes that were reported."""
    from ruamel.yaml import YAML

    text = resources.files("forecast").joinpath("reference", "west_sussex_contacts.yaml").read_text(encoding="utf-8")
    given = _yaml(YAML(typ="safe"), text)
    year = given["year_to_march"]["value"]
    published = _file("west_sussex_annual.csv").set_index(["measure", "year_to_march"])["count"]
    ratio = given["contacts_in_year"]["value"] / float(published["referrals", year])
    counts = (referrals * ratio)[referrals.index >= pd.Period(given["first_month"], freq="M")]
    for change in given["changes"]:
        month = pd.Period(change["month"], freq="M")
        if month in counts.index:
            counts[month] = counts[month - 1] * (1 + change["on_month_before"])
    return _rows("contacts", counts.round(), "estimated", "estimated from wsscp-annual-report")


def _estimated(measure: str, counts: pd.Series[float], last_year: int, key: str) -> pd.DataFrame:
    table = _rows(measure, counts, "estimated", f"estimated from {key}")
    beyond = table["month"] > pd.Period(f"{last_year}-03", freq="M")
    return table.assign(source=table["source"].where(~beyond, f"{CARRIED_ON}{key}"))


def _rows(measure: str, counts: pd.Series[float], status: str, source: str) -> pd.DataFrame:
    given = {"area": AREA, "measure": measure, "month": counts.index, "count": counts.to_numpy(dtype=np.float64)}
    return pd.DataFrame({**given, "status": status, "source": source}, columns=list(COLUMNS))


def _yaml(reader: Any, text: str) -> dict[str, Any]:
    given: dict[str, Any] = reader.load(text)
    return given
