"""A surge what-if stands beside what came, here and in England, and is never called the forecast."""

from __future__ import annotations

import pandas as pd
import pytest

from forecast import national
from forecast.bundled import referral_sources
from forecast.surge import SurgedPaths, without
from frontdoor.demand import Demand, demand, loaded
from report import surge, surge_sources
from report.exhibit import Exhibit
from report.phrases import percent
from simulate.results import Results


def results_of(name: str) -> tuple[Demand, Results]:
    scenario, none = loaded(name), pd.DataFrame()
    drawn = demand(scenario)
    paths = drawn.paths.rows(range(2)).table()
    return drawn, Results(scenario, {}, drawn.history, paths, drawn.paths.band(), none, none, none, none, none)


@pytest.fixture(scope="module")
def surged() -> tuple[Demand, Exhibit]:
    drawn, results = results_of("deferred-surge")
    found = surge.exhibit(results)
    assert found is not None
    return drawn, found


def test_the_forecast_drawn_is_the_one_without_the_surge(surged: tuple[Demand, Exhibit]) -> None:
    drawn, found = surged
    assert isinstance(drawn.paths, SurgedPaths)
    below = without(drawn.paths).band((0.8,))
    below = below[below["measure"] == "referrals"]
    assert found.table["Forecast: middle future"].tolist() == below["median"].round().tolist()
    assert found.table["Forecast, 8 of 10: high"].tolist() == below["high"].round().tolist()
    assert (found.table["What-if: middle future"] >= found.table["Forecast: middle future"]).all()


def test_what_came_here_and_in_england_is_what_was_published(surged: tuple[Demand, Exhibit]) -> None:
    _, found = surged
    table = found.table.set_index("Month")
    assert table.loc["December 2020", "What came"] == 879
    england = national.referrals("England", pd.Period("2022-11", freq="M"))
    aprils = [pd.Period(f"{year}-04", freq="M") for year in (2016, 2017, 2018)]
    own = surged[0].history[surged[0].history["measure"] == "referrals"].set_index("month")["count"]
    usual = own.loc[[str(one) for one in aprils]].mean()
    moved = england[pd.Period("2021-04", freq="M")] / england[aprils].mean()
    assert table.loc["April 2021", "Had the area moved as England"] == round(usual * moved)


def test_what_came_in_all_is_told_as_a_share_of_what_was_foreseen(surged: tuple[Demand, Exhibit]) -> None:
    _, found = surged
    both = found.table[found.table["What came"].notna()].astype({"What came": "float"})
    for column, named in (("Forecast: middle future", "forecast"), ("What-if: middle future", "what-if")):
        share = both["What came"].sum() / both[column].astype("float").sum()
        assert f"{percent(share)} of the {named}" in found.alternative


def test_it_says_that_it_is_a_what_if(surged: tuple[Demand, Exhibit]) -> None:
    _, found = surged
    assert found.label == "What-if: assumed, not forecast."
    assert "what-if" in found.title
    assert "schools, health and individuals" in found.subtitle
    found.figure()


def test_without_a_surge_there_is_nothing_to_show() -> None:
    assert surge.exhibit(results_of("do-nothing")[1]) is None


def test_by_source_it_shows_what_was_published_here_and_in_england() -> None:
    found = surge_sources.exhibit(results_of("deferred-surge")[1])
    assert found is not None
    table = found.table.set_index(["Who referred", "Where"])
    assert list(table.index) == [
        (who, where) for who in ("Schools", "Health", "Individuals") for where in ("England", "West Sussex")
    ]
    assert table.loc[("Schools", "West Sussex"), "Year to March 2020"] == 2028
    assert table.loc[("Schools", "England"), "2021 on 2020"] == f"down {percent(1 - 81180 / 117010)}"
    short, more = 117010 - 81180, 129090 - 117010
    assert table.loc[("Schools", "England"), "Above 2020 in 2022, % of the shortfall"] == round(100 * more / short, 1)
    assert pd.isna(table.loc[("Individuals", "West Sussex"), "Above 2020 in 2022, % of the shortfall"])
    assert found.title == "Schools in England: down 31% in the year to March 2021, up 10% on 2020 the year after"
    assert "Schools, West Sussex: 2,028 referrals, down 37%" in found.alternative
    assert "published data of the years to March 2020, 2021 and 2022" in found.source
    assert "data to 30 November" not in found.source
    found.figure()


def test_by_source_another_area_has_england_alone_and_others_are_the_rest() -> None:
    rows = surge_sources.yearly(["police", "courts", "others"], "Kent")
    assert rows[["source", "where"]].to_numpy().tolist() == [["police", "England"], ["others", "England"]]
    every = referral_sources()
    england = every[(every["area"] == "England") & (every["year_to_march"] == 2020)]["count"].sum()
    assert rows["before"].sum() == england
    assert "No figures are published for courts." in surge_sources.sentences(rows, ["courts"])
    police = rows[rows["source"] == "police"]
    assert surge_sources.title(police).startswith("Nobody in the what-if referred less")
    assert surge_sources.yearly(["courts"], "Kent").empty


def test_by_source_there_is_nothing_without_a_surge() -> None:
    assert surge_sources.exhibit(results_of("do-nothing")[1]) is None
