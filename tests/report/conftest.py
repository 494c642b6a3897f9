"""Invented results in the shape that a run leaves, with the extremes that a report must survive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from scenarios.load import LIBRARY
from scenarios.measure_names import HELD, held_name
from scenarios.quantity import Quantity
from scenarios.schema import ObservedDemand, Scenario, SteadyDemand
from simulate.results import Results

REPLICATIONS = 40


def base_scenario(**changes: Any) -> Scenario:
    """The shipped base scenario, with parts replaced."""
    shipped = YAML(typ="safe").load(LIBRARY / "west-sussex.yaml")
    return Scenario.model_validate(shipped).model_copy(update={"replications": REPLICATIONS, **changes})


def observed_table(scenario: Scenario, months: int = 60, after: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    as_at = pd.Period(scenario.as_at, freq="M")
    index = pd.period_range(as_at - months + 1, as_at + after, freq="M")
    levels = {"contacts": 3800, "referrals": 830, "cp_open": 900, "cla_open": 860}
    parts = []
    for measure, level in levels.items():
        season = 1 + 0.1 * np.sin(2 * np.pi * np.asarray(index.month) / 12)
        counts = rng.poisson(level * (season if measure in ("contacts", "referrals") else np.ones(len(index))))
        estimated = measure != "referrals"
        parts.append(
            pd.DataFrame(
                {
                    "area": scenario.area,
                    "measure": measure,
                    "month": index.astype(str),
                    "count": counts.astype(float),
                    "status": "estimated" if estimated else "final",
                    "source": "dfe-cin-c6" if not estimated else "dfe-cin-d1",
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def path_tables(scenario: Scenario, paths: int = REPLICATIONS) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(2)
    months = pd.period_range(pd.Period(scenario.as_at, freq="M") + 1, periods=scenario.horizon_months, freq="M")
    tall, banded = [], []
    for measure, level in {"contacts": 3900, "referrals": 850, "cp_open": 940, "cla_open": 880}.items():
        walk = level * np.exp(np.cumsum(rng.normal(0, 0.02, (paths, len(months))), axis=1))
        values = np.round(walk)
        estimated = measure != "referrals"
        tall.append(
            pd.DataFrame(
                {
                    "path": np.repeat(np.arange(paths), len(months)),
                    "measure": measure,
                    "month": np.tile(months.astype(str), paths),
                    "value": values.ravel(),
                    "estimated": estimated,
                }
            )
        )
        for share in (0.5, 0.8, 0.95):
            low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2], axis=0)
            banded.append(
                pd.DataFrame(
                    {
                        "measure": measure,
                        "month": months.astype(str),
                        "level": share,
                        "low": low,
                        "high": high,
                        "median": np.median(values, axis=0),
                        "mean": values.mean(axis=0),
                        "estimated": estimated,
                    }
                )
            )
    return pd.concat(tall, ignore_index=True), pd.concat(banded, ignore_index=True)


def _wander(rng: np.random.Generator, start: float, end: float, spread: float, rows: int, steps: int) -> np.ndarray:
    drift = np.linspace(start, end, steps)
    return drift * np.exp(np.cumsum(rng.normal(0, spread / np.sqrt(steps), (rows, steps)), axis=1))


def daily_table(scenario: Scenario, start: str, rows: int = REPLICATIONS) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    dates = pd.date_range(scenario.as_at, periods=int(scenario.horizon_months * 4.35), freq="W-MON")
    shapes = {
        ("assessment", "assessment_open"): (1675, 1400, 0.25),
        ("assessment", "assessment_waiting"): (180, 90, 0.9),
        ("assessment", "assessment_allocated"): (1495, 1310, 0.2),
        ("assessment", "assessment_fte_at_work"): (104, 98, 0.05),
        ("cp", "cp_open"): (930, 960, 0.1),
        ("cla", "cla_open"): (870, 900, 0.08),
        ("cin", "cin_open"): (1107, 1150, 0.1),
    }
    parts = []
    for (place, measure), (first, last, spread) in shapes.items():
        values = _wander(rng, first, last, spread, rows, len(dates))
        parts.append(_daily(start, place, measure, values, dates))
    return pd.concat(parts, ignore_index=True)


def _daily(start: str, place: str, measure: str, values: np.ndarray, dates: pd.DatetimeIndex) -> pd.DataFrame:
    rows, steps = values.shape
    return pd.DataFrame(
        {
            "start": start,
            "replication": np.repeat(np.arange(rows), steps),
            "date": np.tile(dates, rows),
            "place": place,
            "measure": measure,
            "value": values.ravel(),
        }
    )


def measure_table(scenario: Scenario, start: str, teams: int, rows: int = REPLICATIONS) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    first = pd.Period(scenario.as_at, freq="M") + 1
    months = pd.period_range(first, periods=scenario.horizon_months, freq="M")
    shapes = {
        ("contact_screening", "contact_screening_within_1_working_days"): (0.82, 0.05, "share of contacts"),
        ("contact_screening", "contact_screening_within_3_working_days"): (0.955, 0.02, "share of contacts"),
        ("referral_decision", "referral_decision_within_1_working_days"): (0.84, 0.05, "share of referrals"),
        ("referral_decision", "referral_decision_within_3_working_days"): (0.94, 0.02, "share of referrals"),
        ("assessment", "assessment_within_45_working_days"): (0.84, 0.06, "share of ends"),
        ("conference", "conference_within_15_working_days"): (0.74, 0.06, "share of conferences"),
        ("assessment", "assessment_open"): (1500, 90, "assessments"),
        ("assessment", "assessment_waiting"): (120, 40, "assessments"),
        ("", "rereferral_rate"): (0.26, 0.01, "share of referrals"),
        ("assessment", "assessment_workers_above_guide"): (0.3, 0.1, "share of workers"),
        ("contact_screening", "contact_screening_starts"): (3800, 90, "children"),
        ("referral_decision", "referral_decision_starts"): (840, 40, "children"),
        ("assessment", "assessment_starts"): (880, 40, "children"),
        ("assessment", "section_47_starts"): (260, 20, "children"),
        ("conference", "conference_starts"): (110, 10, "children"),
        ("cp", "cp_starts"): (95, 10, "children"),
        ("cla", "cla_starts"): (38, 5, "children"),
        ("cin", "cin_starts"): (150, 15, "children"),
        ("", "referrals"): (840, 40, "children"),
        ("cp", "cp_open"): (950, 40, "children"),
        ("cla", "cla_open"): (890, 30, "children"),
    }
    shapes[("assessment", "assessment_caseload_per_fte")] = (15.5, 1.5, "children per FTE")
    for team in range(1, teams + 1 if teams > 1 else 1):
        place = f"assessment_team_{team}"
        shapes[(place, f"{place}_caseload_per_fte")] = (14 + team % 6, 1.5, "children per FTE")
    for role, number in (("experienced", 89), ("newly_qualified", 14), ("agency", 19)):
        for i, (low, high) in enumerate(HELD):
            level = number * (0.02, 0.1, 0.2, 0.35, 0.2, 0.1, 0.02, 0.01)[i]
            shapes[("assessment", held_name("assessment", role, low, high))] = (level, 0.1 * level, "workers")
    parts = []
    for (place, measure), (level, spread, unit) in shapes.items():
        values = level + rng.normal(0, spread, (rows, 1)) + rng.normal(0, spread / 2, (rows, len(months)))
        if unit.startswith("share"):
            values = values.clip(0, 1)
        names = list(months.astype(str)) + list(years(months)) + ["all"]
        by_year = [values[:, mask].mean(axis=1) for mask in year_masks(months)]
        whole = np.column_stack([values, *by_year, values.mean(axis=1)])
        parts.append(
            pd.DataFrame(
                {
                    "scenario": scenario.name,
                    "start": start,
                    "replication": np.repeat(np.arange(rows), len(names)),
                    "period": np.tile(names, rows),
                    "place": place,
                    "measure": measure,
                    "value": whole.ravel(),
                    "unit": unit,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def years(months: pd.PeriodIndex) -> list[str]:
    ends = months.asfreq("Y-MAR").year
    return [f"{y - 1}-{y % 100:02d}" for y in dict.fromkeys(ends)]


def year_masks(months: pd.PeriodIndex) -> list[np.ndarray]:
    ends = np.asarray(months.asfreq("Y-MAR").year)
    return [ends == y for y in dict.fromkeys(ends)]


def summarised(measures: pd.DataFrame) -> pd.DataFrame:
    keys = ["scenario", "start", "period", "place", "measure", "unit"]
    grouped = measures.groupby(keys, sort=False)["value"]
    table = grouped.agg(mean="mean", sd="std", replications="size").reset_index()
    half = 1.96 * table["sd"] / np.sqrt(table["replications"])
    table["mean_low"], table["mean_high"] = table["mean"] - half, table["mean"] + half
    for name, level in {"p05": 0.05, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p95": 0.95}.items():
        table[name] = grouped.quantile(level).to_numpy()
    return table.drop(columns="sd")


def backtest_table() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    parts = []
    for model, error in (("combined", 60), ("seasonal_naive", 80), ("flat_mean", 95)):
        for origin in pd.period_range("2016-03", "2019-09", freq="6M"):
            actual = rng.poisson(800, 12).astype(float)
            months = pd.period_range(origin + 1, periods=12, freq="M").astype(str)
            parts.append(
                pd.DataFrame(
                    {
                        "area": "West Sussex",
                        "measure": "referrals",
                        "model": model,
                        "origin": str(origin),
                        "horizon": np.arange(1, 13),
                        "month": months,
                        "actual": actual,
                        "forecast": actual + rng.normal(0, error, 12),
                        "scale": 80.0,
                        "crps": 40.0,
                        "in_50": rng.random(12) < 0.5,
                        "in_80": rng.random(12) < 0.8,
                        "in_95": rng.random(12) < 0.95,
                    }
                )
            )
    table = pd.concat(parts, ignore_index=True)
    return table.astype(dict.fromkeys(("in_50", "in_80", "in_95"), float))


SCREENED = "contact_screening_within_3_working_days"


def fact_table(start: str) -> pd.DataFrame:
    rows = [
        ("Open assessments, December 2019", "assessment_open", "2019-12", 1141, "assessments", True, 1175, 1080, 1270),
        ("Open assessments, December 2020", "assessment_open", "2020-12", 1675, "assessments", False, 1390, 1250, 1540),
        ("Contacts in 3 working days", SCREENED, "2020-11", 0.958, "share of ends", False, 0.96, 0.94, 0.98),
    ]
    names = ["title", "measure", "period", "published", "unit", "used_to_calibrate", "mean", "p05", "p95"]
    table = pd.DataFrame(rows, columns=names).assign(start=start, source="wscc-scrutiny-2021-01-07")
    return table.assign(inside=table["published"].between(table["p05"], table["p95"]))


EMPTY = {
    "observed": ["area", "measure", "month", "count", "status", "source"],
    "bands": ["measure", "month", "level", "low", "high", "median", "mean", "estimated"],
    "paths": ["path", "measure", "month", "value", "estimated"],
    "backtest": ["area", "measure", "model", "origin", "horizon", "month", "actual", "forecast", "scale", "crps"],
    "facts": ["start", "title", "measure", "period", "published", "unit", "source", "used_to_calibrate", "mean", "p05"],
}


def empty(name: str) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype="object") for column in EMPTY[name]})


MANIFEST = {"version": "0.1.0", "seed": 20201130, "fingerprint": "3f9c1a2b", "status": "experimental"}


def invented(*, teams: int = 6, history: int = 60, after: int = 12, facts: bool = False, **changes: Any) -> Results:
    """Whole invented results; `changes` replace parts of the scenario."""
    if facts:
        changes["demand"] = ObservedDemand(source="observed")
    scenario = base_scenario(**changes)
    paths, bands = path_tables(scenario)
    measures = measure_table(scenario, "", teams)
    observed = observed_table(scenario, history, after) if history else empty("observed")
    return Results(
        scenario=scenario,
        manifest=MANIFEST,
        observed=observed,
        paths=empty("paths") if facts else paths,
        bands=empty("bands") if facts else bands,
        backtest=empty("backtest") if facts or not history else backtest_table(),
        daily=daily_table(scenario, ""),
        measures=measures,
        summary=summarised(measures),
        facts=fact_table("") if facts else empty("facts"),
    )


STATED = SteadyDemand(
    source="steady",
    per_month={
        name: Quantity(level, unit=f"{name} a month", source="assumed")
        for name, level in (("contacts", 3900.0), ("referrals", 850.0))
    },
)
CASES = {
    "base": {},
    "empty_history": {"history": 0, "horizon_months": 15, "demand": STATED, "opening": {}},
    "one_team": {"teams": 1, "horizon_months": 6},
    "thirty_teams": {"teams": 30, "horizon_months": 27},
    "no_targets": {"targets": {}, "horizon_months": 15},
    "hindcast": {"facts": True, "horizon_months": 15},
}


@pytest.fixture(scope="session")
def results() -> Results:
    return invented()


@pytest.fixture(scope="session", params=list(CASES))
def any_results(request: pytest.FixtureRequest) -> Results:
    return invented(**CASES[request.param])


__all__ = ["CASES", "base_scenario", "invented"]
