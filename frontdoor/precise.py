"""Enough futures: simulate until the means that were asked about are known closely enough, and say how close."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence

import pandas as pd

from forecast.paths import SamplePaths
from report.phrases import is_share, said
from report.promise import measure_of
from scenarios.faults import Fault, ScenarioError
from scenarios.load import as_data
from scenarios.measure_names import measure_names
from scenarios.schema import Scenario
from simulate.precision import Reached, Wish, until_precise
from simulate.runner import MOST_PROCESSES, Tables, joined, pool, replicate

_FORM = re.compile(r"(?P<words>.+?)\s*(?:=|:|±|to within)\s*(?P<value>\d+(?:\.\d+)?|\.\d+)\s*(?P<percent>%?)")
BATCH = 10


def read_wishes(texts: Sequence[str], scenario: Scenario) -> tuple[Wish, ...]:
    """Wishes from words such as "assessments in 45 working days = 1%", measures named as in a target.

    A percentage is of points for a share (0.01) and of the mean for anything else. Raises ScenarioError with every
    fault.
    """
    named = measure_names(as_data(scenario))
    wishes: list[Wish] = []
    faults: list[Fault] = []
    for text in texts:
        match = _FORM.fullmatch(text.strip())
        if match is None or not float(match["value"]):
            example = "write it as in 'assessments in 45 working days = 1%'"
            faults.append(Fault("--precision", 0, "", f"cannot read {text!r}; {example}"))
            continue
        try:
            measure = measure_of(match["words"], scenario, named, "--precision")
        except ScenarioError as error:
            faults += error.faults
            continue
        width = float(match["value"]) / (100 if match["percent"] else 1)
        share = is_share(named[measure].unit)
        if share and width >= 1:
            words = f"is a share between 0 and 1; did you mean {match['value']}%?"
            faults.append(Fault("--precision", 0, match["words"], words))
        wishes.append(Wish(measure, width, bool(match["percent"]) and not share, named[measure].place))
    if faults:
        raise ScenarioError(faults)
    return tuple(wishes)


def until_known(
    scenario: Scenario,
    paths: SamplePaths,
    surge: SamplePaths | None,
    wishes: Sequence[Wish],
    *,
    most: int,
    processes: int | None = None,
    advance: Callable[[int], None] = lambda _done: None,
) -> tuple[Tables, tuple[Reached, ...]]:
    """Tables of as many replications as the wishes need, `most` at most, and how close each wish came."""
    parts: list[Tables] = []
    number = min(processes or os.cpu_count() or 1, MOST_PROCESSES)
    with pool(number) as executor:

        def simulate(replications: range) -> pd.DataFrame:
            more = replicate(scenario, paths, surge=surge, replications=replications, executor=executor)
            parts.append(more)
            return more.measures

        found = until_precise(simulate, wishes, batch=BATCH, most=most, advance=advance)
    return joined(parts), found.reached


def precision_lines(reached: Sequence[Reached], scenario: Scenario) -> list[str]:
    """How many futures it took and how closely each mean is known; what is still not known closely enough."""
    if not reached:
        return []
    named = measure_names(as_data(scenario))
    done = max(one.replications for one in reached)
    enough = all(one.is_enough for one in reached)
    head = "were enough" if enough else "were not enough: the most that were allowed"
    out = [f"Precise:  {done:,} futures {head}. These are 95% intervals of the mean, not the range of single futures:"]
    for one in reached:
        about = named[one.wish.measure]
        took = f"enough from {one.needed:,} futures on" if one.is_enough else "not there yet"
        asked = _width(one.wish.half_width * (abs(one.mean) if one.wish.relative else 1.0), about.unit)
        half = _width(one.half_width, about.unit)
        out.append(f"          {about.title}: {said(one.mean, about.unit)} ± {half} (asked ± {asked}; {took})")
    return out


def _width(half: float, unit: str) -> str:
    return f"{100 * half:.2g} points" if is_share(unit) else f"{half:,.3g}"
