"""A staffing plan by month that keeps a promise in every month, and that someone could carry out.

Posts change only at the start of a block of months, at most so many a month up or down, and the last level is held and
judged for a run-out, so that the plan does not live off the cases it leaves behind. Found by bisection on one level for
all blocks, then on each block in turn, latest first; common random numbers throughout. Decision record 0405.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .promise import Promise

Floats = npt.NDArray[np.float64]
Levels = tuple[float, ...]
MeasuredByMonth = Callable[[Levels], Floats]
"""Values of the promised measures by month under posts by month, shape (replications, months, promises)."""


@dataclass(frozen=True)
class Limits:
    """What can be carried out.

    `now`: posts today. `low`, `high`: fewest and most posts at any time. `rise`, `fall`: most posts more or fewer in a
    month. `hold`: months for which a block's level stays. `from_month`: first month that can differ from today.
    `run_out`: months at the end over which the last level is held. `smooth`: post-months that must be saved for each
    post by which the plan goes up and down more (0: any saving is worth a change).
    """

    now: float
    low: float
    high: float
    rise: float
    fall: float
    hold: int = 3
    from_month: int = 1
    run_out: int = 6
    smooth: float = 1.0


@dataclass(frozen=True)
class StaffingPlan:
    """Posts by month (None: not even the most that can be hired keep the promise), and how it does.

    `chance[month]`: share of futures that keep every promise in the month; `alone[promise][month]`: that keep one by
    itself. `judged[month]`: whether hiring as fast as allowed, to the most allowed, keeps it at all; other months no
    plan can save. `tried`: plans simulated.
    """

    posts: Levels | None
    chance: tuple[float, ...]
    alone: tuple[tuple[float, ...], ...]
    judged: tuple[bool, ...]
    tried: int

    def hardest(self, month: int) -> int:
        """Place of the promise that is kept least often by itself in a month."""
        return min(range(len(self.alone)), key=lambda promise: self.alone[promise][month])


def staffing_plan(
    measured: MeasuredByMonth,
    promises: Sequence[Promise],
    probability: float,
    months: int,
    limits: Limits,
    *,
    advance: Callable[[int], None] = lambda _done: None,
) -> StaffingPlan:
    """The least posts by month that keep every promise with a probability in every month in which any plan can."""
    tried: dict[Levels, Floats] = {}

    def chances(posts: Levels) -> Floats:
        """Of all promises together in the first row, and of each by itself."""
        if posts not in tried:
            values = np.moveaxis(measured(posts), 2, 0)
            kept = np.stack([promise.kept(each) for promise, each in zip(promises, values, strict=True)])
            empty = np.isnan(values)
            seen = np.ma.masked_array([kept.all(axis=0), *kept], [empty.any(axis=0), *empty])
            tried[posts] = np.asarray(seen.mean(axis=1).filled(1.0))  # where there is nothing to keep, all is kept
            advance(1)
        return tried[posts]

    def planned(posts: Levels, found: Levels | None, judged: npt.NDArray[np.bool_]) -> StaffingPlan:
        together, *alone = (tuple(map(float, row)) for row in chances(posts))
        return StaffingPlan(found, together, tuple(alone), tuple(map(bool, judged)), len(tried))

    blocks = max(1, -(-max(months - limits.from_month - limits.run_out, 1) // limits.hold))
    top = laid_out((limits.high,) * blocks, months, limits)
    judged = chances(top)[0] >= probability
    if not judged[-limits.run_out :].any():
        return planned(top, None, judged)

    def holds(levels: Levels) -> bool:
        return bool((chances(laid_out(levels, months, limits))[0][judged] >= probability).all())

    one = _lowest(lambda level: holds((level,) * blocks), limits.low, limits.high)
    levels = (one,) * blocks
    for block in reversed(range(blocks)):
        levels = _thriftier(levels, block, holds, months, limits)
    posts = laid_out(levels, months, limits)
    return planned(posts, posts, judged)


def laid_out(levels: Levels, months: int, limits: Limits) -> Levels:
    """Posts by month: today's until `from_month`, towards each block's level as fast as allowed; run-out held."""
    posts, now = [], limits.now
    for month in range(months):
        if limits.from_month <= month < max(months - limits.run_out, limits.from_month + 1):
            block = min((month - limits.from_month) // limits.hold, len(levels) - 1)
            now = min(max(levels[block], now - limits.fall), now + limits.rise)
        posts.append(float(now))
    return tuple(posts)


def as_steps(posts: Levels, firsts: Sequence[str]) -> list[dict[str, object]]:
    """Posts by month as dated steps (from, value), one for each change; `firsts`: first day of each month."""
    return [
        {"from": first, "value": value}
        for month, (first, value) in enumerate(zip(firsts, posts, strict=True))
        if month == 0 or value != posts[month - 1]
    ]


def _thriftier(levels: Levels, block: int, holds: Callable[[Levels], bool], months: int, limits: Limits) -> Levels:
    """The same plan with one block as low as the promise allows, where that saves enough for the change it takes."""

    def at(level: float) -> Levels:
        return (*levels[:block], level, *levels[block + 1 :])

    lowest = _lowest(lambda level: holds(at(level)), limits.low, levels[block])
    before, after = (laid_out(one, months, limits) for one in (levels, at(lowest)))
    saving = sum(before) - sum(after)
    unrest = _unrest(after, limits.now) - _unrest(before, limits.now)
    return at(lowest) if saving > limits.smooth * unrest else levels


def _unrest(posts: Levels, now: float) -> float:
    """Posts gained and lost in all from month to month."""
    return float(np.abs(np.diff((now, *posts))).sum())


def _lowest(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The lowest whole step from `low` up at which a rule holds that holds at `high` and, once it holds, goes on."""
    fails, good = -1, round(high - low)
    while good - fails > 1:
        middle = (fails + good) // 2
        if holds(low + middle):
            good = middle
        else:
            fails = middle
    return low + good
