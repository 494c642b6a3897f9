"""No sum of shown figures gives a withheld one away."""

import itertools
from dataclasses import replace
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from report.build import PUBLISHED, TO_PUBLISH, build
from report.subtraction import given_away
from report.suppress import is_count, small, suppressed, without_small
from simulate.results import Results

MONTHS = ["2020-12", "2021-01", "2021-02", "2021-03"]
CELLS = list(itertools.product(["cp_starts", "cp_ends", "cp_open"], MONTHS))


def relations() -> list[list[tuple[str, str]]]:
    return [
        [("cp_starts", now), ("cp_ends", now), ("cp_open", now), ("cp_open", before)]
        for before, now in itertools.pairwise(MONTHS)
    ]


@given(st.sets(st.sampled_from(CELLS)))
def test_no_month_of_starts_ends_and_open_lacks_exactly_one_figure(hidden: set[tuple[str, str]]) -> None:
    gone = hidden | given_away(hidden, set(CELLS) - hidden)
    assert all(sum(cell in gone for cell in parts) != 1 for parts in relations())
    assert gone == set() if not hidden else gone >= hidden


def test_a_year_goes_with_the_only_month_it_would_give_away() -> None:
    cells = {("cla_starts", period) for period in ["2021-04", "2021-05", "2021-22"]}
    assert given_away({("cla_starts", "2021-04")}, cells - {("cla_starts", "2021-04")}) == {("cla_starts", "2021-22")}


def test_a_team_goes_with_the_only_other_team_rather_than_the_whole() -> None:
    names = ["assessment_open", "assessment_team_1_open", "assessment_team_2_open", "assessment_team_3_open"]
    cells = {(name, "2021-01") for name in names}
    hidden = {(names[2], "2021-01")}
    assert given_away(hidden, cells - hidden) == {(names[1], "2021-01")}


def test_published_months_and_summaries_withhold_the_second_figure(results: Results) -> None:
    month = results.observed["month"].iloc[20]
    rows = pd.DataFrame([("cp_starts", 4.0), ("cp_ends", 9.0), ("cp_open", 95.0)], columns=["measure", "count"]).assign(
        area=results.scenario.area, status="final", source="dfe-cin-d1", month=month
    )
    before = rows[rows["measure"] == "cp_open"].assign(month=str(pd.Period(month, freq="M") - 1), count=100.0)
    hidden = suppressed(replace(results, observed=pd.concat([before, rows], ignore_index=True))).observed
    assert hidden["count"].isna().sum() == 2
    assert (hidden["status"] == "suppressed").sum() == 2


def test_tables_for_publication_hold_no_small_count(results: Results, tmp_path: Path) -> None:
    observed = results.observed.assign(count=results.observed["count"].mask(results.observed.index % 7 == 0, 4.0))
    build(replace(results, observed=observed), tmp_path, formats=(), publish=True)
    tables = {name: pd.read_parquet(tmp_path / PUBLISHED / f"{name}.parquet") for name in TO_PUBLISH}
    assert not small(tables["observed"]["count"]).any()
    assert not small(tables["bands"]["low"]).any()
    counted = tables["summary"]["unit"].map(is_count)
    assert counted.any()
    assert not small(tables["summary"].loc[counted, "p10"]).any()


def test_a_sweep_to_be_published_leaves_out_measures_with_small_counts() -> None:
    table = pd.DataFrame(
        {
            "measure": ["waiting", "waiting", "open", "late"],
            "unit": ["children", "children", "children", "share of ends"],
            "mean": [2.0, 30.0, 1200.0, 0.1],
        }
    )
    assert list(without_small(table, "unit", ["mean"])["measure"]) == ["open", "late"]
