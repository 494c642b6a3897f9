"""The caseworker as a processor-sharing server (Sakata, Noguchi and Oizumi 1971; Kleinrock 1976)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from .conftest import caseload, exponential, lognormal, service, staff

SETTLED = 250
LOAD, MEAN = 0.8, 0.25
UNCAPPED = 10_000


def settled(lived):
    rows = lived.visits("team")
    came = lived.trace.entered[rows]
    return rows[(came > SETTLED) & (came < lived.clock.days - 100)]


@pytest.mark.parametrize(
    "work",
    [exponential(MEAN), lognormal(MEAN, 0.7), lognormal(MEAN, math.sqrt(math.log(6)))],
    ids=["exponential", "lognormal", "squared cv of 5"],
)
def test_mean_response_does_not_depend_on_the_distribution_of_work(live, agrees, work):
    scenario = service({"team": caseload("team", work)}, {"team": staff(1, UNCAPPED)}, LOAD / MEAN, months=120)
    times = []
    for lived in live(scenario, 10):
        rows = settled(lived)
        times.append(np.nanmean((lived.trace.finished - lived.trace.entered)[rows]))
    agrees(times, MEAN / (1 - LOAD), 0.08)


def test_response_is_linear_in_the_work(live, agrees):
    """A case of x hours takes x / (1 - load): nobody is favoured."""
    scenario = service({"team": caseload("team", exponential(MEAN))}, {"team": staff(1, UNCAPPED)}, LOAD / MEAN, 120)
    short, long = [], []
    for lived in live(scenario, 10):
        rows = settled(lived)
        work = lived.trace.visits.effort[rows]
        pace = (lived.trace.finished - lived.trace.entered)[rows] / work
        weight = work / work.sum()
        half = work < np.median(work)
        short.append(np.sum((pace * weight)[half]) / weight[half].sum())
        long.append(np.sum((pace * weight)[~half]) / weight[~half].sum())
    agrees(short, 1 / (1 - LOAD), 0.06)
    agrees(long, 1 / (1 - LOAD), 0.06)


def test_urgent_work_is_not_slowed_by_the_rest(live, agrees):
    """Urgent pieces pre-empt and share among themselves: their mean response is that of a worker with nothing else."""
    share, urgent_mean = 0.5, 0.2
    per_day = 2.0
    piece = {
        "title": "urgent",
        "share": {"value": share, "unit": "share", "source": "assumed"},
        "starts_after": exponential(2, "working days"),
        "effort": exponential(urgent_mean),
        "routes": {"closed": {}},
    }
    stages = {"team": caseload("team", exponential(MEAN), urgent_work={"enquiry": piece})}
    scenario = service(stages, {"team": staff(1, UNCAPPED)}, per_day, 120)
    times = []
    for lived in live(scenario, 8):
        began, done = lived.trace.urgent_began, lived.trace.urgent_done
        kept = (began > SETTLED) & ~np.isnan(done)
        times.append((done - began)[kept].mean())
    load = per_day * share * urgent_mean
    agrees(times, urgent_mean / (1 - load), 0.03)
