"""Joint futures of a service's demand: every measure on one path belongs to the same imagined future.

Referrals come first. Each later measure follows its parent on that path, by the delay and elasticity of
forecast.pathway, with its own uncertainty correlated with the others'. Counts are whole, stocks and flows add up.
Decision records 0122 (joint paths) and 0123 (stocks).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast import draws
from forecast.calendar import working_days
from forecast.dependence import fitted
from forecast.disaggregate import as_array
from forecast.faults import Fault, FiguresError
from forecast.flows import corrected_rates, estimated_openings, exits
from forecast.lanes import Lane, carried, is_estimated, measured, months_carried_on
from forecast.observed import Observed
from forecast.outflow import exit_history
from forecast.paths import FLOWS, MEASURES, STOCK_FLOWS, STOCKS, SamplePaths
from forecast.pathway import Pathway, Step, lagged_rate
from forecast.spread import TINY

Array = npt.NDArray[np.float64]
OWN_SHARE = 0.3  # least part of a measured series' own spread that stays its own when its parent explains the rest
SURE_SHARE = 0.98  # a plan follows a conference with at most this chance; above it the two are counted differently


def futures(
    observed: Observed,
    *,
    as_at: date,
    horizon: int,
    paths: int,
    seed: int,
    model: str = "combined",
    lockdown: Sequence[str] = (),
    opening: Mapping[str, float] | None = None,
) -> SamplePaths:
    """Joint sample paths of all measures that the figures support, for the months after a date.

    `observed`: one area; months not over at `as_at` are put aside. `horizon`: months. `model`: key of
    forecast.models.MODELS. `lockdown`: months "YYYY-MM" restricted as known at `as_at`. `opening`: counts of open
    plans or looked-after children at `as_at`; without them, and where the figures' last count is older, each path
    opens with a count of its own. Path r depends on `seed` and r
    only, not on how many paths are drawn. Raises FiguresError where there are no referrals before `as_at`, ValueError
    where a number asked for is below 1 or an opening count is not whole.
    """
    if horizon < 1 or paths < 1:
        raise ValueError(f"horizon is {horizon} months and paths {paths}; both must be at least 1")
    first = first_month_after(as_at)
    known = observed.until(first - 1)
    if "referrals" not in known.measures:
        fault = Fault("figures", None, "measure", f"there are no referrals before {first}; they lead the forecast")
        raise FiguresError([fault])
    way = fitted(known)
    given = _whole(opening or {})
    lanes = _lanes(known, way, first, horizon, model, tuple(lockdown))
    months = pd.period_range(first, periods=horizon, freq="M")
    noise = _noise(way, horizon, seed, paths)
    values = _flows(lanes, way, months, noise, seed)
    levels: list[tuple[str, float]] = []
    openings: list[tuple[str, Array]] = []
    for stock, (starts, ends) in STOCK_FLOWS.items():
        found = exit_history(known, stock, way, opening=given.get(stock))
        if found is None or starts not in lanes:
            continue
        direct = None
        if found.measured:
            direct = measured(known, stock, first, horizon, model, tuple(lockdown)).outlook.median
        count, rate = found.carried_to(first, lanes[starts])
        central = corrected_rates(count, lanes[starts].outlook.median, rate, direct)
        unseen = 0 if stock in given else months_carried_on(known, stock) + found.late(first)
        strays = way.exit(stock).spread.wander(noise[:, MEASURES.index(stock), :], unseen)
        usual = lanes[starts].outlook.median
        begun = estimated_openings(count, values[starts], usual, strays, rate, unseen)
        streams = draws.generators(seed, f"demand {stock}", paths)
        drawn = exits(begun, values[starts], central * np.exp(strays), streams)
        values |= {ends: drawn.ends, stock: drawn.open}
        levels.append((stock, float(count)))
        if unseen:
            openings.append((stock, begun))
    for name in known.measures:  # a stock without starts, or ends without a stock: on their own
        if name not in values and not is_estimated(known, name):
            lane = measured(known, name, first, horizon, model, tuple(lockdown))
            logs = _centre(lane) + _own(lane, noise[:, MEASURES.index(name), :], horizon)
            values[name] = _counted(lane, logs, draws.generators(seed, f"demand {name}", paths))
    names = tuple(name for name in MEASURES if name in values)
    estimated = tuple(name for name in names if name in known.measures and is_estimated(known, name))
    return SamplePaths(
        measures=names,
        months=months,
        values=np.stack([values[name] for name in names], axis=1),
        as_at=as_at,
        model=model,
        opening=tuple(levels),
        estimated=estimated,
        openings=tuple(openings),
    )


def first_month_after(as_at: date) -> pd.Period:
    """The first month of a forecast: the one after the last that was over at the end of a date."""
    month = pd.Period(as_at, freq="M")
    return month + 1 if as_at == month.end_time.date() else month


def _lanes(
    known: Observed, way: Pathway, first: pd.Period, horizon: int, model: str, lockdown: tuple[str, ...]
) -> dict[str, Lane]:
    """Every flow with a future of its own, parents before children."""
    lanes = {"referrals": measured(known, "referrals", first, horizon, model, lockdown)}
    for step in way.steps:
        if step.measure not in known.measures:
            continue
        parent = way.nearest_parent(step.measure, tuple(lanes))
        if is_estimated(known, step.measure):
            lanes[step.measure] = carried(known, parent, lanes[parent.parent], first, horizon)
        else:
            lanes[step.measure] = measured(known, step.measure, first, horizon, model, lockdown)
    return lanes


def _whole(opening: Mapping[str, float]) -> dict[str, float]:
    wrong = [
        f"{stock}: {count}" for stock, count in opening.items() if stock not in STOCK_FLOWS or count < 0 or count % 1
    ]
    if wrong:
        stocks = ", ".join(STOCK_FLOWS)
        raise ValueError(f"opening counts are whole numbers, 0 or more, of {stocks}; given {'; '.join(wrong)}")
    return dict(opening)


def _noise(way: Pathway, horizon: int, seed: int, paths: int) -> Array:
    """Standard normal numbers correlated between measures, shape (paths, measure, 2 + 2 x months).

    For each measure: two that stay for the whole path, then two for each month.
    """
    plain = draws.normals(draws.generators(seed, "demand noise", paths), (len(MEASURES), 2 + 2 * horizon))
    return np.asarray(np.einsum("mk,pkt->pmt", np.linalg.cholesky(way.over(MEASURES)), plain))


def _flows(lanes: dict[str, Lane], way: Pathway, months: pd.PeriodIndex, noise: Array, seed: int) -> dict[str, Array]:
    """Whole counts of every flow on every path, shape (paths, months) each."""
    horizon, paths = len(months), len(noise)
    values: dict[str, Array] = {}
    for name, lane in lanes.items():
        streams = draws.generators(seed, f"demand {name}", paths)
        own = _own(lane, noise[:, MEASURES.index(name), :], horizon)
        if name == "referrals":
            values[name] = _counted(lane, _centre(lane) + own, streams)
            continue
        step = way.nearest_parent(name, tuple(values))
        moved = step.elasticity * _parent_moves(lanes[step.parent], values[step.parent], step, months)
        share = lane.outlook.median / np.maximum(lanes[step.parent].outlook.median, 1e-9)
        if name == "cp_starts" and step.parent == "conferences" and share.mean() <= SURE_SHARE:
            strays = step.spread.wander(noise[:, MEASURES.index(name), :], lane.unseen)
            values[name] = draws.binomial(streams, values["conferences"], share * np.exp(strays))
            continue
        if not lane.estimated:
            own = own * _own_part(lane, lanes[step.parent], step)
        values[name] = _counted(lane, _centre(lane) + moved + own, streams)
    if "contacts" in values:
        values["contacts"] = np.maximum(values["contacts"], values["referrals"])
    return values


def _own(lane: Lane, noise: Array, horizon: int) -> Array:
    """Deviation in logs from the centre: a part that stays, a part that wanders, a part that is new each month.

    The law of forecast.spread.Outlook.paths, from noise that is shared between measures.
    """
    from scipy.special import gammaincinv, ndtr

    if lane.spread is not None:
        return lane.spread.wander(noise, lane.unseen)
    steps = np.sqrt(np.maximum(np.diff(lane.outlook.walk, prepend=0.0), 0.0))
    stays = np.sqrt(lane.outlook.lasting) * noise[:, :1]
    wanders = np.cumsum(steps * noise[:, 2 : 2 + horizon], axis=1)
    away = stays + wanders + np.sqrt(lane.outlook.monthly) * noise[:, 2 + horizon :]
    if np.isfinite(lane.outlook.freedom):  # Student's t: the whole path wider or narrower
        half = lane.outlook.freedom / 2
        away = away * np.sqrt(half / np.maximum(gammaincinv(half, ndtr(noise[:, 1:2])), TINY))
    return np.asarray(away)


def _centre(lane: Lane) -> Array:
    return np.asarray(np.log(lane.outlook.median + lane.outlook.offset + TINY))


def _counted(lane: Lane, logs: Array, streams: list[np.random.Generator]) -> Array:
    """Whole counts from log intensities: by Poisson's law, or rounded at random where its noise is already in."""
    rates = np.maximum(np.exp(logs) - lane.outlook.offset, 0.0)
    return draws.poisson(streams, rates) if lane.outlook.counts else draws.rounded(streams, rates)


def _parent_moves(parent: Lane, drawn: Array, step: Step, months: pd.PeriodIndex) -> Array:
    """How far, in logs, the parent's lagged rate on each path is from its central one, shape (paths, months)."""
    central = parent.central
    days = working_days(pd.PeriodIndex(central.index)).astype(np.float64)
    middle = lagged_rate(as_array(central), days, step.weights)[-len(months) :]
    before = len(step.weights) - 1
    past = as_array(parent.history)[-before:] if before else np.empty(0)
    whole = np.concatenate([np.broadcast_to(past, (len(drawn), len(past))), drawn], axis=1)
    rate = lagged_rate(whole, days[-whole.shape[1] :], step.weights)[:, -len(months) :]
    least = 0.5 / days[-len(months) :]  # half an event a month keeps logs finite
    return np.asarray(np.log(rate + least) - np.log(middle + least))


def _own_part(lane: Lane, parent: Lane, step: Step) -> float:
    """What is left of a measured series' own spread when the part its parent brings is not counted twice."""
    brought = step.elasticity**2 * float(np.mean(parent.outlook.lasting + parent.outlook.walk))
    whole = float(np.mean(lane.outlook.lasting + lane.outlook.walk + lane.outlook.monthly))
    return float(np.sqrt(max(1.0 - brought / max(whole, 1e-12), OWN_SHARE**2)))


def observed_paths(
    observed: Observed, months: pd.PeriodIndex, *, as_at: date | None = None, paths: int = 1
) -> SamplePaths:
    """What happened, as sample paths: the same counts on every path, to drive a hindcast.

    Ends of a stock are those that its counts imply (recording adjustments of the published figures are in them), so
    that the identity holds. Raises FiguresError naming each measure and month without a count.
    """
    opening: list[tuple[str, float]] = []
    rows: dict[str, Array] = {}
    faults: list[Fault] = []
    for name in (name for name in FLOWS if name in observed.measures):
        counts = observed.counts(name).reindex(months)
        for month in months[counts.isna().to_numpy()]:
            faults.append(Fault("figures", None, name, f"there is no count of {name} for {month}"))
        rows[name] = as_array(counts)
    for stock, (starts, ends) in STOCK_FLOWS.items():
        if stock not in observed.measures or starts not in rows:
            continue
        wanted = pd.period_range(months[0] - 1, months[-1], freq="M")
        counts = observed.counts(stock).reindex(wanted)
        for month in wanted[counts.isna().to_numpy()]:
            faults.append(Fault("figures", None, stock, f"there is no count of {stock} for {month}"))
        rows[stock] = as_array(counts)[1:]
        implied = as_array(counts)[:-1] + rows[starts] - rows[stock]
        rows[ends] = np.maximum(implied, 0.0)
        rows[starts] = rows[starts] + np.maximum(-implied, 0.0)
        opening.append((stock, float(as_array(counts)[0])))
    if faults:
        raise FiguresError(faults)
    names = tuple(name for name in MEASURES if name in rows)
    one = np.array([rows[name] for name in names])
    return SamplePaths(
        measures=names,
        months=months,
        values=np.repeat(one[None], paths, axis=0),
        as_at=as_at or (months[0] - 1).end_time.date(),
        model="observed",
        opening=tuple(opening),
        estimated=tuple(name for name in names if name in observed.estimated),
    )


def steady(rates: Mapping[str, float], months: pd.PeriodIndex, *, paths: int, seed: int) -> SamplePaths:
    """Demand without season or trend: Poisson counts with a fixed mean for each working day.

    `rates`: flow -> events per working day; a service may count flows of its own. Raises ValueError for a stock or a
    negative rate.
    """
    wrong = [name for name in rates if name in STOCKS or rates[name] < 0]
    if wrong:
        raise ValueError(f"not a flow with a rate of 0 or more: {', '.join(wrong)}")
    names = (*(name for name in FLOWS if name in rates), *(name for name in rates if name not in FLOWS))
    days = working_days(months).astype(np.float64)
    drawn = [
        draws.poisson(draws.generators(seed, f"steady {name}", paths), np.tile(rates[name] * days, (paths, 1)))
        for name in names
    ]
    return SamplePaths(
        measures=names,
        months=months,
        values=np.stack(drawn, axis=1),
        as_at=(months[0] - 1).end_time.date(),
        model="steady",
    )
