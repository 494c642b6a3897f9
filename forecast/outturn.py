"""What happened nationally and locally, to stand beside every surge what-if.

No national catch-up surge came after the lockdowns of 2020 and 2021: referrals of the months after reopening were
within a few per cent of usual. "Usual" is the mean of the same calendar month over stated years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from forecast import national
from forecast.bundled import referral_sources
from forecast.disaggregate import as_array
from forecast.observed import Observed
from forecast.paths import SamplePaths
from forecast.surge import SurgedPaths, without
from scenarios.referrers import counted_as, published

USUAL_YEARS = (2017, 2018, 2019)  # years to March; the year to March 2020 ends inside the first lockdown


def outturn(observed: Observed, months: pd.PeriodIndex, *, usual_years: tuple[int, ...] = USUAL_YEARS) -> pd.DataFrame:
    """Referrals that came, beside usual: the area's, its region's and England's, one row a place and month.

    Columns: where, month (YYYY-MM), referrals, usual (mean of the same calendar month in `usual_years` to March),
    change (share above usual), source. Months without a figure are left out.
    """
    area = observed.areas[0]
    region = dict(observed.regions).get(area)
    places: dict[str, tuple[pd.Series[float], str]] = {}
    if "referrals" in observed.measures:
        rows = observed.table[observed.table["measure"] == "referrals"]
        places[area] = (observed.counts("referrals"), str(rows["source"].iloc[-1]))
    for name in dict.fromkeys(filter(None, (region, national.ENGLAND))):
        if name in national.areas():
            places[name] = (national.referrals(name, months[-1]), "dfe-cin-c6")
    tables = [
        _beside_usual(name, series, months, usual_years).assign(source=key) for name, (series, key) in places.items()
    ]
    return pd.concat(tables, ignore_index=True)


def beside(paths: SamplePaths, observed: Observed, *, level: float = 0.8) -> pd.DataFrame:
    """Forecast referrals, the what-if laid on them if there is one, and what came, one row a month.

    Columns: month (YYYY-MM), forecast (median), low, high (central `level`), what_if (median; only for surged paths),
    came (the area's count, missing where not known), inside (came within low and high), england_change (England's
    count, share above usual).
    """
    forecast = without(paths).of("referrals")
    low, high = np.quantile(forecast, [(1 - level) / 2, (1 + level) / 2], axis=0)
    table = pd.DataFrame(
        {"month": paths.months.astype(str), "forecast": np.median(forecast, axis=0), "low": low, "high": high}
    )
    if isinstance(paths, SurgedPaths):
        table["what_if"] = np.median(paths.of("referrals"), axis=0)
    came = outturn(observed, paths.months)
    area = came[came["where"] == observed.areas[0]].set_index("month")["referrals"]
    england = came[came["where"] == national.ENGLAND].set_index("month")["change"]
    table["came"] = table["month"].map(area)
    table["inside"] = (table["came"] >= table["low"]) & (table["came"] <= table["high"])
    table["england_change"] = table["month"].map(england)
    return table


def _beside_usual(name: str, series: pd.Series[float], months: pd.PeriodIndex, years: tuple[int, ...]) -> pd.DataFrame:
    usual = []
    for month in months:
        same = [pd.Period(year=year - (month.month >= 4), month=month.month, freq="M") for year in years]
        usual.append(float(series.reindex(pd.PeriodIndex(same)).mean()))
    count = as_array(series.reindex(months))
    table = pd.DataFrame({"where": name, "month": months.astype(str), "referrals": count, "usual": usual})
    table = table.assign(change=table["referrals"] / table["usual"] - 1)
    return table[table["referrals"].notna()].reset_index(drop=True)


def outturn_by_source(
    first: int = 2020, last: int = 2022, *, together: Mapping[str, Sequence[str]] | None = None
) -> pd.DataFrame:
    """Yearly referrals by who referred, West Sussex and England: where, referred_by, year_to_march, count, change.

    `change`: share above the year to March `first`. `together`: names, and the published sources counted under each
    (None: every source for itself). Source: dfe-cin-c5.
    """
    table = referral_sources()
    table = table[table["year_to_march"].between(first, last)]
    keys = ["area", "referred_by"]
    if together is not None:
        parts = [table[table["referred_by"].isin(few)].assign(referred_by=name) for name, few in together.items()]
        every = pd.concat([table.iloc[:0], *parts])
        table = every.groupby([*keys, "year_to_march", "source"], sort=False)["count"].sum().reset_index()
    base = table[table["year_to_march"] == first].set_index(keys)["count"].replace(0, np.nan)
    change = table["count"].to_numpy() / base.reindex(pd.MultiIndex.from_frame(table[keys])).to_numpy() - 1
    return table.rename(columns={"area": "where"}).assign(change=change).reset_index(drop=True)


def published_as(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The published sources behind what-ifs' names of who refers; names that match none are left out.

    "others" are all whom no other name matches.
    """
    counted = {name: few for name in dict.fromkeys(names) if (few := counted_as(name)) is not None}
    taken = {one for few in counted.values() for one in few}
    rest = tuple(one for one in published() if one not in taken)
    return {name: few or rest for name, few in counted.items()}
