"""A surge what-if stands beside what came, here and in England, and is never called the forecast."""

from __future__ import annotations

import pandas as pd
import pytest

from forecast import national
from forecast.surge import SurgedPaths, without
from frontdoor.demand import Demand, demand, loaded
from report import surge
from report.exhibit import Exhibit
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


def test_it_says_that_it_is_a_what_if(surged: tuple[Demand, Exhibit]) -> None:
    _, found = surged
    assert found.label == "What-if: assumed, not forecast."
    assert "what-if" in found.title
    assert "schools, health and individuals" in found.subtitle
    found.figure()


def test_without_a_surge_there_is_nothing_to_show() -> None:
    assert surge.exhibit(results_of("do-nothing")[1]) is None
