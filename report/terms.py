"""The planner's name for each measure, and which direction is better."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scenarios.measure_names import measure_names
from scenarios.referrers import published
from scenarios.schema import Scenario
from scenarios.service import Caseload, Plan, Pool

from .phrases import listed

KNOWN = {
    "contacts": "contacts",
    "referrals": "referrals",
    "assessments": "assessments",
    "section_47": "section 47 enquiries",
    "conferences": "initial child protection conferences",
    "cp_starts": "child protection plans started",
    "cp_ends": "child protection plans ended",
    "cp_open": "children on a child protection plan",
    "cla_starts": "children starting to be looked after",
    "cla_ends": "children ceasing to be looked after",
    "cla_open": "children looked after",
    "cin_open": "children on a child in need plan",
    "rereferral_rate": "referrals within 12 months of an earlier one",
    "cost_a_year": "cost of the staff a year",
    "assessment_open": "open assessments",
    "assessment_waiting": "assessments waiting for a worker",
    "assessment_allocated": "assessments with a worker",
}
DONE = {
    "contact_screening": "contacts screened",
    "referral_decision": "referrals decided",
    "assessment": "assessments completed",
    "conference": "conferences held",
}
_WITHIN = re.compile(r"(?P<stage>.+)_within_(?P<days>\d+)_working_days?$")
_AVERAGED = ("_open_mean", "_waiting_mean", "_allocated_mean")
_LOW = ("_open", "_waiting", "_caseload_per_fte", "_days", "rereferral_rate", "_late", "_lost")


def referrer(source: str) -> str:
    """Who referred, in words, by its name in the published figures."""
    return published().get(source, source.replace("_", " "))


def surged_by(scenario: Scenario) -> str:
    """Whose referrals the surges of a scenario move, in words."""
    return listed(list(dict.fromkeys(one.source.replace("_", " ") for one in scenario.surges.values())))


@dataclass(frozen=True)
class Within:
    """A measure of timeliness taken apart: the share of a stage's work done within so many working days."""

    stage: str
    days: int


def within(measure: str) -> Within | None:
    """The parts of a timeliness measure; None for any other."""
    match = _WITHIN.fullmatch(measure)
    return Within(match["stage"], int(match["days"])) if match else None


def stage_title(scenario: Scenario, stage: str) -> str:
    """A stage's title in the scenario, in lower case but for its capitals inside; else its name in words."""
    found = scenario.service.stages.get(stage)
    words = found.title if found is not None else stage.replace("_", " ")
    return words[:1].lower() + words[1:] if not words[:2].isupper() else words


def sub_team(place: str) -> str:
    """What one of the alike teams of a stage is called: "team 3" for assessment_team_3."""
    return f"team {place.rpartition('_team_')[2]}"


def name(scenario: Scenario, measure: str) -> str:
    """What a measure is called in a sentence."""
    if measure in KNOWN:
        return KNOWN[measure]
    if part := within(measure):
        done = DONE.get(part.stage) or f"{stage_title(scenario, part.stage)} done"
        return f"{done} within {part.days} working day{'s' if part.days > 1 else ''}"
    if measure.endswith(_AVERAGED):
        return f"{name(scenario, measure.removesuffix('_mean'))}, on average"
    for ending, words in (
        ("_caseload_per_fte", "open cases per full-time worker, {}"),
        ("_open", "open in {}"),
        ("_waiting", "waiting for {}"),
        ("_allocated", "in hand in {}"),
    ):
        if measure.endswith(ending):
            return words.format(stage_title(scenario, measure.removesuffix(ending)))
    named = measure_names(scenario.model_dump(mode="json", by_alias=True)).get(measure)
    return named.title[:1].lower() + named.title[1:] if named else measure.replace("_", " ")


def setting_value(setting: str, value: float) -> str:
    """A setting's value as a person would say it: a share as a percentage, all else as a number."""
    last = [part for part in setting.split(".") if part != "value"][-1]
    return f"{100 * value:g}%" if "share" in last and 0 <= value <= 1 else f"{value:g}"


def setting_name(title: str) -> str:
    """The last two parts of a setting's title, for a sentence: "experienced posts", "winter share away"."""
    return " ".join(title.split(", ")[-2:]).replace("_", " ").lower()


def better(measure: str) -> str:
    """ "low", "high" or "neither": the direction that helps children and staff; demand itself is neither."""
    if within(measure):
        return "high"
    if measure in ("cp_open", "cla_open", "cin_open"):
        return "neither"
    return "low" if measure.endswith(_LOW) else "neither"


def stages(scenario: Scenario, kind: type[Pool] | type[Caseload] | type[Plan]) -> list[str]:
    """Names of the stages of one kind, in the scenario's order."""
    return [name for name, stage in scenario.service.stages.items() if isinstance(stage, kind)]
