"""Cost against arithmetic: posts, years and prices by hand; frontiers by definition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.cost import PRICES, costs, not_costed, per_year, priced
from report.frontier import choices, on_frontier
from scenarios.load import changed, load

BASE = load("west-sussex")


def of_item(table: pd.DataFrame, team: str, item: str) -> float:
    rows = table[(table["team"] == team) & (table["item"] == item)]
    return float(rows["pounds"].sum() / rows["replication"].nunique())


def test_people_who_never_leave_cost_posts_times_years_times_salary() -> None:
    table = costs(BASE, range(3))
    chairs = BASE.workforce.teams["conference_chairs"].staff["chairs"].fte
    salary = BASE.workforce.roles["chair"].salary_per_year
    assert of_item(table, "conference_chairs", "salaries") == pytest.approx(float(chairs) * 2 * float(salary))
    assert of_item(table, "conference_chairs", "on-costs") == pytest.approx(float(chairs) * 2 * float(salary) * 0.3)
    assert of_item(table, "conference_chairs", "recruitment") == 0


def test_agency_staff_cost_their_invoice_and_no_on_costs() -> None:
    table = costs(BASE, range(2))
    posts = BASE.workforce.teams["assessment"].staff["agency"].fte
    assert of_item(table, "assessment", "agency") == pytest.approx(float(posts) * 2 * 75_000)


def test_those_who_leave_save_their_salary_while_the_post_is_vacant() -> None:
    staff = "workforce.teams.assessment.staff.experienced"
    never = changed(BASE, {f"{staff}.time_to_fill": None}, "never-filled")
    rate, posts, horizon = 0.097, float(BASE.workforce.teams["assessment"].staff["experienced"].fte), 2.0
    left = posts * (1 - np.exp(-rate * horizon)) / rate  # FTE-years in post of a hazard without replacement
    whole = costs(never, range(60))
    young = float(BASE.workforce.teams["assessment"].staff["newly_qualified"].fte)
    salaries = of_item(whole, "assessment", "salaries")
    newly = 33_000 * young * horizon
    assert salaries == pytest.approx(41_000 * left + newly, rel=0.02)
    assert salaries < of_item(costs(BASE, range(60)), "assessment", "salaries")


def test_prices_go_from_low_to_high() -> None:
    price = per_year(costs(BASE, range(4)), BASE)
    assert price["cost_low"] < price["cost"] < price["cost_high"]


def test_a_year_costs_the_same_however_many_replications_or_months_are_looked_at() -> None:
    lines = ("experienced", "newly_qualified")
    stays = {f"workforce.teams.assessment.staff.{line}.leaving_per_year": None for line in lines}
    steady = changed(BASE, stays, "steady")
    short = changed(steady, {"horizon_months": 12}, "short")
    one = per_year(costs(steady, range(1)), steady)
    assert per_year(costs(steady, range(5)), steady) == pytest.approx(one)
    assert per_year(costs(short, range(1)), short) == pytest.approx(one)


def test_roles_without_a_salary_are_named() -> None:
    assert not_costed(BASE) == []
    assert not_costed(changed(BASE, {"workforce.roles.chair.salary_per_year": None}, "x")) == ["Conference chair"]
    strain = {"above": 0.8, "leaving_per_year": 1.0}
    strained = {name: {"value": value, "unit": "share", "source": "assumed"} for name, value in strain.items()}
    assert "overload" in " ".join(not_costed(changed(BASE, {"feedback.strain": strained}, "x")))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_the_frontier_holds_exactly_what_nothing_beats(points: list[tuple[int, int]]) -> None:
    table = pd.DataFrame(points, columns=["cost", "value"])
    kept = on_frontier(table, "high")
    for at, (cost, value) in enumerate(points):
        beaten = any((c <= cost and v >= value) and (c, v) != (cost, value) for c, v in points)
        assert kept[at] == (not beaten)
    assert kept.any()


def test_choices_are_listed_cheapest_first() -> None:
    price = {"cost": 2.0, "cost_low": 1.0, "cost_high": 3.0}
    rows = {
        name: ({**price, "cost": cost}, pd.Series({"mean": value, "p10": value, "p90": value}))
        for name, cost, value in (("dear", 2.0, 0.9), ("cheap", 1.0, 0.8), ("waste", 1.5, 0.7))
    }
    table = choices(rows, "share", "high")
    assert list(table["name"]) == ["cheap", "waste", "dear"]
    assert list(table["on_frontier"]) == [True, False, True]
    assert list(table["beaten_by"]) == ["", "cheap", ""]


def test_those_who_employ_the_same_people_cost_the_same_and_are_paid_once() -> None:
    more = changed(BASE, {"workforce.teams.assessment.staff.experienced.fte": 99}, "more")
    busier = changed(BASE, {"opening.cin.open": 1500}, "busier")
    table = priced({"base": BASE, "busier": busier, "more": more}, 5).set_index("name")
    assert table.loc["base"].equals(table.loc["busier"])
    assert table.loc["more", "cost"] > table.loc["base", "cost"]
    assert (table["cost_p10"] <= table["cost"]).all()
    assert (table["cost"] <= table["cost_p90"]).all()
    alone = per_year(costs(BASE, range(5)), BASE)
    assert table.loc["base", list(PRICES)].to_dict() == pytest.approx(alone)
