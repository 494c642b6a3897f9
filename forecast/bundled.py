"""The figures of West Sussex that ship with the package: published referrals by month, and estimates of the rest.

Only yearly counts of assessments, section 47 enquiries, conferences, plans and looked-after children are published;
their months are estimated so that each year adds up to its published count, and say `estimated`.
"""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from forecast import estimate
from forecast.disaggregate import StockHistory
from forecast.estimate import from_years
from forecast.faults import Fault, FiguresError
from forecast.observed import COLUMNS, Observed
from scenarios.check import shipped_sources

AREA, REGION = "West Sussex", "South East"
PUBLISHED_AFTER_MONTHS = 8  # yearly figures to 31 March are out, or returned by the council, by 30 November
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


def referral_sources(as_at: date | None = None) -> pd.DataFrame:
    """Yearly referrals by who referred, as known at a date: area, referred_by, year_to_march, count, source."""
    table = _file("west_sussex_referral_sources.csv")
    return table[table["year_to_march"] <= _last_year(as_at)].reset_index(drop=True)


def referral_shares(year_to_march: int, area: str = AREA) -> dict[str, float]:
    """Share of a year's referrals from each source, adding up to 1: for surges and breakdowns (dfe-cin-c5).

    Raises ValueError where the year or area is not published.
    """
    table = referral_sources()
    chosen = table[(table["year_to_march"] == year_to_march) & (table["area"] == area)]
    if chosen.empty:
        raise ValueError(f"referrals by source are not held for {area} in the year to March {year_to_march}")
    shares = chosen["count"] / chosen["count"].sum()
    return {str(name): float(share) for name, share in zip(chosen["referred_by"], shares, strict=True)}


def sources() -> dict[str, dict[str, str]]:
    """Every source key of the bundled figures: title, publisher, date, licence, note."""
    return {key: {name: str(words) for name, words in entry.items()} for key, entry in shipped_sources().items()}


def west_sussex(as_at: date | None = None) -> Observed:
    """All measures of West Sussex by month as they could be known at a date (default: everything that ships).

    Referrals: published, up to the last month that is over. The rest: estimated from the yearly figures out by then,
    and carried on to the same month with referrals and exit rates (source "carried on from …").
    """
    monthly = _file("west_sussex_referrals.csv")
    months = pd.PeriodIndex(monthly["month"], freq="M")
    kept = months.end_time.date <= as_at if as_at is not None else np.full(len(months), True)
    referrals = pd.Series(monthly["count"].to_numpy(dtype=np.float64), index=months)[kept]
    published = Observed(_rows("referrals", referrals, "final", "dfe-cin-c6"), ((AREA, REGION),))
    keys = {str(row.measure): str(row.source) for row in annual(as_at).itertuples()}
    estimates = from_years(referrals, _yearly(as_at), area=AREA, region=REGION, sources=keys)
    return published.joined(Observed(_contacts(referrals))).joined(estimates)


def stock_history(stock: str, as_at: date | None = None) -> StockHistory:
    """Monthly history of "cp_open" or "cla_open" over its published years, with its recording adjustment."""
    referrals = west_sussex(as_at).counts("referrals")
    history = estimate.stock_history(stock, referrals, _yearly(as_at))
    if history is None:
        raise ValueError(f"no whole year of {stock} is published by {as_at}")
    return history


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
    years_out = table.loc[table["measure"] == "referrals", "year_to_march"]
    if years_out.empty:
        first = annual(None).loc[lambda rows: rows["measure"] == "referrals", "year_to_march"].min()
        words = f"no yearly figures of {AREA} are out by {as_at}; the first are of the year to March {first}"
        raise FiguresError([Fault("figures", None, "as_at", words)])
    last = int(years_out.max())
    table = table[table["year_to_march"] <= last]
    found: dict[str, dict[int, float]] = {}
    for measure, rows in table.groupby("measure"):
        first = FIRST_FULL_YEAR.get(str(measure), 0)
        years = zip(rows["year_to_march"], rows["count"], strict=True)
        found[str(measure)] = {int(year): float(count) for year, count in years if year >= first}
    return found


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


def _rows(measure: str, counts: pd.Series[float], status: str, source: str) -> pd.DataFrame:
    given = {"area": AREA, "measure": measure, "month": counts.index, "count": counts.to_numpy(dtype=np.float64)}
    return pd.DataFrame({**given, "status": status, "source": source}, columns=list(COLUMNS))


def _yaml(reader: Any, text: str) -> dict[str, Any]:
    given: dict[str, Any] = reader.load(text)
    return given
