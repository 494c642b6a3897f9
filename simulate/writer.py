"""A child's visits written down with all their draws: to a stage, to its sign-off, a repeat contact, urgent work."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .children import Group, Who, end_to_end
from .clock import Bools, Clock, Floats, Ints
from .draws import Draw, at_normal, dates_for, quantile
from .ledger import Ledger
from .pathway import PLAN, Plan, Stage
from .streams import uniform
from .together import tied_normals
from .visits import FORECAST, NONE, RETURNED

Column = npt.NDArray[Any] | float


class Writer:
    """Writes the visits of a generation of so many children, laid out together, into the ledger.

    Remembers the row and soonest time of what starts another stage's clock, by child.
    """

    def __init__(self, plan: Plan, clock: Clock, ledger: Ledger, number: int) -> None:
        self.plan, self.clock, self.ledger = plan, clock, ledger
        begun = {stage.clock_stage for stage in plan.stages} - {NONE}
        self.begun = {s: (np.full(number, NONE), np.zeros(number)) for s in begun}
        begun = {stage.clock_urgent for stage in plan.stages} - {NONE}
        self.begun_urgent = {u: (np.full(number, NONE), np.zeros(number)) for u in begun}

    def drawn(self, draw: Draw, who: Who, purpose: str) -> Floats:
        """One draw for each child, with the settings in force when they came in."""
        if draw.factor.values == (0.0,):
            return np.zeros(len(who))
        return quantile(draw, uniform(who.key, purpose), dates_for(draw, self.clock, who.enters))

    def enter(self, s: int, group: Group) -> tuple[Ints, Floats]:
        """Write one visit for each of a group; returns their rows and the soonest times at which they can leave."""
        stage, number = self.plan.stages[s], len(group)
        effort, least = (
            self._effort(stage, group),
            self.drawn(stage.least, group.who, f"least {stage.name}{group.line}"),
        )
        given: Column = 0.0
        if group.known is not None:
            effort = np.where(np.isnan(group.known.effort), effort, group.known.effort)
            least = np.where(np.isnan(group.known.least), least, group.known.least)
            given = group.known.given
        visit, piece, since = self._clock(stage, group)
        rows = self.ledger.write(
            number,
            **self._standing(s, group),
            labelled=self._labelled(s, group),
            enters=np.nan if group.link else group.soon,
            soon=group.soon,
            effort=effort,
            least=least,
            given=given,
            clock_visit=visit,
            clock_urgent=piece,
        )
        if group.link:
            self.ledger.link(group.link, group.source, rows)
        if s in self.begun:
            self.begun[s][0][group.people], self.begun[s][1][group.people] = rows, group.soon
        begins = group.soon if stage.least_from_allocation else since
        leaves = np.maximum(np.maximum(group.soon, begins + least), 0.0)
        if stage.sign_off >= 0:
            self._sign_off(stage, group, rows, leaves)
        return rows, leaves

    def _effort(self, stage: Stage, group: Group) -> Floats:
        if not stage.tie:
            return self.drawn(stage.effort, group.who, f"effort {stage.name}{group.line}")
        key = group.who.key
        own = uniform(key, f"effort {stage.name}{group.line}")
        other = uniform(key, f"least {stage.name}{group.line}")
        days = dates_for(stage.effort, self.clock, group.who.enters)
        return at_normal(stage.effort, tied_normals(own, other, stage.tie), days)

    def _standing(self, s: int, group: Group) -> dict[str, Column]:
        stage, who = self.plan.stages[s], group.who
        sub_team: Column = NONE
        if stage.kind != PLAN:
            team = self.plan.teams[stage.team]
            sub_team = team.first_sub_team
            if team.sub_teams > 1:
                luck = uniform(who.key, f"sub-team of {team.name}")
                sub_team = sub_team + (luck * team.sub_teams).astype(np.int64)
        return {
            "child": who.child,
            "stage": s,
            "sub_team": sub_team,
            "origin": who.origin,
            "urgent": who.urgent,
            "real": group.real,
        }

    def _labelled(self, s: int, group: Group) -> Column:
        """Whether a referral is one that the forecast counts as a return, or comes back soon enough to count as one."""
        returns = self.plan.returns
        if returns is None or s != returns.door:
            return False
        base = returns.base.at(dates_for(returns.base, self.clock, group.who.enters))
        counted = uniform(group.who.key, "counted as a return") < base
        labelled: Bools = counted & (group.who.origin == FORECAST)
        if group.known is not None:
            labelled |= group.known.returned_after <= (np.inf if returns.within is None else returns.within)
        return labelled

    def _clock(self, stage: Stage, group: Group) -> tuple[Column, Column, Floats]:
        """Rows of what starts a stage's clock (-1: its own entry) and the soonest time of that."""
        visit: Column = NONE
        piece: Column = NONE
        since = group.soon
        if stage.clock_stage >= 0:
            rows, times = self.begun[stage.clock_stage]
            visit = rows[group.people]
            since = np.where(visit >= 0, times[group.people], since)
        if stage.clock_urgent >= 0:
            rows, times = self.begun_urgent[stage.clock_urgent]
            piece = rows[group.people]
            since = np.where(piece >= 0, times[group.people], since)
        return visit, piece, since

    def _sign_off(self, stage: Stage, group: Group, rows: Ints, soon: Floats) -> None:
        pool = self.plan.stages[stage.sign_off]
        effort = self.drawn(pool.effort, group.who, f"effort {pool.name} of {stage.name}{group.line}")
        signing = self._write_plain(stage.sign_off, group, effort, 0.0, soon=soon)
        self.ledger.link("sign_off", rows, signing)

    def ask_again(self, group: Group, rows: Ints) -> None:
        """Write the contacts that a stage's children bring if they wait long; not of cases open at the start."""
        effects = self.plan.effects
        assert effects.after is not None
        pool, luck = self.plan.stages[effects.asks_at], uniform(group.who.key, "asks again")
        asks = np.flatnonzero(group.real & (luck < effects.asking) & (group.soon >= 0))
        asking = group.going(asks, group.real, group.base, group.soon, "asks_again", rows, group.line)
        effort = self.drawn(pool.effort, asking.who, f"effort {pool.name} asked again{group.line}")
        least = self.drawn(pool.least, asking.who, f"least {pool.name} asked again{group.line}")
        again = self._write_plain(effects.asks_at, asking, effort, least, origin=RETURNED)
        self.ledger.link("asks_again", rows[asks], again)
        after = self.drawn(effects.after, asking.who, f"asks again after{group.line}")
        self.ledger.delay("asks_again_after", rows[asks], after)

    def _write_plain(self, s: int, group: Group, effort: Floats, least: Column, **standing: Column) -> Ints:
        """Write a visit that another leads to, with a clock of its own and nothing known of it."""
        return self.ledger.write(
            len(group),
            **{**self._standing(s, group), "soon": group.soon, **standing},
            labelled=False,
            enters=np.nan,
            effort=effort,
            least=least,
            given=0.0,
            clock_visit=NONE,
            clock_urgent=NONE,
        )

    def urgent_hours(self, u: int, group: Group) -> Floats:
        """Hours of work of urgent work."""
        work = self.plan.urgent[u]
        return self.drawn(work.effort, group.who, f"effort {work.name}{group.line}")

    def urgent_work(self, u: int, groups: list[Group], after: Floats, begins: Floats) -> tuple[Ints, Floats]:
        """Write urgent work that begins `after` so many working days, at `begins`; returns its rows, and its hours.

        Of work begun before the start, the hours still to come.
        """
        effort = end_to_end([self.urgent_hours(u, group) for group in groups])
        effort = effort + np.minimum(begins, 0.0) * self.plan.hours_per_day
        rows = self.ledger.write_urgent(
            len(after),
            urgent_visit=end_to_end([group.source for group in groups]),
            urgent_work=u,
            urgent_after=after,
            urgent_effort=effort,
            urgent_real=end_to_end([group.real for group in groups]),
        )
        if u in self.begun_urgent:
            people = end_to_end([group.people for group in groups])
            self.begun_urgent[u][0][people] = rows
            self.begun_urgent[u][1][people] = end_to_end([group.soon for group in groups])
        return rows, effort
