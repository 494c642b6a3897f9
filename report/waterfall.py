"""From one scenario to another in steps: what each change does alone, and what they do to one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.schema import Scenario
from simulate.interval import half_width

from .compare import Lived, headlines, pairs
from .contracts import WATERFALL

INTERPLAY = "interplay"


def waterfall(base: Lived, alone: Sequence[Lived], together: Lived, measure: str, period: str = "all") -> pd.DataFrame:
    """A row a step, in the order given: step, title, change, low, high, unit.

    The first row is the base with its level; then what each change does alone (paired difference with its 95 %
    interval); the last is the interplay: what all together do beyond the sum. All rows add up to the level of all
    together in the replications that report the measure in every scenario. Raises ValueError where runs are not pairs
    or do not report the measure.
    """
    columns = {"base": _values(base, together, measure, period)["value_base"]}
    for at, other in enumerate((*alone, together)):
        columns[f"{at}"] = _values(base, other, measure, period)["value_other"]
    common = pd.DataFrame(columns).dropna()
    if not len(common):
        raise ValueError(f"no replication reports {measure} for {period} in every scenario")
    level = common["base"].to_numpy(dtype=np.float64)
    moves = common.drop(columns="base").to_numpy(dtype=np.float64) - level[:, None]
    unit = str(base.measures.loc[base.measures["measure"] == measure, "unit"].iloc[0])
    rows = [_row(base.scenario.name, base.scenario.title, level, unit)]
    for at, one in enumerate(alone):
        rows.append(_row(one.scenario.name, one.scenario.title, moves[:, at], unit))
    rows.append(_row(INTERPLAY, "What they do to one another", moves[:, -1] - moves[:, :-1].sum(axis=1), unit))
    return pd.DataFrame(rows)


def waterfalls(
    base: Lived, alone: Sequence[Lived], together: Lived, measures: Sequence[str], period: str = "all"
) -> pd.DataFrame:
    """`waterfall` of every measure that all runs report: other and measure, then its columns."""
    runs = [base, *alone, together]
    told = [set(run.measures.loc[run.measures["period"] == period, "measure"].astype(str)) for run in runs]
    parts = [
        waterfall(base, alone, together, measure, period).assign(other=together.scenario.name, measure=measure)
        for measure in measures
        if all(measure in found for found in told)
    ]
    columns = ["other", "measure", *WATERFALL]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def worth_telling(differences: pd.DataFrame, scenario: Scenario, most: int = 2) -> list[str]:
    """What is promised and how many cases are open, where they surely change over the whole period; else the first.

    The first of them is told wherever it changes in any future: it is what is asked first.
    `differences`: rows of one other scenario, as `report.compare.compare` gives them.
    """
    promised = [target.measure for target in scenario.targets.values()]
    measures = [name for name in headlines(scenario) if name in promised or name.endswith("_open_mean")]
    rows = differences[(differences["period"] == "all") & differences["measure"].isin(list(measures))]
    sure = set(rows.loc[rows["certain"].astype(bool), "measure"])
    still = (rows[["difference", "low", "high"]] == 0).all(axis=1)
    sure |= set(rows.loc[~still & (rows["measure"] == measures[0]), "measure"]) if measures else set()
    return [name for name in measures if name in sure][:most] or [m for m in measures if m in set(rows["measure"])][:1]


def _values(base: Lived, other: Lived, measure: str, period: str) -> pd.DataFrame:
    both = pairs(base, other)
    return both[(both["measure"] == measure) & (both["period"] == period)].set_index("replication")


def _row(step: str, title: str, values: npt.NDArray[np.float64], unit: str) -> dict[str, object]:
    n = len(values)
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if n > 1 else float("nan")
    half = float(half_width(sd, n))
    return {"step": step, "title": title, "change": mean, "low": mean - half, "high": mean + half, "unit": unit}
