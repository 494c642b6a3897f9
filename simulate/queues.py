"""Who waits: two queues for each sub-team, urgent first, each in order of joining."""

from __future__ import annotations

from .state import NOBODY, State


def sub_team_of(state: State, row: int) -> int:
    """The sub-team a visit waits in now: its own, or the one that took it over."""
    line = state.book[state.visits[row].row].sub_team
    while state.gone_to[line] != line:
        line = state.gone_to[line]
    return int(line)


def wait(state: State, row: int, number: int) -> None:
    """Put a visit in a sub-team's queue, behind all that joined no later."""
    visits = state.visits
    visit, line = visits[row], state.lines[number]
    first = line.first_urgent if visit.urgent else line.first_other
    last = line.last_urgent if visit.urgent else line.last_other
    if last == NOBODY:
        visit.following = NOBODY
        first, last = row, row
    elif visits[last].since <= visit.since:
        visit.following = NOBODY
        visits[last].following = row
        last = row
    elif visits[first].since > visit.since:
        visit.following = first
        first = row
    else:
        before = visits[first]
        while visits[before.following].since <= visit.since:
            before = visits[before.following]
        visit.following = before.following
        before.following = row
    if visit.urgent:
        line.first_urgent, line.last_urgent = first, last
    else:
        line.first_other, line.last_other = first, last


def head(state: State, number: int) -> int:
    """Whose turn it is in a sub-team; NOBODY where nobody waits."""
    line = state.lines[number]
    return int(line.first_urgent if line.first_urgent != NOBODY else line.first_other)


def leave_queue(state: State, number: int) -> int:
    """Take the head of a sub-team's queue out of it."""
    line = state.lines[number]
    if line.first_urgent != NOBODY:
        row = line.first_urgent
        line.first_urgent = state.visits[row].following
        if line.first_urgent == NOBODY:
            line.last_urgent = NOBODY
    else:
        row = line.first_other
        line.first_other = state.visits[row].following
        if line.first_other == NOBODY:
            line.last_other = NOBODY
    return int(row)


def follow_merger(state: State, number: int) -> None:
    """Move everyone who waits in a sub-team that has merged to the one that took it over."""
    while head(state, number) != NOBODY:
        row = leave_queue(state, number)
        wait(state, row, sub_team_of(state, row))
