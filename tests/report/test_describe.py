"""The model description says what the scenario sets: people who come and go, absence, feedback, mergers."""

import pytest

from report.describe import described
from scenarios.load import library, load

HEADINGS = ("Objectives", "Logic", "Data", "Experimentation", "Implementation", "Code")


@pytest.mark.parametrize("name", list(library()))
def test_every_scenario_is_described_under_every_heading(name: str) -> None:
    scenario = load(name)
    words = described(scenario)
    for at, heading in enumerate(HEADINGS, start=1):
        assert f"\n## {at}. {heading}\n" in words
    for part in ("Entities", "Resources", "Queues", "Absence", "Feedback", "Start", "Length", "Chance", "Execution"):
        assert part in words
    assert all(f"`{stage}`" in words for stage in scenario.service.stages)
    assert all(f"`{team}`" in words for team in scenario.workforce.teams)
    assert "Quantity(" not in words


def test_what_is_switched_on_is_said() -> None:
    words = described(load("retention-spiral"))
    assert "Whoever holds more than 0.68 share of the cap is likelier to leave, by 0.25 leavings a year" in words
    assert "leaving 0.25 share a year, refilled after exponential, mean 130 working days" in words
    assert "None is switched on." in described(load("west-sussex"))
    assert "Merges into" in described(load("integrated-front-door"))
    assert "Wave `" in described(load("absence-wave"))
    contract = {"workforce.teams.assessment.staff.agency.contract_ends": "2021-03-31"}
    finish = {"workforce.teams.assessment.on_leaving": "finish"}
    words = described(load("west-sussex", {**contract, **finish}))
    assert "until 31 March 2021" in words
    assert "Leavers finish their cases." in words
