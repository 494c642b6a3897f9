"""Measures as tables: complete, checked, and summed up over replications."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from scenarios.load import load
from simulate.arrivals import steady_paths
from simulate.dictionary import dictionary
from simulate.measures import names
from simulate.once import prepare
from simulate.tables import daily_schema, daily_table, measure_schema, measure_table, summary

MONTHS = 15


@pytest.fixture(scope="module")
def runs(request):
    path = request.config.rootpath / "tests" / "data" / "reference-service.yaml"
    scenario = load(path, {"horizon_months": MONTHS})
    one = prepare(scenario)
    paths = steady_paths({"contacts": 182.0}, scenario.as_at, MONTHS, 3, 1)
    return one, {r: one.live(paths.rows(range(r, r + 1)), None, r)[0] for r in range(3)}


@pytest.fixture(scope="module")
def table(runs):
    one, measured = runs
    return measure_table("reference-service", "", names(one.plan), measured)


def test_every_measure_listed_is_measured(runs, table):
    one, _ = runs
    guides = {name for name in one.named if name.endswith("_above_guide")}
    assert set(table["measure"]) == set(one.named) - guides


def test_tables_hold_to_their_schemas(runs, table):
    one, measured = runs
    measure_schema().validate(table)
    daily_schema().validate(daily_table("", names(one.plan), measured))


def test_a_value_of_the_wrong_kind_is_refused(table):
    wrong = table.astype({"value": object})
    wrong.loc[3, "value"] = "many"
    with pytest.raises(Exception, match="value"):
        measure_schema().validate(wrong)


def test_shares_lie_between_nought_and_one(table):
    shares = table.loc[table["unit"].astype(str).str.startswith("share of"), "value"]
    assert shares.between(0, 1).all()


def test_bands_add_up_to_the_whole(table):
    whole = table[(table["period"] == "all") & (table["replication"] == 0)].set_index("measure")["value"]
    for part, total in (("ends", "ends"), ("open", "open")):
        bands = [name for name in whole.index if name.startswith(f"assessment_{part}_") and "day" in name]
        assert len(bands) == 9
        assert whole[bands].sum() == whole[f"assessment_{total}"]
    shares = [name for name in whole.index if name.startswith("assessment_share_")]
    assert whole[shares].sum() == pytest.approx(1)


def test_teams_add_up_to_the_stage(table):
    whole = table[(table["period"] == "all") & (table["replication"] == 1)].set_index("measure")["value"]
    for measure in ("open", "waiting"):
        assert sum(whole[f"assessment_team_{k}_{measure}"] for k in range(1, 11)) == whole[f"assessment_{measure}"]


def test_hours_add_up(table):
    whole = table[(table["period"] == "all") & (table["replication"] == 1)].set_index("measure")["value"]
    for team in ("screeners", "managers", "assessment"):
        parts = whole[f"{team}_hours_used"] + whole[f"{team}_hours_unused"]
        assert parts == pytest.approx(whole[f"{team}_hours_available"])


def test_summary_is_the_mean_with_students_interval(table):
    row = summary(table).query("measure == 'assessment_open' and period == 'all'").iloc[0]
    values = table.query("measure == 'assessment_open' and period == 'all'")["value"].to_numpy()
    half = t.ppf(0.975, 2) * values.std(ddof=1) / np.sqrt(3)
    assert row["mean"] == pytest.approx(values.mean())
    assert (row["mean_low"], row["mean_high"]) == pytest.approx((values.mean() - half, values.mean() + half))
    assert row["p50"] == np.median(values)
    assert row["replications"] == 3


def test_the_interval_of_a_mean_stops_where_the_mean_must() -> None:
    """Two values far apart have a wide interval: it ends at nought and, for a share, at one."""
    rows = [
        ("share of ends", (0.6, 1.0)),
        ("children", (0.0, 40.0)),
        ("days early", (-3.0, 40.0)),
        ("share", (0.5, 1.5)),
    ]
    parts = [
        pd.DataFrame(
            {"scenario": "s", "start": "", "replication": [0, 1], "period": "all", "place": "", "measure": unit}
        ).assign(value=list(values), unit=unit)
        for unit, values in rows
    ]
    found = summary(pd.concat(parts)).set_index("unit")
    assert found.loc["share of ends", "mean_high"] == 1
    assert found.loc["children", "mean_low"] == 0
    assert found.loc["children", "mean_high"] > 40
    assert found.loc["days early", "mean_low"] < -3
    assert found.loc["share", "mean_high"] > 1.5


def test_weeks_end_on_their_last_working_day(runs):
    one, measured = runs
    daily = daily_table("", names(one.plan), measured)
    dates = pd.DatetimeIndex(daily["date"].unique())
    assert dates.is_monotonic_increasing
    assert dates.isocalendar().week.nunique() >= 52
    assert len(set(zip(dates.isocalendar().year, dates.isocalendar().week, strict=True))) == len(dates)
    every = daily_table("", names(one.plan), measured, every="day")
    assert len(every["date"].unique()) == one.clock.days


def test_the_dictionary_has_every_column_and_every_measure(runs):
    one, _ = runs
    words = dictionary(one.named)
    for name in (*measure_schema().columns, *daily_schema().columns, *one.named):
        assert f"| `{name}` |" in words


def test_full_time_equivalents_are_those_of_the_posts(request):
    """A post that becomes half counts half from its day, and a newcomer in induction is a whole person in post."""
    base = load(request.config.rootpath / "tests" / "data" / "small-service.yaml")
    dated = {"unit": "FTE", "source": "assumed", "dated": [{"from": "2021-01-01", "value": 5}]}
    dated["dated"] += [{"from": "2021-06-01", "value": 4.5}, {"from": "2021-08-02", "value": 6}]
    raw = base.model_dump(mode="json", by_alias=True, exclude_none=True)
    raw["workforce"]["teams"]["assessors"]["staff"]["people"]["fte"] = dated
    weeks, share = ({"value": value, "unit": "weeks", "source": "assumed"} for value in (30, 0.2))
    raw["workforce"]["roles"]["worker"]["induction"] = {"weeks": weeks, "starting_share": share}
    ready = prepare(type(base).model_validate(raw))
    rates = {"contacts": 6.0}
    measured, _ = ready.live(steady_paths(rates, base.as_at, base.horizon_months, 1, 1), None, 0)
    found = [measured.of("assessors_fte", month) for month in ("2021-05", "2021-06", "2021-07", "2021-08", "2021-09")]
    assert found == pytest.approx([5.0, 4.5, 4.5, 6.0, 6.0])
    assert measured.of("assessors_hours_lost") == 0


def test_weeks_add_up_to_the_whole_and_teams_to_their_stage(runs):
    one, measured = runs
    weeks = daily_table("", names(one.plan), measured)
    days = daily_table("", names(one.plan), measured, every="day")
    for name in (
        "assessment_starts",
        "assessment_ends",
        "screening_ends",
        "assessment_hours_used",
        "assessment_hours_lost",
    ):
        for r, run in measured.items():
            for table in (weeks, days):
                found = table[(table["measure"] == name) & (table["replication"] == r)]["value"].sum()
                assert found == pytest.approx(run.of(name))


def test_alike_teams_add_up_to_their_stage(request):
    path = request.config.rootpath / "tests" / "data" / "small-service.yaml"
    asked = load(
        path,
        {
            "workforce.teams.assessors.sub_teams": 2,
            "service.stages.assessment.target_working_days": 12,
            "targets": None,
        },
    )
    ready = prepare(asked)
    run, _ = ready.live(steady_paths({"contacts": 8.0}, asked.as_at, asked.horizon_months, 1, 1), None, 0)
    for name in ("starts", "ends", "open", "waiting"):
        assert sum(run.of(f"assessment_team_{k}_{name}") for k in (1, 2)) == run.of(f"assessment_{name}")
    shares, ends = ([run.of(f"assessment_team_{k}_{n}") for k in (1, 2)] for n in ("within_12_working_days", "ends"))
    assert 0 < shares[0] < 1
    assert np.average(shares, weights=ends) == pytest.approx(run.of("assessment_within_12_working_days"))


def test_who_joined_and_who_left_are_counted(request):
    path = request.config.rootpath / "tests" / "data" / "small-service.yaml"
    staff = "workforce.teams.assessors.staff.people"
    rate = {"value": 0.9, "unit": "share a year", "source": "assumed"}
    wait = {"distribution": "constant", "mean": {"value": 5, "unit": "working days", "source": "assumed"}}
    asked = load(path, {f"{staff}.leaving_per_year": rate, f"{staff}.time_to_fill": wait, f"{staff}.fte": 30})
    ready = prepare(asked)
    run, trace = ready.live(steady_paths({"contacts": 6.0}, asked.as_at, asked.horizon_months, 1, 1), None, 0)
    employed = trace.roster.employed[trace.roster.team[:, 0] == 1]
    left = run.of("assessors_leavers")
    assert left > 5
    assert employed[:, -1].sum() == 30 - left + run.of("assessors_starters")
    assert sum(run.of("assessors_leavers", month) for month in run.periods[:6]) == left
