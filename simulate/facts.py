"""A hindcast judged: each published figure beside what the simulation says of the same measure and time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.schema import Scenario

COLUMNS = {
    "start": "str",
    "title": "str",
    "measure": "str",
    "period": "str",
    "published": "float64",
    "unit": "str",
    "source": "str",
    "used_to_calibrate": "bool",
    "mean": "float64",
    "p05": "float64",
    "p95": "float64",
    "inside": "bool",
}


def judged(scenario: Scenario, summary: pd.DataFrame) -> pd.DataFrame:
    """One row a fact and start that reaches it: the published figure, the simulated mean and 5 to 95 % of futures.

    `inside`: the published figure lies between p05 and p95. Facts that no start reaches have no row.
    """
    rows = []
    for fact in scenario.facts.values():
        found = summary[(summary["measure"] == fact.measure) & (summary["period"] == fact.period)]
        if fact.start is not None:
            found = found[found["start"] == fact.start]
        for row in found.to_dict("records"):
            given = {
                "title": fact.title,
                "measure": fact.measure,
                "period": fact.period,
                "published": fact.value,
                "unit": fact.unit,
                "source": fact.source,
                "used_to_calibrate": fact.used_to_calibrate,
            }
            simulated = {name: row[name] for name in ("start", "mean", "p05", "p95")}
            rows.append({**simulated, **given, "inside": bool(row["p05"] <= fact.value <= row["p95"])})
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    reached: pd.DataFrame = table[np.isfinite(table["mean"])].reset_index(drop=True)
    return reached
