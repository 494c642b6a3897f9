"""When social workers: posts by month that keep a promise and that somebody could carry out, found on the lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from frontdoor.lab import lab
from frontdoor.posts import Floats, Post, posts_of, promised, search_range
from frontdoor.screen import Stage, stage
from report.phrases import month, percent
from report.promise import Promise, read_promises
from report.staffing import Limits, StaffingPlan, as_steps, staffing_plan
from scenarios.faults import told_together
from scenarios.load import changed
from scenarios.schema import Scenario
from simulate.clock import Clock

QUIET = stage(quiet=True)


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
        """Month, posts, chance (share of futures that keep every target in the month), judged.

        With several targets also `hardest`, the one that is kept least often by itself, and `alone`, in which share.
        """
        plan = self.plan
        posts = plan.posts or (float("nan"),) * len(self.months)
        table = pd.DataFrame({"month": self.months, "posts": posts, "chance": plan.chance, "judged": plan.judged})
        if len(self.promises) == 1:
            return table
        hardest = [plan.hardest(at) for at in range(len(self.months))]
        alone = [plan.alone[promise][at] for at, promise in enumerate(hardest)]
        return table.assign(hardest=[str(self.promises[promise]) for promise in hardest], alone=alone)


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
    with told_together() as piece:
        with piece():
            promises = read_promises(targets, scenario)
        with piece():
            [one] = posts_of(scenario, [team] if team else [], post)
    clock = Clock(scenario.as_at, scenario.horizon_months)
    search = search_range(scenario, one, probability, low, high, replications)
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


def plan_lines(found: MonthlyStaffing) -> list[str]:
    """A staffing plan in lines: posts by month with the chance of keeping the promise, and what was not judged."""
    title = found.scenario.workforce.teams[found.post.team].title
    out = [f"{'; '.join(map(str, found.promises))}, every month in {percent(found.probability)} of futures"]
    if found.plan.posts is None:
        out.append(f"{title}: not even {found.limits.high:g} posts, hired {found.limits.rise:g} a month, keep it.")
        return out
    out.append(f"{title}, {found.post.line.replace('_', ' ')}: {found.post.now:g} posts today")
    for row in found.table().to_dict("records"):
        words = f"kept in {percent(row['chance'])} of futures"
        if "alone" in row and row["alone"] < 1:
            words += f" (hardest: {row['hardest']}, {percent(row['alone'])} by itself)"
        kept = row["judged"] or row["chance"] >= found.probability
        judged = words if kept else f"{words}; not even hiring as fast as allowed keeps it"
        out.append(f"  {month(str(row['month']))}: {row['posts']:g} posts, {judged}")
    return out


def _by_month(
    table: pd.DataFrame, promises: Sequence[Promise], scenario: Scenario, months: Sequence[str], replications: int
) -> Floats:
    months_only = table[table["period"].isin(list(months))]
    parts = [
        np.column_stack(
            [promised(rows, each, scenario, range(replications)) for each in promises],
        )
        for rows in (months_only[months_only["period"] == month] for month in months)
    ]
    return np.stack(parts, axis=1)
