"""From children to visits: every child's whole way through the service, laid out stage by stage with all its draws.

Stages are taken in an order in which every route leads forward, all children of a stage at once. Which way a child
goes is settled here; when it happens is for the engines. Children who come back are laid out again, generation by
generation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import streams
from .children import Children, Group, parts
from .clock import Bools, Clock, Dates, Floats, Ints
from .draws import Draw, quantile
from .ledger import Ledger
from .pathway import CLOSED, PLAN, Plan, Stage
from .routing import Leaving, Router
from .streams import uniform
from .together import tied
from .visits import FORECAST, NONE, OPENING, RETURNED, Visits


def journeys(plan: Plan, clock: Clock, children: Children, router: Router) -> Visits:
    """All visits of the children, and of those of them who come back before the horizon ends."""
    ledger = Ledger()
    groups = [
        Group(
            people, children.enters[people], np.ones(len(people), dtype=np.bool_), children.origin[people] <= FORECAST
        )
        for people in (np.flatnonzero(children.stage == s) for s in range(len(plan.stages)))
    ]
    coming = {s: [group] for s, group in enumerate(groups) if len(group.people)}
    while coming:
        generation = _Generation(plan, clock, children, router, ledger, coming)
        closed = generation.lay_out()
        if plan.returns is None:
            break
        children, coming = _coming_back(plan, clock, children, closed, ledger)
    return ledger.bound()


@dataclass(frozen=True)
class _Closed:
    """Visits with which a case closed from a stage whose cases may come back."""

    people: Ints
    rows: Ints
    soon: Floats
    stage: Ints


class _Generation:
    """Children laid out together; `coming[stage]` fills up as routes lead there."""

    def __init__(
        self,
        plan: Plan,
        clock: Clock,
        children: Children,
        router: Router,
        ledger: Ledger,
        coming: dict[int, list[Group]],
    ) -> None:
        self.plan, self.children, self.router, self.ledger, self.coming = plan, children, router, ledger, coming
        self.days = _arrival_dates(clock, children)
        begun = {stage.clock_stage for stage in plan.stages} - {NONE}
        self.begun = {s: (np.full(len(children), NONE), np.zeros(len(children))) for s in begun}
        begun = {stage.clock_urgent for stage in plan.stages} - {NONE}
        self.begun_urgent = {u: (np.full(len(children), NONE), np.zeros(len(children))) for u in begun}

    def lay_out(self) -> _Closed:
        """Write the visits of every stage; returns the closures after which a child may come back."""
        returns = self.plan.returns
        none = np.empty(0, np.int64)
        closing = [_Closed(none, none, np.empty(0), none)]
        for s in self.plan.order:
            groups = self.coming.get(s, [])
            if not groups:
                continue
            stage = self.plan.stages[s]
            entered = [self._enter(s, group) for group in groups]
            for u in stage.urgent:
                self._bring_urgent_work(u, groups, [rows for rows, _ in entered])
            if s == self.plan.effects.waiting_for:
                for group, (those, _) in zip(groups, entered, strict=True):
                    self._ask_again(group, those)
            rows, soon = (np.concatenate(column) for column in zip(*entered, strict=True))
            leaving = self._leaving(groups, f"way from {stage.name}", soon)
            to, to_base = self.router.choose(stage.name, s, stage.ways, leaving)
            self._send_on(groups, {way.to for way in stage.ways}, leaving, to, to_base, "then", rows)
            if returns is not None and s in returns.closing:
                shut = leaving.real & (to == CLOSED)
                people = np.concatenate([g.people for g in groups])[shut]
                closing.append(_Closed(people, rows[shut], soon[shut], np.full(len(people), s)))
        columns = ("people", "rows", "soon", "stage")
        return _Closed(*(np.concatenate([getattr(c, name) for c in closing]) for name in columns))

    def _drawn(self, draw: Draw, people: Ints, purpose: str) -> Floats:
        if draw.factor.values == (0.0,):
            return np.zeros(len(people))
        return quantile(draw, uniform(self.children.key[people], purpose), self.days[people])

    def _tied_effort(self, stage: Stage, people: Ints, line: str) -> Floats:
        key = self.children.key[people]
        own, other = uniform(key, f"effort {stage.name}{line}"), uniform(key, f"least {stage.name}{line}")
        return quantile(stage.effort, tied(own, other, stage.tie), self.days[people])

    def _leaving(self, groups: list[Group], purpose: str, soon: Floats) -> Leaving:
        people = np.concatenate([group.people for group in groups])
        return Leaving(
            luck=np.concatenate([uniform(self.children.key[g.people], f"{purpose}{g.line}") for g in groups]),
            soon=soon,
            days=self.days[people],
            real=np.concatenate([group.real for group in groups]),
            base=np.concatenate([group.base for group in groups]),
            origin=self.children.origin[people],
        )

    def _send_on(
        self,
        groups: list[Group],
        ways: set[int],
        leaving: Leaving,
        to: Ints,
        to_base: Ints,
        link: str,
        rows: Ints,
        line: str = "",
    ) -> None:
        for on in sorted(ways - {CLOSED}):
            real, base = leaving.real & (to == on), leaving.base & (to_base == on)
            for group, part in parts(groups):
                goes = real[part] | base[part]
                if goes.any():
                    onward = group.going(
                        goes, real[part], base[part], leaving.soon[part], link, rows[part], f"{group.line}{line}"
                    )
                    self.coming.setdefault(on, []).append(onward)

    def _enter(self, s: int, group: Group) -> tuple[Ints, Floats]:
        """Write one visit for each of a group; returns their rows and the soonest times at which they can leave."""
        stage, people, children = self.plan.stages[s], group.people, self.children
        effort = self._drawn(stage.effort, people, f"effort {stage.name}{group.line}")
        least = self._drawn(stage.least, people, f"least {stage.name}{group.line}")
        if stage.tie:
            effort = self._tied_effort(stage, people, group.line)
        if not group.link:
            effort, least = _or_known(children.effort[people], effort), _or_known(children.least[people], least)
        visit, piece, since = self._clock(stage, people, group.soon)
        rows = self.ledger.write(
            **self._standing(stage, group),
            labelled=self._labelled(s, group),
            enters=np.full(len(people), np.nan) if group.link else group.soon,
            effort=effort,
            least=least,
            given=np.zeros(len(people)) if group.link else children.given[people],
            clock_visit=visit,
            clock_urgent=piece,
        )
        if group.link:
            self.ledger.link(group.link, group.source, rows)
        if s in self.begun:
            self.begun[s][0][people], self.begun[s][1][people] = rows, group.soon
        if stage.sign_off >= 0:
            self._sign_off(stage, group, rows)
        begins = group.soon if stage.least_from_allocation else since
        return rows, np.maximum(np.maximum(group.soon, begins + least), 0.0)

    def _standing(self, stage: Stage, group: Group) -> dict[str, Floats | Ints | Bools]:
        people, children = group.people, self.children
        sub_team = np.full(len(people), NONE)
        if stage.kind != PLAN:
            team = self.plan.teams[stage.team]
            sub_team = np.full(len(people), team.first_sub_team)
            if team.sub_teams > 1:
                luck = uniform(children.key[people], f"sub-team of {team.name}")
                sub_team = sub_team + (luck * team.sub_teams).astype(np.int64)
        return {
            "child": children.child[people],
            "stage": np.full(len(people), self.plan.stages.index(stage)),
            "sub_team": sub_team,
            "origin": children.origin[people],
            "urgent": children.urgent[people],
            "real": group.real,
        }

    def _labelled(self, s: int, group: Group) -> Bools:
        returns, children = self.plan.returns, self.children
        if returns is None or s != returns.door:
            return np.zeros(len(group.people), dtype=np.bool_)
        counted = uniform(children.key[group.people], "counted as a return") < returns.base
        within = np.inf if returns.within is None else returns.within
        back = children.returned_after[group.people]
        return np.asarray((counted & (children.origin[group.people] == FORECAST)) | (back <= within))

    def _clock(self, stage: Stage, people: Ints, entered: Floats) -> tuple[Ints, Ints, Floats]:
        """Rows of what starts a stage's clock (-1: its own entry) and the soonest time of that."""
        visit = piece = np.full(len(people), NONE)
        since = entered
        if stage.clock_stage >= 0:
            rows, times = self.begun[stage.clock_stage]
            visit = rows[people]
            since = np.where(visit >= 0, times[people], since)
        if stage.clock_urgent >= 0:
            rows, times = self.begun_urgent[stage.clock_urgent]
            piece = rows[people]
            since = np.where(piece >= 0, times[people], since)
        return visit, piece, since

    def _sign_off(self, stage: Stage, group: Group, rows: Ints) -> None:
        pool, none = self.plan.stages[stage.sign_off], np.full(len(rows), NONE)
        signing = self.ledger.write(
            **self._standing(pool, group),
            labelled=np.zeros(len(rows), dtype=np.bool_),
            enters=np.full(len(rows), np.nan),
            effort=self._drawn(pool.effort, group.people, f"effort {pool.name} of {stage.name}{group.line}"),
            least=np.zeros(len(rows)),
            given=np.zeros(len(rows)),
            clock_visit=none,
            clock_urgent=none,
        )
        self.ledger.link("sign_off", rows, signing)

    def _ask_again(self, group: Group, rows: Ints) -> None:
        """Write the contacts that a stage's children bring if they wait long; not of cases open at the start."""
        effects = self.plan.effects
        assert effects.after is not None
        pool, luck = self.plan.stages[effects.asks_at], uniform(self.children.key[group.people], "asks again")
        asks = group.real & (luck < effects.asking) & (group.soon >= 0)
        asking = group.going(asks, group.real, group.base, group.soon, "asks_again", rows, group.line)
        number = len(asking.people)
        standing = {**self._standing(pool, asking), "origin": np.full(number, RETURNED)}
        again = self.ledger.write(
            **standing,
            labelled=np.zeros(number, dtype=np.bool_),
            enters=np.full(number, np.nan),
            effort=self._drawn(pool.effort, asking.people, f"effort {pool.name} asked again{group.line}"),
            least=self._drawn(pool.least, asking.people, f"least {pool.name} asked again{group.line}"),
            given=np.zeros(number),
            clock_visit=np.full(number, NONE),
            clock_urgent=np.full(number, NONE),
        )
        self.ledger.link("asks_again", rows[asks], again)
        after = self._drawn(effects.after, asking.people, f"asks again after{group.line}")
        self.ledger.delay("asks_again_after", rows[asks], after)

    def _bring_urgent_work(self, u: int, groups: list[Group], rows: list[Ints]) -> None:
        """Write the urgent work that a stage's children bring, and send on those whom it leads elsewhere.

        Urgent work of a case open at the start that would have begun before the start is over; what followed from it
        is in the opening counts of the later stages.
        """
        work = self.plan.urgent[u]
        after = np.concatenate([self._drawn(work.after, g.people, f"{work.name}{g.line} begins") for g in groups])
        begins = np.concatenate([group.soon for group in groups]) + after
        leaving = self._leaving(groups, f"{work.name} comes", begins)
        ahead = (begins >= 0) | (leaving.origin != OPENING)
        leaving = Leaving(
            leaving.luck, begins, leaving.days, leaving.real & ahead, leaving.base & ahead, leaving.origin
        )
        to, to_base = self.router.choose(f"{work.name} comes", work.stage, (work.taken,), leaving, work)
        real, base = leaving.real & (to == work.stage), leaving.base & (to_base == work.stage)
        has = real | base
        bringing = [
            group.going(has[part], real[part], base[part], begins[part], "", rows_here, group.line)
            for (group, part), rows_here in zip(parts(groups), rows, strict=True)
        ]
        pieces, effort = self._write_urgent(u, bringing, after[has])
        soon = begins[has] + effort / self.plan.hours_per_day
        leaving = self._leaving(bringing, f"way from {work.name}", soon)
        to, to_base = self.router.choose(work.name, work.stage, work.ways, leaving)
        ways = {way.to for way in work.ways}
        self._send_on(bringing, ways, leaving, to, to_base, "urgent_then", pieces, f" after {work.name}")

    def _write_urgent(self, u: int, groups: list[Group], after: Floats) -> tuple[Ints, Floats]:
        work = self.plan.urgent[u]
        effort = np.concatenate([self._drawn(work.effort, g.people, f"effort {work.name}{g.line}") for g in groups])
        rows = self.ledger.write_urgent(
            urgent_visit=np.concatenate([group.source for group in groups]),
            urgent_work=np.full(len(after), u),
            urgent_after=after,
            urgent_effort=effort,
            urgent_real=np.concatenate([group.real for group in groups]),
        )
        if u in self.begun_urgent:
            people = np.concatenate([group.people for group in groups])
            soon = np.concatenate([group.soon for group in groups])
            self.begun_urgent[u][0][people], self.begun_urgent[u][1][people] = rows, soon
        return rows, effort


def _or_known(known: Floats, drawn: Floats) -> Floats:
    return np.where(np.isnan(known), drawn, known)


def _arrival_dates(clock: Clock, children: Children) -> Dates:
    return clock.dates[np.clip(children.enters, 0, clock.days - 1).astype(np.int64)]


def _coming_back(
    plan: Plan, clock: Clock, children: Children, closed: _Closed, ledger: Ledger
) -> tuple[Children, dict[int, list[Group]]]:
    """The next generation: those who come back beyond the forecast; and marks whom of the forecast to take back."""
    returns = plan.returns
    assert returns is not None
    key, days = children.key[closed.people], _arrival_dates(clock, children)[closed.people]
    luck, share = uniform(key, "comes back"), returns.share.at(days)
    delay = quantile(returns.delay, uniform(key, "comes back after"), days)
    counted = np.where(children.origin[closed.people] <= FORECAST, returns.base, 0.0)
    fewer = (luck >= share) & (luck < counted)
    ledger.delay("takes_back_after", closed.rows[fewer], delay[fewer])
    effects, late = plan.effects, np.zeros(len(luck), dtype=np.bool_)
    if effects.late_share > 0:
        late = (luck >= np.maximum(share, counted)) & (luck < share + effects.late_share)
        late &= np.isin(closed.stage, effects.late_stages)
        targets = np.array([np.inf if stage.target is None else stage.target for stage in plan.stages])
        ledger.delay("late_after", closed.rows[late], targets[closed.stage[late]])
    back = (((luck >= counted) & (luck < share)) | late) & (closed.soon + delay < clock.days)
    people, soon, delay = closed.people[back], (closed.soon + delay)[back], delay[back]
    ledger.delay("comes_back_after", closed.rows[back], delay)
    number, unknown = len(people), np.full(len(people), np.nan)
    again = Children(
        key=streams.child_keys(children.key[people], "comes back"),
        child=children.child[people],
        origin=np.full(number, RETURNED),
        stage=np.full(number, returns.door),
        enters=soon,
        urgent=children.urgent[people],
        effort=unknown,
        least=unknown,
        given=np.zeros(number),
        returned_after=delay,
    )
    everyone = np.ones(number, dtype=np.bool_)
    group = Group(np.arange(number), soon, everyone, ~everyone, "", "comes_back", closed.rows[back])
    return again, {returns.door: [group]} if number else {}
