"""From a sweep to its members: grid, Latin hypercube, one at a time; every member a checked scenario."""

from __future__ import annotations

import fnmatch
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .document import Document, read
from .faults import COMMAND_LINE, Fault, ScenarioError, nearest
from .load import ABOUT, LIBRARY, find, is_sweep, load_document, validate
from .measure_names import measure_names
from .nearby import shown
from .overlay import put, with_settings
from .parameters import is_within
from .schema import Scenario
from .sweep import OWN_RANGE, Range, Sweep, read_sweep

SWEEPS = LIBRARY / "sweeps"
MOST_MEMBERS = 10_000
JUDGED = ("targets", "facts")
PRICES = ("*.salary_per_year", "workforce.costs.*")
NOT_SIMULATED = ("starts.*", "facts.*", "targets.*", "*.caseload_guide", *PRICES)
"""Quantities that describe or judge a run and never move it; a `*` does not match them."""

Point = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """One scenario of a sweep: what it is based on, the settings that make it, and the whole."""

    name: str
    base: str
    settings: Mapping[str, Any]
    scenario: Scenario


@dataclass(frozen=True)
class Design:
    """A sweep with its members, in a fixed order, and the scenarios they are based on, by the name the sweep gives."""

    sweep: Sweep
    members: tuple[Member, ...]
    bases: Mapping[str, Scenario]


def sweep_library() -> dict[str, Path]:
    """Sweeps that ship with the package: name and file."""
    return {path.stem: path for path in sorted(SWEEPS.glob("*.yaml"))}


def find_sweep(name: str) -> Path:
    """The file of a sweep given as a path or as a name in the library; raises ScenarioError for neither."""
    path = Path(name)
    shelf = sweep_library()
    if not path.is_file() and name in shelf:
        return shelf[name]
    if not path.is_file() and path.suffix not in (".yaml", ".yml"):
        raise ScenarioError([Fault(name, 0, "", f"is neither a file nor a sweep in the library{nearest(name, shelf)}")])
    return path


def load_design(path: Path, settings: Mapping[str, Any] | None = None) -> Design:
    """The members of a sweep file; `settings` (dotted) are laid over its base first.

    Raises ScenarioError with every fault: of the file, of each setting and value alone, of members as wholes.
    """
    sweep, document = read_sweep(path)
    return designed(sweep, document, path.parent, settings)


def designed(
    sweep: Sweep, document: Document | None = None, beside: Path = Path(), settings: Mapping[str, Any] | None = None
) -> Design:
    """The members of a sweep; `document` knows its lines and faults, `beside` is where bases are looked for first.

    Raises ScenarioError with every fault, those of the document among them.
    """
    document = document or Document({}, {}, sweep.name)
    members: list[Member] = []
    bases: dict[str, Scenario] = {}
    faults: list[Fault] = list(document.faults)
    for base in sweep.bases:
        try:
            under = _base(beside, base, sweep, document, settings or {})
            bases[base] = validate(under)
            wanted, wrong = _wanted(sweep, under, document)
            words = "is what the sweep itself moves: change it in the sweep"
            moved = [Fault(COMMAND_LINE, 0, name, words) for name in settings or {} if name in wanted]
            faults += [fault for fault in moved if fault not in faults]
            faults += [*wrong, *_alone(sweep, base, wanted, under, document), *_measures(sweep, under, document)]
            number = _count(sweep, wanted) * len(sweep.bases)
            if number > MOST_MEMBERS and not faults:
                words = f"make {number:,} members; a sweep may have {MOST_MEMBERS:,}"
                faults.append(document.fault(("settings",), words))
            points = list(_points(sweep, wanted)) if not faults else []
            for point in points:
                members.append(_member(sweep, base, len(members), point, under, document))
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return Design(sweep, tuple(members), bases)


def quantities(data: Any, above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every number with unit and source in a scenario's data, with its dotted name, in the order of the file."""
    if isinstance(data, Mapping):
        if "unit" in data and "value" in data:
            yield above, dict(data)
            return
        for key, part in data.items():
            yield from quantities(part, f"{above}.{key}" if above else str(key))


def with_own_range(data: Any) -> dict[str, dict[str, Any]]:
    """Quantities that state their own low and high and move the simulation: dotted name to quantity."""
    return {
        name: number
        for name, number in quantities(data)
        if number.get("low") is not None
        and number.get("high") is not None
        and number["low"] < number["high"]
        and not any(fnmatch.fnmatchcase(name, pattern) for pattern in NOT_SIMULATED)
    }


def _base(folder: Path, base: str, sweep: Sweep, document: Document, settings: Mapping[str, Any]) -> Document:
    beside = folder / base
    try:
        path = beside if beside.is_file() else find(base)
    except ScenarioError as error:
        raise ScenarioError([document.fault(("base",), f"{base}: {error.faults[0].message}")]) from None
    if is_sweep(read(path)):
        raise ScenarioError([document.fault(("base",), f"{base}: is a sweep; name the scenario that it is laid over")])
    given = {"replications": sweep.replications} if sweep.replications else {}
    whole = with_settings(load_document(path), {**given, **settings}, f"{sweep.name} --set")
    if validate(whole).starts:
        words = f"{base} has several starts; make an overlay of one start's change and sweep that"
        raise ScenarioError([document.fault(("base",), words)])
    return whole


def _wanted(sweep: Sweep, base: Document, document: Document) -> tuple[dict[str, Any], list[Fault]]:
    """Settings by full name, with ranges read from the base where the sweep says `own range`; and what is wrong."""
    ranged = with_own_range(base.data)
    named: dict[str, Any] = dict(sweep.settings)
    if sweep.design == "one at a time" and not named and not document.data.get("settings"):
        named = {"*": OWN_RANGE}
    wanted: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, setting in named.items():
        known = ranged if setting == OWN_RANGE else [each for each, _ in quantities(base.data)]
        matches = [each for each in known if fnmatch.fnmatchcase(each, name)] if "*" in name else [name]
        if not matches:
            states = " that states its low and high" if setting == OWN_RANGE else ""
            faults.append(document.fault(("settings", name), f"matches no number{states}"))
        if (first := name.split(".")[0]) in (*ABOUT, *JUDGED):
            words = "judges a run" if first in JUDGED else "says what a scenario is about"
            faults.append(document.fault(("settings", name), f"{words}; it changes no result"))
        for match in matches:
            if setting != OWN_RANGE:
                wanted[match] = setting
            elif match in ranged:
                wanted[match] = Range(low=float(ranged[match]["low"]), high=float(ranged[match]["high"]))
            else:
                words = f"is no number with a low and a high of its own{nearest(match, ranged)}"
                if any(fnmatch.fnmatchcase(match, pattern) for pattern in PRICES):
                    words = "moves only what people cost, and no result"
                faults.append(document.fault(("settings", name), words))
    return wanted, faults


def _measures(sweep: Sweep, base: Document, document: Document) -> list[Fault]:
    """Measures to keep that the base does not report."""
    known = measure_names(base.data)
    return [
        document.fault(("measures", at), f"unknown measure '{name}'{nearest(name, known)}")
        for at, name in enumerate(sweep.measures)
        if name not in known
    ]


def _count(sweep: Sweep, wanted: Mapping[str, Any]) -> int:
    """How many members the design has over one base."""
    if sweep.design == "latin hypercube":
        return sweep.members or 0
    if sweep.design == "one at a time":
        return 1 + sum(len(_ends(setting)) for setting in wanted.values())
    return math.prod(len(_levels(setting)) for setting in wanted.values())


def _alone(sweep: Sweep, base: str, wanted: Mapping[str, Any], under: Document, document: Document) -> list[Fault]:
    """Faults of each setting's extreme values, tried alone on the base, told at the line of the sweep."""
    faults: dict[tuple[str, str], Fault] = {}
    where = f" in base {base}" if len(sweep.bases) > 1 else ""
    for name, setting in wanted.items():
        for value in map(_plain, _ends(setting)):
            try:
                data = put(under.data, name, value, sweep.name, document.file)
                validate(Document(data, {}, document.file))
            except ScenarioError as error:
                about = [fault for fault in error.faults if is_within(fault.setting, name)]
                beside = [fault for fault in error.faults if not is_within(name, fault.setting)] if not about else []
                found = [(name, f"{fault.setting} {fault.message}{where}") for fault in beside]
                if not found:
                    first = [*about, *error.faults][0].message
                    found = [(name if "unknown setting" in first else f"{name} = {shown(value)}", first)]
                for place, words in found:
                    fault = Fault(*document.place(("settings", name)), place, words)
                    faults.setdefault((place, words), fault)
    return list(faults.values())


def _points(sweep: Sweep, wanted: Mapping[str, Any]) -> Iterator[Point]:
    if sweep.design == "grid":
        return grid(wanted)
    if sweep.design == "one at a time":
        return one_at_a_time(wanted)
    return latin_hypercube(wanted, sweep.members or 0, sweep.seed)


def grid(settings: Mapping[str, Sequence[Any] | Range]) -> Iterator[Point]:
    """Every combination of values, the last setting changing fastest."""
    levels = [_levels(setting) for setting in settings.values()]
    for combination in itertools.product(*levels):
        yield dict(zip(settings, combination, strict=True))


def one_at_a_time(settings: Mapping[str, Sequence[Any] | Range]) -> Iterator[Point]:
    """The base as it is, then each setting alone at its low and high (or at each listed value)."""
    yield {}
    for name, setting in settings.items():
        for value in _ends(setting):
            yield {name: _plain(value)}


def latin_hypercube(settings: Mapping[str, Sequence[Any] | Range], members: int, seed: int) -> Iterator[Point]:
    """`members` points of which each setting's values fill its range evenly (McKay, Beckman and Conover 1979)."""
    import numpy as np
    from scipy.stats import qmc

    unit = qmc.LatinHypercube(d=len(settings), rng=np.random.default_rng(seed)).random(members)
    for row in unit:
        yield {name: _within(setting, float(u)) for (name, setting), u in zip(settings.items(), row, strict=True)}


def _ends(setting: Sequence[Any] | Range) -> list[Any]:
    return [setting.at(0.0), setting.at(1.0)] if isinstance(setting, Range) else list(setting)


def _levels(setting: Sequence[Any] | Range) -> list[Any]:
    if not isinstance(setting, Range):
        return list(setting)
    steps = setting.steps or 2
    return list(dict.fromkeys(_within(setting, step / (steps - 1)) for step in range(steps)))


def _within(setting: Sequence[Any] | Range, u: float) -> Any:
    """The value a share `u` of the way through a setting's range or list."""
    if not isinstance(setting, Range):
        return setting[min(int(u * len(setting)), len(setting) - 1)]
    return setting.at(u)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _member(sweep: Sweep, base: str, at: int, point: Point, under: Document, document: Document) -> Member:
    name = f"{sweep.name}-{at + 1:04d}"[-60:].lstrip("-")
    data = under.data
    for dotted, value in point.items():
        data = put(data, dotted, value, name, document.file)
    words = ", ".join(f"{key} = {value}" for key, value in point.items()) or "as it is"
    data = {**data, "name": name, "title": f"{under.data.get('title', base)}: {words}"}
    try:
        return Member(name, base, point, validate(Document(data, {}, document.file)))
    except ScenarioError as error:
        line = document.place(("settings", *point) if len(point) == 1 else ("settings",))
        raise ScenarioError([Fault(*line, f"member {at + 1} ({words})", f.message) for f in error.faults]) from None
