"""Phases of restrictions as data: which months were lockdown, and what was known of them when."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Phase:
    """A dated phase of restrictions, first and last day included; `source`: the law or statement."""

    name: str
    first: date
    last: date
    stay_home: bool
    source: str


@functools.cache
def _file() -> dict[str, Any]:
    from ruamel.yaml import YAML

    text = resources.files("forecast").joinpath("reference", "lockdowns.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return read


def _read(key: str) -> tuple[Phase, ...]:
    return tuple(
        Phase(row["name"], row["from"], row["to"], bool(row.get("stay_home", False)), row["source"])
        for row in _file()[key]
    )


def phases() -> tuple[Phase, ...]:
    """England's phases of restrictions, oldest first, from reference/lockdowns.yaml."""
    return _read("phases")


def school_closures() -> tuple[Phase, ...]:
    """When England's schools were closed to most or many pupils, from reference/lockdowns.yaml."""
    return _read("schools")


@functools.cache
def restricted_months() -> tuple[str, ...]:
    """Months ("YYYY-MM") in which England was told to stay at home for at least the stated share of days."""
    share = float(_file()["restricted_share"]["value"])
    days = [str(day)[:7] for p in phases() if p.stay_home for day in pd.date_range(p.first, p.last)]
    held = {month: days.count(month) for month in sorted(set(days))}
    return tuple(month for month, count in held.items() if count >= share * pd.Period(month).days_in_month)


def restricted(months: pd.PeriodIndex, lockdown: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Whether each month is one of the restricted months named ("YYYY-MM"); later names are ignored."""
    named = pd.PeriodIndex(list(lockdown), freq="M")
    return np.asarray(months.isin(named), dtype=np.bool_)
