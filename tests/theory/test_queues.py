"""Pools and caps against queueing theory (Erlang 1917; Pollaczek 1930 and Khinchine 1932; Jackson 1957)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from .conftest import caseload, constant, exponential, lognormal, pool, quantity, service, staff

SETTLED = 250
"""Working days until a service that starts empty has forgotten it."""


def erlang_c(servers: int, offered: float) -> float:
    """Chance that an arrival waits in M/M/c."""
    terms = [offered**k / math.factorial(k) for k in range(servers)]
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (sum(terms) + last)


def waits(lived, stage):
    rows = lived.visits(stage)
    came, taken = lived.trace.entered[rows], lived.trace.allocated[rows]
    return (taken - came)[(came > SETTLED) & (came < lived.clock.days - 50)]


def test_mean_wait_of_a_pool_is_erlangs(live, agrees):
    scenario = service({"desk": pool("desk", exponential(0.3))}, {"desk": staff(5)}, per_day=0.85 * 5 / 0.3, months=60)
    exact = erlang_c(5, 0.85 * 5) * 0.3 / (5 - 0.85 * 5)
    agrees([waits(lived, "desk").mean() for lived in live(scenario, 8)], exact, 0.08)


def test_mean_wait_of_a_caseload_of_one_case_a_worker_is_erlangs(live, agrees):
    stages = {"team": caseload("team", exponential(0.5))}
    scenario = service(stages, {"team": staff(4, cap=1)}, per_day=0.7 * 4 / 0.5, months=60)
    exact = erlang_c(4, 0.7 * 4) * 0.5 / (4 - 0.7 * 4)
    agrees([waits(lived, "team").mean() for lived in live(scenario, 16)], exact, 0.08)


def test_mean_wait_at_one_server_is_pollaczek_khinchine(live, agrees):
    sigma, mean, load = 0.7, 0.2, 0.8
    scenario = service({"desk": pool("desk", lognormal(mean, sigma))}, {"desk": staff(1)}, load / mean, months=120)
    second_moment = mean**2 * math.exp(sigma**2)
    exact = load / mean * second_moment / (2 * (1 - load))
    agrees([waits(lived, "desk").mean() for lived in live(scenario, 10)], exact, 0.08)


def test_urgent_work_goes_first_as_in_cobhams_formula(live, agrees):
    share, mean, load = 0.3, 0.2, 0.85
    scenario = service(
        {"desk": pool("desk", exponential(mean))}, {"desk": staff(1)}, load / mean, months=120, urgent_share=share
    )
    remaining = load * mean
    urgent, other = [], []
    for lived in live(scenario, 10):
        rows = lived.visits("desk")
        rows = rows[(lived.trace.entered[rows] > SETTLED) & (lived.trace.entered[rows] < lived.clock.days - 50)]
        wait, first = lived.trace.allocated[rows] - lived.trace.entered[rows], lived.trace.visits.urgent[rows]
        urgent.append(wait[first].mean())
        other.append(wait[~first].mean())
    agrees(urgent, remaining / (1 - share * load), 0.08)
    agrees(other, remaining / ((1 - share * load) * (1 - load)), 0.1)


@pytest.mark.parametrize("cap", [1, 4])
def test_cases_above_the_cap_wait(live, agrees, cap):
    """Work is shared among at most `cap` cases, so the number present is that of M/M/1 whatever the cap, and the mean
    number waiting is load^(cap+1) / (1 - load)."""
    load, mean = 0.8, 0.25
    scenario = service({"team": caseload("team", exponential(mean))}, {"team": staff(1, cap=cap)}, load / mean, 120)
    present, waiting = [], []
    for lived in live(scenario, 10):
        years = lived.measured
        present.append(np.mean([years.of("team_open_mean", f"{y}-{y + 1 - 2000}") for y in range(2019, 2027)]))
        waiting.append(np.mean([years.of("team_waiting_mean", f"{y}-{y + 1 - 2000}") for y in range(2019, 2027)]))
    agrees(present, load / (1 - load), 0.06)
    agrees(waiting, load ** (cap + 1) / (1 - load), 0.08)


def test_network_with_returns_is_jacksons(live, agrees):
    """Two pools in a row; a share of those who leave comes back after a time away: product form."""
    per_day, share, first, second = 4.0, 0.2, 0.3, 0.15
    returns = {
        "closing": ["second"],
        "enters": "first",
        "share": quantity(share, "share"),
        "already_in_forecast": quantity(0, "share"),
        "delay": exponential(5, "working days"),
    }
    stages = {
        "first": pool("first", exponential(first), {"second": {}}),
        "second": pool("second", exponential(second)),
    }
    scenario = service(stages, {"first": staff(2), "second": staff(1)}, per_day, 120, returns=returns)
    flow = per_day / (1 - share)
    offered = flow * first
    exact_first = offered + erlang_c(2, offered) * (offered / 2) / (1 - offered / 2)
    exact_second = flow * second / (1 - flow * second)
    found = {"first": [], "second": []}
    for lived in live(scenario, 8):
        years = lived.measured
        for stage, values in found.items():
            values.append(np.mean([years.of(f"{stage}_open_mean", f"{y}-{y + 1 - 2000}") for y in range(2019, 2027)]))
    agrees(found["first"], exact_first, 0.08)
    agrees(found["second"], exact_second, 0.08)


def test_lead_time_is_the_soonest(live):
    stages = {"desk": pool("desk", constant(0.01), lead_time=constant(3, "working days"))}
    (lived,) = live(service(stages, {"desk": staff(2)}, 1.0, 3), 1)
    rows = lived.visits("desk")
    wait = (lived.trace.allocated - lived.trace.entered)[rows]
    assert np.nanmin(wait) >= 3.0 - 1e-9
    assert np.nanmedian(wait) == pytest.approx(3.0)
