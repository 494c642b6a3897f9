"""The first page in words: the question, the answer, findings, what to watch, what was assumed, what changed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from forecast.paths import MEASURES
from scenarios.service import Caseload, Plan
from simulate.results import Results

from . import changes, findings, notes, promise_words, sources, tables, terms, trust_words, unstaffed, words
from .phrases import about, between, day, ends, futures, month, said, tens

MOST = 5  # findings on the first page
STEADY = "Practice stays as it is stated: the ranges leave out how it may change from year to year."
DRIFTING = (
    "Practice may change as it has before, in each future on a path of its own; the assumptions log says how far."
)


@dataclass(frozen=True)
class Promised:
    """One target over the whole period, in words: what it asks, what is likely, how often it is kept, how sure it is.

    `tens`: futures out of ten that keep it. `sentence`: all of it in one.
    """

    title: str
    limit: str
    likely: str
    kept: str
    tens: int
    verdict: str
    sentence: str


@dataclass(frozen=True)
class Summary:
    """What leadership reads first; every line is a sentence, and every number in it stands in `numbers`.

    `notes`: what to know of the numbers before trusting them; `assumed` begins with it.
    """

    question: str
    hypothesis: str
    answer: str
    findings: tuple[str, ...]
    promised: tuple[Promised, ...]
    watch: tuple[str, ...]
    notes: tuple[str, ...]
    assumed: tuple[str, ...]
    accuracy: tuple[str, ...]
    rule: str
    changed: tuple[str, ...]


def summarise(results: Results, previous: Results | None = None) -> Summary:
    """The first page of a run, compared with the run before where there is one."""
    begin = tables.starts(results)
    start = begin[0] if begin else ""
    judged = findings.accuracy(results)
    named = [(row, terms.name(results.scenario, row["measure"])) for _, row in judged.iterrows()]
    accuracy = [trust_words.accuracy_sentence(row, name) for row, name in named][:2] or [_no_accuracy(results)]
    if named:
        accuracy.append(
            "This judges the forecast; only a hindcast tells how well the simulated service fits past years."
        )
    told = tuple(notes.notes_on(results.scenario))
    return Summary(
        question=results.scenario.question.strip(),
        hypothesis=results.scenario.hypothesis.strip(),
        answer=_answer(results, start),
        findings=tuple(_findings(results, start)[:MOST]),
        promised=_promised(results, start),
        watch=tuple(_watch(results, start)),
        notes=told,
        assumed=(*told, *_assumed(results)),
        accuracy=tuple(accuracy),
        rule=trust_words.accuracy_rule() if named else "",
        changed=tuple(changes.sentences(results, previous)),
    )


def _main_stock(results: Results, start: str) -> tuple[str, pd.Series] | None:
    for stage in terms.stages(results.scenario, Caseload):
        row = findings.stock(results, start, f"{stage}_open")
        if row is not None:
            return terms.name(results.scenario, f"{stage}_open"), row
    return None


def _answer(results: Results, start: str) -> str:
    if len(results.facts):
        return trust_words.facts_answer(results.facts)
    kept, stock = findings.promises(results, start), _main_stock(results, start)
    if stock is None:
        said = promise_words.answer(kept, None, "")
    else:
        name, row = stock
        queue = findings.stock(results, start, f"{row['measure'].removesuffix('_open')}_waiting")
        said = promise_words.answer(kept, row, name, queue)
    return " ".join([*unstaffed.sentences(results, start), said])


def _findings(results: Results, start: str) -> list[str]:
    scenario = results.scenario
    out = []
    if tables.is_driven(results):
        out += [words.given_sentence(terms.name(scenario, m), row) for m, row in findings.given(results, "referrals")]
    surge = terms.surged_by(scenario) if tables.is_surged(results) else ""
    for measure in ("referrals", *(entry.measure for entry in scenario.service.entries.values())):
        row = findings.outlook(results, measure)
        if row is not None:
            out.append(words.demand_sentence(terms.name(scenario, measure), row, stock=False, surge=surge))
            break
    for _, fact in findings.telling_facts(results.facts, terms.stages(scenario, Caseload)).iterrows():
        out.append(trust_words.fact_sentence(fact))
    stock = _main_stock(results, start)
    if stock is not None:
        out.append(words.stock_sentence(*stock))
    for stage in terms.stages(scenario, Caseload):
        held = findings.caseload(results, start, stage)
        if held is not None:
            out.append(words.caseload_sentence(held, findings.guide(scenario, stage)))
    for stage in terms.stages(scenario, Plan):
        row = findings.stock(results, start, f"{stage}_open")
        if row is not None:
            out.append(words.stock_sentence(terms.name(scenario, f"{stage}_open"), row))
    return out


def _promised(results: Results, start: str) -> tuple[Promised, ...]:
    """Every target, the least sure first."""
    rows = findings.promises(results, start).sort_values("chance", kind="stable")
    return tuple(
        Promised(
            title=row["title"],
            limit=promise_words.limit(row),
            likely=f"about {said(row['p50'], row['unit'])} ({between(*ends(row), row['unit'])})",
            kept=futures(row["chance"], int(row["replications"])),
            tens=tens(row["chance"]),
            verdict=promise_words.verdict(row["chance"]),
            sentence=promise_words.promise_sentence(row),
        )
        for _, row in rows.iterrows()
    )


def _watch(results: Results, start: str) -> list[str]:
    scenario, out = results.scenario, []
    for _, row in findings.turning_points(results, start).iterrows():
        out.append(promise_words.turning_sentence(row))
    if not out and scenario.targets and len(findings.promises(results, start)):
        out.append("No target falls below an even chance in any month.")
    for stage in terms.stages(scenario, Caseload)[:1]:
        top = findings.peak(results, start, stage)
        if top is not None:
            name = words.upper(terms.name(scenario, f"{stage}_open"))
            out.append(f"{name} are highest around {day(top['date'])}, at about {about(top['mean'])}.")
    for stage in terms.stages(scenario, Plan):
        held = findings.stock(results, start, f"{stage}_open")
        if held is not None and words.way(held) == "likely to rise":
            kept = futures(held["chance_higher"], int(held["replications"]))
            name = words.upper(terms.name(scenario, f"{stage}_open"))
            out.append(f"{name}: higher by {month(held['last'])} {kept}.")
    return [*unstaffed.sentences(results, start), *out][:4] or ["Nothing in this run can be judged against a target."]


def _assumed(results: Results) -> list[str]:
    log = sources.assumptions(results.scenario)
    guessed = log[log["assumed"]]
    many = f"All {len(log)}" if len(guessed) == len(log) else f"{len(guessed)} of the {len(log)}"
    out = [f"{many} numbers in the scenario are assumed: no statistic stands behind them."]
    wide = guessed.dropna(subset=["low", "high"])
    wide = wide[wide["low"].astype(float) > 0]
    wide = wide.assign(ratio=wide["high"].astype(float) / wide["low"].astype(float))
    wide = wide.sort_values("ratio", ascending=False, kind="stable").head(3)
    if len(wide):
        parts = [
            f"{sources.short(r['setting'])} {r['value']} {r['unit']} ({r['low']:g} to {r['high']:g})"
            for _, r in wide.iterrows()
        ]
        out.append(f"The widest ranges: {'; '.join(parts)}.")
    out.append(STEADY if results.scenario.drift is None else DRIFTING)
    if tables.is_stated(results):
        out = [words.STATED_RANGE, *_started_empty(results), *out]
    frame = results.observed
    names = list(frame.loc[frame["status"] == "estimated", "measure"].unique()) if len(frame) else []
    if len(names):
        out.append(words.estimated([terms.name(results.scenario, name) for name in _ordered(names)]))
    return out


def _started_empty(results: Results) -> list[str]:
    """What starts from none, in a sentence, where anything does."""
    scenario, begin = results.scenario, next(iter(tables.starts(results)), "")
    stocks = [f"{stage}_open" for kind in (Caseload, Plan) for stage in terms.stages(scenario, kind)]
    rows = {measure: findings.stock(results, begin, measure) for measure in stocks}
    names = [terms.name(scenario, measure) for measure, row in rows.items() if row is not None and row["empty"]]
    return [words.started_empty(names)] if names else []


def _no_accuracy(results: Results) -> str:
    if len(results.facts):
        return "Nothing was forecast: actual months drive this run. The facts below judge the simulation."
    if tables.is_stated(results):
        return f"Not judged. {words.STATED}"
    return "Not judged: no back-test is stored with this run."


def _ordered(names: list[str]) -> list[str]:
    """Measures in the order of the pathway."""
    return [name for name in MEASURES if name in names] + [name for name in names if name not in MEASURES]
