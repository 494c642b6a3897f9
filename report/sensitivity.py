"""What matters most: each assumption alone from its low to its high, and shares of variance over all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.design import with_own_range
from scenarios.load import as_data
from scenarios.schema import Scenario
from simulate.interval import CONFIDENCE, half_width

from .comparison_words import NO_CHANGE, change
from .differences import setting_title
from .emulator import Emulator
from .smooth import Surface

Floats = npt.NDArray[np.float64]
FORESEEN = 0.5
"""Share of what differs between runs that an emulator must foresee before its variance is shared out."""
SOBOL_POINTS = 4096
"""A power of two, as Sobol's sequence wants; (settings + 2) times as many answers of the emulator."""


def tornado(
    members: Mapping[str, Mapping[str, Any]], measures: pd.DataFrame, scenario: Scenario, period: str = "all"
) -> pd.DataFrame:
    """Each setting alone at its low and its high, against the base: one row a setting and measure, widest first.

    `members`: member -> its settings, of a one-at-a-time design (the base has none). `measures`: member, replication,
    place, measure, unit, period, value. Columns: setting, title, unit, source, low_value, high_value, measure,
    measure_unit, base_mean, low_mean, high_mean, swing (high less low) with swing_low and swing_high (95 % interval of
    the paired difference), certain (whether it excludes nought). Raises ValueError where no member is the base.
    """
    bases = [name for name, settings in members.items() if not settings]
    if not bases:
        raise ValueError("a one-at-a-time sweep needs the base among its members")
    rows = measures[measures["period"] == period].astype(dict.fromkeys(("measure", "place", "unit", "member"), "str"))
    wide = rows.pivot_table(index=["measure", "place", "replication"], columns="member", values="value")
    units = rows.drop_duplicates("measure").set_index("measure")["unit"]
    ranged = with_own_range(as_data(scenario))
    parts = []
    for setting, (low, high) in _ends(members).items():
        about = ranged.get(setting, {})
        found = _swings(wide, bases[0], low[0], high[0])
        parts.append(
            found.assign(
                setting=setting,
                title=setting_title(scenario, setting),
                unit=str(about.get("unit", "")),
                source=str(about.get("source", "")),
                low_value=low[1],
                high_value=high[1],
                measure_unit=found["measure"].map(units),
            )
        )
    names = ["setting", "title", "unit", "source", "low_value", "high_value", "measure", "measure_unit"]
    names += ["base_mean", "low_mean", "high_mean", "swing", "swing_low", "swing_high", "certain"]
    if not parts:
        return pd.DataFrame(columns=names)
    table = pd.concat(parts, ignore_index=True)[names]
    order = table["measure"].map({name: at for at, name in enumerate(dict.fromkeys(rows["measure"]))})
    table = table.assign(order=order, width=table["swing"].abs())
    table = table.sort_values(["order", "width"], ascending=[True, False], kind="stable")
    return table.drop(columns=["order", "width"]).reset_index(drop=True)


def telling(table: pd.DataFrame) -> pd.Series:
    """Which rows of a `tornado` say something: the setting surely moves the measure, by enough to be shown."""
    ends = [table[f"{end}_mean"] - table["base_mean"] for end in ("low", "high")]
    shown = [
        any(change(float(move), str(unit)) != NO_CHANGE for move in moves)
        for *moves, unit in zip(*ends, table["measure_unit"], strict=True)
    ]
    return table["certain"].astype(bool) & pd.Series(shown, index=table.index, dtype=bool)


def widest(table: pd.DataFrame, most: int) -> list[str]:
    """The settings with the widest swings of a `tornado`, each as a share of the widest of its measure; none of nought.

    Swings that say something (`telling`) come before those that may be chance.
    """
    width = table["swing"].abs()
    of_all = width / width.groupby(table["measure"]).transform("max").where(lambda top: top > 0)
    rows = table.assign(sure=telling(table), share=of_all)[width > 0]
    rows = rows.sort_values(["sure", "share"], ascending=False, kind="stable")
    return list(dict.fromkeys(rows["setting"].astype(str)))[:most]


def shares_of_variance(
    function: Callable[[Floats], Floats],
    ranges: Sequence[tuple[str, float, float]],
    *,
    points: int = SOBOL_POINTS,
    seed: int = 1,
) -> pd.DataFrame:
    """Sobol indices of a function over even ranges: setting, first and total, each with _low and _high.

    `function`: values at points, shape (points, settings) -> (points,). `first`: share of variance that the setting
    explains alone; `total`: with its interplay with others; 95 % bootstrap intervals. Saltelli's estimators, by SciPy.
    """
    from scipy.stats import sobol_indices, uniform

    if len(ranges) == 1:  # nothing to share with, and SciPy wants two
        whole = {f"{word}{end}": [1.0] for word in ("first", "total") for end in ("", "_low", "_high")}
        return pd.DataFrame({"setting": [ranges[0][0]], **whole})
    even: Any = [uniform(low, high - low) for _, low, high in ranges]
    found = sobol_indices(
        func=lambda x: function(np.asarray(x).T)[None, :],
        n=points,
        dists=even,
        rng=np.random.default_rng(seed),
    )
    sure = found.bootstrap(confidence_level=CONFIDENCE, n_resamples=100)
    columns: dict[str, Any] = {"setting": [name for name, _, _ in ranges]}
    for word, values, interval in (
        ("first", found.first_order, sure.first_order.confidence_interval),
        ("total", found.total_order, sure.total_order.confidence_interval),
    ):
        columns[word] = np.ravel(values)
        columns[f"{word}_low"], columns[f"{word}_high"] = np.ravel(interval.low), np.ravel(interval.high)
    return pd.DataFrame(columns)


def sobol(emulator: Emulator, scenario: Scenario, *, seed: int = 1) -> pd.DataFrame:
    """Shares of variance over the emulator's ranges: measure, title and as `shares_of_variance`.

    A measure that the emulator does not foresee (FORESEEN), or that is the same in every run, is left out.
    """
    ranges = [(name, 0.0, 1.0) for name in emulator.settings]
    parts = []
    for measure, surface in emulator.surfaces.items():
        if emulator.errors[measure].explained < FORESEEN:
            continue
        table = shares_of_variance(partial(_mean, surface), ranges, seed=seed)
        table.insert(0, "measure", measure)
        table.insert(2, "title", [setting_title(scenario, name) for name in table["setting"]])
        parts.append(table.sort_values("total", ascending=False, kind="stable"))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["measure", "setting", "title"])


def _mean(surface: Surface, at: Floats) -> Floats:
    return surface.predict(at)[0]


def _ends(members: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[tuple[str, Any], tuple[str, Any]]]:
    """Members at the lowest and highest value of each setting that a single-setting member moves."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for name, settings in members.items():
        if len(settings) == 1:
            setting, value = next(iter(settings.items()))
            found.setdefault(setting, []).append((name, value))
    return {setting: (ends[0], ends[-1]) for setting, ends in found.items() if len(ends) > 1}


def _swings(wide: pd.DataFrame, base: str, low: str, high: str) -> pd.DataFrame:
    both = wide[[base, low, high]].dropna()
    both = both.assign(swing=both[high] - both[low])
    keys = ["measure", "place"]
    found = both.groupby(level=keys, sort=False).agg(
        base_mean=(base, "mean"),
        low_mean=(low, "mean"),
        high_mean=(high, "mean"),
        mean=("swing", "mean"),
        sd=("swing", "std"),
        pairs=("swing", "size"),
    )
    pairs = found["pairs"].to_numpy()
    half = half_width(found["sd"], pairs)
    found = found.assign(swing=found["mean"], swing_low=found["mean"] - half, swing_high=found["mean"] + half)
    certain = (found["swing_low"] > 0) | (found["swing_high"] < 0)
    return found.assign(certain=certain).reset_index()
