"""Scenarios compared pair by pair: same futures, same children, same illnesses, so that only what was changed differs.

Common random numbers (Glasserman and Yao 1992): replication r of each scenario lives in the same future and meets the
same draws; the difference is taken within each replication, then averaged. Decision record 0402.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from scenarios.load import as_data
from scenarios.measure_names import measure_names
from scenarios.schema import Scenario
from scenarios.service import Caseload, Plan
from simulate.interval import CONFIDENCE, half_width

from . import terms

KEYS = ["start", "place", "measure", "unit", "period"]
COLUMNS = [
    *["base", "other", *KEYS, "base_mean", "other_mean", "difference", "low", "high", "better", "chance_better"],
    *["certain", "replications"],
]
_LOW_IS_BETTER = ("_longest_wait", "_workers_above_guide", "_hours_lost", "_days_to_allocation")


class Lived(Protocol):
    """A scenario and what its replications measured; a stored run is one."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def measures(self) -> pd.DataFrame: ...


def compare(base: Lived, others: Sequence[Lived], *, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Paired differences, other less base, of every measure both report: one row a scenario and measure.

    Columns: base, other (names of scenarios), start, place, measure, unit, period, base_mean, other_mean, difference,
    low, high (interval of the mean difference by Student's t, for all scenarios compared at once: Bonferroni),
    better ("low", "high" or "neither"), chance_better (share of futures in which the other is better, ties counting
    half; missing where neither is), certain (whether the interval excludes nought), replications (pairs).
    Raises ValueError naming why two runs are not pairs.
    """
    parts = [_compared(base, other, 1 - (1 - confidence) / len(others)) for other in others]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def pairs(base: Lived, other: Lived) -> pd.DataFrame:
    """Values of both by replication: start, place, measure, unit, period, replication, value_base, value_other."""
    why = not_paired(base.scenario, other.scenario)
    if why:
        raise ValueError(f"{base.scenario.name} and {other.scenario.name} cannot be compared pair by pair: {why}")
    columns = [*KEYS, "replication", "value"]
    one, two = (run.measures[columns].astype(dict.fromkeys(KEYS, "str")) for run in (base, other))
    both = one.merge(two, on=[*KEYS, "replication"], suffixes=("_base", "_other"))
    return both.dropna(subset=["value_base", "value_other"])


def not_paired(one: Scenario, two: Scenario) -> str:
    """Why two scenarios do not meet the same futures and children; empty where they do."""
    differing = [
        f"{word} {first} and {second}"
        for word, first, second in (
            ("seeds", one.seed, two.seed),
            ("as-at dates", one.as_at, two.as_at),
            ("horizons in months", one.horizon_months, two.horizon_months),
            ("areas", one.area, two.area),
        )
        if first != second
    ]
    return "; ".join(differing)


def direction(measure: str) -> str:
    """ "low", "high" or "neither": which direction of a measure helps children and staff."""
    plain = measure.removesuffix("_mean").removesuffix("_median")
    return "low" if plain.endswith(_LOW_IS_BETTER) else terms.better(plain)


def headlines(scenario: Scenario) -> list[str]:
    """Measures that answer first: what is promised; open, waiting and caseload of caseload stages; stocks of plans."""
    known = measure_names(as_data(scenario))
    wanted = [target.measure for target in scenario.targets.values()]
    for stage in terms.stages(scenario, Caseload):
        wanted += [f"{stage}_open_mean", f"{stage}_waiting_mean", f"{stage}_caseload_per_fte"]
    wanted += ["rereferral_rate", *(f"{name}_open" for name in terms.stages(scenario, Plan))]
    return [name for name in dict.fromkeys(wanted) if name in known]


def explained(base: Lived, others: Sequence[Lived]) -> pd.DataFrame:
    """What pairing is worth: variance of the difference paired, unpaired, and their ratio, by scenario and measure.

    Columns: other, start, place, measure, period, paired, unpaired, ratio, replications. Unpaired is the variance that
    two independent runs would have: the sum of both variances.
    """
    parts = []
    for other in others:
        both = pairs(base, other)
        both["difference"] = both["value_other"] - both["value_base"]
        found = both.groupby(KEYS, sort=False).agg(
            one=("value_base", "var"),
            two=("value_other", "var"),
            paired=("difference", "var"),
            replications=("difference", "size"),
        )
        found["unpaired"] = found["one"] + found["two"]
        found["ratio"] = found["paired"] / found["unpaired"].where(found["unpaired"] > 0)
        parts.append(found.reset_index().assign(other=other.scenario.name))
    columns = ["other", "start", "place", "measure", "period", "paired", "unpaired", "ratio", "replications"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def downstream(table: pd.DataFrame, scenario: Scenario, period: str = "all") -> pd.DataFrame:
    """Where load moved: differences of what each stage received, holds and keeps waiting, in the pathway's order.

    Columns: other, stage, title, what (received, open, waiting), difference, low, high, certain, unit.
    """
    rows = []
    for name, stage in scenario.service.stages.items():
        wanted = {f"{name}_starts": "received", f"{name}_open_mean": "open", f"{name}_waiting_mean": "waiting"}
        found = table[table["measure"].isin(wanted) & (table["place"] == name) & (table["period"] == period)]
        found = found.assign(stage=name, title=stage.title, what=found["measure"].map(wanted))
        rows.append(found)
    columns = ["other", "stage", "title", "what", "difference", "low", "high", "certain", "unit"]
    kept = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
    others = {name: at for at, name in enumerate(dict.fromkeys(table["other"]))}
    return kept.sort_values("other", key=lambda c: c.map(others), kind="stable").reset_index(drop=True)[columns]


def _compared(base: Lived, other: Lived, confidence: float) -> pd.DataFrame:
    both = pairs(base, other)
    if not len(both):
        raise ValueError(f"{base.scenario.name} and {other.scenario.name} have no measure and replication in common")
    both["difference"] = both["value_other"] - both["value_base"]
    signs = {"high": 1.0, "low": -1.0, "neither": np.nan}
    sign = both["measure"].map({name: signs[direction(name)] for name in both["measure"].unique()})
    gain = sign * both["difference"]
    both["chance_better"] = ((gain > 0) + 0.5 * (gain == 0)).where(sign.notna())
    grouped = both.groupby(KEYS, sort=False, dropna=False)
    found = grouped.agg(
        base_mean=("value_base", "mean"),
        other_mean=("value_other", "mean"),
        mean=("difference", "mean"),
        sd=("difference", "std"),
        replications=("difference", "size"),
        chance_better=("chance_better", "mean"),
    ).reset_index()
    count = found["replications"].to_numpy()
    half = half_width(found["sd"], count, confidence)
    low, high = found["mean"] - half, found["mean"] + half
    return found.assign(
        base=base.scenario.name,
        other=other.scenario.name,
        difference=found["mean"],
        low=low,
        high=high,
        better=[direction(name) for name in found["measure"]],
        certain=(low > 0) | (high < 0),
    )
