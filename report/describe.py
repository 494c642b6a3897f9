"""A service described under the STRESS-DES headings, from the scenario itself.

Headings: Monks and others, Strengthening the reporting of empirical simulation studies, Journal of Simulation 13
(2019) 55-67.
"""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.schema import ForecastDemand, Scenario, SteadyDemand
from scenarios.service import Caseload, Plan, Pool, Routes, Stage, UrgentWork

from .describe_people import feedback, people
from .phrases import day
from .scenario_words import drawn, number
from .sources import assumptions, known_sources


def described(scenario: Scenario) -> str:
    """The model description of a scenario as Markdown."""
    parts = (_objectives, _logic, _data, _experiment, _implementation)
    made = f"Under the STRESS-DES headings; written from the scenario `{scenario.name}`."
    head = f"# Model description: {scenario.title}\n\n{made}"
    return "\n\n".join([head, *("\n".join(part(scenario)) for part in parts)]) + "\n"


def _objectives(scenario: Scenario) -> Iterator[str]:
    yield "## 1. Objectives\n"
    yield f"**Purpose.** {scenario.question}\n"
    if scenario.hypothesis:
        yield f"**Hypothesis.** {scenario.hypothesis}\n"
    promises = [
        f"{target.title.lower()}: {'at least' if target.at_least is not None else 'at most'} {number(limit)}"
        for target in scenario.targets.values()
        if (limit := target.at_least if target.at_least is not None else target.at_most) is not None
    ]
    yield f"**Outputs.** Open cases, queues, timeliness, caseloads, plans. Targets: {'; '.join(promises) or 'none'}.\n"
    yield "**Not for.** Judging a child, a family or a worker: nobody in the model is real."


def _logic(scenario: Scenario) -> Iterator[str]:
    yield "## 2. Logic\n"
    for name, entry in scenario.service.entries.items():
        rate = f", {number(entry.per_unit)}" if entry.per_unit is not None else ""
        rate += f", {number(entry.urgent_share)} urgent" if entry.urgent_share is not None else ""
        title = entry.title or name.replace("_", " ").capitalize()
        yield f"- **{title}**: {entry.measure}{rate}, enters `{entry.enters}`."
    for name, stage in scenario.service.stages.items():
        yield f"- **{stage.title}** (`{name}`, {stage.kind}{_team(stage)}). {_stage(stage)}"
        for work, extra in getattr(stage, "urgent_work", {}).items():
            yield f"  - **{extra.title}** (`{work}`, urgent work). {_urgent(extra)}"
    returns = scenario.service.returns
    if returns is not None:
        yield (
            f"- **Returns.** {number(returns.share)} of cases that close from {', '.join(returns.closing)} come back "
            f"to `{returns.enters}` after {drawn(returns.delay)}; "
            f"the forecast already holds {number(returns.already_in_forecast)}."
        )
    yield "\n**Rules.** Pools serve urgent work first, then first come. A caseload case goes to the worker at work with"
    yield "the fewest open cases below the cap, else it waits. A worker's hours of the day are shared equally among"
    yield "active cases, urgent work first. A case closes when its work is done, its least time has passed and it is"
    yield "signed off. Plans never turn anyone away. People change at the start of a working day; who is away lets"
    yield "their cases stand still."
    yield "\n**Components.** Entities: children, and the people who work with them. Activities: the stages and urgent"
    yield "work above. Resources: the productive hours of the teams below. Queues: one for each pool and each team,"
    yield "urgent first."
    ways_in = ", ".join(
        f"`{name}`" for name in dict.fromkeys(entry.enters for entry in scenario.service.entries.values())
    )
    yield f"Ways in: {ways_in}, and what is open at the start. Way out: closed."
    yield from people(scenario)
    yield from feedback(scenario)
    yield "\n**Scenarios.** A what-if changes settings of this description and nothing else; it meets the same children"
    yield "and the same illnesses."


def _data(scenario: Scenario) -> Iterator[str]:
    log, books = assumptions(scenario), known_sources(scenario)
    yield "## 3. Data\n"
    assumed = int(log["assumed"].sum())
    yield f"**Demand.** Source: {scenario.demand.source}. **Assumed numbers:** {assumed} of {len(log)}."
    if isinstance(scenario.demand, SteadyDemand):
        rates = (f"{number(rate)} ({name})" for name, rate in scenario.demand.per_working_day.items())
        yield f"Poisson counts: {'; '.join(rates)}."
    if isinstance(scenario.demand, ForecastDemand):
        yield "**Preparation.** Figures are read and checked; what is published by year only is shared out by month, so"
        yield "that it adds up exactly, and is marked as estimated."
    yield ""
    yield "| setting | value | unit | range | source |\n|---|---|---|---|---|"
    for row in log.to_dict("records"):
        reach = f"{row['low']} to {row['high']}" if row["low"] not in (None, "") and row["low"] == row["low"] else ""
        yield f"| `{row['setting']}` | {row['value']} | {row['unit']} | {reach} | {row['source']} |"
    used = {str(source) for source in log["source"]} & set(books)
    yield "\n**Sources.**\n"
    yield from (
        f"- `{key}`: {books[key].get('title', key)}. {books[key].get('publisher', '')}." for key in sorted(used)
    )


def _experiment(scenario: Scenario) -> Iterator[str]:
    yield "## 4. Experimentation\n"
    yield f"**Start.** {day(scenario.as_at)}, with the cases open then; no warm-up. What remains of a case is drawn"
    yield "given its age."
    for name, stage in scenario.opening.items():
        own = "the figures' own count" if stage.counted is None else f"the figures' own count, else {stage.counted:g}"
        count = own if stage.open is None else number(stage.open)
        yield f"- `{name}`: {count}; ages {stage.ages if isinstance(stage.ages, str) else drawn(stage.ages)}."
    for name, start in scenario.starts.items():
        yield f"- Start `{name}`, with settings of its own: {start.title}."
    yield f"\n**Length.** {scenario.horizon_months} months, in working days. **Replications.** {scenario.replications},"
    yield "one for each future; means with the 95 % interval of the mean, and apart from it the 5 to 95 % band of"
    yield "single futures."
    varied = "none; every future has the numbers stated" if not scenario.vary else ", ".join(scenario.vary)
    yield f"**Numbers drawn anew in each future** from their own ranges: {varied}."
    yield from _drift(scenario)


def _drift(scenario: Scenario) -> Iterator[str]:
    drift = scenario.drift
    if drift is None:
        return
    when = (
        f"on average from {drift.known.from_month} to {drift.known.to_month}" if drift.known else "in the first month"
    )
    pace = "a little every month" if drift.steps == "every_month" else "once every April"
    yield f"\n**Practice that moves.** As stated {when}; before and after, each future has its own path, {pace}.\n"
    for name, practice in drift.practices.items():
        left = (
            "nothing comes back"
            if practice.kept is None
            else f"{float(practice.kept):g} of a departure left a year later"
        )
        also = "".join(f"; moves with `{other}` ({by:+g})" for other, by in practice.moves_with.items())
        moving = " and ".join(f"`{setting}`" for setting in practice.settings)
        yield (
            f"- **{practice.title}** (`{name}`): {moving} {practice.moves.replace('_', ' ')}, standard "
            f"deviation of a year's change {number(practice.by_year)}; {left}{also}."
        )


def _implementation(scenario: Scenario) -> Iterator[str]:
    yield "## 5. Implementation\n"
    yield f"**Chance.** Seed {scenario.seed}. Every child has a key from seed and replication; each draw of theirs is a"
    yield "function of key and purpose, so scenarios meet the same children. **Engine.** SimPy conducts; a compiled"
    yield "kernel moves cases, exact in time; a second, plain SimPy model is its oracle. **Software.** Python, SimPy,"
    yield "NumPy, numba; versions are in each run's manifest. **Execution.** Futures are shared among processes; the"
    yield "same inputs and seed give the same tables on any number of them."
    yield "\n## 6. Code\n"
    yield "MIT licence; this repository."


def _team(stage: Stage) -> str:
    return f", team `{stage.team}`" if stage.team else ""


def _stage(stage: Stage) -> str:
    if isinstance(stage, Plan):
        hours = "" if stage.hours_per_month is None else f"Load on the team: {number(stage.hours_per_month)}. "
        return f"Stay: {drawn(stage.stay)}. {hours}{_ways(stage.routes)}"
    words = [f"Work: {drawn(stage.effort)}."]
    if isinstance(stage, Pool) and stage.lead_time is not None:
        words.append(f"Not before: {drawn(stage.lead_time)} from {stage.clock_from or 'entry'}.")
    if isinstance(stage, Caseload):
        begins = stage.clock_from if stage.least_elapsed_from == "entry" else None
        words.append(f"Not before: {drawn(stage.least_elapsed)} from {begins or stage.least_elapsed_from}.")
        if stage.effort_goes_with_elapsed:
            words.append(f"Work goes with that time (correlation {float(stage.effort_goes_with_elapsed):g}).")
        words += [f"Signed off in `{stage.sign_off}`."] if stage.sign_off else []
    if stage.target_working_days:
        words.append(f"Target: {stage.target_working_days} working day{'s' if stage.target_working_days > 1 else ''}.")
    return " ".join([*words, _ways(stage.routes)])


def _urgent(work: UrgentWork) -> str:
    share = f"{number(work.share)} of the stage's children{_follows(work.follows)}"
    return f"{share}, {drawn(work.starts_after)} after allocation. Work: {drawn(work.effort)}. {_ways(work.routes)}"


def _ways(routes: Routes) -> str:
    ways = [
        f"{'the rest' if route.share is None else number(route.share)} to `{to}`{_follows(route.follows)}"
        for to, route in routes.items()
    ]
    return f"Then {', '.join(ways)}."


def _follows(measure: str | None) -> str:
    return f" (in the base scenario as many as the forecast's {measure})" if measure else ""
