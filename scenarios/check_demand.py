"""Can demand be what the service asks of it? Measures that are counted, steady rates, surges that can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .document import Document, Keys
from .drift import month_number
from .faults import nearest
from .plain import STAGES, Found, at, branches, inside, values
from .referrers import counted_as, meant
from .service import FLOWS, STOCKS

RETURN_MONTHS = 6
"""Months over which what was held back comes back, at most: forecast.surge."""


def demand_checks(document: Document) -> Found:
    """Every fault of sense between the service and its demand."""
    steady = at(document.data, "demand").get("source") == "steady"
    for check in (_rates,) if steady else (_counted, _stocks, _referrers, _shares_of_referrals, _past_surges):
        yield from check(document.data)


def _rates(data: Any) -> Found:
    """Steady rates and the measures that enter: each needs the other; no surge."""
    if at(data, "surges"):
        yield ("surges",), "a surge needs demand from a forecast; this demand is steady"
    by_day, by_month = at(data, "demand", "per_working_day"), at(data, "demand", "per_month")
    rates = {**by_day, **by_month}
    for rate in by_month:
        if rate in by_day:
            yield ("demand", "per_month", rate), "is stated a working day too; state it once"
    entering = dict(_entering(data))
    for keys, measure in entering.items():
        if measure is not None and measure not in rates:
            where = "per_month" if by_month else "per_working_day"
            yield keys, f"demand.{where} has no '{measure}'{nearest(measure, rates)}"
    taken = {str(measure) for measure in entering.values()}
    followed = {str(part["follows"]) for _, part in inside(at(data, "service")) if part.get("follows")}
    for rate in rates:
        where = "per_working_day" if rate in by_day else "per_month"
        if rate in STOCKS:
            yield ("demand", where, rate), "counts who is there, not who comes: name what comes in"
        elif rate not in taken | followed:
            yield ("demand", where, rate), f"no entry takes '{rate}' in{nearest(rate, taken)}"


def _entering(data: Any) -> Iterator[tuple[Keys, object]]:
    """The measure of each entry, with where it stands."""
    for name, entry in at(data, "service", "entries").items():
        yield ("service", "entries", name, "measure"), at(entry).get("measure")


def _counted(data: Any) -> Found:
    """Measures that entries, routes and urgent work name and demand does not count."""
    named = [*_entering(data)]
    for keys, routes in branches(data):
        named += [((*keys, to, "follows"), at(route).get("follows")) for to, route in routes.items()]
    for stage, about in at(data, *STAGES).items():
        for work, extra in at(about, "urgent_work").items():
            named.append(((*STAGES, stage, "urgent_work", work, "follows"), at(extra).get("follows")))
    for keys, measure in named:
        if isinstance(measure, str) and measure not in FLOWS:
            yield keys, f"demand has no measure '{measure}'{nearest(measure, FLOWS)}"


def _stocks(data: Any) -> Found:
    """Opening counts of plans and children in care, which are whole."""
    for stock in STOCKS:
        place = ("opening", stock.removesuffix("_open"), "open")
        count = at(data, *place).get("value")
        if isinstance(count, float) and not count.is_integer():
            yield place, f"must be a whole number of children, not {count:g}; did you mean {count:.0f}?"


def _referrers(data: Any) -> Found:
    """Surges by somebody whose name is misspelt, or who is named in two ways."""
    named: dict[tuple[str, ...], str] = {}
    for name, surge in at(data, "surges").items():
        source = at(surge).get("source")
        if not isinstance(source, str):
            continue
        place, counted = ("surges", name, "source"), counted_as(source)
        if counted is None:
            if known := meant(source):
                yield place, f"nobody is known as '{source}'; did you mean '{known}'?"
        elif (other := named.setdefault(counted, source)) != source:
            yield place, f"'{source}' and '{other}' are the same people; did you mean '{other}'?"


def _shares_of_referrals(data: Any) -> Found:
    """Sources of surges that together refer more than there is."""
    largest: dict[str, float] = {}
    for name, surge in at(data, "surges").items():
        share = max(values(at(surge, "share_of_referrals")), default=-1.0)
        source = str(at(surge).get("source"))
        if not 0 <= share <= 1:
            continue
        largest[source] = max(share, largest.get(source, 0.0))
        if sum(largest.values()) > 1:
            words = f"shares of {', '.join(largest)} add up to {sum(largest.values()):.4g}, which is more than 1"
            yield ("surges", name, "share_of_referrals"), words
            return


def _past_surges(data: Any) -> Found:
    """Surges of which nothing is still to come at the as-at date."""
    now = str(data.get("as_at"))[:7]
    for name, surge in at(data, "surges").items():
        if isinstance(surge, Mapping) and not any(values(at(surge, "permanent_step"))):
            months, delay = surge.get("months"), surge.get("delay_months", 0)
            try:
                last = month_number(str(surge.get("start"))) + int(months or 0) + int(delay) + RETURN_MONTHS
                over = last < month_number(now)
            except (TypeError, ValueError):
                continue
            if over:
                words = (
                    f"is {surge['start']}: all that was held back has come back by the as-at date; it changes nothing"
                )
                yield ("surges", name, "start"), words
