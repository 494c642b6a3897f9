"""The people of a service, and what a struggling service does to itself: two parts of the model description."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.feedback import Feedback
from scenarios.people import Absence, Role, Staff, Team
from scenarios.schema import Scenario

from .phrases import day
from .scenario_words import drawn, number


def people(scenario: Scenario) -> Iterator[str]:
    """Who works in the teams, how they come and go, and why they are away."""
    force = scenario.workforce
    strained = scenario.feedback is not None and scenario.feedback.strain is not None
    yield "\n**Teams.**\n"
    for name, team in force.teams.items():
        several = f", {team.sub_teams} alike teams" if team.sub_teams > 1 else ""
        lines = "; ".join(_line(key, staff, force.roles[staff.role]) for key, staff in team.staff.items())
        yield f"- **{team.title}** (`{name}`{several}): {lines}.{_going(team, strained)}"
    yield "\n**Absence.** " + " ".join(_absence(force.absence)) + (" " if _exempt(scenario) else "") + _exempt(scenario)


def feedback(scenario: Scenario) -> Iterator[str]:
    """Each effect that is switched on."""
    effects = scenario.feedback or Feedback()
    said = []
    if (late := effects.late_work) is not None:
        stages = ", ".join(late.stages)
        said.append(
            f"Cases of {stages} that take longer than their target come back by {number(late.extra_share)} more."
        )
    if (thin := effects.thin_work) is not None:
        stages = ", ".join(thin.stages)
        held = f"Cases of {stages} closed by whoever holds more than {number(thin.above)}"
        said.append(f"{held} come back by {number(thin.extra_share)} more.")
    if (asking := effects.repeat_contacts) is not None:
        waiting = f"Of those whom nobody in {asking.waiting_for} has taken after {drawn(asking.after)},"
        said.append(f"{waiting} {number(asking.share)} ask again, at {asking.enters}.")
    if (load := effects.overload) is not None:
        above = f"Whoever holds more than {number(load.above)} loses"
        said.append(f"{above} {number(load.hours_lost)} for each cap's worth of cases above.")
    if (strain := effects.strain) is not None:
        above = f"Whoever holds more than {number(strain.above)} is likelier to leave"
        said.append(f"{above}, by {number(strain.leaving_per_year)}.")
    yield f"\n**Feedback.** {' '.join(said) or 'None is switched on.'}"


def _line(key: str, staff: Staff, role: Role) -> str:
    cap = "" if role.caseload_cap is None else f", up to {number(role.caseload_cap)}"
    words = f"{key.replace('_', ' ')} {number(staff.fte)} ({number(role.hours_per_day)}{cap})"
    if role.induction is not None:
        words += f", newcomers from {number(role.induction.starting_share)} up in {number(role.induction.weeks)}"
    if staff.leaving_per_year is not None:
        words += f", leaving {number(staff.leaving_per_year)}"
        filled = "not refilled" if staff.time_to_fill is None else f"refilled after {drawn(staff.time_to_fill)}"
        words += f", {filled}"
    if staff.vacant_share is not None:
        words += f", {number(staff.vacant_share)} vacant at the start"
    if staff.contract_ends is not None:
        words += f", until {day(staff.contract_ends)}"
    return words


def _going(team: Team, strained: bool) -> str:
    """What becomes of leavers' cases, where anybody leaves, and of the team."""
    leaves = strained or any(staff.leaving_per_year or staff.contract_ends for staff in team.staff.values())
    said = ""
    if leaves:
        said = " Leavers' cases are handed over." if team.on_leaving == "handover" else " Leavers finish their cases."
    if team.merges_into is not None and team.merges_on is not None:
        said += f" Merges into `{team.merges_into}` on {day(team.merges_on)}."
    return said


def _absence(absence: Absence) -> Iterator[str]:
    if (sick := absence.sickness) is not None:
        yield f"Sickness: {drawn(sick.away)} away after {drawn(sick.at_work)} at work."
    if (leave := absence.annual_leave) is not None:
        yield f"Annual leave: {number(leave.days_per_year)}, by the season."
    if absence.training_days_per_year is not None:
        yield f"Training: {number(absence.training_days_per_year)}."
    for name, wave in absence.waves.items():
        span = f"{day(wave.first)} to {day(wave.last)}"
        yield f"Wave `{name}`: {number(wave.share_away)} away from {span}."
    if not any((absence.sickness, absence.annual_leave, absence.training_days_per_year, absence.waves)):
        yield "Nobody is ever away."


def _exempt(scenario: Scenario) -> str:
    """Teams whose posts are already people at work."""
    names = [team.title for team in scenario.workforce.teams.values() if not team.absent]
    return f"Posts of {', '.join(names)} are counted as people at work." if names else ""
