"""Pools and caps against queueing theory (Erlang 1917; Pollaczek 1930 and Khinchine 1932; Jackson 1957; Baskett,
Chandy, Muntz and Palacios 1975)."""

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


def found_on_coming(lived, stage):
    """How many others were in a stage when each child came, once it has settled."""
    rows = lived.visits(stage)
    came, gone = np.sort(lived.trace.entered[rows]), lived.trace.finished[rows]
    there = np.arange(len(came)) - np.searchsorted(np.sort(gone[~np.isnan(gone)]), came)
    return there[came > SETTLED]


def test_the_share_who_find_the_cap_reached_is_that_of_a_full_worker(live, agrees):
    load, mean, cap = 0.8, 0.25, 3
    scenario = service({"team": caseload("team", exponential(mean))}, {"team": staff(1, cap=cap)}, load / mean, 120)
    agrees([(waits(lived, "team") > 1e-9).mean() for lived in live(scenario, 10)], load**cap, 0.03)


def test_the_share_who_would_be_turned_away_from_eight_places_is_erlangs(live, agrees):
    """Nobody is turned away here; but those who find fewer than nine present see the queue that eight places would
    leave (truncation of a reversible chain: Kelly 1979), so M/M/4/8 has its known share."""
    servers, places, load, mean = 4, 8, 0.9, 0.3
    offered = servers * load
    weights = [
        offered**n / math.factorial(n)
        if n < servers
        else offered**n / (math.factorial(servers) * servers ** (n - servers))
        for n in range(places + 1)
    ]
    scenario = service({"desk": pool("desk", exponential(mean))}, {"desk": staff(servers)}, offered / mean, 80)
    shares = []
    for lived in live(scenario, 10):
        seen = found_on_coming(lived, "desk")
        shares.append((seen == places).sum() / (seen <= places).sum())
    agrees(shares, weights[-1] / sum(weights), 0.05)


def test_network_of_all_kinds_of_stage_has_the_product_form(live, agrees):
    """A pool, a caseload worker who shares, a plan, and returns: each as if alone, whatever the distribution of the
    work that is shared and of the stay, and at one moment independent of the others (BCMP)."""
    per_day, share, desk, work, stay = 1.6, 0.2, 0.35, 0.3, 12.0
    returns = {
        "closing": ["team"],
        "enters": "desk",
        "share": quantity(share, "share"),
        "already_in_forecast": quantity(0, "share"),
        "delay": lognormal(6, 0.8, "working days"),
    }
    stages = {
        "desk": pool("desk", exponential(desk), {"team": {}}),
        "team": caseload(
            "team", lognormal(work, 1.0), routes={"care": {"share": quantity(0.5, "share")}, "closed": {}}
        ),
        "care": {
            "kind": "plan",
            "title": "care",
            "stay": lognormal(stay, 0.9, "working days"),
            "routes": {"closed": {}},
        },
    }
    scenario = service(stages, {"desk": staff(1), "team": staff(1, cap=10_000)}, per_day, 120, returns=returns)
    flow = per_day / (1 - share * 0.5)
    busy = {"desk": flow * desk, "team": flow * work}
    exact = {name: load / (1 - load) for name, load in busy.items()} | {"care": flow * 0.5 * stay}
    means, together = {name: [] for name in exact}, []
    for lived in live(scenario, 10):
        daily = dict(zip(lived.measured.daily_names, lived.measured.daily, strict=True))
        present = np.array([daily[f"{name}_open"][SETTLED:] for name in exact])
        for values, name in zip(present, exact, strict=True):
            means[name].append(values.mean())
        together.append(np.corrcoef(present)[np.triu_indices(3, 1)])
    for name, value in exact.items():
        agrees(means[name], value, 0.08)
    gap, error = np.mean(together, axis=0), np.std(together, axis=0, ddof=1) / np.sqrt(len(together))
    assert (np.abs(gap) < 3.3 * error).all(), (gap, error)


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
