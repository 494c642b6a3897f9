"""Findings, titles and alternatives: sentences made from tables, so that each can be tested."""

from __future__ import annotations

import math

import pandas as pd

from .phrases import about, between, count, futures, listed, month, said, spread, tens

STATED = "Demand is stated, not forecast: there is no history to forecast from."
STATED_RANGE = (
    "The ranges hold chance from day to day alone, not how far the stated demand may be out: try it lower and higher."
)
LIKELY, UNLIKELY = 8, 2  # of ten futures, as they are said; decision 0304
APART = 1.1  # how much more one team must carry than another to be worth a word


def upper(words: str) -> str:
    """The first letter a capital."""
    return words[:1].upper() + words[1:]


def direction(chance_higher: float) -> str:
    """ "likely to rise", "likely to fall" or "may rise or fall", by the share of futures that end higher."""
    if not math.isfinite(chance_higher):
        return "not compared"
    if tens(chance_higher) >= LIKELY:
        return "likely to rise"
    return "likely to fall" if tens(chance_higher) <= UNLIKELY else "may rise or fall"


def way(stock: pd.Series) -> str:
    """Where a simulated stock goes, from the row of `findings.stock`."""
    return "start from none" if stock["empty"] else direction(stock["chance_higher"])


def started_empty(names: list[str]) -> str:
    """What it means that no count was stated for the start, where there is no history either."""
    return f"No count at the start is stated for {listed(names)}: they start from none, so at first they are too low."


def demand_title(name: str, outlook: pd.Series | None, stock: bool) -> str:
    """Title of a demand fan, from the row of `findings.outlook`: direction and level of the middle future."""
    if outlook is None:
        return f"{upper(name)}: no forecast"
    level = about(outlook["p50"])
    where = f"by {month(outlook['last'])}" if stock else "a month"
    way = direction(outlook["chance_higher"])
    if way == "not compared":
        return f"{upper(name)}: about {level} {where}"
    return f"{upper(name)} {way}: about {level} {where}"


def given_sentence(name: str, row: pd.Series) -> str:
    """What drives a hindcast: the months as they came."""
    return (
        f"{upper(name)} as they came drive this run: about {about(row['mean'])} a month from {month(row['first'])} to "
        f"{month(row['last'])}."
    )


def demand_sentence(name: str, outlook: pd.Series, stock: bool, surge: str = "") -> str:
    """The finding on demand: the middle future with its interval and what it is compared with.

    `surge`: whose referrals a surge moves, where one is laid on the forecast: the sum is never called the forecast.
    """
    name = f"{name} with the surge from {surge}, which is assumed and not forecast" if surge else name
    level, span = about(outlook["p50"]), spread(outlook)
    runs = int(outlook["paths"])
    if stock:
        words = f"{upper(name)}: about {level} at the end of {month(outlook['last'])} ({span})"
        then = f"{month(outlook['compared'])}" if outlook["compared"] else ""
    else:
        words = (
            f"{upper(name)}: about {level} a month from {month(outlook['first'])} to {month(outlook['last'])} ({span})"
        )
        then = "the same months a year before"
    if math.isfinite(outlook["chance_higher"]) and then:
        words += f"; higher than {then} (about {about(outlook['before'])}) {futures(outlook['chance_higher'], runs)}"
    return words + "."


def stock_title(name: str, row: pd.Series) -> str:
    """Title of a simulated stock, from the row of `findings.stock`."""
    return f"{upper(name)} {way(row)}: about {about(row['mean'])} by {month(row['last'])}"


def stock_sentence(name: str, row: pd.Series) -> str:
    """The finding on a simulated stock with its interval and its start."""
    change = futures(row["chance_higher"], int(row["replications"]))
    said = f"{upper(name)}: about {about(row['mean'])} at the end of {month(row['last'])} ({spread(row)})"
    if row["empty"]:
        return f"{said}, from none at the start."
    return f"{said}, from {begun(row)} at the start; higher than at the start {change}."


def plans_title(ways: list[tuple[str, str]]) -> str:
    """Title of the chart of plans and care: one verb where both go the same way."""
    if len({way for _, way in ways}) == 1:
        return upper(f"{listed([name for name, _ in ways])} {ways[0][1]}")
    return upper(", ".join(f"{name} {way}" for name, way in ways))


def begun(row: pd.Series) -> str:
    """How many there were at the start."""
    if row["empty"]:
        return "none"
    return count(float(row["before"])) if row["given"] else f"about {about(row['before'])}"


def timely_title(name: str, row: pd.Series) -> str:
    """Title of a timeliness chart without a target."""
    return f"About {said(row['mean'], str(row['unit']))} of {name}"


def caseload_sentence(row: pd.Series, guide: float | None) -> str:
    """The finding on caseloads, from the row of `findings.caseload`: mean, range, guide and the highest team."""
    words = f"Open cases per full-time worker: about {about(row['mean'])} over the whole period ({spread(row)})"
    if guide is not None:
        words += f", {'above' if row['mean'] > guide else 'within'} the guide of {guide:g}"
    if row["teams"] > 1 and row["top"] >= APART * row["mean"]:
        words += f"; highest of {row['teams']} teams in {row['where']}, about {about(row['top'])}"
    return words + "."


def caseload_title(row: pd.Series, guide: float | None) -> str:
    """Title of a caseload chart."""
    level = about(row["mean"])
    if guide is None:
        return f"About {level} open cases per full-time worker"
    side = "above" if row["mean"] > guide else "within"
    return f"About {level} cases per full-time worker, {side} the guide of {guide:g}"


def estimated(names: list[str]) -> str:
    """The label for what was not published by month."""
    if not names:
        return ""
    named = listed(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more measures"
    return f"Estimated: {named} are not published by month."


def band_alternative(name: str, when: str, unit: str, first: pd.Series, last: pd.Series) -> str:
    """What a band over time shows: where the middle begins and ends and how wide the band is at its end."""
    return (
        f"Line chart of {name} {when}. The middle of the futures goes from about {said(first['p50'], unit)} to about "
        f"{said(last['p50'], unit)}; at the end 8 of 10 futures lie {between(last['p10'], last['p90'], unit)}."
    )


def compared_title(name: str, better: int, sure: int, measures: int) -> str:
    """Title of a comparison: of how many measures a change is sure, and of how many it is for the better."""
    if not sure:
        return f"{upper(name)}: no sure change in {measures} measures"
    return f"{upper(name)}: {sure} of {measures} measures surely change, {better} for the better"
