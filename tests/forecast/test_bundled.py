"""The figures that ship: they are the published ones, they add up to them, and they know no later than their date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast import bundled
from forecast.disaggregate import as_array

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "annual_west_sussex_south_east_england.csv"
PANEL_NAMES = {
    "referrals": "referrals",
    "rereferrals_within_12m": "re_referrals",
    "s47_enquiries": "section_47",
    "icpc": "conferences",
    "cpp_started": "cp_starts",
    "cpp_open_31_march": "cp_open",
    "cla_started": "cla_starts",
    "cla_ceased": "cla_ends",
    "cla_31_march": "cla_open",
}


def years(counts: pd.Series) -> pd.Series:
    months = pd.PeriodIndex(counts.index)
    return counts.groupby(np.asarray(months.year) + (np.asarray(months.month) > 3)).sum()


def test_each_year_of_months_is_the_published_year() -> None:
    figures, annual = bundled.west_sussex(), bundled.annual()
    for measure in (
        "referrals",
        "assessments",
        "section_47",
        "conferences",
        "cp_starts",
        "cp_ends",
        "cla_starts",
        "cla_ends",
    ):
        made = years(figures.counts(measure))
        published = annual[annual["measure"] == measure].set_index("year_to_march")["count"].reindex(made.index)
        assert (made == published).all(), measure
    for stock in ("cp_open", "cla_open"):
        made = figures.counts(stock)
        for row in annual[annual["measure"] == stock].itertuples():
            month = pd.Period(f"{row.year_to_march}-03", freq="M")
            if month in made.index:
                assert made[month] == row.count


def test_everything_but_referrals_says_it_is_estimated() -> None:
    figures = bundled.west_sussex()
    assert set(figures.measures) - set(figures.estimated) == {"referrals"}
    assert set(figures.table.loc[figures.table["measure"] != "referrals", "status"]) == {"estimated"}


@pytest.mark.skipif(not SHARED.exists(), reason="the yearly figures are not in ../shared/data")
def test_yearly_figures_agree_with_the_published_table() -> None:
    table = pd.read_csv(SHARED)
    table = table[(table["area"] == "West Sussex") & table["measure"].isin(PANEL_NAMES)]
    published = {(PANEL_NAMES[row.measure], int(row.period_end[:4])): row.value for row in table.itertuples()}
    ours = bundled.annual().set_index(["measure", "year_to_march"])["count"]
    published.pop(("cp_open", 2013))  # 379 in the table by length, 424 in table D1, which we carry with its flows
    both = [key for key in published if key in ours.index]
    assert len(both) > 90
    assert {key: ours[key] for key in both} == {key: published[key] for key in both}


@pytest.mark.parametrize(
    ("as_at", "year"),
    [(date(2020, 11, 30), 2020), (date(2020, 11, 29), 2019), (date(2019, 12, 31), 2019), (date(2018, 4, 1), 2017)],
)
def test_nothing_later_than_its_date_is_known(as_at: date, year: int) -> None:
    assert bundled.annual(as_at)["year_to_march"].max() == year
    figures = bundled.west_sussex(as_at)
    assert figures.last.end_time.date() <= as_at
    later = bundled.west_sussex(as_at.replace(year=as_at.year + 3))
    for measure in ("section_47", "cp_open"):
        rows = figures.table[figures.table["measure"] == measure]
        beyond = rows["month"] > pd.Period(f"{year}-03", freq="M")
        assert rows.loc[beyond, "source"].str.startswith("carried on from").all()
        assert not rows.loc[~beyond, "source"].str.startswith("carried on from").any()
        assert (
            later.counts(measure)[rows.loc[beyond, "month"]].to_numpy() != rows.loc[beyond, "count"].to_numpy()
        ).any()


def test_the_stock_adds_up_between_published_years() -> None:
    for stock in ("cp_open", "cla_open"):
        history = bundled.stock_history(stock)
        figures = bundled.west_sussex()
        shown = as_array(figures.counts(stock).reindex(history.months))
        assert (shown == history.open).all()
        before = np.concatenate([[history.opening], history.open[:-1]])
        assert (history.open == before + history.starts - history.ends + history.adjustment).all()
    cp = bundled.stock_history("cp_open").adjustment.reshape(-1, 12).sum(axis=1)
    assert cp[2019 - 2014] == 621 - (775 + 814 - 859)


def test_carried_on_stock_adds_up_without_adjustment() -> None:
    figures = bundled.west_sussex(date(2020, 11, 30))
    for stock in ("cp", "cla"):
        opened, starts, ends = (figures.counts(f"{stock}_{part}") for part in ("open", "starts", "ends"))
        gap = (opened - opened.shift(1) - starts + ends)["2020-04":]
        assert (gap == 0).all()


def test_contacts_keep_the_reported_year_and_changes() -> None:
    contacts = bundled.west_sussex().counts("contacts")
    assert years(contacts)[2019] == pytest.approx(46_000, abs=12)
    assert contacts["2020-09"] / contacts["2020-08"] == pytest.approx(1.20, abs=0.001)
    assert contacts["2020-10"] / contacts["2020-09"] == pytest.approx(1.05, abs=0.001)
    assert (contacts >= bundled.west_sussex().counts("referrals").reindex(contacts.index)).all()


def test_bands_add_up_to_their_totals_and_every_source_is_listed() -> None:
    table, annual = bundled.durations(), bundled.annual().set_index(["measure", "year_to_march"])["count"]
    assessed = table[(table["area"] == "West Sussex") & (table["what"] == "assessment")]
    sums = assessed.assign(count=assessed["count"].astype(int)).groupby("year_to_march")["count"].sum()
    assert all(abs(total - annual["assessments", year]) <= 15 for year, total in sums.items())
    sources = bundled.sources()
    used = {*bundled.annual()["source"], *table["source"], *bundled.referral_sources()["source"]}
    assert used <= set(sources)
    assert all({"title", "publisher", "date", "licence"} <= set(entry) for entry in sources.values())
