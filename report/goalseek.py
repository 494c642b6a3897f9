"""The fewest people that keep a promise: bisection on posts, with common random numbers and sequential sampling.

At each number of posts replications are added until the interval excludes the target, or is as narrow as was asked.
Every point lives in the same futures from replication 0 on (Waeber, Frazier and Henderson 2013 on bisection with noise;
Pasupathy and Kim 2011). More people never do worse on average, which is what bisection needs. Decision record 0404.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from simulate.interval import half_width

from .promise import Promise

Floats = npt.NDArray[np.float64]
STRIDE = 0.05
"""First step away from the guess, as a share of it; it doubles until the answer is passed."""
Measured = Callable[[float, range], Floats]
"""Values of the promised measures for a number of posts and a range of replications, shape (replications, promises)."""


@dataclass(frozen=True)
class Search:
    """How to search.

    `low`, `high`: posts to look between. `probability`: share of futures that must keep every promise (None: each
    promise is kept on average over replications). `half_width`: narrow enough to decide by the estimate (share of
    futures, or of the promised value). `least`, `most`: replications at one number of posts. `confidence`: of its
    interval.
    """

    low: float
    high: float
    probability: float | None = None
    step: float = 1.0
    half_width: float = 0.01
    least: int = 8
    most: int = 60
    confidence: float = 0.95


@dataclass(frozen=True)
class Point:
    """What a number of posts does: the estimate with its interval, the hardest promise, and the verdict.

    In the mode of futures `estimate` is the share of them that keep every promise, and `promise` the one that fewest
    keep; else the mean of `promise`, which has least room. `alone`: share of futures that keep that one by itself.
    `settled`: whether the interval excludes the target, so that the verdict is not by the estimate alone.
    """

    posts: float
    replications: int
    promise: str
    target: float
    estimate: float
    low: float
    high: float
    holds: bool
    settled: bool
    alone: float


@dataclass(frozen=True)
class Answer:
    """The fewest posts (None: not even the most looked at hold), every point looked at, and replications in all."""

    posts: float | None
    points: tuple[Point, ...]
    replications: int

    @property
    def is_lowest(self) -> bool:
        """Whether the answer is the fewest posts that were to be looked at, so that fewer may hold as well."""
        return self.posts is not None and self.posts == self.points[0].posts

    @property
    def neighbours(self) -> tuple[Point, ...]:
        """The answer with one step less and one step more, as far as they were looked at, fewest first."""
        if self.posts is None:
            return self.points[-1:]
        at = [point.posts for point in self.points].index(self.posts)
        return self.points[max(at - 1, 0) : at + 2]


@dataclass
class _Sampler:
    """Remembers the values of each number of posts, so that nothing is simulated twice."""

    measured: Measured
    promises: Sequence[Promise]
    search: Search
    advance: Callable[[int], None]
    values: dict[float, Floats] = field(default_factory=dict)

    def point(self, posts: float) -> Point:
        """Add replications at a number of posts until the verdict is settled or as sure as was asked."""
        most = self.search.most
        wanted = self.search.least
        while True:
            have = len(self.values.get(posts, ()))
            if wanted > have:
                more = self.measured(posts, range(have, wanted))
                self.values[posts] = np.concatenate([self.values[posts], more]) if have else more
                self.advance(wanted - have)
            found = judged(posts, self.values[posts], self.promises, self.search)
            narrow = (found.high - found.low) / 2 <= self.search.half_width * _scale(found, self.search)
            if found.settled or narrow or len(self.values[posts]) >= most:
                return found
            wanted = min(math.ceil(1.5 * len(self.values[posts])), most)


def smallest(
    measured: Measured,
    promises: Sequence[Promise],
    search: Search,
    *,
    guess: float | None = None,
    advance: Callable[[int], None] = lambda _done: None,
) -> Answer:
    """The fewest posts that keep every promise.

    Looks first at `guess` (the middle without one), widens from there until one number fails and a larger one holds,
    then halves the gap down to `search.step`. Raises ValueError where the search has no room.
    """
    if search.high < search.low or not promises:
        raise ValueError("the search needs a promise, and a highest number of posts not below the lowest")
    sampler = _Sampler(measured, promises, search, advance)
    last = math.floor((search.high - search.low) / search.step + 1e-9)

    def point(index: int) -> Point:
        return sampler.point(search.low + index * search.step)

    first = last // 2 if guess is None else min(max(round((guess - search.low) / search.step), 0), last)
    stride = max(1, round(STRIDE * (search.low / search.step + first)))
    fails, holds = _bracket(point, first, last, stride)
    while holds is not None and holds - fails > 1:
        middle = (fails + holds) // 2
        if point(middle).holds:
            holds = middle
        else:
            fails = middle
    if holds is not None and holds < last:
        point(holds + 1)
    points = tuple(judged(posts, values, promises, search) for posts, values in sorted(sampler.values.items()))
    replications = sum(len(values) for values in sampler.values.values())
    return Answer(None if holds is None else search.low + holds * search.step, points, replications)


def judged(posts: float, values: Floats, promises: Sequence[Promise], search: Search) -> Point:
    """What the replications at hand say of a number of posts: by the hardest promise, or by futures that keep all."""
    from scipy.stats import binomtest

    kept = np.array([each.kept(values[:, at]) for at, each in enumerate(promises)])
    kept_all = kept.all(axis=0)
    if search.probability is not None:
        share = float(kept_all.mean())
        interval = binomtest(int(kept_all.sum()), len(values)).proportion_ci(search.confidence, method="wilson")
        low, high = float(interval.low), float(interval.high)
        target = search.probability
        least = int(kept.mean(axis=1).argmin())
        name, alone = str(promises[least]), float(kept[least].mean())
        settled = low >= target or high < target
        return Point(posts, len(values), name, target, share, low, high, share >= target, settled, alone)
    found = [_mean(posts, values[:, at], each, search) for at, each in enumerate(promises)]
    failing = [point for point in found if not point.holds]
    if not failing:
        hardest = min(found, key=lambda point: _room(point, promises[found.index(point)]))
        return hardest if all(point.settled for point in found) else _first_open(found, hardest)
    sure = [point for point in failing if point.settled]
    return (sure or failing)[0]


def _bracket(point: Callable[[int], Point], first: int, last: int, stride: int) -> tuple[int, int | None]:
    """Two places between which the answer lies: one that fails (-1: below the lowest) and one that holds (None)."""
    if point(first).holds:
        holds = first
        while holds > 0:
            lower = max(holds - stride, 0)
            if not point(lower).holds:
                return lower, holds
            holds, stride = lower, 2 * stride
        return -1, holds
    fails = first
    while fails < last:
        higher = min(fails + stride, last)
        if point(higher).holds:
            return fails, higher
        fails, stride = higher, 2 * stride
    return fails, None


def _mean(posts: float, values: Floats, promise: Promise, search: Search) -> Point:
    known = values[np.isfinite(values)]
    n = len(known)
    mean = float(known.mean()) if n else float("nan")
    half = float(half_width(known.std(ddof=1), n, search.confidence)) if n > 1 else math.inf
    low, high = mean - half, mean + half
    holds = bool(promise.kept(np.array([mean]))[0])
    settled = low >= promise.value or high < promise.value if promise.at_least else not low <= promise.value < high
    alone = float(promise.kept(known).mean()) if n else float("nan")
    return Point(posts, len(values), str(promise), promise.value, mean, low, high, holds, bool(settled), alone)


def _room(point: Point, promise: Promise) -> float:
    """How far inside its promise a mean lies, as a share of the promised value."""
    gap = point.estimate - promise.value
    return (gap if promise.at_least else -gap) / (abs(promise.value) or 1.0)


def _first_open(found: Sequence[Point], hardest: Point) -> Point:
    return next((point for point in found if not point.settled), hardest)


def _scale(point: Point, search: Search) -> float:
    return 1.0 if search.probability is not None else abs(point.target) or 1.0
