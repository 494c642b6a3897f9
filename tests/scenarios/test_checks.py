"""Faults that only the whole service shows: circles, mergers, clocks, units, feedback, steady rates."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scenarios import load
from scenarios.faults import ScenarioError

SERVICE = Path(__file__).parents[1] / "data" / "small-service.yaml"


def number(value: float, unit: str = "share") -> dict[str, Any]:
    return {"value": value, "unit": unit, "source": "assumed"}


def after(unit: str = "working days") -> dict[str, Any]:
    return {"distribution": "exponential", "mean": number(5, unit)}


def faults(tmp_path: Path, changes: dict[str, Any]) -> list[str]:
    data = copy.deepcopy(yaml.safe_load(SERVICE.read_text(encoding="utf-8")))
    for name, value in changes.items():
        here = data
        *keys, last = name.split(".")
        for key in keys:
            here = here.setdefault(key, {})
        here[last] = value
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    try:
        load.load(path)
    except ScenarioError as error:
        return [str(fault).split("  ", 1)[1] for fault in error.faults]
    return []


def test_the_small_service_is_sound(tmp_path: Path) -> None:
    assert faults(tmp_path, {}) == []


MERGES = {"workforce.teams.assessors.merges_into": "long", "workforce.teams.assessors.merges_on": "2021-06-01"}
BACK = {"workforce.teams.long.merges_into": "assessors", "workforce.teams.long.merges_on": "2021-05-01"}
ASKS = {"waiting_for": "assessment", "enters": "screening", "share": number(0.1), "after": after()}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"service.stages.plan.routes": {"assessment": {"share": number(0.1)}, "closed": {}}},
            ["service.stages.assessment.routes.plan: leads in a circle: assessment -> plan -> assessment"],
        ),
        ({"service.stages.screening.team": "assessors"}, ["screening.team: team 'assessors' has a caseload too"]),
        (MERGES | BACK, ["circle: assessors -> long -> assessors", "circle: long -> assessors -> long"]),
        (
            {"workforce.teams.mash.merges_into": "assessors", "workforce.teams.mash.merges_on": "2021-06-01"},
            ["team 'mash' serves a pool and 'assessors' no pool"],
        ),
        ({"service.stages.screening.clock_from": "assessment"}, ["nobody comes to 'screening' from 'assessment'"]),
        ({"service.stages.plan.stay": after("children")}, ["plan.stay.mean.unit: 'children' is not a time: use min"]),
        ({"workforce.absence.sickness": {"away": after("people"), "at_work": after()}}, ["'people' is not a time"]),
        (
            {"feedback.late_work": {"stages": ["asessment"], "extra_share": number(0.1)}},
            ["feedback.late_work.stages.0: there is no stage 'asessment'; did you mean 'assessment'?"],
        ),
        (
            {"feedback.late_work": {"stages": ["plan"], "extra_share": number(0.1)}},
            ["stage 'plan' has no target_working_days, so nothing there is late"],
        ),
        (
            {"feedback.late_work": {"stages": ["assessment"], "extra_share": number(0.1)}},
            ["nobody comes back from 'assessment'"],
        ),
        (
            {
                "feedback.thin_work": {
                    "stages": ["plan", "assesment", "assessment"],
                    "above": number(0.8),
                    "extra_share": number(0.1),
                }
            },
            [
                "thin_work.stages.0: 'plan' is a plan and no caseload",
                "there is no caseload 'assesment'; did you mean",
                "thin_work.stages.2: nobody comes back from 'assessment'",
            ],
        ),
        (
            {"feedback.repeat_contacts": ASKS | {"waiting_for": "plan"}},
            ["'plan' is a plan and no caseload; it may be one of assessment"],
        ),
        (
            {"feedback.repeat_contacts": ASKS | {"enters": "plan"}},
            ["enters: 'plan' is a plan and no pool; it may be one of screening"],
        ),
        (
            {"service.entries.contacts.measure": "contactz"},
            ["no entry takes 'contacts' in", "per_working_day has no 'contactz'; did you mean 'contacts'?"],
        ),
        (
            {"demand.per_month": {"contacts": number(300)}},
            ["demand.per_month.contacts: is stated a working day too; state it once"],
        ),
        (
            {"service.stages.assessment.kind": "case load"},
            ["service.stages.assessment.kind: cannot be 'case load'; did you mean 'caseload'?"],
        ),
        ({"service.stages.assessment.target_working_days": -45}, ["target_working_days: must be above 0, not -45"]),
        (
            {"service.stages.assessment.team": "asses-sors"},
            ["assessment.team: may hold small letters, digits and _ only, not 'asses-sors'"],
        ),
        ({"service.entries": {}}, ["no entry takes 'contacts' in", "nobody ever comes"]),
        (
            {"demand.per_working_day": {"contacts": number(6), "cla_open": number(3)}},
            ["per_working_day.cla_open: counts who is there, not who comes"],
        ),
        ({"opening.enquiry": {"open": number(3)}}, ["opening.enquiry: there is no stage 'enquiry'"]),
    ],
    ids=lambda given: " ".join(given)[:40] if isinstance(given, dict) else "",
)
def test_each_is_said_plainly(tmp_path: Path, changes: dict[str, Any], said: list[str]) -> None:
    found = faults(tmp_path, changes)
    assert len(found) == len(said), found
    for words in said:
        assert any(words in fault for fault in found), found


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["scholls"], ["surges.s0.source: nobody is known as 'scholls'; did you mean 'schools'?"]),
        (["polcie", "health_servces"], ["did you mean 'police'?", "did you mean 'health services'?"]),
        (["schools", "school"], ["surges.s1.source: 'school' and 'schools' are the same people"]),
        (["others", "Everybody else"], ["surges.s1.source: 'Everybody else' and 'others' are the same people"]),
        (["schools", "schools", "Health", "education", "public", "nurseries", "courts", "others"], []),
    ],
)
def test_who_refers_in_a_surge_is_known_or_like_nobody_known(named: list[str], said: list[str]) -> None:
    share = {"value": 0.1, "unit": "share of referrals", "source": "assumed"}
    surge = {"title": "Held back", "start": "2021-01", "months": 3, "share_of_referrals": share}
    surge["deferred_share"] = {**share, "unit": "share of their referrals"}
    change = {f"surges.s{at}": {**surge, "source": source} for at, source in enumerate(named)}
    try:
        load.changed(load.load("west-sussex"), change, "mine")
        found = []
    except ScenarioError as error:
        found = [str(fault) for fault in error.faults]
    assert len(found) == len(said), found
    assert all(any(words in fault for fault in found) for words in said), found


@pytest.mark.parametrize(
    ("weights", "days", "said"),
    [
        ([0.0] * 12, 28, "some month must weigh more than 0"),
        ([1.0] * 11 + [-1.0], 28, "must be 0 or more, not -1"),
        ([1.0] * 12, 400, "between 0 and the 253 working days of a year, not 400"),
    ],
)
def test_leave_that_cannot_be_is_said_plainly(tmp_path: Path, weights: list[float], days: float, said: str) -> None:
    leave = {"days_per_year": number(days, "days"), "month_weights": weights, "source": "assumed"}
    found = faults(tmp_path, {"workforce.absence.annual_leave": leave})
    assert any(said in fault for fault in found), found


def test_one_team_may_merge_into_another_of_its_kind_and_a_clock_start_with_urgent_work(tmp_path: Path) -> None:
    enquiry = {"title": "Enquiry", "share": number(0.3), "starts_after": after(), "effort": after("hours")}
    meeting = {"kind": "pool", "title": "Meeting", "team": "mash", "effort": after("hours"), "routes": {"closed": {}}}
    sound = {
        "service.stages.assessment.urgent_work": {"enquiry": enquiry | {"routes": {"meeting": {}}}},
        "service.stages.meeting": meeting | {"clock_from": "enquiry"},
        "feedback.repeat_contacts": ASKS,
    }
    assert faults(tmp_path, MERGES | sound) == []
