"""Posts that may be made more or fewer: which line of staff, its setting, and between what to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.goalseek import Search
from report.offered_load import largest_post
from report.promise import Promise
from scenarios.faults import Fault, ScenarioError, nearest
from scenarios.limits import MOST_POSTS
from scenarios.load import as_data
from scenarios.measure_names import measure_names
from scenarios.quantity import value_at
from scenarios.schema import Scenario

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Post:
    """A line of staff that may be made larger or smaller: team, name of the line, its dotted setting, posts today."""

    team: str
    line: str
    setting: str
    now: float


def posts_of(scenario: Scenario, teams: Sequence[str], line: str | None) -> list[Post]:
    """The line of staff that may change in each team; raises ScenarioError for teams and lines that are not there."""
    known = scenario.workforce.teams
    wanted = list(teams) or [_first_caseload_team(scenario)]
    faults = [
        Fault("--team", 0, name, f"there is no such team{nearest(name, known)}") for name in wanted if name not in known
    ]
    if not faults and line is not None:
        faults = [
            Fault("--post", 0, line, f"{name} has no such staff{nearest(line, known[name].staff)}")
            for name in wanted
            if line not in known[name].staff
        ]
    if faults:
        raise ScenarioError(faults)
    posts = []
    for name in wanted:
        staff = line or largest_post(scenario, name)
        now = value_at(known[name].staff[staff].fte, scenario.as_at)
        posts.append(Post(name, staff, f"workforce.teams.{name}.staff.{staff}.fte", now))
    return posts


def _first_caseload_team(scenario: Scenario) -> str:
    stages = scenario.service.stages.values()
    teams = [stage.team for stage in stages if stage.kind == "caseload"] + [
        stage.team for stage in stages if stage.kind == "pool"
    ]
    return teams[0]


def search_range(
    scenario: Scenario, post: Post, probability: float | None, low: float | None, high: float | None, most: int
) -> Search:
    """Between which numbers of posts to look, somebody in each sub-team; raises ScenarioError where none are."""
    wrong = [("--low", low), ("--high", high)]
    faults = [
        Fault(name, 0, f"{posts:g}", f"must be a number of posts from 1 to {MOST_POSTS:,}")
        for name, posts in wrong
        if posts is not None and not 1 <= posts <= MOST_POSTS
    ]
    if faults:
        raise ScenarioError(faults)
    least = max(np.floor(post.now / 3), 1.0) if low is None else low
    least = max(least, scenario.workforce.teams[post.team].sub_teams - np.floor(beside(scenario, post)))
    most_posts = max(top(post, high), least + 1) if high is None else high
    if not least < most_posts:
        words = f"there is nothing between {least:g} and {most_posts:g} posts to look for"
        raise ScenarioError([Fault("--low", 0, "", words)])
    half_width = 0.01 if probability is None else 0.05
    return Search(float(least), float(most_posts), probability, half_width=half_width, most=most)


def top(post: Post, high: float | None) -> float:
    """The most posts to look at: three times today's unless stated."""
    return float(max(np.ceil(post.now * 3), 2.0)) if high is None else high


def beside(scenario: Scenario, post: Post) -> float:
    """Posts of a team's other lines of staff."""
    staff = scenario.workforce.teams[post.team].staff
    return sum(value_at(line.fte, scenario.as_at) for name, line in staff.items() if name != post.line)


def promised(table: pd.DataFrame, promise: Promise, scenario: Scenario, replications: range) -> Floats:
    """Values of a promised measure, one a replication, from rows of one period; nan where a replication has none."""
    place = measure_names(as_data(scenario))[promise.measure].place
    rows = table[(table["measure"] == promise.measure) & (table["place"] == place)]
    return rows.set_index("replication")["value"].reindex(list(replications)).to_numpy(dtype=np.float64)
