"""What planners and inspectors ask of a run: caseload, timeliness, queues and hours, by month, year and in all.

Everything is derived from the trace and the roster. `scenarios.measure_names` says what each measure is and its unit.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenarios.measure_names import BANDS, Named, band_name, sub_team_name

from .caseload_spread import workers_by_cases
from .clock import Bools, Clock, Dates, Floats, Ints
from .holdings import Holding, above_guide, at_ends, spells_by_worker
from .pathway import CASELOAD, PLAN, POOL, Plan, Stage
from .periods import Periods, share
from .spells import Spells
from .staff import Staff, staffed
from .trace import Trace
from .visits import NONE, RETURNED
from .workforce import Roster

PARTS = 10
"""Where time taken is counted as elapsed, the median is exact to this part of a working day."""


@dataclass(frozen=True)
class Measured:
    """The measures of one replication.

    `by_period[measure, period]`: in the order of `names` and `periods`; NaN where there was nothing to measure.
    `daily[measure, day]`: the number present, waiting or at work at the end of each of `dates`.
    """

    names: tuple[str, ...]
    periods: tuple[str, ...]
    by_period: Floats
    daily_names: tuple[str, ...]
    dates: Dates
    daily: Floats

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
    )


@dataclass(frozen=True)
class _Visits:
    """The visits to one stage that happened: rows, when each came, was allocated and went; and handovers among them."""

    rows: Ints
    came: Floats
    taken: Floats
    went: Floats
    handed: Ints

    def where(self, here: Bools, handed: Ints) -> _Visits:
        """Some of them, with their handovers."""
        return _Visits(self.rows[here], self.came[here], self.taken[here], self.went[here], handed)


class _Book:
    def __init__(self, plan: Plan, clock: Clock, roster: Roster, trace: Trace) -> None:
        self.plan, self.clock, self.roster, self.trace = plan, clock, roster, trace
        self.periods = Periods(clock)
        self.daily: dict[str, Floats | Ints] = {}
        self.staff: list[Staff] = staffed(plan, roster, trace)

    @functools.cached_property
    def _by_stage(self) -> list[Ints]:
        happened = np.flatnonzero(~np.isnan(self.trace.entered))
        stage = self.trace.visits.stage[happened].astype(np.int16)
        order = np.argsort(stage, kind="stable")
        bounds = np.searchsorted(stage[order], np.arange(len(self.plan.stages) + 1))
        return [happened[order[bounds[s] : bounds[s + 1]]] for s in range(len(self.plan.stages))]

    @functools.cached_property
    def visits(self) -> list[_Visits]:
        """The visits to each stage."""
        went, taken, came = self.trace.finished, self.trace.allocated, self.trace.entered
        handed = self.trace.visits.stage[self.trace.handed_visit]
        return [
            _Visits(rows, came[rows], taken[rows], went[rows], np.flatnonzero(handed == s))
            for s, rows in enumerate(self._by_stage)
        ]

    # Counted flows and returns

    def counted(self) -> Iterator[tuple[str, Floats]]:
        """Children whom the sample paths count, by date of receipt, and re-referrals."""
        for door in self.plan.doors:
            if door.per_unit is None:
                rows = self._by_stage[door.stage]
                first = self.trace.visits.enters_first[rows] & (self.trace.entered[rows] >= 0)
                yield door.measure, self.periods.count(self.trace.entered[rows[first]])
        for s, stage in enumerate(self.plan.stages):
            for way in stage.ways:
                if way.follows is not None and f"{self.plan.stages[way.to].name}_starts" != way.follows:
                    yield way.follows, self.periods.count(self._received(s, way.to))
        returns = self.plan.returns
        if returns is not None:
            rows = self._by_stage[returns.door]
            rows = rows[self.trace.entered[rows] >= 0]
            again = self.periods.count(self.trace.entered[rows[self.trace.visits.labelled[rows]]])
            yield "rereferrals", again
            yield "rereferral_rate", share(again, self.periods.count(self.trace.entered[rows]))

    def _received(self, s: int, to: int) -> Floats:
        """When those who go from a stage to another were received: with a door's contact, or on coming back."""
        visits, trace = self.trace.visits, self.trace
        rows = self._by_stage[s]
        then = visits.then[rows]
        goes = (then != NONE) & (visits.stage[then] == to)
        away = goes & ~np.isnan(trace.finished[rows]) & np.isnan(trace.entered[then])
        came = trace.entered[rows[goes & ~away]]
        back = self._by_stage[to]
        back = back[(visits.origin[back] == RETURNED) & visits.comes_to(back)]
        return np.concatenate([came[came >= 0], trace.entered[back]])

    # Stages

    def stage(self, s: int) -> Iterator[tuple[str, Floats]]:
        """All measures of a stage."""
        stage, seen = self.plan.stages[s], self.visits[s]
        name, periods = stage.name, self.periods
        spells = Spells(seen.came, seen.went, self.clock.days)
        present = spells.present
        self.daily[f"{name}_open"] = present
        yield f"{name}_starts", periods.total(spells.starts)
        yield f"{name}_ends", periods.total(spells.ends)
        yield f"{name}_open", periods.at_end(present.astype(np.float64))
        yield f"{name}_open_mean", periods.mean(spells.time)
        if stage.kind == PLAN:
            return
        held = self._held(seen)
        waiting = present - held.present
        self.daily[f"{name}_waiting"] = waiting
        yield f"{name}_waiting", periods.at_end(waiting.astype(np.float64))
        yield f"{name}_waiting_mean", periods.mean(spells.time - held.time)
        yield f"{name}_longest_wait", periods.at_month_end(self._longest_wait(seen))
        fresh = (seen.came >= 0) & ~np.isnan(seen.taken)
        yield (
            f"{name}_days_to_allocation_mean",
            self.periods.mean_of(seen.taken[fresh], (seen.taken - seen.came)[fresh]),
        )
        yield from self._timeliness(stage, seen)
        if stage.kind == CASELOAD:
            yield from self._caseload(stage, seen, spells, held)

    def _held(self, seen: _Visits) -> Spells:
        """Spells in somebody's hands: from allocation, with gaps where a worker left."""
        taken = ~np.isnan(seen.taken)
        came, went = seen.taken[taken], seen.went[taken]
        if len(seen.handed):
            back, again = self.trace.handed_back[seen.handed], self.trace.handed_taken[seen.handed]
            came = np.concatenate([came, again[~np.isnan(again)]])
            went = np.concatenate([went, back])
        return Spells(came, went, self.clock.days)

    def _longest_wait(self, seen: _Visits) -> Floats:
        """At each month's end, how long the one who has waited longest has waited, in working days."""
        slow = np.isnan(seen.taken) | (np.floor(seen.taken) > np.floor(seen.came))
        came, taken = seen.came[slow], seen.taken[slow]
        ends = self.periods.month_ends
        order = np.argsort(came, kind="stable")
        came, taken = came[order], np.where(np.isnan(taken[order]), np.inf, taken[order])
        longest = np.zeros(len(ends))
        for m, end in enumerate(ends.tolist()):
            still = np.flatnonzero(taken[: np.searchsorted(came, end)] >= end)
            longest[m] = end - came[still[0]] if len(still) else 0.0
        return longest

    def _timeliness(self, stage: Stage, seen: _Visits) -> Iterator[tuple[str, Floats]]:
        done = ~np.isnan(seen.went)
        went, since = seen.went[done], self._clock_start(seen)[done]
        taken = np.floor(went) - np.floor(since) if stage.by_dates else went - since
        name, ends = stage.name, self.periods.count(went)
        yield f"{name}_days_mean", self.periods.mean_of(went, taken)
        yield f"{name}_days_median", self.periods.median_of(went, taken, 1 if stage.by_dates else PARTS)
        for limit in stage.limits:
            yield f"{name}_within_{limit}_working_days", share(self.periods.count(went[taken <= limit]), ends)
        if stage.kind == CASELOAD:
            band = np.searchsorted([low for low, _ in BANDS], np.floor(taken), side="right") - 1
            for b, (low, high) in enumerate(BANDS):
                number = self.periods.count(went[band == b])
                yield f"{name}_ends_{band_name(low, high)}", number
                yield f"{name}_share_{band_name(low, high)}", share(number, ends)

    def _clock_start(self, seen: _Visits) -> Floats:
        """When the clock of each visit started."""
        visits, trace = self.trace.visits, self.trace
        since = seen.came
        by_visit, by_piece = visits.clock_visit[seen.rows], visits.clock_urgent[seen.rows]
        if (by_visit != NONE).any():
            since = np.where(by_visit != NONE, trace.entered[by_visit], since)
        if (by_piece != NONE).any():
            since = np.where(by_piece != NONE, trace.urgent_began[by_piece], since)
        return since

    def _caseload(self, stage: Stage, seen: _Visits, spells: Spells, held: Spells) -> Iterator[tuple[str, Floats]]:
        name, periods, staff = stage.name, self.periods, self.staff[stage.team]
        allocated = held.present
        self.daily[f"{name}_allocated"] = allocated
        yield f"{name}_allocated", periods.at_end(allocated.astype(np.float64))
        yield f"{name}_allocated_mean", periods.mean(held.time)
        yield f"{name}_caseload_per_fte", share(periods.mean(held.time), periods.mean(staff.fte))
        yield from self._by_worker(stage, self._holding(stage, seen))
        since = self._clock_start(seen)
        ages = np.zeros((len(BANDS), self.clock.horizon_months))
        lows = [low for low, _ in BANDS]
        for m, end in enumerate(periods.month_ends.tolist()):
            age = end - 1 - np.floor(since[spells.at(end)])
            ages[:, m] = np.bincount(np.searchsorted(lows, age, side="right") - 1, minlength=len(BANDS))
        for b, (low, high) in enumerate(BANDS):
            yield f"{name}_open_{band_name(low, high)}", periods.at_month_end(ages[b])
        for u in stage.urgent:
            yield from self._urgent(u)
        yield from self._sub_teams(stage, seen)

    def _sub_teams(self, stage: Stage, seen: _Visits) -> Iterator[tuple[str, Floats]]:
        """Each of the alike teams of a stage, while they are themselves (not after they merge into another)."""
        team, periods = self.plan.teams[stage.team], self.periods
        if team.sub_teams == 1:
            return
        line, handed = self.trace.visits.sub_team[seen.rows], self.trace.visits.sub_team[self.trace.handed_visit]
        post, place = self.roster.employed * self._fte[:, None], self.roster.sub_team
        stays = (place == place[:, :1]).all()
        for k in range(team.sub_teams):
            name, own = sub_team_name(stage.name, k + 1), team.first_sub_team + k
            some = seen.where(line == own, seen.handed[handed[seen.handed] == own])
            spells, held = Spells(some.came, some.went, self.clock.days), self._held(some)
            fte = (post[place[:, 0] == own] if stays else np.where(place == own, post, 0.0)).sum(axis=0)
            yield f"{name}_open", periods.at_end(spells.present.astype(np.float64))
            yield f"{name}_waiting", periods.at_end((spells.present - held.present).astype(np.float64))
            yield f"{name}_caseload_per_fte", share(periods.mean(held.time), periods.mean(fte))

    def _holding(self, stage: Stage, seen: _Visits) -> Holding:
        held = spells_by_worker(self.trace, seen.rows[~np.isnan(seen.taken)], seen.handed)
        return at_ends(self.roster, stage.team, held, self.periods.month_ends)

    def _by_worker(self, stage: Stage, holding: Holding) -> Iterator[tuple[str, Floats]]:
        guide = np.array([np.inf if g is None else g for g in self.plan.guides])[self.roster.role] * self._fte
        yield f"{stage.name}_workers_above_guide", self.periods.at_month_end(above_guide(holding, guide))
        for name, workers in workers_by_cases(stage.name, holding, self.roster.role, self.plan.roles):
            yield name, self.periods.at_month_end(workers)

    @functools.cached_property
    def _fte(self) -> Floats:
        usual = np.array(self.plan.role_hours)[self.roster.role]
        return np.asarray(self.roster.hours.max(axis=1) / usual)

    def _urgent(self, u: int) -> Iterator[tuple[str, Floats]]:
        name = self.plan.urgent[u].name
        mine = self.trace.visits.urgent_work == u
        began, done = self.trace.urgent_began[mine], self.trace.urgent_done[mine]
        finished = ~np.isnan(done)
        yield f"{name}_starts", self.periods.count(began[~np.isnan(began)])
        yield f"{name}_ends", self.periods.count(done[finished])
        yield f"{name}_days_mean", self.periods.mean_of(done[finished], (done - began)[finished])

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
            if any(self.plan.stages[s].kind in (POOL, CASELOAD) for s in stages):
                yield f"{team.name}_hours_used", used
                yield f"{team.name}_hours_unused", available - used
                yield f"{team.name}_utilisation", share(used, available)
            plans = [s for s in stages if self.plan.stages[s].kind == PLAN]
            if plans:
                time = {s: Spells(self.visits[s].came, self.visits[s].went, self.clock.days).time for s in plans}
                held = np.sum(list(time.values()), axis=0)
                yield f"{team.name}_caseload_per_fte", share(periods.mean(held), periods.mean(staff.fte))
                hours = sum(time[s] * self.plan.stages[s].hours_per_month for s in plans)
                per_month = self.clock.days_per_year / 12
                yield f"{team.name}_hours_needed", periods.total(np.asarray(hours)) / per_month
