"""Other people's code, the same small networks: our engine beside Ciw."""

from __future__ import annotations

import ciw
import numpy as np
import pytest

from .conftest import caseload, exponential, pool, quantity, service, staff

STANDARD_ERRORS = 3.3
MONTHS = 24
RUNS = 8


def ours(live, scenario, stage):
    """Mean waiting time and mean time in a stage of each replication, without the first quarter."""
    found = []
    for lived in live(scenario, RUNS):
        rows = lived.visits(stage)
        trace = lived.trace
        settled = rows[(trace.entered[rows] > 60) & ~np.isnan(trace.finished[rows])]
        wait = (trace.allocated - trace.entered)[settled].mean()
        found.append((wait, (trace.finished - trace.entered)[settled].mean()))
    return np.array(found)


def theirs(network, node, classes=("Customer",), days=500):
    """The same of Ciw's runs."""
    found = []
    for seed in range(RUNS):
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(days)
        records = [
            r
            for r in simulation.get_all_records()
            if r.node == node and r.arrival_date > 60 and r.original_customer_class in classes
        ]
        waits = [r.waiting_time for r in records]
        found.append((np.mean(waits), np.mean([r.exit_date - r.arrival_date for r in records])))
    return np.array(found)


def agree(one, two, precision=0.15):
    """Whether means of replications are the same within their error, and the error is small enough to tell."""
    difference = one.mean(axis=0) - two.mean(axis=0)
    error = np.sqrt(one.var(axis=0, ddof=1) / len(one) + two.var(axis=0, ddof=1) / len(two))
    assert (error < precision * two.mean(axis=0)).all(), f"too few runs to tell: {error} of {two.mean(axis=0)}"
    assert (np.abs(difference) < STANDARD_ERRORS * error).all(), f"{one.mean(axis=0)} and {two.mean(axis=0)} +- {error}"


@pytest.mark.parametrize("urgent", [True, False], ids=["urgent", "others"])
def test_screening_then_decision_with_the_urgent_first(live, urgent):
    stages = {
        "screening": pool("screeners", exponential(0.5), {"decision": {"share": quantity(0.4, "share")}, "closed": {}}),
        "decision": pool("managers", exponential(0.8)),
    }
    teams = {"screeners": staff(3), "managers": staff(2)}
    scenario = service(stages, teams, 5.0, MONTHS, urgent_share=0.2)
    network = ciw.create_network(
        arrival_distributions={
            "Urgent": [ciw.dists.Exponential(1.0), None],
            "Other": [ciw.dists.Exponential(4.0), None],
        },
        service_distributions={
            name: [ciw.dists.Exponential(2.0), ciw.dists.Exponential(1.25)] for name in ("Urgent", "Other")
        },
        routing={name: [[0.0, 0.4], [0.0, 0.0]] for name in ("Urgent", "Other")},
        number_of_servers=[3, 2],
        priority_classes={"Urgent": 0, "Other": 1},
    )
    name = "Urgent" if urgent else "Other"
    one = []
    for lived in live(scenario, RUNS):
        trace, rows = lived.trace, lived.visits("screening")
        of = rows[(trace.visits.urgent[rows] == urgent) & (trace.entered[rows] > 60) & ~np.isnan(trace.finished[rows])]
        one.append(((trace.allocated - trace.entered)[of].mean(), (trace.finished - trace.entered)[of].mean()))
    agree(np.array(one), theirs(network, 1, (name,)), precision=0.25)


def test_one_worker_who_shares_hours_among_cases_up_to_a_cap(live):
    """Ciw's limited processor sharing node; the rest wait in order of coming."""
    scenario = service({"team": caseload("team", exponential(1.0))}, {"team": staff(1, cap=4)}, 0.75, MONTHS)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(0.75)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[4],
        ps_thresholds=[1],
    )
    simulated = []
    for seed in range(RUNS):
        ciw.seed(seed)
        simulation = ciw.Simulation(network, node_class=ciw.PSNode)
        simulation.simulate_until_max_time(2000)
        records = [r for r in simulation.get_all_records() if r.arrival_date > 60]
        simulated.append([np.mean([r.exit_date - r.arrival_date for r in records])])
    agree(ours(live, scenario, "team")[:, 1:], np.array(simulated), precision=0.25)
