"""What happened: monthly measures of an area, read from a planner's file and checked.

Reading never stops at the first fault: a `FiguresError` names all of them, each with its file, row and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.faults import Fault, FiguresError, did_you_mean, errors
from forecast.paths import MEASURES, STOCKS
from forecast.series import Series

STATUSES = ("final", "provisional", "suppressed", "estimated")
CARRIED_ON = "carried on from "  # begins the source of an estimated month after the last published year
COLUMNS = ("area", "measure", "month", "count", "status", "source")


@dataclass(frozen=True)
class Observed:
    """Monthly counts, one row for each area, measure and month, in that order.

    `table` columns: area, measure (one of forecast.paths.MEASURES), month (monthly period), count (whole number >= 0;
    events in the month, or children at its end; NaN where suppressed), status (final, provisional, suppressed,
    estimated), source (key or file name). `regions`: (area, English region) where the file says so. `warnings`: what
    was found and how it was treated. Raises ValueError where the table breaks these rules.
    """

    table: pd.DataFrame
    regions: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", _checked(self.table))

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas in the table, sorted."""
        return tuple(sorted(self.table["area"].unique()))

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures in the table, in the order of the pathway."""
        present = set(self.table["measure"])
        return tuple(name for name in MEASURES if name in present)

    @property
    def estimated(self) -> tuple[str, ...]:
        """Measures with at least one estimated month."""
        found = set(self.table.loc[self.table["status"] == "estimated", "measure"])
        return tuple(name for name in self.measures if name in found)

    @property
    def last(self) -> pd.Period:
        """The latest month of any measure."""
        return pd.Period(self.table["month"].max())

    def only(self, area: str) -> Observed:
        """The rows of one area. Raises FiguresError with the nearest name where it is not there."""
        if area not in self.areas:
            message = f"no area '{area}' in the figures{did_you_mean(area, self.areas)}"
            raise FiguresError([Fault("figures", None, "area", message)])
        kept = self.table[self.table["area"] == area]
        return replace(self, table=kept, regions=tuple(pair for pair in self.regions if pair[0] == area))

    def until(self, month: str | pd.Period) -> Observed:
        """The rows up to and including a month: what could be known then, for figures that come without delay."""
        return replace(self, table=self.table[self.table["month"] <= pd.Period(month, freq="M")])

    def joined(self, other: Observed) -> Observed:
        """Both tables; where both hold the same area, measure and month, `other` wins."""
        both = pd.concat([self.table, other.table], ignore_index=True)
        kept = both.drop_duplicates(["area", "measure", "month"], keep="last")
        regions = tuple(dict([*self.regions, *other.regions]).items())
        return Observed(kept, regions, (*self.warnings, *other.warnings))

    def counts(self, measure: str, area: str | None = None) -> pd.Series[float]:
        """One measure by month, from its first month to its last without a break; NaN where unknown.

        Raises FiguresError where the measure or area is not there, or several areas are and none is named.
        """
        rows = (self.only(area) if area is not None else self._single())._of(measure)
        counts = rows.set_index("month")["count"].astype(float)
        months = pd.period_range(counts.index.min(), counts.index.max(), freq="M")
        return counts.reindex(months)

    def series(self, measure: str, area: str | None = None) -> Series:
        """One measure as the forecast models take it: unbroken months, its kind and region.

        Raises FiguresError as `counts` does, and where no month has a count.
        """
        counts = self.counts(measure, area)
        name = area if area is not None else self.areas[0]
        if counts.isna().all():
            raise FiguresError([Fault("figures", None, measure, f"{name} has no month with a count of {measure}")])
        return Series(
            y=np.asarray(counts, dtype=np.float64),
            months=pd.PeriodIndex(counts.index),
            kind="stock" if measure in STOCKS else "flow",
            measure=measure,
            area=name,
            region=dict(self.regions).get(name),
        )

    def matrix(self, measures: tuple[str, ...], months: pd.PeriodIndex) -> npt.NDArray[np.float64]:
        """Counts of some measures over some months, shape (measure, month); NaN where unknown."""
        return np.array([self.counts(name).reindex(months).to_numpy(dtype=np.float64) for name in measures])

    def _single(self) -> Observed:
        if len(self.areas) != 1:
            shown = ", ".join(self.areas[:5]) + (", …" if len(self.areas) > 5 else "")
            message = f"there are {len(self.areas)} areas ({shown}); name one of them"
            raise FiguresError([Fault("figures", None, "area", message)])
        return self

    def _of(self, measure: str) -> pd.DataFrame:
        if measure not in self.measures:
            message = f"no measure '{measure}' in the figures{did_you_mean(measure, self.measures)}"
            raise FiguresError([Fault("figures", None, "measure", message)])
        return self.table[self.table["measure"] == measure]


def read(path: str | Path, *, area: str | None = None, today: date | None = None) -> Observed:
    """Figures from a tidy CSV, a workbook of the same columns, or the department's "referrals by month" file.

    The layout is told by its columns. `area`: keep this authority, region or England only. `today`: months that
    ended after it are faults (default: the clock's date). Raises FiguresError with every fault found.
    """
    from forecast.readers import read_rows

    rows = read_rows(Path(path), area=area, today=today or date.today())
    if errors(rows.faults):
        raise FiguresError(errors(rows.faults))
    return Observed(rows.table, rows.regions, tuple(rows.faults))


def check(path: str | Path, *, area: str | None = None, today: date | None = None) -> list[Fault]:
    """Everything found in a file of figures, errors and warnings, row by row; never raises for a fault."""
    from forecast.readers import read_rows

    return list(read_rows(Path(path), area=area, today=today or date.today()).faults)


def from_counts(
    counts: Mapping[str, pd.Series[float]], *, area: str, status: str = "final", source: str = "given"
) -> Observed:
    """Observed figures of one area from series by measure, each indexed by month (monthly periods)."""
    tables = []
    for measure, series in counts.items():
        tables.append(
            pd.DataFrame(
                {
                    "area": area,
                    "measure": measure,
                    "month": pd.PeriodIndex(series.index, freq="M"),
                    "count": series.to_numpy(dtype=np.float64),
                    "status": np.where(np.isnan(series.to_numpy(dtype=np.float64)), "suppressed", status),
                    "source": source,
                }
            )
        )
    return Observed(pd.concat(tables, ignore_index=True))


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """The table sorted and proved against the schema of Observed."""
    import pandera.pandas as pa

    text = pa.Column(str, pa.Check.str_length(min_value=1))
    schema = pa.DataFrameSchema(
        {
            "area": text,
            "measure": pa.Column(str, pa.Check.isin(MEASURES)),
            "month": pa.Column(pd.PeriodDtype("M")),
            "count": pa.Column(
                float, [pa.Check.ge(0), pa.Check(lambda x: x == np.floor(x), error="whole number")], nullable=True
            ),
            "status": pa.Column(str, pa.Check.isin(STATUSES)),
            "source": text,
        },
        checks=pa.Check(
            lambda rows: rows["count"].notna() | (rows["status"] == "suppressed"), error="count or suppressed"
        ),
        unique=["area", "measure", "month"],
        strict=True,
        ordered=True,
    )
    order = {name: place for place, name in enumerate(MEASURES)}
    rows = table.loc[:, list(COLUMNS)].reset_index(drop=True)
    try:
        proved = schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        raise ValueError(
            f"figures break their schema: {cases[['column', 'check']].drop_duplicates().to_dict('records')}"
        ) from None
    ranked = proved.assign(_rank=proved["measure"].map(order)).sort_values(["area", "_rank", "month"])
    return ranked.drop(columns="_rank").reset_index(drop=True)
