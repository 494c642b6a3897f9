"""What is still another area's, and who is not in the published figures, is said before the numbers are trusted."""

from __future__ import annotations

import re
from pathlib import Path

from report.notes import notes_on
from report.sources import assumptions
from scenarios.load import changed, load, load_with_lines
from scenarios.schema import Scenario

OWN_SERVICE = Path(__file__).parents[1] / "data" / "small-service.yaml"
STEADY = {"referrals": {"value": 300, "unit": "referrals a month", "source": "assumed"}}
STEADY["contacts"] = {"value": 1400, "unit": "contacts a month", "source": "assumed"}


def newtown(**changes: object) -> Scenario:
    demand = {"source": "steady", "per_month": STEADY}
    return changed(load("west-sussex"), {"area": "Newtown", "demand": demand, **changes}, "newtown")


def test_what_another_area_keeps_of_the_worked_case_is_said_by_kind() -> None:
    (said,) = notes_on(newtown())
    assert said.startswith("The area is Newtown, but some numbers are still those of West Sussex: ")
    assert "cases open at the start (assessment 1,675, conference 80" in said
    staff = [len(team.staff) for team in load("west-sussex").workforce.teams.values()]
    assert f"posts ({sum(staff)} lines of staff)" in said


def test_numbers_of_its_own_are_no_longer_counted() -> None:
    own = {"opening.assessment.open": 400, "workforce.teams.assessment.staff.experienced.fte": 30}
    before, after = notes_on(newtown())[0], notes_on(newtown(**own))[0]
    assert "1,675" not in after
    assert "conference 80" in after
    lines, fewer = (int(re.findall(r"(\d+) lines of staff", words)[0]) for words in (before, after))
    assert fewer == lines - 1


def test_the_worked_area_and_a_service_of_its_own_need_no_note() -> None:
    assert notes_on(load("west-sussex")) == []
    assert notes_on(load("absence-wave")) == []
    assert notes_on(load_with_lines(OWN_SERVICE)[0]) == []


def test_numbers_of_everywhere_are_not_called_another_areas() -> None:
    log = assumptions(newtown())
    national = log["source"].str.contains("pssru-2014|goldacre-2025|wirral-workload")
    assert national.sum() >= 3
    measured = int(re.findall(r"(\d+) published or fitted", notes_on(newtown())[0])[0])
    others = ~log["assumed"] & ~national & ~log["setting"].str.startswith("opening.")
    assert measured == (others & ~log["setting"].str.endswith(".fte")).sum()


def test_a_surge_by_somebody_unpublished_says_why_there_is_no_chart() -> None:
    surges = {"surges.health": None, "surges.individuals": None, "surges.schools.source": "nurseries"}
    assert notes_on(changed(load("deferred-surge"), surges, "mine")) == [
        "No referrals from nurseries are published, so no chart shows what they really did after 2020."
    ]
    assert notes_on(load("deferred-surge")) == notes_on(load("third-lockdown")) == []
