"""Numbers and distributions of a scenario as a sentence holds them."""

from __future__ import annotations

from scenarios.distributions import Bands, Distribution, Lognormal, Uniform
from scenarios.quantity import Dated, Quantity


def drawn(draw: Distribution) -> str:
    """A distribution: "lognormal, mean 5.8 hours per assessment, standard deviation of the log 0.8"."""
    if isinstance(draw, Bands):
        return f"as published in {len(draw.counts)} bands from {draw.edges[0]:g} to {draw.edges[-1]:g} {draw.unit}"
    if isinstance(draw, Uniform):
        return f"evenly between {number(draw.low)} and {number(draw.high)}"
    kind = "" if draw.distribution == "constant" else f"{draw.distribution}, mean "
    spread = f", standard deviation of the log {float(draw.sigma):g}" if isinstance(draw, Lognormal) else ""
    return f"{kind}{number(draw.mean)}{spread}"


def number(given: Quantity | Dated) -> str:
    """A quantity with its unit; of one that changes on dates, the first."""
    if isinstance(given, Dated):
        return f"{given.dated[0].value:g} {given.unit} at first, changing on stated dates"
    return f"{float(given):g} {given.unit}"
