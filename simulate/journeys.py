"""From children to visits: every child's whole way through the service, laid out stage by stage with all its draws.

Stages are taken in an order in which every route leads forward, all children of a stage at once. Which way a child
goes is settled here; when it happens is for the engines. Children who come back are laid out again, generation by
generation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import streams
from .children import Children, Group, Known, Who, end_to_end, parts
from .clock import Bools, Clock, Floats, Ints
from .draws import dates_for, quantile
from .ledger import Ledger
from .pathway import CLOSED, Plan
from .routing import Leaving, Router, Stages
from .streams import uniform
from .visits import FORECAST, OPENING, RETURNED, THIN, Visits
from .writer import Writer


def journeys(plan: Plan, clock: Clock, children: Sequence[Children], router: Router) -> Visits:
    """All visits of the children, and of those of them who come back before the horizon ends."""
    ledger, coming = Ledger(), _at_the_start(children)
    while coming:
        number = sum(len(group) for groups in coming.values() for group in groups)
        closed = _Generation(plan, router, Writer(plan, clock, ledger, number), coming).lay_out()
        coming = _coming_back(plan, clock, closed, ledger) if closed else {}
    return ledger.bound()


def _at_the_start(children: Sequence[Children]) -> dict[int, list[Group]]:
    """Groups by the stage at which they come in."""
    coming: dict[int, list[Group]] = {}
    first = 0
    for some in children:
        people = np.arange(first, first + len(some))
        first += len(some)
        real, base = np.ones(len(some), dtype=np.bool_), some.who.origin <= FORECAST
        if len(some):
            group = Group(people, some.who, some.who.enters, real, base, known=some.known)
            coming.setdefault(some.stage, []).append(group)
    return coming


@dataclass(frozen=True)
class _Closed:
    """Visits with which a case closed from a stage whose cases may come back: who, row, soonest time, stage."""

    who: Who
    rows: Ints
    soon: Floats
    stage: Ints


class _Generation:
    """Children laid out together; `coming[stage]` fills up as routes lead there."""

    def __init__(self, plan: Plan, router: Router, writer: Writer, coming: dict[int, list[Group]]) -> None:
        self.plan, self.router, self.writer, self.coming = plan, router, writer, coming

    def lay_out(self) -> list[_Closed]:
        """Write the visits of every stage; returns the closures after which a child may come back."""
        returns = self.plan.returns
        closed: list[_Closed] = []
        for s in self.plan.order:
            groups = self.coming.get(s, [])
            if not groups:
                continue
            stage = self.plan.stages[s]
            entered = [self.writer.enter(s, group) for group in groups]
            for u in stage.urgent:
                self._bring_urgent_work(u, groups, [rows for rows, _ in entered])
            if s == self.plan.effects.waiting_for:
                for group, (those, _) in zip(groups, entered, strict=True):
                    self.writer.ask_again(group, those)
            rows, soon = (end_to_end(column) for column in zip(*entered, strict=True))
            leaving = _leaving(groups, f"way from {stage.name}", soon)
            to, to_base = self.router.choose(stage.name, s, stage.ways, leaving)
            self._send_on(groups, {way.to for way in stage.ways}, leaving, to, to_base, "then", rows)
            if returns is not None and s in returns.closing:
                for group, part in parts(groups):
                    shut = np.flatnonzero(group.real & (to[part] == CLOSED))
                    closed.append(
                        _Closed(group.who.some(shut), rows[part][shut], soon[part][shut], np.full(len(shut), s))
                    )
        return closed

    def _send_on(
        self,
        groups: list[Group],
        ways: set[int],
        leaving: Leaving,
        to: Stages,
        to_base: Stages,
        link: str,
        rows: Ints,
        line: str = "",
    ) -> None:
        for on in sorted(ways - {CLOSED}):
            real = leaving.real & (to == on)
            base = leaving.base & (to_base == on)
            for group, part in parts(groups):
                goes = np.flatnonzero(real[part] | base[part])
                if len(goes):
                    onward = group.going(
                        goes, real[part], base[part], leaving.soon[part], link, rows[part], f"{group.line}{line}"
                    )
                    self.coming.setdefault(on, []).append(onward)

    def _bring_urgent_work(self, u: int, groups: list[Group], rows: list[Ints]) -> None:
        """Write the urgent work that a stage's children bring, and send on those whom it leads elsewhere.

        Urgent work of a case open at the start that would have begun before the start is over, or under way if a full
        day's hours would not have done it yet; what followed from it is in the opening counts of the later stages.
        """
        work = self.plan.urgent[u]
        after = end_to_end([self.writer.drawn(work.after, g.who, f"{work.name}{g.line} begins") for g in groups])
        begins = end_to_end([group.soon for group in groups]) + after
        leaving = _leaving(groups, f"{work.name} comes", begins)
        ahead = (begins + self._under_way(u, groups) > 0) | (leaving.origin != OPENING)
        leaving = Leaving(
            leaving.luck, begins, leaving.enters, leaving.real & ahead, leaving.base & ahead, leaving.origin
        )
        to, to_base = self.router.choose(f"{work.name} comes", work.stage, (work.taken,), leaving, work)
        real, base = leaving.real & (to == work.stage), leaving.base & (to_base == work.stage)
        has = real | base
        bringing = [
            group.going(np.flatnonzero(has[part]), real[part], base[part], begins[part], "", rows_here, group.line)
            for (group, part), rows_here in zip(parts(groups), rows, strict=True)
        ]
        pieces, effort = self.writer.urgent_work(u, bringing, after[has], begins[has])
        soon = np.maximum(begins[has], 0.0) + effort / self.plan.hours_per_day
        leaving = _leaving(bringing, f"way from {work.name}", soon)
        to, to_base = self.router.choose(work.name, work.stage, work.ways, leaving)
        ways = {way.to for way in work.ways}
        self._send_on(bringing, ways, leaving, to, to_base, "urgent_then", pieces, f" after {work.name}")

    def _under_way(self, u: int, groups: list[Group]) -> Floats:
        """Working days that urgent work takes of those open at the start, at a full day's hours; nought of others."""
        return end_to_end(
            [
                np.zeros(len(g)) if g.known is None else self.writer.urgent_hours(u, g) / self.plan.hours_per_day
                for g in groups
            ]
        )


def _leaving(groups: list[Group], purpose: str, soon: Floats) -> Leaving:
    return Leaving(
        luck=end_to_end([uniform(group.who.key, f"{purpose}{group.line}") for group in groups]),
        soon=soon,
        enters=end_to_end([group.who.enters for group in groups]),
        real=end_to_end([group.real for group in groups]),
        base=end_to_end([group.base for group in groups]),
        origin=end_to_end([group.who.origin for group in groups]),
    )


def _coming_back(plan: Plan, clock: Clock, closed: list[_Closed], ledger: Ledger) -> dict[int, list[Group]]:
    """The next generation: those who come back beyond the forecast; and marks whom of the forecast to take back."""
    returns = plan.returns
    assert returns is not None
    who = Who(*(end_to_end([getattr(c.who, name) for c in closed]) for name in Who.__dataclass_fields__))
    rows, soon, stage = (end_to_end([getattr(c, name) for c in closed]) for name in ("rows", "soon", "stage"))
    luck = uniform(who.key, "comes back")
    share, base = (part.at(dates_for(part, clock, who.enters)) for part in (returns.share, returns.base))
    delay = quantile(returns.delay, uniform(who.key, "comes back after"), dates_for(returns.delay, clock, who.enters))
    counted = np.where(who.origin <= FORECAST, base, 0.0)
    fewer = (luck >= share) & (luck < counted)
    ledger.delay("takes_back_after", rows[fewer], delay[fewer])
    back: Bools = (luck >= counted) & (luck < share)
    effects = plan.effects
    if effects.late_share > 0:
        late = (luck >= np.maximum(share, counted)) & (luck < share + effects.late_share)
        late &= np.isin(stage, effects.late_stages)
        targets = np.array([np.inf if stage.target is None else stage.target for stage in plan.stages])
        ledger.delay("late_after", rows[late], targets[stage[late]])
        back |= late
    if effects.thin_share > 0:
        least = share + effects.late_share * np.isin(stage, effects.late_stages)
        thin = (luck >= np.maximum(least, counted)) & (luck < least + effects.thin_share)
        thin &= np.isin(stage, effects.thin_stages)
        ledger.delay("late_after", rows[thin], np.full(np.count_nonzero(thin), THIN))
        back |= thin
    here = np.flatnonzero(back & (soon + delay < clock.days))
    if not len(here):
        return {}
    ledger.delay("comes_back_after", rows[here], delay[here])
    return {returns.door: [_anew(who.some(here), rows[here], (soon + delay)[here], delay[here])]}


def _anew(who: Who, rows: Ints, soon: Floats, delay: Floats) -> Group:
    """Children on their way back from closed cases, with draws of their own."""
    number, unknown = len(who), np.full(len(who), np.nan)
    again = Who(
        streams.child_keys(who.key, "comes back"), who.child, np.full(number, RETURNED, dtype=np.int8), soon, who.urgent
    )
    everyone, known = np.ones(number, dtype=np.bool_), Known(unknown, unknown, np.zeros(number), delay)
    return Group(np.arange(number), again, soon, everyone, ~everyone, "", "comes_back", rows, known)
