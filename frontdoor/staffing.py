"""How many social workers: the fewest posts that keep a promise, found on the lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecast.calendar import working_days
from forecast.paths import SamplePaths
from frontdoor.lab import Advance, Lab, lab
from frontdoor.posts import Floats, Post, beside, posts_of, promised, search_range, top
from frontdoor.screen import Stage, stage
from report.comparison_words import answer_lines
from report.goalseek import Answer, smallest
from report.offered_load import Guess, first_guess
from report.phrases import percent
from report.promise import Promise, read_promises
from scenarios.faults import told_together
from scenarios.load import changed
from scenarios.schema import Scenario

QUIET = stage(quiet=True)


@dataclass(frozen=True)
class TeamAnswer:
    """The fewest posts of one line of staff, and the queueing-theory first guess beside it (None: not worked out)."""

    post: Post
    answer: Answer
    guess: Guess | None


@dataclass(frozen=True)
class Staffing:
    """The answer: for each team asked for, in order; `settings` are those that have it (empty: nothing holds)."""

    scenario: Scenario
    promises: tuple[Promise, ...]
    probability: float | None
    teams: tuple[TeamAnswer, ...]
    settings: Mapping[str, Any]

    @property
    def replications(self) -> int:
        """Replications that the search took in all."""
        return sum(team.answer.replications for team in self.teams)

    def table(self) -> pd.DataFrame:
        """Every number of posts looked at: team, staff, and as report.goalseek.Point."""
        rows = [
            {"team": team.post.team, "staff": team.post.line, **asdict(point)}
            for team in self.teams
            for point in team.answer.points
        ]
        return pd.DataFrame(rows)


def smallest_team(
    scenario: Scenario,
    targets: Sequence[str] = (),
    *,
    probability: float | None = 0.8,
    teams: Sequence[str] = (),
    post: str | None = None,
    low: float | None = None,
    high: float | None = None,
    most: int = 60,
    out: Path = Path("outputs"),
    processes: int | None = None,
    stage: Stage = QUIET,
) -> Staffing:
    """The fewest posts that keep every target, team by team in the order given, each with the others as found so far.

    `targets`: as a planner says them (default: the scenario's own). `probability`: share of futures that must keep them
    (None: on average over replications). `post`: line of staff that changes (default: a team's largest). `low`, `high`:
    posts to look between (default: a third to three times today's). `most`: replications at one number of posts.
    Raises ScenarioError for unknown teams, posts and targets, and where a range is empty.
    """
    with told_together() as piece:
        with piece():
            promises = read_promises(targets, scenario)
        with piece():
            posts = posts_of(scenario, teams, post)
    found: list[TeamAnswer] = []
    settled: dict[str, float] = {}
    with lab(out, processes=processes) as bench:
        rates = daily_rates(bench.futures.of(scenario, min(most, 60))[0])
        for one in posts:
            search = search_range(scenario, one, probability, low, high, most)
            others = {
                other.setting: top(other, high) for other in posts if other.setting not in settled and other != one
            }
            with stage(f"Looking for the fewest in {scenario.workforce.teams[one.team].title}", most) as advance:
                trial = _Trial(bench, scenario, one, {**others, **settled}, promises, advance)
                guess = first_guess(scenario, one.team, rates, probability=probability or 0.5, post=one.line)
                start = min(max(guess.posts - beside(scenario, one), search.low), search.high)
                answer = smallest(trial.measured, promises, search, guess=start)
            found.append(TeamAnswer(one, answer, guess))
            settled[one.setting] = search.high if answer.posts is None else answer.posts
    holds = all(team.answer.posts is not None for team in found)
    return Staffing(scenario, promises, probability, tuple(found), dict(settled) if holds else {})


def lines(found: Staffing) -> list[str]:
    """The answer in lines: the promise, the fewest posts with their neighbours, and the first guess beside them."""
    how = "on average over futures" if found.probability is None else f"in {percent(found.probability)} of futures"
    out = [f"{'; '.join(map(str, found.promises))}, {how}"]
    for team in found.teams:
        title = found.scenario.workforce.teams[team.post.team].title
        role = found.scenario.workforce.roles[found.scenario.workforce.teams[team.post.team].staff[team.post.line].role]
        out += ["", f"{title}, {role.title.lower()}: {team.post.now:g} posts today; the fewest that hold:"]
        out += answer_lines(team.answer, "posts", found.probability, len(found.promises) > 1)
        if team.guess is not None:
            others = beside(found.scenario, team.post)
            rest = f", {others:g} other posts of the team included" if others else ""
            guess = f"{team.guess.load:.0f} by offered load, {team.guess.with_safety:.0f} by the square-root rule"
            out.append(f"  Queueing theory's first guess: {guess}{rest}")
    return out


def daily_rates(paths: SamplePaths) -> dict[str, float]:
    """Mean counts of flows a working day over futures and months."""
    days = float(working_days(paths.months).sum())
    flows = [name for name in paths.measures if not name.endswith("_open")]
    return {name: float(paths.of(name).sum(axis=1).mean()) / days for name in flows}


@dataclass(frozen=True)
class _Trial:
    """Measures a number of posts in the lab: what the search asks."""

    bench: Lab
    scenario: Scenario
    post: Post
    others: Mapping[str, float]
    promises: Sequence[Promise]
    advance: Advance

    def measured(self, posts: float, replications: range) -> Floats:
        """Values of the promised measures, shape (replications, promises)."""
        member = changed(self.scenario, {**self.others, self.post.setting: posts}, "smallest-team")
        table = self.bench.measured({"trial": member}, replications)["trial"]
        self.advance(len(replications))
        whole = table[table["period"] == "all"]
        return np.column_stack([promised(whole, each, self.scenario, replications) for each in self.promises])
