"""What is no fault and yet worth a word: a team with nobody in it, and what comes only after the run has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from .document import Document, Keys
from .faults import Fault
from .plain import TEAMS, as_date, at, inside, items, written
from .quantity import Dated, value_at
from .schema import Scenario


def remarks(scenario: Scenario, document: Document) -> list[Fault]:
    """Remarks on a sound scenario at the lines of its document; none on one of several starts."""
    if scenario.starts:
        return []
    return [*_empty_teams(scenario, document), *_unseen(scenario, document)]


def last_day(scenario: Scenario) -> date:
    """The last day of a run: the end of the last of its months, the first being that of the day after `as_at`."""
    first = scenario.as_at + timedelta(days=1)
    months = first.year * 12 + first.month - 1 + scenario.horizon_months
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _empty_teams(scenario: Scenario, document: Document) -> Iterator[Fault]:
    """Teams that have work and, from some day of the run on, nobody in post."""
    worked = {stage.team for stage in scenario.service.stages.values() if stage.team is not None}
    for name, team in scenario.workforce.teams.items():
        steps = [step.from_ for line in team.staff.values() if isinstance(line.fte, Dated) for step in line.fte.dated]
        ends = [line.contract_ends for line in team.staff.values() if line.contract_ends is not None]
        last = min(team.merges_on or date.max, last_day(scenario) + timedelta(days=1))
        days = sorted(day for day in {scenario.as_at, *steps, *ends} if scenario.as_at <= day < last)
        empty = next((day for day in days if not _posts(scenario, name, day)), None)
        if name in worked and empty is not None:
            lines = [(*TEAMS, name, "staff", line, what) for line in team.staff for what in ("fte", "contract_ends")]
            place = document.place(written(document, [keys for keys in lines if keys in document.lines]))
            words = f"nobody is in post from {empty} on, so nobody does the team's work then"
            yield Fault(*place, ".".join((*TEAMS, name)), words)


def _posts(scenario: Scenario, name: str, day: date) -> float:
    """Posts of a team on a day, with those of teams that have merged into it."""
    teams = scenario.workforce.teams
    own = sum(
        value_at(line.fte, day)
        for line in teams[name].staff.values()
        if line.contract_ends is None or day < line.contract_ends
    )
    merged = [
        key for key, team in teams.items() if team.merges_into == name and team.merges_on and team.merges_on <= day
    ]
    return own + sum(_posts(scenario, other, day) for other in merged)


def _unseen(scenario: Scenario, document: Document) -> Iterator[Fault]:
    """Dated steps, waves, mergers, ends of contracts and surges that come after the run has ended."""
    last = last_day(scenario)
    for keys, day in _days(document):
        if day > last:
            yield document.fault(keys, f"{day} is after the run ends on {last}, so nothing of it is seen")


def _days(document: Document) -> Iterator[tuple[Keys, date]]:
    """Days on which something begins or ends, with where they are set."""
    for keys, part in inside(document.data):
        days = {number: at(step).get("from") for number, step in enumerate(items(part, "dated"))}
        found = [((*keys, "dated", number, "from"), day) for number, day in days.items()]
        if keys[:-1] == ("workforce", "absence", "waves"):
            found.append(((*keys, "first"), part.get("first")))
        if keys[:-1] == ("surges",):
            found.append(((*keys, "start"), f"{part.get('start')}-01"))
        found += [
            ((*keys, end), part[end]) for end in ("merges_on", "contract_ends") if keys[:2] == TEAMS and end in part
        ]
        for place, given in found:
            if (day := as_date(given)) is not None:
                yield place, day
