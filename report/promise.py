"""A target as a planner says it, "assessments in 45 working days >= 0.85", found among the measures of a scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.faults import Fault, ScenarioError, nearest
from scenarios.load import as_data
from scenarios.measure_names import Named, measure_names
from scenarios.schema import Scenario

_FORM = re.compile(
    r"(?P<words>.+?)\s*(?P<sign>>=|<=|≥|≤|=>|=<|at least|at most)\s*"
    r"(?P<value>-?(?:\d[\d,]*(?:\.\d+)?|\.\d+))\s*(?P<percent>%|per ?cent|)"
)
_WITHIN = re.compile(r"(?:done |completed |decided |held )?(?:in|within) (?P<days>\d+) (?:working )?days?$")
AT_LEAST = (">=", "≥", "=>", "at least")


@dataclass(frozen=True)
class Promise:
    """A measure at least, or at most, a value."""

    measure: str
    value: float
    at_least: bool
    title: str

    def kept(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Whether each value keeps the promise."""
        return np.asarray(values >= self.value if self.at_least else values <= self.value)

    def __str__(self) -> str:
        return f"{self.title} {'at least' if self.at_least else 'at most'} {self.value:g}"


def read_promise(text: str, scenario: Scenario) -> Promise:
    """A promise from words: the name of a target or measure, a measure's title, or a stage `in N working days`.

    Raises ScenarioError for what cannot be read, with the nearest right name.
    """
    named = measure_names(as_data(scenario))
    if text.strip() in scenario.targets:
        return promises_of(scenario)[list(scenario.targets).index(text.strip())]
    match = _FORM.fullmatch(text.strip())
    if match is None:
        example = "write it as in 'assessments in 45 working days >= 0.85'"
        raise ScenarioError([Fault("--target", 0, "", f"cannot read {text!r}; {example}")])
    value = float(match["value"].replace(",", "")) / (100 if match["percent"] else 1)
    measure = measure_of(match["words"], scenario, named)
    is_share = named[measure].unit.startswith("share")
    if is_share and value > 1:
        words = f"is a share between 0 and 1, not {match['value']}; did you mean {value / 100:g}?"
        raise ScenarioError([Fault("--target", 0, match["words"], words)])
    if value < 0:
        raise ScenarioError([Fault("--target", 0, match["words"], f"cannot be below 0, as {match['value']} is")])
    return Promise(measure, value, match["sign"] in AT_LEAST, _title(measure, scenario, named))


def read_promises(texts: Sequence[str], scenario: Scenario) -> tuple[Promise, ...]:
    """Promises from words, or the scenario's own where none are given; raises ScenarioError with every fault."""
    found: list[Promise] = []
    faults: list[Fault] = []
    for text in texts:
        try:
            found.append(read_promise(text, scenario))
        except ScenarioError as error:
            faults += error.faults
    if not texts and not scenario.targets:
        example = "as in --target 'assessments in 45 working days >= 0.85'"
        faults.append(Fault("--target", 0, "", f"{scenario.name} states no target of its own; give one, {example}"))
    if faults:
        raise ScenarioError(faults)
    return tuple(found) if texts else promises_of(scenario)


def promises_of(scenario: Scenario) -> tuple[Promise, ...]:
    """The targets that a scenario states itself."""
    found = []
    for target in scenario.targets.values():
        value = target.at_least if target.at_least is not None else target.at_most
        assert value is not None  # the scenario's own check says one of the two is there
        found.append(Promise(target.measure, float(value), target.at_least is not None, target.title))
    return tuple(found)


def _title(measure: str, scenario: Scenario, named: Mapping[str, Named]) -> str:
    titles = [target.title for target in scenario.targets.values() if target.measure == measure]
    return titles[0] if titles else named[measure].title


def measure_of(words: str, scenario: Scenario, named: Mapping[str, Named], option: str = "--target") -> str:
    """The measure that words name; raises ScenarioError, told at the option, with the nearest right one."""
    plain = _plain(words)
    known = {_plain(name.replace("_", " ")): name for name in named}
    known |= {_plain(about.title): name for name, about in named.items()}
    known |= {_plain(target.title): target.measure for target in scenario.targets.values()}
    known |= {_plain(key.replace("_", " ")): target.measure for key, target in scenario.targets.items()}
    if plain in known:
        return known[plain]
    in_any_order = {name for said, name in known.items() if sorted(said.split()) == sorted(plain.split())}
    if len(in_any_order) == 1:
        return in_any_order.pop()
    within = _WITHIN.search(plain)
    if within is not None:
        stages = {_plain(name.replace("_", " ")): name for name in scenario.service.stages}
        stages |= {_plain(stage.title): name for name, stage in scenario.service.stages.items()}
        stage = stages.get(plain[: within.start()].strip())
        measure = f"{stage}_within_{within['days']}_working_days"
        if stage is not None and measure in named:
            return measure
    spoken = [name.replace("_within_", " in ").replace("_", " ") for name in named if "_within_" in name]
    candidates = [*(target.title for target in scenario.targets.values()), *spoken, *named]
    raise ScenarioError([Fault(option, 0, words, f"unknown measure{nearest(words, candidates)}")])


def _plain(words: str) -> str:
    """Words without case, punctuation or plural, so that "Assessments" finds "assessment"."""
    text = re.sub(r"[^a-z0-9 ]", " ", words.lower().replace("_", " "))
    return " ".join(re.sub(r"(?<=[a-z]{3})s$", "", word) for word in text.split())
