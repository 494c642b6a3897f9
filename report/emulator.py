"""A sweep's runs turned into a formula that answers at once, knows its error, and refuses outside its range.

A smooth surface for each measure (report.smooth). Its error is measured by leaving a fifth of the runs out at a time
and fitting anew. Decision record 0408.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.faults import Fault, ScenarioError, nearest
from simulate.store import write_text

from .phrases import most
from .smooth import Surface, fit_surface

Floats = npt.NDArray[np.float64]
FOLDS = 5
SAME = 1e-9
"""Outcomes that differ by less, of their size, are the same."""
SURE = 1.96
LEAST_MEMBERS_A_SETTING = 5


@dataclass(frozen=True)
class Error:
    """How an emulator does on runs it was not fitted to.

    `typical`: root of the mean squared error, in the measure's unit. `explained`: share of the runs' variance that it
    foresees (0 with a `typical` of 0: it is the same in every run). `inside`: share of runs inside its 95 % interval.
    `members`: runs.
    """

    typical: float
    explained: float
    inside: float
    members: int


@dataclass(frozen=True)
class Emulator:
    """Answers for every measure of a sweep, anywhere inside the range of its settings (dates as day numbers)."""

    settings: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    is_date: tuple[bool, ...]
    units: Mapping[str, str]
    surfaces: Mapping[str, Surface]
    errors: Mapping[str, Error]
    base: str

    def predict(self, given: Mapping[str, Any]) -> pd.DataFrame:
        """What a run with these settings would give: measure, unit, mean, low, high (95 %), error, explained.

        A setting not given is taken at the middle of its range. Nothing is answered that no run could give: a share
        lies between 0 and 1, all else is 0 or more. Raises ScenarioError for an unknown setting, or one
        outside the range of the runs behind the emulator.
        """
        at = self.scaled(given)
        rows = []
        for name, surface in self.surfaces.items():
            mean, sd = (float(part[0]) for part in surface.predict(at))
            half = SURE * float(np.hypot(sd, surface.noise))
            error = self.errors[name]
            limits = (0.0, most(self.units[name]))  # a smooth surface knows no bounds, a count or share does
            low, middle, high = np.clip([mean - half, mean, mean + half], *limits).tolist()
            rows.append(
                {
                    "measure": name,
                    "unit": self.units[name],
                    "mean": middle,
                    "low": low,
                    "high": high,
                    "error": error.typical,
                    "explained": error.explained,
                }
            )
        return pd.DataFrame(rows)

    def scaled(self, given: Mapping[str, Any]) -> Floats:
        """Settings as one point between 0 and 1, shape (1, settings); raises ScenarioError as `predict` does."""
        faults = [
            Fault("--ask", 0, name, f"unknown setting{nearest(name, self.settings)}")
            for name in given
            if name not in self.settings
        ]
        point = []
        for name, low, high, dated in zip(self.settings, self.low, self.high, self.is_date, strict=True):
            value = as_number(given[name]) if name in given else (low + high) / 2
            if value is None:
                faults.append(Fault("--ask", 0, name, f"{given[name]!r} is not a number or a date"))
            elif not low <= value <= high:
                ends = [date.fromordinal(int(end)).isoformat() if dated else f"{end:g}" for end in (low, high)]
                words = (
                    f"{given[name]} is outside the runs behind the emulator ({ends[0]} to {ends[1]}): run it instead"
                )
                faults.append(Fault("--ask", 0, name, words))
            else:
                point.append((value - low) / (high - low))
        if faults:
            raise ScenarioError(faults)
        return np.array([point])


def fit(members: pd.DataFrame, summary: pd.DataFrame, *, base: str = "", measures: Sequence[str] = ()) -> Emulator:
    """An emulator of a sweep.

    `members`: member and a column for each setting. `summary`: member, measure, unit, mean (one row a member and
    measure). Raises ScenarioError where a setting is not a number or date, does not vary, or there are too few runs.
    """
    settings = [name for name in members.columns if name not in ("member", "base", "title")]
    table = members.set_index("member")
    raw = {name: [as_number(value) for value in table[name]] for name in settings}
    faults = [
        Fault(base or "sweep", 0, name, "an emulator needs numbers or dates")
        for name in settings
        if any(value is None for value in raw[name])
    ]
    if not settings or len(table) < LEAST_MEMBERS_A_SETTING * (len(settings) + 1):
        least = LEAST_MEMBERS_A_SETTING * (max(len(settings), 1) + 1)
        words = f"an emulator of {len(settings)} settings needs at least {least} members, not {len(table)}"
        faults.append(Fault(base or "sweep", 0, "members", words))
    faults += [
        Fault(base or "sweep", 0, name, "is the same in every member") for name in settings if len(set(raw[name])) == 1
    ]
    if faults:
        raise ScenarioError(faults)
    points = np.array([raw[name] for name in settings], dtype=np.float64).T
    low, high = points.min(axis=0), points.max(axis=0)
    inputs = (points - low) / (high - low)
    wide = summary.pivot_table(index="member", columns="measure", values="mean").reindex(table.index)
    units = summary.drop_duplicates("measure").set_index("measure")["unit"].astype(str).to_dict()
    wanted = [name for name in (measures or wide.columns) if wide[name].notna().all() and wide[name].std() > 0]
    fitted = {name: fit_surface(inputs, wide[name].to_numpy(dtype=np.float64)) for name in wanted}
    return Emulator(
        settings=tuple(settings),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        is_date=tuple(_is_date(table[name].iloc[0]) for name in settings),
        units={name: units[name] for name in wanted},
        surfaces=fitted,
        errors={name: left_out(surface) for name, surface in fitted.items()},
        base=base,
    )


def left_out(surface: Surface) -> Error:
    """The error on runs left out of the fit, a fifth at a time (every fifth run), each fit made anew."""
    outcomes, n = surface.outcomes, len(surface.outcomes)
    if np.ptp(outcomes) <= SAME * max(1.0, float(np.abs(outcomes).max())):
        return Error(typical=0.0, explained=0.0, inside=1.0, members=n)
    mean, sd = np.empty(n), np.empty(n)
    for fold in range(FOLDS):
        out = np.arange(n) % FOLDS == fold
        one = fit_surface(surface.inputs[~out], outcomes[~out], near=surface.logs)
        mean[out], sd[out] = one.predict(surface.inputs[out])
        sd[out] = np.hypot(sd[out], one.noise)
    wrong = outcomes - mean
    return Error(
        typical=float(np.sqrt(np.mean(wrong**2))),
        explained=float(1 - np.mean(wrong**2) / np.var(outcomes)),
        inside=float(np.mean(np.abs(wrong) <= SURE * sd)),
        members=n,
    )


def write(emulator: Emulator, path: Path) -> None:
    """Keep an emulator as JSON."""
    text = json.dumps(asdict(emulator), default=lambda array: array.tolist(), indent=1)
    write_text(text + "\n", path)


def read(path: Path) -> Emulator:
    """An emulator from its file."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    surfaces = {
        name: Surface(
            inputs=np.array(one["inputs"]),
            outcomes=np.array(one["outcomes"]),
            logs=np.array(one["logs"]),
            centre=float(one["centre"]),
            spread=float(one["spread"]),
        )
        for name, one in kept.pop("surfaces").items()
    }
    errors = {name: Error(**one) for name, one in kept.pop("errors").items()}
    for key in ("settings", "low", "high", "is_date"):
        kept[key] = tuple(kept[key])
    return Emulator(**kept, surfaces=surfaces, errors=errors)


def as_number(value: Any) -> float | None:
    """A number as it is, a date (or its text) as its day number; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | np.integer | np.floating):
        return float(value)
    if isinstance(value, date):
        return float(value.toordinal())
    text = str(value)
    try:
        return float(date.fromisoformat(f"{text}-01" if len(text) == 7 else text).toordinal())
    except ValueError:
        return None


def _is_date(value: Any) -> bool:
    return as_number(value) is not None and not isinstance(value, int | float | np.number)
