"""What planners and inspectors ask of a run: caseload, timeliness, queues and hours, by month, year and in all.

Everything is derived from the trace and the roster. `scenarios.measure_names` says what each measure is and its unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenarios.measure_names import Named, sub_team_name

from .caseload_spread import workers_by_cases
from .clock import Clock, Dates, Floats, Ints
from .holdings import Holding, above_guide, at_ends, guides_on, spells_by_worker
from .pathway import CASELOAD, PLAN, POOL, Plan, Stage
from .periods import periods_of, share
from .seen import Seen, seen_by_stage
from .spells import Moments, Spells, present_at, spells_by
from .staff import fte_by, staffed
from .timeliness import ages, timeliness
from .trace import Trace
from .visits import NONE, RETURNED
from .workforce import Roster


@dataclass(frozen=True)
class Measured:
    """The measures of one replication.

    `by_period[measure, period]`: in the order of `names` and `periods`; NaN where there was nothing to measure.
    `daily[measure, day]`: the number present, waiting or at work at the end of each of `dates`. `flows[measure, day]`:
    what came, went, was given or lost on each, in the order of `flow_names`.
    """

    names: tuple[str, ...]
    periods: tuple[str, ...]
    by_period: Floats
    daily_names: tuple[str, ...]
    dates: Dates
    daily: Floats
    flow_names: tuple[str, ...]
    flows: Floats

    def of(self, name: str, period: str = "all") -> float:
        """One value."""
        return float(self.by_period[self.names.index(name), self.periods.index(period)])


def names(plan: Plan) -> dict[str, Named]:
    """Every measure a service has, with unit, title and place."""
    return dict(plan.measures)


def measure(plan: Plan, clock: Clock, roster: Roster, trace: Trace) -> Measured:
    """The measures of one replication."""
    book = _Book(plan, clock, roster, trace)
    found: dict[str, Floats] = {}
    for part in (book.counted(), *(book.stage(s) for s in range(len(plan.stages))), book.teams()):
        for name, values in part:
            found.setdefault(name, values)
    listed = tuple(name for name, _ in plan.measures)
    nothing = np.full(len(book.periods.names), np.nan)
    return Measured(
        names=listed,
        periods=book.periods.names,
        by_period=np.array([found.get(name, nothing) for name in listed], dtype=np.float64),
        daily_names=tuple(book.daily),
        dates=clock.dates,
        daily=np.array(list(book.daily.values()), dtype=np.float64),
        flow_names=tuple(book.flows),
        flows=np.array(list(book.flows.values()), dtype=np.float64),
    )


class _Book:
    def __init__(self, plan: Plan, clock: Clock, roster: Roster, trace: Trace) -> None:
        self.plan, self.clock, self.roster, self.trace = plan, clock, roster, trace
        self.periods = periods_of(clock)
        self.seen = seen_by_stage(trace, len(plan.stages), clock.days)
        self.staff = staffed(plan, roster, trace)
        self.daily: dict[str, Floats | Ints] = {}
        self.flows: dict[str, Floats | Ints] = {}

    def counted(self) -> Iterator[tuple[str, Floats]]:
        """Children whom the sample paths count, by date of receipt, and re-referrals."""
        for door in self.plan.doors:
            if door.per_unit is None:
                seen = self.seen[door.stage]
                led = np.flatnonzero(np.isnan(self.trace.visits.enters[seen.rows]))
                yield door.measure, self.periods.total(seen.came.number) - self._count(seen.came.times[led])
        for s, stage in enumerate(self.plan.stages):
            for way in stage.ways:
                if way.follows is not None and f"{self.plan.stages[way.to].name}_starts" != way.follows:
                    yield way.follows, self._count(self._received(s, way.to))
        returns = self.plan.returns
        if returns is not None:
            seen = self.seen[returns.door]
            again = self._count(seen.came.times[self.trace.visits.labelled[seen.rows]])
            yield "rereferrals", again
            yield "rereferral_rate", share(again, self.periods.total(seen.came.number))

    def _count(self, times: Floats) -> Floats:
        return self.periods.total(Moments(times, self.clock.days).number)

    def _received(self, s: int, to: int) -> Floats:
        """When those who go from a stage to another were received: with a door's contact, or on coming back."""
        visits, trace = self.trace.visits, self.trace
        rows = self.seen[s].rows
        then = visits.then[rows]
        on = np.flatnonzero(then != NONE)
        rows, then = rows[on], then[on]
        away = ~np.isnan(trace.finished[rows]) & np.isnan(trace.entered[then])
        came = trace.entered[rows[(visits.stage[then] == to) & ~away]]
        back = self.seen[to].rows
        back = back[(visits.origin[back] == RETURNED) & visits.comes_to(back)]
        return np.concatenate([came, trace.entered[back]])

    # Stages

    def stage(self, s: int) -> Iterator[tuple[str, Floats]]:
        """All measures of a stage."""
        stage, seen = self.plan.stages[s], self.seen[s]
        name, periods, spells = stage.name, self.periods, seen.spells
        self.daily[f"{name}_open"] = spells.present
        self.flows |= {f"{name}_starts": spells.starts, f"{name}_ends": spells.ends}
        yield f"{name}_starts", periods.total(spells.starts)
        yield f"{name}_ends", periods.total(spells.ends)
        yield f"{name}_open", periods.at_end(spells.present.astype(np.float64))
        yield f"{name}_open_mean", periods.mean(spells.time)
        if stage.kind == PLAN:
            return
        held = seen.held
        waiting = spells.present - held.present
        self.daily[f"{name}_waiting"] = waiting
        yield f"{name}_waiting", periods.at_end(waiting.astype(np.float64))
        yield f"{name}_waiting_mean", periods.mean(np.maximum(spells.time - held.time, 0.0))
        yield f"{name}_longest_wait", periods.at_month_end(self._longest_wait(seen))
        yield f"{name}_days_to_allocation_mean", self._days_to_allocation(seen)
        yield from timeliness(stage, seen, periods)
        if stage.kind == CASELOAD:
            yield from self._caseload(stage, seen, held)

    def _longest_wait(self, seen: Seen) -> Floats:
        """At each month's end, how long the one who has waited longest has waited, in working days."""
        ends = self.periods.month_ends
        rows, month = present_at(seen.came, seen.taken, ends)
        first = ends.astype(np.float64)
        np.minimum.at(first, month, seen.came.times[rows])
        return np.asarray(ends - first)

    def _days_to_allocation(self, seen: Seen) -> Floats:
        """Mean by period of allocation; not of cases open at the start, whose moment of coming is not known."""
        waited, number = seen.taken.times - seen.came.times, seen.taken.number
        if seen.came.before:
            old = np.flatnonzero(seen.came.place == 0)
            waited[old] = 0.0
            number = number - Moments(seen.taken.times[old], self.clock.days).number
        return share(self.periods.total(seen.taken.total(waited)), self.periods.total(number))

    def _caseload(self, stage: Stage, seen: Seen, held: Spells) -> Iterator[tuple[str, Floats]]:
        name, periods, staff = stage.name, self.periods, self.staff[stage.team]
        self.daily[f"{name}_allocated"] = held.present
        yield f"{name}_allocated", periods.at_end(held.present.astype(np.float64))
        yield f"{name}_allocated_mean", periods.mean(held.time)
        yield f"{name}_caseload_per_fte", periods.mean_per(held.time, staff.fte)
        holding = self._holding(stage, seen)
        yield f"{name}_workers_above_guide", periods.at_month_end(self._above_guide(stage, holding))
        for spread, workers in workers_by_cases(name, holding, self.roster.role, self.plan.roles):
            yield spread, periods.at_month_end(workers)
        yield from ages(stage, seen, periods)
        for u in stage.urgent:
            yield from self._urgent(u)
        yield from self._sub_teams(stage, seen)

    def _holding(self, stage: Stage, seen: Seen) -> Holding:
        held = spells_by_worker(self.trace, seen.rows, seen.taken, seen.went, seen.handed)
        return at_ends(self.roster, stage.team, held, self.periods.month_ends)

    def _above_guide(self, stage: Stage, holding: Holding) -> Floats:
        """By all cases that workers hold, those of the team's other stages with theirs."""
        last = self.periods.month_ends - 1
        for seen, other in zip(self.seen, self.plan.stages, strict=True):
            if other is not stage and other.kind == CASELOAD and other.team == stage.team:
                holding = holding._replace(cases=holding.cases + self._holding(other, seen).cases)
        guide = guides_on(self.plan, self.clock.dates[last])[:, self.roster.role]
        return above_guide(holding, guide, self.roster.fte[:, last].T)

    def _sub_teams(self, stage: Stage, seen: Seen) -> Iterator[tuple[str, Floats]]:
        """Each of the alike teams of a stage; after it merges into another, what was dealt to it when it came."""
        team, periods, days = self.plan.teams[stage.team], self.periods, self.clock.days
        if team.sub_teams == 1:
            return
        own = range(team.first_sub_team, team.first_sub_team + team.sub_teams)
        line = self.trace.visits.sub_team[seen.rows] - team.first_sub_team
        handed = self.trace.visits.sub_team[self.trace.handed_visit[seen.handed]] - team.first_sub_team
        opened, _ = spells_by([(seen.came, line)], [(seen.went, line)], team.sub_teams)
        held, time = spells_by(
            [(seen.taken, line), (seen.again, handed)], [(seen.went, line), (seen.back, handed)], team.sub_teams
        )
        load = periods.mean_per(time, fte_by(self.roster, own))
        starts, ends = (periods.total(m.numbers_by(line, team.sub_teams)[0]) for m in (seen.came, seen.went))
        in_time = np.flatnonzero(seen.days_taken(stage) <= (stage.target or 0))
        done = Moments(seen.went.times[in_time], days).numbers_by(line[in_time], team.sub_teams)[0]
        for k in range(team.sub_teams):
            name = sub_team_name(stage.name, k + 1)
            yield f"{name}_starts", starts[k]
            yield f"{name}_ends", ends[k]
            yield f"{name}_within_{stage.target}_working_days", share(periods.total(done[k]), ends[k])
            yield f"{name}_open", periods.at_end(opened[k].astype(np.float64))
            yield f"{name}_waiting", periods.at_end((opened[k] - held[k]).astype(np.float64))
            yield f"{name}_caseload_per_fte", load[k]

    def _urgent(self, u: int) -> Iterator[tuple[str, Floats]]:
        name, mine = self.plan.urgent[u].name, np.flatnonzero(self.trace.visits.urgent_work == u)
        began, done = (Moments(t[mine], self.clock.days) for t in (self.trace.urgent_began, self.trace.urgent_done))
        yield f"{name}_starts", self.periods.total(began.number)
        yield f"{name}_ends", self.periods.total(done.number)
        yield f"{name}_days_mean", self.periods.mean_of(done, done.times - began.times)

    # Teams

    def teams(self) -> Iterator[tuple[str, Floats]]:
        """Staff, hours, and for plans the load they put on the team behind them."""
        for t, team in enumerate(self.plan.teams):
            staff, periods = self.staff[t], self.periods
            stages = [s for s, stage in enumerate(self.plan.stages) if stage.team == t]
            self.daily[f"{team.name}_fte_at_work"] = staff.fte_at_work
            yield f"{team.name}_fte", periods.mean(staff.fte)
            yield f"{team.name}_fte_at_work", periods.mean(staff.fte_at_work)
            available, used = periods.total(staff.hours), periods.total(staff.used)
            yield f"{team.name}_hours_available", available
            yield f"{team.name}_hours_lost", periods.total(staff.lost)
            yield f"{team.name}_starters", periods.total(staff.joined)
            yield f"{team.name}_leavers", periods.total(staff.left)
            self.flows[f"{team.name}_hours_lost"] = staff.lost
            if any(self.plan.stages[s].kind in (POOL, CASELOAD) for s in stages):
                self.flows[f"{team.name}_hours_used"] = staff.used
                yield f"{team.name}_hours_used", used
                yield f"{team.name}_hours_unused", available - used
                yield f"{team.name}_utilisation", share(used, available)
            plans = [s for s in stages if self.plan.stages[s].kind == PLAN]
            if plans:
                time = {s: self.seen[s].spells.time for s in plans}
                held = np.sum(list(time.values()), axis=0)
                yield f"{team.name}_caseload_per_fte", periods.mean_per(held, staff.fte)
                hours = sum(time[s] * self.plan.stages[s].hours_per_month.at(self.clock.dates) for s in plans)
                per_month = self.clock.days_per_year / 12
                yield f"{team.name}_hours_needed", periods.total(np.asarray(hours)) / per_month
