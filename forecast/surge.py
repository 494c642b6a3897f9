"""Surge what-ifs laid over sample paths: referrals held back, returning later, or more of them for good.

A what-if is never the forecast: its model name says so, and what it adds can always be told from the forecast below.
Extra referrals reach later steps by the pathway's delays and elasticities. Decision record 0124.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast import draws
from forecast.calendar import working_days
from forecast.faults import did_you_mean
from forecast.paths import STOCK_FLOWS, SamplePaths
from forecast.pathway import Step, pathway

Array = npt.NDArray[np.float64]
BEFORE_SURGE = "referrals_before_surge"  # the forecast's referrals, among the bands of paths under a surge
RETURN_SHAPES: dict[str, tuple[float, ...]] = {
    "at_once": (1.0,),
    "even": (1 / 6,) * 6,
    "fading": tuple(0.5**month / (2 - 0.5**5) for month in range(6)),
}  # share of held-back referrals that come back 0, 1, 2… months after the delay


class SurgeLike(Protocol):
    """What a surge what-if says; forecast.surge.Surge and a scenario's surge both do."""

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def share_of_referrals(self) -> float: ...
    @property
    def start(self) -> str: ...
    @property
    def months(self) -> int: ...
    @property
    def deferred_share(self) -> float: ...
    @property
    def delay_months(self) -> int: ...
    @property
    def return_shape(self) -> str: ...
    @property
    def permanent_step(self) -> float: ...


@dataclass(frozen=True)
class Surge:
    """A what-if about referrals from one source.

    `source`: who refers (schools, police, health, public…), `share_of_referrals`: their share in usual times. In the
    `months` months from `start` ("YYYY-MM"), `deferred_share` of their referrals are held back; each comes back
    `delay_months` after its month, spread as `return_shape` says (at_once; even: over six months; fading: halving each
    month). From the month after the held-back ones on, their referrals are `permanent_step` higher (0.1: by a tenth;
    negative: lower). Held-back months before the forecast are in the figures already: only their return is laid on.
    Raises ValueError for shares outside 0 to 1, a step below -1, negative months or an unknown shape.
    """

    name: str
    source: str
    share_of_referrals: float
    start: str
    months: int
    deferred_share: float = 0.0
    delay_months: int = 0
    return_shape: str = "even"
    permanent_step: float = 0.0

    def __post_init__(self) -> None:
        shares = {"share_of_referrals": self.share_of_referrals, "deferred_share": self.deferred_share}
        faults = [
            f"{field} is {value}; it must lie between 0 and 1" for field, value in shares.items() if not 0 <= value <= 1
        ]
        if self.permanent_step < -1:
            faults.append(f"permanent_step is {self.permanent_step}; at most all referrals can go: -1")
        for field, months in (("months", self.months), ("delay_months", self.delay_months)):
            if months < 0:
                faults.append(f"{field} is {months}; it must be 0 or more")
        if self.return_shape not in RETURN_SHAPES:
            hint = did_you_mean(self.return_shape, RETURN_SHAPES)
            faults.append(f"return_shape '{self.return_shape}' is not one of {', '.join(RETURN_SHAPES)}{hint}")
        if faults:
            raise ValueError(f"surge '{self.name}': {'; '.join(faults)}")


@dataclass(frozen=True)
class SurgedPaths(SamplePaths):
    """Sample paths under a what-if. `base`: the forecast below it, path for path; `surges`: names laid on it."""

    base: SamplePaths | None = None
    surges: tuple[str, ...] = ()

    def band(self, levels: Sequence[float] = (0.5, 0.8, 0.95)) -> pd.DataFrame:
        """Bands of the paths, and under the name BEFORE_SURGE those of the referrals that the forecast below holds."""
        found = super().band(levels)
        if self.base is None:
            return found
        below = self.base.band(levels)
        return pd.concat(
            [found, below[below["measure"] == "referrals"].assign(measure=BEFORE_SURGE)], ignore_index=True
        )

    def extra(self, measure: str = "referrals") -> Array:
        """What the what-if adds to the forecast (negative while held back), whole, shape (paths, months)."""
        if self.base is None:
            return np.zeros_like(self.of(measure))
        return self.of(measure) - self.base.of(measure)


def with_surge(paths: SamplePaths, surge: SurgeLike, *, seed: int) -> SurgedPaths:
    """The same futures under a what-if; surges are laid one over another by calling again.

    Whole counts stay whole, stocks still add up, path r depends on `seed` and r only. Raises ValueError where the
    paths hold no referrals or are not whole.
    """
    if "referrals" not in paths.measures:
        raise ValueError("a surge needs referrals in the sample paths")
    if (paths.of("referrals") != np.round(paths.of("referrals"))).any():
        raise ValueError("a surge needs whole counts of referrals on every path")
    base = paths.base if isinstance(paths, SurgedPaths) and paths.base is not None else paths
    streams = draws.generators(seed, f"surge {surge.name}", len(paths))
    away, more = _referrals(paths, surge, streams)
    changed = {"referrals": (away, more)}
    values = {name: paths.of(name).copy() for name in paths.measures}
    values["referrals"] = values["referrals"] - away + more
    for step in pathway().steps:
        if step.measure in values:
            step = pathway().nearest_parent(step.measure, tuple(changed))
            changed[step.measure] = _passed_on(paths, step, changed[step.parent], streams)
            lost, gained = changed[step.measure]
            values[step.measure] = values[step.measure] - lost + gained
    if "contacts" in values:
        values["contacts"] = np.maximum(values["contacts"], values["referrals"])
    for stock, _ in paths.opening:
        starts, ends = STOCK_FLOWS[stock]
        if starts in changed and stock in values:
            values[ends] = _ends(paths, stock, changed[starts], streams)
            values[stock] = paths.opening_of(stock)[:, None] + np.cumsum(values[starts] - values[ends], axis=1)
    earlier = paths.surges if isinstance(paths, SurgedPaths) else ()
    return SurgedPaths(
        measures=paths.measures,
        months=paths.months,
        values=np.stack([values[name] for name in paths.measures], axis=1),
        as_at=paths.as_at,
        model=f"{paths.model} + what-if {surge.name}",
        opening=paths.opening,
        estimated=paths.estimated,
        openings=paths.openings,
        base=base,
        surges=(*earlier, surge.name),
    )


def _referrals(paths: SamplePaths, surge: SurgeLike, streams: list[np.random.Generator]) -> tuple[Array, Array]:
    """Referrals held back and referrals added, shape (paths, months) each."""
    referrals, months = paths.of("referrals"), paths.months
    start = pd.Period(surge.start, freq="M")
    held_months = pd.period_range(start, periods=surge.months, freq="M")
    own = draws.binomial(streams, referrals, np.full(referrals.shape, surge.share_of_referrals))
    inside = np.asarray(months.isin(held_months), dtype=np.float64)
    away = draws.binomial(streams, own, surge.deferred_share * np.broadcast_to(inside, own.shape))
    more = np.zeros_like(referrals)
    usual = referrals.sum(axis=1, keepdims=True) / working_days(months).sum()  # a working day, on this path
    for month in held_months:
        place = int(month.ordinal - months[0].ordinal)
        if place >= len(months):
            continue
        if place >= 0:
            held = away[:, [place]]
        else:
            days = float(working_days(pd.PeriodIndex([month]))[0])
            held = draws.poisson(streams, usual * days * surge.share_of_referrals * surge.deferred_share)
        more += _returned(held, place + surge.delay_months, surge.return_shape, streams, len(months))
    from_month = int((start + surge.months).ordinal - months[0].ordinal)
    after = np.broadcast_to(np.arange(len(months)) >= from_month, own.shape)
    more += draws.poisson(streams, own * max(surge.permanent_step, 0.0) * after)
    fewer = draws.binomial(streams, own - away, max(-surge.permanent_step, 0.0) * after.astype(np.float64))
    return np.asarray(away + fewer), more


def _returned(held: Array, first: int, shape: str, streams: list[np.random.Generator], months: int) -> Array:
    """Held-back referrals laid on the months they come back in; what falls outside the months is left out."""
    back = np.zeros((len(held), months))
    shares = RETURN_SHAPES[shape]
    for path, stream in enumerate(streams):
        for lag, count in enumerate(stream.multinomial(int(held[path, 0]), shares)):
            if 0 <= first + lag < months:
                back[path, first + lag] += count
    return back


def _passed_on(
    paths: SamplePaths, step: Step, parent: tuple[Array, Array], streams: list[np.random.Generator]
) -> tuple[Array, Array]:
    """What fewer and more parents mean for a step: whole events lost (at most all there are) and gained."""
    child, above = paths.of(step.measure), paths.of(step.parent)
    ratio = child.sum(axis=1, keepdims=True) / np.maximum(above.sum(axis=1, keepdims=True), 1.0)
    away, more = (ratio * step.elasticity * _lagged(part, step.weights) for part in parent)
    if step.measure == "cp_starts" and step.parent == "conferences" and (child <= above).all():
        gained = draws.binomial(streams, parent[1], ratio * np.ones_like(above))
        lost = draws.binomial(streams, parent[0], ratio * np.ones_like(above))
        return np.clip(lost, child - (above - parent[0]), child), gained
    lost = np.minimum(draws.poisson(streams, away), child)
    gained = draws.poisson(streams, more)
    return lost, np.maximum(gained, parent[1]) if step.measure == "contacts" else gained


def _lagged(events: Array, weights: tuple[float, ...]) -> Array:
    """Events weighted over this and earlier months, none before the first; shape of `events`."""
    out = np.zeros_like(events)
    for lag, weight in enumerate(weights[: events.shape[1]]):
        out[:, lag:] += weight * events[:, : events.shape[1] - lag]
    return out


def _ends(paths: SamplePaths, stock: str, changed: tuple[Array, Array], streams: list[np.random.Generator]) -> Array:
    """Ends under changed starts: those who come extra, and those who do not come, would end at the forecast's rate."""
    ends = STOCK_FLOWS[stock][1]
    before = np.concatenate([paths.opening_of(stock)[:, None], paths.of(stock)[:, :-1]], axis=1)
    rate = np.clip(paths.of(ends) / np.maximum(before, 1.0), 0.0, 1.0)
    lost, gained = changed
    out = paths.of(ends).copy()
    for path, stream in enumerate(streams):
        missing = additional = 0
        for month in range(len(paths.months)):
            gone = int(min(stream.binomial(missing, rate[path, month]), out[path, month]))
            ended = int(stream.binomial(additional, rate[path, month]))
            out[path, month] += ended - gone
            missing += int(lost[path, month]) - gone
            additional += int(gained[path, month]) - ended
    return out


def without(paths: SamplePaths) -> SamplePaths:
    """The forecast below a what-if, or the paths themselves where there is none."""
    return paths.base if isinstance(paths, SurgedPaths) and paths.base is not None else replace(paths)
