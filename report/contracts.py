"""Tables that the report draws but does not compute: their columns, and what each must hold.

`sweep`: one row a (member, setting, measure): member (name of a run), setting (dotted name), value (the setting's
number in that member), measure, unit, mean, low, high (8 of 10 futures unless said otherwise).
`compare`: as `report.compare.compare` gives it: base, other, start, place, measure, unit, period, base_mean,
other_mean, difference, low, high (interval of the mean difference), better, chance_better, certain, replications.
`sensitivity`: one row a (setting, measure): setting, title, unit (of the setting), source, low_value, high_value,
measure, measure_unit, base_mean, low_mean, high_mean (means at the setting's low and high value), certain
(whether the two surely differ).
`waterfall`: one row a step, in the order fixed by the scenario: step, title, change, low, high, unit; the first row is
the base (its level in `change`), the last what the steps do to one another; all add up to the scenario's level.
`cost`: one row a choice: name, cost, cost_low, cost_high (pounds a year), value, value_low, value_high, unit.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

Columns = tuple[str, ...]
SWEEP: Columns = ("member", "setting", "value", "measure", "unit", "mean", "low", "high")
COMPARE: Columns = (
    *("base", "other", "start", "place", "measure", "unit", "period", "base_mean", "other_mean", "difference"),
    *("low", "high", "better", "chance_better", "certain", "replications"),
)
SENSITIVITY: Columns = (
    *("setting", "title", "unit", "source", "low_value", "high_value", "measure", "measure_unit"),
    *("base_mean", "low_mean", "high_mean", "certain"),
)
WATERFALL: Columns = ("step", "title", "change", "low", "high", "unit")
COST: Columns = ("name", "cost", "cost_low", "cost_high", "value", "value_low", "value_high", "unit")


def checked(table: pd.DataFrame, columns: Sequence[str], name: str) -> pd.DataFrame:
    """The table, if it has the columns of its contract. Raises ValueError naming those that lack."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"the {name} table lacks {', '.join(missing)}; it must hold {', '.join(columns)}")
    return table


def grid(sweep: pd.DataFrame) -> pd.DataFrame:
    """A sweep with one row a member and measure: member, measure, unit, mean, low, high and a column a setting."""
    checked(sweep, SWEEP, "sweep")
    keys = ["member", "measure", "unit", "mean", "low", "high"]
    settings = list(dict.fromkeys(sweep["setting"]))
    wide = sweep.pivot_table(
        index=["member", "measure"], columns="setting", values="value", aggfunc="first", sort=False
    )[settings]
    figures = sweep.drop_duplicates(["member", "measure"])[keys].set_index(["member", "measure"])
    return figures.join(wide).reset_index()


def from_members(members: pd.DataFrame, summary: pd.DataFrame, period: str = "all") -> pd.DataFrame:
    """The sweep table of a sweep's folder.

    `members`: member and a column a setting (base and title are passed over). `summary`: member, measure, unit, period,
    mean, p10, p90. Rows of other periods, and measures without a value, are left out.
    """
    settings = [name for name in members.columns if name not in ("member", "base", "title")]
    long = members.melt(id_vars="member", value_vars=settings, var_name="setting", value_name="value")
    rows = summary[(summary["period"] == period) & summary["mean"].notna()]
    rows = rows.drop_duplicates(["member", "measure"]).rename(columns={"p10": "low", "p90": "high"})
    figures = rows[["member", "measure", "unit", "mean", "low", "high"]].astype(
        {"member": str, "measure": str, "unit": str}
    )
    return long.assign(member=long["member"].astype(str)).merge(figures, on="member")[list(SWEEP)]
