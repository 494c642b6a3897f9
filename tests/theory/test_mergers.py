"""Caseload per FTE is that of the days on which the team is there, and a worker's guide is for all cases held."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import Live, caseload, constant, service, staff


def test_caseload_per_fte_of_a_team_that_merges_is_of_its_own_days(live: Live):
    stages = {"work": caseload("work", constant(30)), "other": caseload("other", constant(30))}
    teams = {"work": staff(20, cap=10, merges_into="other", merges_on="2018-02-01"), "other": staff(10, cap=10)}
    (lived,) = live(service(stages, teams, 0.5, 3), 1)
    found = lived.measured
    january = found.of("work_caseload_per_fte", "2018-01")
    assert january == pytest.approx(found.of("work_allocated_mean", "2018-01") / 20)
    assert np.isnan(found.of("work_caseload_per_fte", "2018-02"))
    assert found.of("work_allocated_mean", "2018-02") > 0
    assert found.of("work_caseload_per_fte") == pytest.approx(january)


def test_who_serves_two_stages_is_above_the_guide_by_the_cases_of_both(live: Live):
    """Two workers with two cases of each stage for ever, and a guide of three."""
    for_ever = constant(10_000)
    stages = {name: caseload("team", for_ever) for name in ("one", "two")}
    start = {name: {"open": {"value": 4, "unit": "cases", "source": "assumed"}} for name in stages}
    asked = service(stages, {"team": staff(2, cap=4)}, 1e-6, 1, opening=start)
    guide = asked.workforce.roles["team"].caseload_cap
    roles = {
        "team": asked.workforce.roles["team"].model_copy(update={"caseload_guide": type(guide)(3, "cases", "assumed")})
    }
    asked = asked.model_copy(update={"workforce": asked.workforce.model_copy(update={"roles": roles})})
    (lived,) = live(asked, 1)
    assert lived.measured.of("one_allocated") == lived.measured.of("two_allocated") == 4
    assert lived.measured.of("one_workers_above_guide") == 1
    assert lived.measured.of("two_workers_above_guide") == 1
