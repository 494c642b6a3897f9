"""Measures shared out among parts, as a planner writes them: referrals:north=0.3,coast=0.5,rural=0.2."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from forecast import national
from forecast.breakdown import broken_down
from forecast.bundled import referral_shares, referral_sources
from forecast.faults import fold
from forecast.paths import STOCKS, SamplePaths
from report.phrases import month
from report.terms import referrer
from scenarios.faults import Fault, ScenarioError, nearest
from scenarios.nearby import or_number

OPTION = "--share"
SOURCES = "sources"  # in place of parts: who referred, as published
EXAMPLE = "write it as in referrals:north=0.3,coast=0.5,rural=0.2"
ROUNDED = 0.01  # how far shares may be from adding up to 1: each is written rounded
YEAR = 12
ALL, GIVEN = "all parts", "as given"
_NAME = re.compile(r"\w[\w '&().-]*")


@dataclass(frozen=True)
class Shares:
    """How one measure is shared out: part -> share, adding up to 1; `origin`: where the shares are from."""

    measure: str
    of: dict[str, float]
    origin: str = GIVEN


@dataclass(frozen=True)
class Parts:
    """Measures shared out: bands by part and month, every future, and the coming year to print.

    `year`: measure, part, share, first_month, last_month, middle, low, high (8 of 10 futures), shares_from: events over
    the months, open counts at the end of the last. `heading`: what the table shows, in words.
    """

    heading: str
    year: pd.DataFrame
    bands: pd.DataFrame
    paths: pd.DataFrame

    def printed(self) -> pd.DataFrame:
        """The coming year with counts as people write them."""
        counts = {name: self.year[name].map("{:,.0f}".format) for name in ("middle", "low", "high")}
        return self.year.assign(share=self.year["share"].map("{:.3f}".format), **counts).drop(
            columns=["first_month", "last_month", "shares_from"]
        )


def read_shares(texts: Sequence[str], measures: Sequence[str], *, area: str, as_at: date) -> tuple[Shares, ...]:
    """Shares from words such as "referrals:north=0.3,coast=0.7" or "referrals:sources", of measures in a forecast.

    Shares that do not add up to 1 are refused, not scaled: a part left out would make the others too large unseen.
    Raises ScenarioError with every fault.
    """
    found: dict[str, Shares] = {}
    faults: list[Fault] = []
    for text in texts:
        head, colon, rest = text.partition(":")
        measure = "_".join(head.split()).lower()
        if not colon:
            faults.append(Fault(OPTION, 0, "", f"cannot read {text!r}; {EXAMPLE}"))
            continue
        if measure not in measures:
            words = f"the forecast has no measure {measure!r}{nearest(measure, measures)}"
            faults.append(Fault(OPTION, 0, "", words))
        if measure in found:
            faults.append(Fault(OPTION, 0, measure, "is shared out twice; forecast again for the second"))
        by_source = rest.strip() == SOURCES
        found[measure], wrong = _published(measure, area, as_at) if by_source else _written(measure, rest)
        faults += wrong
    if faults:
        raise ScenarioError(faults)
    return tuple(found.values())


def _written(measure: str, text: str) -> tuple[Shares, list[Fault]]:
    """Parts and shares of one measure as written, and what is wrong with them."""
    shares: dict[str, float] = {}
    wrong: list[tuple[str, str]] = []
    seen: dict[str, str] = {}
    for piece in text.split(","):
        name, equals, number = (one.strip() for one in piece.partition("="))
        if not equals:
            point = "; write 0.3, with a point" if name.isdigit() else f"; {EXAMPLE}"
            wrong.append(("", f"{name!r} is no part=share{point}"))
            continue
        if not _NAME.fullmatch(name):
            wrong.append((name, f"{name!r} cannot name a part: begin with a letter or digit, and leave out signs"))
        if fold(name) in seen:
            wrong.append((name, f"is given twice{'' if name == seen[fold(name)] else f', as {seen[fold(name)]} too'}"))
        seen.setdefault(fold(name), name)
        try:
            shares[name] = float(number)
        except ValueError:
            shares[name] = math.nan
        if not math.isfinite(shares[name]):
            wrong.append((name, f"{number!r} is no number{or_number(number)}"))
        elif shares[name] < 0:
            wrong.append((name, f"is {number}; a share is 0 or more; did you mean {number.removeprefix('-')}?"))
    if not wrong:
        wrong = [("", words) for words in _not_one(shares)]
    faults = [Fault(OPTION, 0, f"{measure}, {part}" if part else measure, words) for part, words in wrong]
    total = sum(shares.values())
    return Shares(measure, {name: share / total for name, share in shares.items()} if not faults else {}), faults


def _not_one(shares: dict[str, float]) -> list[str]:
    """What is wrong with shares that do not add up to 1."""
    total = sum(shares.values())
    if abs(round(total - 1, 6)) <= ROUNDED:
        return []
    if total == 0:
        return ["all shares are 0; they must add up to 1"]
    if total < 1:
        return [f"shares add up to {total:.4g}, not 1; is a part missing, such as other={1 - total:.3g}?"]
    scaled = ",".join(f"{name}={share / total:.3g}" for name, share in shares.items())
    return [f"shares add up to {total:.6g}, not 1; did you mean {scaled}?"]


def _published(measure: str, area: str, as_at: date) -> tuple[Shares, list[Fault]]:
    """Who referred in the last year published by a date: the area's shares, or England's where it has none."""
    table = referral_sources(as_at)
    wrong = ""
    if measure != "referrals":
        wrong = f"{SOURCES} are published of referrals only; did you mean referrals:{SOURCES}?"
    elif table.empty:
        wrong = f"no {SOURCES} are published by {as_at}; give each part its share"
    if wrong:
        return Shares(measure, {}), [Fault(OPTION, 0, measure, wrong)]
    place = area if area in set(table["area"]) else national.ENGLAND
    year = int(table.loc[table["area"] == place, "year_to_march"].max())
    shares = {referrer(name): share for name, share in referral_shares(year, place).items() if share}
    origin = f"who referred, {place}, year to March {year} (dfe-cin-c5)"
    return Shares(measure, shares, origin if place == area else f"{origin}; none are held for {area}"), []


def share_out(paths: SamplePaths, wanted: Sequence[Shares], *, seed: int, counted_from: int | None) -> Parts:
    """Measures of a forecast drawn apart into parts that add up on every path and in every month.

    `counted_from`: cases that the shares were counted from; shares stray from path to path as such a count would
    (None: they are the same on every path).
    """
    made = [(one, _by_part(paths, one, seed, counted_from)) for one in wanted]
    bands = [_named(parts.band(), one.measure) for one, parts in made]
    futures = [_named(parts.table(), one.measure) for one, parts in made]
    first, last = paths.months[0], paths.months[:YEAR][-1]
    heading = [
        f"Shared out, {month(first)} to {month(last)} (open counts: at the end): the middle future, and the range "
        "that 8 of 10 futures lie in. Parts add up in every future; middles and ranges of parts need not.",
        *(f"Shares of {one.measure}: {one.origin}." for one in wanted if one.origin != GIVEN),
    ]
    return Parts(
        "\n".join(heading),
        pd.concat([_year(paths, one, parts) for one, parts in made], ignore_index=True),
        pd.concat(bands, ignore_index=True),
        pd.concat(futures, ignore_index=True),
    )


def _by_part(paths: SamplePaths, wanted: Shares, seed: int, counted_from: int | None) -> SamplePaths:
    """The futures of a measure's parts, each part in the place of a measure."""
    made = broken_down(paths, wanted.measure, wanted.of, seed=seed, steadiness=counted_from)
    estimated = made.parts if wanted.measure in paths.estimated else ()
    return replace(paths, measures=made.parts, values=made.values, opening=(), openings=(), estimated=estimated)


def _named(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A table of parts that stand in the place of measures, with the measure that they are parts of first."""
    table = table.rename(columns={"measure": "part"})
    return table.assign(measure=measure)[["measure", *table.columns]]


def _year(paths: SamplePaths, wanted: Shares, parts: SamplePaths) -> pd.DataFrame:
    """A row a part, and one for all of them: the coming year in the middle future and in 8 of 10."""
    months = np.stack([*map(parts.of, parts.measures), paths.of(wanted.measure)], axis=1)[:, :, :YEAR]
    counts = months[:, :, -1] if wanted.measure in STOCKS else months.sum(axis=2)
    low, middle, high = np.quantile(counts, [0.1, 0.5, 0.9], axis=0)
    return pd.DataFrame(
        {
            "measure": wanted.measure,
            "part": [*wanted.of, ALL],
            "share": [*wanted.of.values(), 1.0],
            "first_month": str(paths.months[0]),
            "last_month": str(paths.months[:YEAR][-1]),
            "middle": middle,
            "low": low,
            "high": high,
            "shares_from": wanted.origin,
        }
    )
