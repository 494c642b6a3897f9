"""What the people of a scenario cost: salaries, on-costs, agency and recruitment, future by future.

The people are those laid out before the simulation: the same leavers, vacancies and starters in each replication, but
for those whom overload makes leave. Prices are the scenario's quantities, with their sources; nothing is discounted or
uprated. Decision record 0407.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.people import Role
from scenarios.quantity import Quantity
from scenarios.schema import Scenario
from simulate.clock import Clock
from simulate.posts import Establishment, establish
from simulate.streams import keys, stream
from simulate.tenure import holders

ITEMS = ("salaries", "on-costs", "agency", "recruitment")
PRICES = ("cost", "cost_low", "cost_high")
PAID_FOR = {"workforce", "service", "feedback", "as_at", "horizon_months", "seed"}
"""What decides who is in post, and what that costs."""
COLUMNS = ["replication", "team", "title", "item", "pounds", "pounds_low", "pounds_high"]


def costs(scenario: Scenario, replications: range) -> pd.DataFrame:
    """Pounds over the horizon: one row a replication, team and item.

    Columns: replication, team, title, item (salaries, on-costs, agency, recruitment), pounds, pounds_low, pounds_high
    (at the low and high end of every price). Roles without a salary cost nothing here: see `not_costed`.
    """
    posts = establish(scenario, Clock(scenario.as_at, scenario.horizon_months))
    years, starters = _worked(posts, scenario.seed, replications)
    priced = _prices(scenario)
    parts = []
    for team, (name, about) in enumerate(scenario.workforce.teams.items()):
        for item in ITEMS:
            amount = starters if item == "recruitment" else years
            pounds = [amount[:, team, :] @ price for price in priced[item]]
            rows = {"replication": list(replications), "team": name, "title": about.title, "item": item}
            parts.append(pd.DataFrame({**rows, "pounds": pounds[0], "pounds_low": pounds[1], "pounds_high": pounds[2]}))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def per_year(table: pd.DataFrame, scenario: Scenario) -> dict[str, float]:
    """Mean cost a year: `cost` with `cost_low` and `cost_high`, the cost at the low and high end of every price."""
    share = 12 / scenario.horizon_months / max(table["replication"].nunique(), 1)
    total = table[["pounds", "pounds_low", "pounds_high"]].sum() * share
    return {"cost": total["pounds"], "cost_low": total["pounds_low"], "cost_high": total["pounds_high"]}


def priced(scenarios: Mapping[str, Scenario], futures: int) -> pd.DataFrame:
    """What the people of each scenario cost a year, one row a scenario; those who employ the same are paid once.

    Columns: name, cost (mean), cost_low, cost_high (at the low and high end of every price), cost_p10, cost_p90 (8 of
    10 futures, at the stated prices), not_costed (what is left out, in words). `futures`: how many at most are paid.
    """
    paid: dict[str, dict[str, object]] = {}
    rows = []
    for name, scenario in scenarios.items():
        replications = range(min(scenario.replications, futures))
        same = scenario.model_dump(mode="json", include=PAID_FOR | {"replications"})
        key = json.dumps(same, sort_keys=True)
        if key not in paid:
            table = costs(scenario, replications)
            a_year = table.groupby("replication")["pounds"].sum() * 12 / scenario.horizon_months
            spread = {"cost_p10": a_year.quantile(0.1), "cost_p90": a_year.quantile(0.9)}
            paid[key] = {**per_year(table, scenario), **spread, "not_costed": ", ".join(not_costed(scenario))}
        rows.append({"name": name, **paid[key]})
    return pd.DataFrame(rows, columns=["name", *PRICES, "cost_p10", "cost_p90", "not_costed"])


def not_costed(scenario: Scenario) -> list[str]:
    """What the cost leaves out: roles in use whose salary is not stated, and what overload does to who is in post."""
    used = {line.role for team in scenario.workforce.teams.values() for line in team.staff.values()}
    unpriced = [
        role.title for name, role in scenario.workforce.roles.items() if name in used and role.salary_per_year is None
    ]
    strained = scenario.feedback is not None and scenario.feedback.strain is not None
    return unpriced + (["the vacancies and starters that overload adds"] if strained else [])


def _worked(
    posts: Establishment, seed: int, replications: range
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """FTE-years in post, and starters, by replication, team and role."""
    teams, roles = int(posts.team.max(initial=0)) + 1, int(posts.role.max(initial=0)) + 1
    size = np.concatenate([np.zeros((len(posts.size), 1)), np.cumsum(posts.size, axis=1)], axis=1)
    a_day = posts.clock.horizon_months / 12 / posts.clock.days  # years
    years, starters = [], []
    for replication in replications:
        own = keys(stream(seed, replication, "posts"), posts.group, posts.rank)
        held = holders(posts, own)
        cell = posts.team[held.post, 0] * roles + posts.role[held.post]
        worked = (size[held.post, held.end] - size[held.post, held.start]) * a_day
        years.append(np.bincount(cell, worked, minlength=teams * roles))
        starters.append(np.bincount(cell, held.start > 0, minlength=teams * roles))
    shape = (len(replications), teams, roles)
    return np.array(years, dtype=np.float64).reshape(shape), np.array(starters, dtype=np.float64).reshape(shape)


def _prices(scenario: Scenario) -> dict[str, list[npt.NDArray[np.float64]]]:
    """Pounds per FTE-year (or starter) of each role, by item: as stated, at the low and at the high end."""
    roles = list(scenario.workforce.roles.values())
    extra = scenario.workforce.costs

    def salaries(employer: str, end: str) -> npt.NDArray[np.float64]:
        return np.array([_salary(role, end) if role.employed_by == employer else 0.0 for role in roles])

    on_costs = {end: 0.0 if extra is None else _at(extra.on_costs, end) for end in ("value", "low", "high")}
    starter = {end: 0.0 if extra is None else _at(extra.recruitment_per_starter, end) for end in on_costs}
    return {
        "salaries": [salaries("council", end) for end in on_costs],
        "on-costs": [salaries("council", end) * share for end, share in on_costs.items()],
        "agency": [salaries("agency", end) for end in on_costs],
        "recruitment": [np.full(len(roles), pounds) for pounds in starter.values()],
    }


def _salary(role: Role, end: str) -> float:
    return 0.0 if role.salary_per_year is None else _at(role.salary_per_year, end)


def _at(number: Quantity, end: str) -> float:
    """A price as stated, or at its low or high end where it has one."""
    given = {"low": number.low, "high": number.high}.get(end)
    return float(number) if given is None else float(given)
