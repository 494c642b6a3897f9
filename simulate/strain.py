"""Overload that makes people leave: who goes before their time, and who comes after them.

Everyone who takes a post brings a patience, drawn beforehand: the leavings a year that the post's turnover adds up to
while they are in it. Each morning with too many open cases adds to that, so they leave earlier, never later. A post
left earlier stands vacant for its own next drawn time and is filled by its own next holder: no luck is drawn in the
run, and none is anybody else's.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from .clock import Floats, Ints
from .tenure import Stints, leaving_day, successors
from .workforce import Lot, Roster, laid_out


def judged(roster: Roster, open_cases: Ints, day: int) -> Roster:
    """The roster after a look at who holds how many cases as a day begins: whoever has had enough is gone from it.

    `open_cases[w]`: held by each worker. Days past are as they were; newcomers for whom there was no row follow at the
    end. Needs a roster with a lot.
    """
    lot = roster.lot
    assert lot is not None
    added = lot.added + overload(lot, open_cases, roster.cap[:, day])
    if not added.any():
        return roster
    lot = replace(lot, added=added)
    leaves = leaving_day(lot.posts, lot.stints.post, lot.stints.start, lot.stints.patience - added)
    roster = replace(roster, lot=lot)
    for worker in np.flatnonzero(roster.employed[:, day] & (leaves <= day) & (added > 0)).tolist():
        roster = without(roster, worker, day)
    return roster


def overload(lot: Lot, open_cases: Ints, cap: Ints) -> Floats:
    """The leavings that a morning's open cases add for each worker; none for those without a cap today."""
    rule = lot.posts.strain
    assert rule is not None
    above = np.maximum(open_cases - rule.above * cap, 0.0) / np.maximum(cap, 1)
    return np.asarray(np.where(cap > 0, rule.per_day * above, 0.0))


def without(roster: Roster, worker: int, day: int) -> Roster:
    """The roster in which a worker leaves on a day, and those who hold the post afterwards come accordingly."""
    lot = roster.lot
    assert lot is not None
    stints, post = lot.stints, int(lot.stints.post[worker])
    after = successors(lot.posts, lot.keys, post, int(stints.holder[worker]), day)
    known = np.flatnonzero((stints.post == post) & (stints.holder > stints.holder[worker]))
    known = known[np.argsort(stints.holder[known])]
    rows = np.concatenate([[worker], known, np.arange(len(roster), len(roster) + len(after) - len(known))])
    leaver = replace(_rows(stints, np.array([worker])), end=np.array([day]))
    changed = Stints(*(np.concatenate(pair) for pair in zip(_columns(leaver), _columns(after), strict=True)))
    new = laid_out(lot.posts, lot.away, changed)
    pairs = zip(_columns(stints), _columns(changed), strict=True)
    stints = Stints(*(_with(old, rows, column) for old, column in pairs))
    added = np.concatenate([lot.added, np.zeros(len(stints) - len(roster))])
    names = dict(enumerate(roster.names)) | dict(zip(rows.tolist(), new.names, strict=True))
    tables = {
        field.name: _with(getattr(roster, field.name), rows, getattr(new, field.name))
        for field in fields(roster)
        if field.name not in ("names", "lot")
    }
    return Roster(**tables, names=tuple(names.values()), lot=replace(lot, stints=stints, added=added))


def _columns(stints: Stints) -> tuple[Any, ...]:
    return tuple(getattr(stints, field.name) for field in fields(stints))


def _rows(stints: Stints, rows: Ints) -> Stints:
    return Stints(*(column[rows] for column in _columns(stints)))


def _with(table: Any, rows: Ints, values: Any) -> Any:
    """A copy of a table with some of its rows changed; rows beyond its end are added."""
    more = int(rows.max()) + 1 - len(table)
    grown = np.concatenate([table, np.zeros((max(more, 0), *table.shape[1:]), dtype=table.dtype)])
    grown[rows] = values
    return grown
