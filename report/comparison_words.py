"""What a comparison, a smallest team and a staffing plan say, in lines made from their tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from scenarios.measure_names import Named
from scenarios.schema import Scenario

from .goalseek import Answer, Point
from .phrases import about, day, futures, is_share, percent, period, said

ALL = "all"
NO_CHANGE = "none"
BOUGHT = ("workforce.teams.", "workforce.roles.", "workforce.costs.")
"""Settings of the people and their prices, which cost and what it buys rest on."""
MOST_NAMED = 4
SAME = "the same in every future"


def difference_lines(
    table: pd.DataFrame, measures: Sequence[str], named: Mapping[str, Named], when: str = ALL
) -> list[str]:
    """A block for each scenario compared: its headline differences with interval and chance in one period."""
    lines: list[str] = []
    rows = table[(table["period"] == when) & table["measure"].isin(list(measures))]
    for (base, other), mine in rows.groupby(["base", "other"], sort=False):
        pairs = f"mean of {int(mine['replications'].min())} pairs, 95% interval of the mean"
        lines += ["", f"{other} less {base}, {period(when)} ({pairs})"]
        order = mine.set_index("measure").reindex([name for name in measures if name in set(mine["measure"])])
        lines += [f"  {_difference(row, named[str(name)])}" for name, row in order.iterrows()]
    return lines


def _difference(row: pd.Series, about_measure: Named) -> str:
    unit = about_measure.unit
    head = f"{about_measure.title}: {said(row['base_mean'], unit)} → {said(row['other_mean'], unit)}"
    if row["difference"] == row["low"] == row["high"] == 0:
        return f"{head}, {SAME}"
    move = f"{change(row['difference'], unit)} ({change(row['low'], unit)} to {change(row['high'], unit)})"
    if not row["certain"]:
        return f"{head}, {move}; no certain difference"
    if row["better"] == "neither":
        return f"{head}, {move}"
    chance, pairs = row["chance_better"], int(row["replications"])
    verdict = f"better {futures(chance, pairs)}" if chance >= 0.5 else f"worse {futures(1 - chance, pairs)}"
    return f"{head}, {move}; {verdict}"


def change(value: float, unit: str) -> str:
    """A difference with its sign: points for a share, else a number; "none" where it is too small to show."""
    amount = f"{abs(100 * value):.1f} points" if is_share(unit) else about(abs(value))
    if amount == "0" or amount.startswith("0.0"):
        return NO_CHANGE
    return f"{'+' if value > 0 else '−'}{amount}"


def input_lines(inputs: pd.DataFrame) -> list[str]:
    """What differs in the inputs, scenario by scenario."""
    lines: list[str] = []
    for other, mine in inputs.groupby("other", sort=False):
        lines += ["", f"What {other} changes"]
        lines += [f"  {words}" for words in mine["words"]]
    return lines


def called(other: Scenario, base_title: str) -> str:
    """A scenario's title, or its name where it has no title but its base's."""
    return other.name if other.title == base_title else other.title


def step_lines(steps: pd.DataFrame, other: Scenario, named: Mapping[str, Named]) -> list[str]:
    """From the base to one other scenario in steps, measure by measure (report.waterfall)."""
    if not len(steps):
        return ["", f"What {other.name} changes cannot be taken apart into steps."]
    lines = []
    for measure, rows in steps.groupby("measure", sort=False):
        unit, first, moves = named[str(measure)].unit, rows.iloc[0], rows.iloc[1:]
        head = f"{named[str(measure)].title} over the whole period"
        lines += ["", f"{head}, from the base to {other.name} in steps, each alone"]
        lines.append(f"  {first['title']}: {said(first['change'], unit)}")
        for _, row in moves.iterrows():
            ends = f"{change(row['low'], unit)} to {change(row['high'], unit)}"
            lines.append(f"  {row['title']}: {change(row['change'], unit)} ({ends})")
        end = called(other, str(first["title"]))
        lines.append(f"  {end}: {said(rows['change'].sum(), unit)}")
    return lines


def moved_lines(moved: pd.DataFrame) -> list[str]:
    """Where load moved for certain, down the pathway."""
    lines: list[str] = []
    for other, mine in moved.groupby("other", sort=False):
        sure = mine[mine["certain"] & (mine["difference"].abs() >= 0.5)]
        lines += ["", f"Where load moved under {other}"]
        for title, rows in sure.groupby("title", sort=False):
            words = ", ".join(f"{row['what']} {change(row['difference'], '')}" for _, row in rows.iterrows())
            lines.append(f"  {title}: {words}")
        if not len(sure):
            lines.append("  Nowhere for certain.")
    return lines


def cost_lines(costs: pd.DataFrame) -> list[str]:
    """A year's cost of each scenario, with the cheapest and dearest prices."""
    lines = ["", "Cost of the people a year, over the whole period (prices from lowest to highest)"]
    for _, row in costs.iterrows():
        left_out = f"; without {row['not_costed']}" if row["not_costed"] else ""
        price = f"£{row['cost'] / 1e6:.2f} m (£{row['cost_low'] / 1e6:.2f} m to £{row['cost_high'] / 1e6:.2f} m)"
        lines.append(f"  {row['scenario']}: {price}{left_out}")
    return lines


def frontier_lines(
    frontier: pd.DataFrame, named: Mapping[str, Named], differing: Mapping[str, str] | None = None
) -> list[str]:
    """What money buys: for each promised measure the choices that nothing as cheap equals, and who beats the rest.

    `differing`: settings that differ between the choices, with their words; those that are no people or prices are
    named, since no money buys them.
    """
    lines: list[str] = []
    for measure in map(str, dict.fromkeys(frontier["measure"])):
        rows = frontier[frontier["measure"] == measure]
        lines += ["", f"What money buys over the whole period: {named[measure].title}, mean, cheapest first"]
        for _, row in rows.iterrows():
            beaten = "" if row["on_frontier"] else f"; no dearer and as good: {row['beaten_by']}"
            unit = named[measure].unit
            value = f"{100 * row['value']:.1f}%" if is_share(unit) else said(row["value"], unit)
            lines.append(f"  £{row['cost'] / 1e6:.2f} m a year: {value}, {row['name']}{beaten}")
    if not lines:
        return []
    lines.append("  A small step up may be chance: these are means over the futures simulated.")
    free = [words for name, words in (differing or {}).items() if not name.startswith(BOUGHT)]
    if free:
        more = [f"{len(free) - MOST_NAMED} more"] if len(free) > MOST_NAMED else []
        shown = "; ".join([*free[:MOST_NAMED], *more])
        lines.append(f"  They differ also in what money does not buy, so set like beside like: {shown}.")
    return lines


def log_lines(log: pd.DataFrame) -> list[str]:
    """What was found and decided before, from the log beside the results."""
    lines = ["", "From the log"] if len(log) else []
    for _, row in log.iterrows():
        parts = [f"{name}: {row[name]}" for name in ("finding", "decision") if row[name]]
        lines.append(f"  {day(row['on'])}, {row['run']}: {'; '.join(parts) or 'asked, not yet answered'}")
    return lines


LOG_WORDS = {"question": "Asked", "hypothesis": "Expected", "finding": "Found", "decision": "Decided"}


def entry_lines(log: pd.DataFrame) -> list[str]:
    """Every entry of a log, oldest first: what was asked, expected, found and decided."""
    if log.empty:
        return ["Nothing is in the log yet."]
    lines: list[str] = []
    for _, row in log.iterrows():
        lines.append(f"{day(row['on'])}, {row['run']}")
        lines += [f"  {word}: {row[name]}" for name, word in LOG_WORDS.items() if row[name]]
    return lines


def spread_lines(spread: pd.DataFrame, measures: Sequence[str], named: Mapping[str, Named]) -> list[str]:
    """What single futures do, beside the mean: two different things."""
    head = "Single futures over the whole period: 8 of 10 lie between (this is no interval of the mean)"
    lines = ["", head]
    for measure in measures:
        rows = spread[spread["measure"] == measure]
        unit = named[measure].unit
        bands = [
            f"{row['scenario']} {said(row['p10'], unit)} to {said(row['p90'], unit)}" for _, row in rows.iterrows()
        ]
        lines += [f"  {named[measure].title}: {'; '.join(bands)}"] if bands else []
    return lines


def explain_lines(
    parts: pd.DataFrame, pairing: pd.DataFrame, measures: Sequence[str], named: Mapping[str, Named]
) -> list[str]:
    """How much of the spread is the forecast's and how much chance; and what pairing is worth."""
    paths, times = int(parts["paths"].max()), int(parts["times"].max())
    how = f"{paths} futures, each lived through {times} times; what is not the forecast's is chance in the service"
    lines = ["", f"Why futures differ ({how})"]
    order = {name: at for at, name in enumerate(measures)}
    for _, row in parts.sort_values("measure", key=lambda names: names.map(order), kind="stable").iterrows():
        if not math.isfinite(row["forecast_share"]):
            lines.append(f"  {named[row['measure']].title}: the same in every future")
            continue
        share = f"{percent(row['forecast_share'])} ({percent(row['share_low'])} to {percent(row['share_high'])})"
        words = f"{share} of the variance is the forecast's"
        lines.append(f"  {named[row['measure']].title}: {words}")
    lines += [
        "",
        "What pairing is worth: variance of the difference, paired over unpaired (a third or less is good)",
    ]
    rows = pairing[(pairing["period"] == ALL) & pairing["measure"].isin(list(measures)) & pairing["ratio"].notna()]
    for _, row in rows.iterrows():
        lines.append(
            f"  {named[row['measure']].title}, {row['other']}: {row['ratio']:.2g} ({row['replications']} pairs)"
        )
    return lines


def answer_lines(answer: Answer, posts_word: str, probability: float | None, several: bool = False) -> list[str]:
    """The fewest posts, with its neighbours and how sure each is; of `several` targets, which is the hardest."""
    if answer.posts is None:
        lines = [f"  Not even {answer.points[-1].posts:g} {posts_word} hold."]
    else:
        lines = [f"  {answer.posts:g} {posts_word} ({answer.replications} replications)"]
        if answer.is_lowest:
            lines.append("    the fewest that were looked at: fewer may hold too, and --low looks lower")
    for point in answer.neighbours:
        lines.append(f"    {point_words(point, probability)}")
        if several:
            alone = futures(point.alone, point.replications)
            lines.append(f"      hardest: {point.promise}, kept {alone} by itself")
    return lines


def point_words(point: Point, probability: float | None) -> str:
    """One number of posts: its estimate with its interval, and the verdict."""
    verdict = "holds" if point.holds else "does not hold"
    sure = "" if point.settled else ", a close call"
    if probability is not None:
        what = f"kept {futures(point.estimate, point.replications)}: {percent(point.estimate)}"
        interval = f"({percent(point.low)} to {percent(point.high)})"
    elif 0 < point.target <= 1:
        what, interval = (
            f"{100 * point.estimate:.1f}% on average",
            f"({100 * point.low:.1f}% to {100 * point.high:.1f}%)",
        )
    else:
        what, interval = f"{about(point.estimate)} on average", f"({about(point.low)} to {about(point.high)})"
    return f"{point.posts:g}: {what} {interval}, {point.replications} replications; {verdict}{sure}"
