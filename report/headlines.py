"""The figures behind the first page's sentences, as one stored table: whoever doubts a sentence finds its row."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scenarios.service import Caseload
from simulate.results import Results

from . import findings, sources, tables, terms
from .phrases import ends

COLUMNS = ["about", "start", "what", "period", "value", "low", "middle", "high", "before", "chance", "futures"]


def headlines(results: Results) -> pd.DataFrame:
    """One row a figure: about, start, what, period, value, low and high, before, chance, futures.

    `low`, `high`: 8 of 10 futures; of fewer than ten futures the lowest and the highest.
    `chance`: share of futures in which the value ends above `before`.
    """
    rows = [*_demand(results), *_counts(results)]
    for start in tables.starts(results):
        rows += [
            *_stocks(results, start),
            *_peaks(results, start),
            *_caseloads(results, start),
            *_months(results, start),
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _demand(results: Results) -> Iterator[dict[str, object]]:
    for measure in dict.fromkeys(results.paths["measure"]) if len(results.paths) else []:
        row = findings.outlook(results, str(measure))
        if row is not None:
            period = f"{row['first']} to {row['last']}"
            yield _row("demand", "", measure, period, row) | {"futures": row["paths"]}
    for measure, row in findings.given(results, "referrals") if tables.is_driven(results) else []:
        yield {"about": "given", "what": measure, "period": f"{row['first']} to {row['last']}", "value": row["mean"]}


def _stocks(results: Results, start: str) -> Iterator[dict[str, object]]:
    daily = tables.at_start(results.daily, start)
    names = list(daily["measure"].unique()) if len(daily) else []
    for measure in [str(m) for m in names if str(m).endswith(("_open", "_waiting"))]:
        row = findings.stock(results, start, measure)
        if row is not None:
            yield _row("simulated at the end", start, measure, row["last"], row) | {"futures": row["replications"]}


def _peaks(results: Results, start: str) -> Iterator[dict[str, object]]:
    for stage in terms.stages(results.scenario, Caseload):
        top = findings.peak(results, start, stage)
        if top is not None:
            when = str(pd.Timestamp(top["date"]).date())
            yield {
                "about": "highest mean",
                "start": start,
                "what": f"{stage}_open",
                "period": when,
                "value": top["mean"],
            }


def _caseloads(results: Results, start: str) -> Iterator[dict[str, object]]:
    for stage in terms.stages(results.scenario, Caseload):
        row = findings.caseload(results, start, stage)
        if row is None:
            continue
        found = _row("caseload per FTE", start, stage, "all", row) | {"before": findings.guide(results.scenario, stage)}
        yield found | {"chance": None, "futures": row["replications"]}
        if row["teams"] > 1:
            yield {"about": "caseload per FTE, highest team", "start": start, "what": row["where"]} | {
                "period": "all",
                "value": row["top"],
                "futures": row["teams"],
            }


def _months(results: Results, start: str) -> Iterator[dict[str, object]]:
    for _, row in findings.turning_points(results, start).iterrows():
        found = {"start": start, "what": row["title"], "period": row["period"], "chance": row["chance"]}
        yield {"about": "months below an even chance", "value": row["below"], **found}
        yield {"about": "months judged", "start": start, "what": row["title"], "value": row["months"]}


def _counts(results: Results) -> Iterator[dict[str, object]]:
    log = sources.assumptions(results.scenario)
    yield {"about": "numbers in the scenario", "what": "all", "value": len(log)}
    yield {"about": "numbers in the scenario", "what": "assumed", "value": int(log["assumed"].sum())}
    if len(results.facts):
        for name, rows in (
            ("all", results.facts),
            ("not used to fit", results.facts[~results.facts["used_to_calibrate"].astype(bool)]),
        ):
            yield {"about": "published figures", "what": name, "value": len(rows)}
            inside = int(rows["inside"].astype(bool).sum())
            yield {"about": "published figures", "what": f"{name}, inside the range", "value": inside}


def _row(about: str, start: str, what: object, period: object, row: pd.Series) -> dict[str, object]:
    found = {"about": about, "start": start, "what": what, "period": period, "value": row["mean"]}
    return found | {
        "low": ends(row)[0],
        "middle": row.get("p50"),
        "high": ends(row)[1],
        "before": row.get("before"),
        "chance": row.get("chance_higher"),
    }
