"""A run that starts from a snapshot of another goes on as the other did: the whole pathway and all ages (trap 4)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from .conftest import STANDARD_ERRORS, caseload, exponential, lognormal, pool, quantity, service, staff
from .test_stocks import plan

SINCE = 250
"""Working days after which the snapshot is taken; stocks are still growing then."""
LATER = np.array([5, 15, 40, 80, 120])
LOADED = ("desk", "team", "conference", "need", "protection", "care")
MONTHS, RUNS = 18, 10


def pathway(months=MONTHS, opening=None, seed=1):
    """Screening, assessment with enquiries and sign-off, conferences, three kinds of plan; a fifth come back."""
    enquiry = {
        "title": "Enquiry",
        "share": quantity(0.3, "share"),
        "starts_after": exponential(2, "working days"),
        "effort": exponential(0.4),
        "routes": {"conference": {"share": quantity(0.6, "share")}, "closed": {}},
    }
    onward = {"need": {"share": quantity(0.25, "share")}, "care": {"share": quantity(0.1, "share")}, "closed": {}}
    stages = {
        "desk": pool("desk", exponential(0.2), {"team": {"share": quantity(0.5, "share")}, "closed": {}}),
        "team": caseload(
            "team",
            lognormal(1.5, 0.7),
            exponential(12, "working days"),
            onward,
            urgent_work={"enquiry": enquiry},
            sign_off="manager",
            target_working_days=15,
            effort_goes_with_elapsed=quantity(0.5, "correlation"),
        ),
        "manager": pool("manager", exponential(0.1)),
        "conference": pool(
            "chair",
            exponential(0.3),
            {"protection": {"share": quantity(0.8, "share")}, "closed": {}},
            lead_time=exponential(8, "working days"),
            clock_from="enquiry",
        ),
        "need": plan(lognormal(60, 0.8, "working days")),
        "protection": plan(lognormal(90, 0.5, "working days")),
        "care": plan(lognormal(120, 0.8, "working days")),
    }
    teams = {"desk": staff(4), "team": staff(20, cap=12), "manager": staff(2), "chair": staff(2)}
    returns = {
        "closing": ["team"],
        "enters": "team",
        "share": quantity(0.2, "share"),
        "already_in_forecast": quantity(0.2, "share"),
        "delay": exponential(20, "working days"),
    }
    return service(stages, teams, 16.0, months, returns=returns, opening=opening, urgent_share=0.2, seed=seed)


def open_later(lived, since):
    """Open in each stage at the later days; assessments closed in a quarter, and the percentage of them in time."""
    daily = dict(zip(lived.measured.daily_names, lived.measured.daily, strict=True))
    found = [daily[f"{stage}_open"][since + LATER - 1] for stage in LOADED]
    rows = lived.visits("team")
    gone = lived.trace.finished[rows] - since
    done = rows[(gone >= 0) & (gone < 60)]
    found.append([len(done), np.mean((lived.trace.finished - lived.trace.entered)[done] <= 15) * 100])
    return np.concatenate(found)


def snapshot(lived, since):
    """Counts by age of what is open in each stage, as a planner would count them."""
    found = {}
    for stage in LOADED:
        rows = lived.visits(stage)
        came, went = lived.trace.entered[rows], lived.trace.finished[rows]
        ages = since - came[(came < since) & ~(went < since)]
        if stage == "desk":
            found[stage] = {"open": {"value": len(ages), "unit": "contacts", "source": "assumed"}}
            continue
        edges = np.unique(np.quantile(ages, np.linspace(0, 1, 16)))
        table = {"distribution": "bands", "unit": "working days", "source": "assumed", "edges": edges.tolist()}
        found[stage] = {"ages": {**table, "counts": np.histogram(ages, edges)[0].tolist()}}
    return found


def gaps(live, loaded):
    """Differences between a run and the one loaded from it, run by run; how far each mean may be off by chance."""
    before, after = [], []
    for number, lived in enumerate(live(pathway(), RUNS)):
        before.append(open_later(lived, SINCE))
        start = pathway(8, loaded(snapshot(lived, SINCE)), seed=100 + number)
        after.append(open_later(next(live(start, 1)), 0))
    one, two = np.array(before), np.array(after)
    rarely = student.ppf(1 - 0.0005 / one.shape[1], RUNS - 1)
    error = (one - two).std(axis=0, ddof=1) / np.sqrt(RUNS)
    return (one - two).mean(axis=0), rarely * error, np.log(one.std(axis=0, ddof=1) / two.std(axis=0, ddof=1))


def test_the_whole_pathway_goes_on_from_a_snapshot_as_it_would_have(live):
    """Open cases and plans, cases closed, timeliness: the same on average, and as spread out, as in the run itself."""
    gap, by_chance, spread = gaps(live, lambda seen: seen)
    assert (np.abs(gap) < by_chance).all(), np.c_[gap, by_chance]
    assert (np.abs(spread) < STANDARD_ERRORS / np.sqrt(RUNS - 1)).all(), spread


@pytest.mark.parametrize("live", ["fast"], indirect=True)
def test_a_start_where_all_is_new_would_fail_the_same_test(live):
    def new(seen):
        young = {"distribution": "bands", "unit": "working days", "source": "assumed", "edges": [0, 1e-6]}
        return {
            stage: {"ages": {**young, "counts": [sum(start["ages"]["counts"])]}} if "ages" in start else start
            for stage, start in seen.items()
        }

    gap, by_chance, _ = gaps(live, new)
    assert (np.abs(gap) > by_chance).any()
