"""How many social workers, when: the fewest posts that keep a promise, found on the lab and written as an overlay."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.calendar import working_days
from forecast.paths import SamplePaths
from frontdoor.lab import Advance, Lab, lab
from frontdoor.screen import Stage, stage
from report.comparison_words import answer_lines
from report.goalseek import Answer, Search, smallest
from report.offered_load import Guess, first_guess, largest_post
from report.phrases import month, percent
from report.promise import Promise, read_promises
from report.staffing import Limits, StaffingPlan, as_steps, staffing_plan
from scenarios.document import write
from scenarios.faults import Fault, ScenarioError, nearest
from scenarios.load import as_data, changed
from scenarios.measure_names import measure_names
from scenarios.quantity import MOST_POSTS, value_at
from scenarios.schema import Scenario
from simulate.clock import Clock

QUIET = stage(quiet=True)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Post:
    """A line of staff that may be made larger or smaller: team, name of the line, its dotted setting, posts today."""

    team: str
    line: str
    setting: str
    now: float


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
    promises = read_promises(targets, scenario)
    posts = _posts(scenario, teams, post)
    found: list[TeamAnswer] = []
    settled: dict[str, float] = {}
    with lab(out, processes=processes) as bench:
        rates = daily_rates(bench.futures.of(scenario, min(most, 60))[0])
        for one in posts:
            search = _search(one, probability, low, high, most)
            others = {
                other.setting: _top(other, high) for other in posts if other.setting not in settled and other != one
            }
            with stage(f"Looking for the fewest in {scenario.workforce.teams[one.team].title}", most) as advance:
                trial = _Trial(bench, scenario, one, {**others, **settled}, promises, advance)
                guess = first_guess(scenario, one.team, rates, probability=probability or 0.5, post=one.line)
                start = min(max(guess.posts - _beside(scenario, one), search.low), search.high)
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
        out += answer_lines(team.answer, "posts", found.probability)
        if team.guess is not None:
            beside = _beside(found.scenario, team.post)
            rest = f", {beside:g} other posts of the team included" if beside else ""
            guess = f"{team.guess.load:.0f} by offered load, {team.guess.with_safety:.0f} by the square-root rule"
            out.append(f"  Queueing theory's first guess: {guess}{rest}")
    return out


def plan_lines(found: MonthlyStaffing) -> list[str]:
    """A staffing plan in lines: posts by month with the chance of keeping the promise, and what was not judged."""
    title = found.scenario.workforce.teams[found.post.team].title
    out = [f"{'; '.join(map(str, found.promises))}, every month in {percent(found.probability)} of futures"]
    if found.plan.posts is None:
        out.append(f"{title}: not even {found.limits.high:g} posts, hired {found.limits.rise:g} a month, keep it.")
        return out
    out.append(f"{title}, {found.post.line.replace('_', ' ')}: {found.post.now:g} posts today")
    plan = found.plan
    for name, posts, chance, is_judged in zip(found.months, plan.posts or (), plan.chance, plan.judged, strict=True):
        words = f"kept in {percent(chance)} of futures"
        judged = words if is_judged else f"{words}; not even hiring as fast as allowed keeps it"
        out.append(f"  {month(name)}: {posts:g} posts, {judged}")
    return out


@dataclass(frozen=True)
class MonthlyStaffing:
    """A staffing plan by month for one line of staff; `months`: their names; `settings`: as in Staffing."""

    scenario: Scenario
    promises: tuple[Promise, ...]
    probability: float
    post: Post
    months: tuple[str, ...]
    plan: StaffingPlan
    limits: Limits
    settings: Mapping[str, Any]

    def table(self) -> pd.DataFrame:
        """Month, posts, chance (share of futures that keep every target in the month), judged."""
        posts = self.plan.posts or (float("nan"),) * len(self.months)
        columns = {"month": self.months, "posts": posts, "chance": self.plan.chance, "judged": self.plan.judged}
        return pd.DataFrame(columns)


def monthly_staffing(
    scenario: Scenario,
    targets: Sequence[str] = (),
    *,
    probability: float = 0.8,
    team: str | None = None,
    post: str | None = None,
    low: float | None = None,
    high: float | None = None,
    rise: float = 3,
    fall: float = 3,
    hold: int = 3,
    smooth: float = 1.0,
    replications: int = 40,
    out: Path = Path("outputs"),
    processes: int | None = None,
    stage: Stage = QUIET,
) -> MonthlyStaffing:
    """Posts by month that keep every target in every month in which any hiring can.

    `rise`, `fall`: most posts more or fewer a month. `hold`: months that a level stays at least. `smooth`: post-months
    that must be saved for each post of change. The rest as in `smallest_team`. Raises ScenarioError as it does.
    """
    promises = read_promises(targets, scenario)
    [one] = _posts(scenario, [team] if team else [], post)
    clock = Clock(scenario.as_at, scenario.horizon_months)
    search = _search(one, probability, low, high, replications)
    run_out = min(6, max(1, len(clock.month_names) // 4))
    limits = Limits(one.now, search.low, search.high, rise, fall, hold, 1, run_out, smooth)
    firsts = [f"{month}-01" for month in clock.month_names]
    with lab(out, processes=processes) as bench, stage("Trying plans", 0) as advance:

        def measured(posts: tuple[float, ...]) -> Floats:
            member = changed(scenario, {one.setting: as_steps(posts, firsts)}, "staffing-plan")
            table = bench.measured({"plan": member}, range(replications), by_month=True)["plan"]
            return _by_month(table, promises, scenario, clock.month_names, replications)

        plan = staffing_plan(measured, promises, probability, len(firsts), limits, advance=advance)
    settings = {} if plan.posts is None else {one.setting: as_steps(plan.posts, firsts)}
    return MonthlyStaffing(scenario, promises, probability, one, clock.month_names, plan, limits, settings)


def daily_rates(paths: SamplePaths) -> dict[str, float]:
    """Mean counts of flows a working day over futures and months."""
    days = float(working_days(paths.months).sum())
    flows = [name for name in paths.measures if not name.endswith("_open")]
    return {name: float(paths.of(name).sum(axis=1).mean()) / days for name in flows}


def write_answer(
    found: Staffing | MonthlyStaffing, named: str, out: Path, given: Mapping[str, Any] | None = None
) -> Path | None:
    """Write an answer as a scenario laid over the one asked about, to edit and run again; None where nothing holds.

    `named`: the scenario's file or name in the library. `given`: settings that were laid over it before.
    """
    if not found.settings:
        return None
    kind, title = (
        ("smallest-team", "Fewest posts") if isinstance(found, Staffing) else ("staffing-plan", "Plan by month")
    )
    path = out / f"{found.scenario.name}-{kind}.yaml"
    is_file = Path(named).is_file()
    data = {
        "name": f"{found.scenario.name[:45]}-{kind}",
        "title": f"{title}: {'; '.join(map(str, found.promises))}",
        "question": f"Does this keep the promise? Answer found for {found.scenario.name}.",
        "hypothesis": "It does, and one post fewer does not.",
        "based_on": Path(os.path.relpath(named, out)).as_posix() if is_file else named,
        "change": {**(given or {}), **{name: _whole(value) for name, value in found.settings.items()}},
    }
    path.write_text(write(data), encoding="utf-8", newline="\n")
    return path


def _whole(value: Any) -> Any:
    """Posts as people write them: 76, not 76.0."""
    if isinstance(value, list):
        return [{**step, "value": _whole(step["value"])} for step in value]
    return int(value) if float(value).is_integer() else value


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
        return np.column_stack([_values(whole, each, self.scenario, replications) for each in self.promises])


def _values(table: pd.DataFrame, promise: Promise, scenario: Scenario, replications: range) -> Floats:
    place = measure_names(as_data(scenario))[promise.measure].place
    rows = table[(table["measure"] == promise.measure) & (table["place"] == place)]
    return rows.set_index("replication")["value"].reindex(list(replications)).to_numpy(dtype=np.float64)


def _by_month(
    table: pd.DataFrame, promises: Sequence[Promise], scenario: Scenario, months: Sequence[str], replications: int
) -> Floats:
    months_only = table[table["period"].isin(list(months))]
    parts = [
        np.column_stack(
            [_values(rows, each, scenario, range(replications)) for each in promises],
        )
        for rows in (months_only[months_only["period"] == month] for month in months)
    ]
    return np.stack(parts, axis=1)


def _posts(scenario: Scenario, teams: Sequence[str], line: str | None) -> list[Post]:
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


def _search(post: Post, probability: float | None, low: float | None, high: float | None, most: int) -> Search:
    least = max(np.floor(post.now / 3), 1.0) if low is None else low
    top = max(np.ceil(post.now * 3), 2.0) if high is None else high
    wrong = [("--low", low), ("--high", high)]
    faults = [
        Fault(name, 0, f"{posts:g}", f"must be a number of posts from 1 to {MOST_POSTS:,}")
        for name, posts in wrong
        if posts is not None and not 1 <= posts <= MOST_POSTS
    ]
    if faults:
        raise ScenarioError(faults)
    if not least < top:
        raise ScenarioError(
            [Fault("--low", 0, "", f"there is nothing between {least:g} and {top:g} posts to look for")]
        )
    return Search(float(least), float(top), probability, half_width=0.01 if probability is None else 0.05, most=most)


def _top(post: Post, high: float | None) -> float:
    return float(np.ceil(post.now * 3)) if high is None else high


def _beside(scenario: Scenario, post: Post) -> float:
    """Posts of a team's other lines of staff."""
    staff = scenario.workforce.teams[post.team].staff
    return sum(value_at(line.fte, scenario.as_at) for name, line in staff.items() if name != post.line)
