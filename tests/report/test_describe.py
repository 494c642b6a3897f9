"""The model description says what the scenario sets: people who come and go, absence, feedback, mergers."""

from pathlib import Path

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


def test_what_moves_the_answer_is_said() -> None:
    words = described(load("west-sussex"))
    assert "0.1 share of contacts urgent, enters `contact_screening`" in words
    assert "Work goes with that time (correlation 0.79)." in words
    assert "Load on the team: 7 hours per plan and month." in words
    assert "lognormal, mean 5.8 hours per assessment, standard deviation of the log" in words
    assert "Target: 1 working day. " in words
    assert "Target: 45 working days. " in words
    hindcast = described(load("west-sussex-hindcast"))
    assert "Start `december_2019`, with settings of its own: From 1 December 2019" in hindcast
    both = "`service.returns.share` and `service.returns.already_in_forecast` as odds"
    assert both in described(load("practice-may-change"))
    steady = load(Path(__file__).parents[1] / "data" / "small-service.yaml")
    assert "Poisson counts: 6 contacts per working day (contacts)." in described(steady)
    thin = {"stages": ["assessment"], "above": number(0.8, "share of the cap"), "extra_share": number(0.1, "of cases")}
    closed = (
        "Cases of assessment closed by whoever holds more than 0.8 share of the cap come back by 0.1 of cases more."
    )
    assert closed in described(load("west-sussex", {"feedback": {"thin_work": thin}}))


def number(value: float, unit: str) -> dict[str, object]:
    return {"value": value, "unit": unit, "source": "assumed"}


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
