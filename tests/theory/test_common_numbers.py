"""Common random numbers: scenarios meet the same children, so that only what differs makes a difference."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import caseload, exponential, lognormal, pool, quantity, service, staff


def team(number, *, mean=2.0, first="desk", per_day=6.0, absence=None, months=12):
    stages = {
        "desk": pool("desk", exponential(0.3), {"team": {}}),
        "team": caseload("team", lognormal(mean, 0.7), exponential(5, "working days")),
    }
    teams = {"desk": staff(3), "team": staff(number, cap=6, sub_teams=2, absent=True)}
    if first != "desk":
        teams = dict(reversed(teams.items()))
    return service(stages, teams, per_day, months, absence=absence, seed=4)


def test_more_staff_make_nobody_wait_longer_on_average(live):
    gains = []
    for fewer, more in zip(live(team(13), 6), live(team(15), 6), strict=True):
        assert np.array_equal(fewer.trace.visits.effort, more.trace.visits.effort)
        gains.append(fewer.measured.of("team_days_mean") - more.measured.of("team_days_mean"))
    assert np.mean(gains) > 0
    assert np.min(gains) > -0.05


def test_a_changed_mean_stretches_the_same_luck(live):
    (usual,), (longer,) = live(team(20), 1), live(team(20, mean=3.0), 1)
    rows = usual.trace.visits.stage == 1
    assert np.allclose(longer.trace.visits.effort[rows], 1.5 * usual.trace.visits.effort[rows])
    assert np.array_equal(longer.trace.visits.least, usual.trace.visits.least)


def test_the_order_of_teams_changes_nothing(live):
    (one,), (two,) = live(team(14), 1), live(team(14, first="team"), 1)
    for name in one.measured.names:
        assert one.measured.of(name) == pytest.approx(two.measured.of(name), nan_ok=True)


def test_no_absence_is_the_plain_model(live):
    none = {
        "annual_leave": {
            "days_per_year": quantity(0, "days"),
            "month_weights": [1.0] * 12,
            "source": "assumed",
        },
        "training_days_per_year": quantity(0, "days"),
        "waves": {"none": {"first": "2018-02-01", "last": "2018-03-01", "share_away": quantity(0, "share")}},
    }
    (plain,), (absent,) = live(team(14), 1), live(team(14, absence=none), 1)
    assert np.array_equal(plain.trace.finished, absent.trace.finished, equal_nan=True)


def test_a_replication_is_the_same_alone(live):
    together = [lived.trace.finished for lived in live(team(14, months=3), 3)]
    alone = [lived.trace.finished for lived in live(team(14, months=3), 2)]
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(together, alone, strict=False))
