"""Findings, titles and alternatives: sentences made from tables, so that each can be tested."""

from __future__ import annotations

import math
import re

import pandas as pd

from .phrases import about, between, count, futures, is_percent, is_share, listed, month, percent, said, tens

LIKELY, UNLIKELY = 8, 2  # of ten futures, as they are said; decision 0304
PILED = 0.1  # of open cases waiting for a worker at the end, from which work is said to pile up; decision 0304
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


def verdict(chance: float) -> str:
    """How sure a promise is: "likely to be kept", "in the balance" or "unlikely to be kept"."""
    if tens(chance) >= LIKELY:
        return "likely to be kept"
    return "unlikely to be kept" if tens(chance) <= UNLIKELY else "in the balance"


def demand_title(name: str, outlook: pd.Series | None, stock: bool) -> str:
    """Title of a demand fan, from the row of `findings.outlook`: direction and level."""
    if outlook is None:
        return f"{upper(name)}: no forecast"
    level = about(outlook["mean"])
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


def demand_sentence(name: str, outlook: pd.Series, stock: bool) -> str:
    """The finding on demand with its interval and what it is compared with."""
    level, span = about(outlook["mean"]), between(outlook["p10"], outlook["p90"])
    runs = int(outlook["paths"])
    if stock:
        words = f"{upper(name)}: about {level} at the end of {month(outlook['last'])} ({span} in 8 of 10 futures)"
        then = f"{month(outlook['compared'])}" if outlook["compared"] else ""
    else:
        words = (
            f"{upper(name)}: about {level} a month from {month(outlook['first'])} to {month(outlook['last'])} "
            f"({span} in 8 of 10 futures)"
        )
        then = "the same months a year before"
    if math.isfinite(outlook["chance_higher"]) and then:
        words += f"; higher than {then} (about {about(outlook['before'])}) {futures(outlook['chance_higher'], runs)}"
    return words + "."


def stock_title(name: str, row: pd.Series) -> str:
    """Title of a simulated stock, from the row of `findings.stock`."""
    return f"{upper(name)} {direction(row['chance_higher'])}: about {about(row['mean'])} by {month(row['last'])}"


def stock_sentence(name: str, row: pd.Series) -> str:
    """The finding on a simulated stock with its interval and its start."""
    change = futures(row["chance_higher"], int(row["replications"]))
    return (
        f"{upper(name)}: about {about(row['mean'])} at the end of {month(row['last'])} "
        f"({between(row['p10'], row['p90'])} in 8 of 10 futures), from {_begun(row)} at the start; "
        f"higher than at the start {change}."
    )


def plans_title(ways: list[tuple[str, str]]) -> str:
    """Title of the chart of plans and care: one verb where both go the same way."""
    if len({way for _, way in ways}) == 1:
        return upper(f"{listed([name for name, _ in ways])} {ways[0][1]}")
    return upper(", ".join(f"{name} {way}" for name, way in ways))


def _begun(row: pd.Series) -> str:
    return count(float(row["before"])) if row["given"] else f"about {about(row['before'])}"


def limit(row: pd.Series) -> str:
    """A target's limit: "at least 85%"."""
    unit = str(row["unit"])
    parts = []
    if pd.notna(row["at_least"]):
        parts.append(f"at least {_plain(float(row['at_least']), unit)}")
    if pd.notna(row["at_most"]):
        parts.append(f"at most {_plain(float(row['at_most']), unit)}")
    return " and ".join(parts)


def _plain(value: float, unit: str) -> str:
    if is_share(unit) or is_percent(unit):
        hundred = value if is_percent(unit) else 100 * value
        return f"{hundred:g}%"
    return f"{value:,g}"


def promise_title(row: pd.Series, days: int | None = None) -> str:
    """Title of a timeliness chart with a target: the chance of keeping it over the whole period.

    `days`: the working days that the target allows, where it is one of time.
    """
    what = f"{days}-day target" if days else "Target"
    often = futures(row["chance"], int(row["replications"])).removesuffix(" simulated")
    return f"{what} of {_plain_limit(row)} kept {often}"


def turning_sentence(row: pd.Series) -> str:
    """In how many months a target has less than an even chance, and which is the first."""
    kept = futures(row["chance"], int(row["replications"]))
    when = (
        f"first in {month(row['period'])} (kept {kept})"
        if row["below"] > 1
        else f"in {month(row['period'])} (kept {kept})"
    )
    many = "every month" if row["below"] == row["months"] else f"{row['below']} of {row['months']} months"
    return f"{row['title']}: less than an even chance in {many}, {when}."


def _plain_limit(row: pd.Series) -> str:
    value = row["at_least"] if pd.notna(row["at_least"]) else row["at_most"]
    return _plain(float(value), str(row["unit"]))


def promise_sentence(row: pd.Series) -> str:
    """The finding on a target: what is likely, and how sure the promise is."""
    unit = str(row["unit"])
    return (
        f"{row['title']}: about {said(row['p50'], unit)} in the middle future "
        f"({between(row['p10'], row['p90'], unit)} in 8 of 10 futures). The target of {limit(row)} is kept "
        f"{futures(row['chance'], int(row['replications']))}: {verdict(row['chance'])}."
    )


def timely_title(name: str, row: pd.Series) -> str:
    """Title of a timeliness chart without a target."""
    return f"About {said(row['mean'], str(row['unit']))} of {name}"


def caseload_sentence(row: pd.Series, guide: float | None) -> str:
    """The finding on caseloads, from the row of `findings.caseload`: mean, range, guide and the highest team."""
    words = (
        f"Open cases per full-time worker: about {about(row['mean'])} over the whole period "
        f"({between(row['p10'], row['p90'])} in 8 of 10 futures)"
    )
    if guide is not None:
        words += f", {'above' if row['mean'] > guide else 'within'} the guide of {guide:g}"
    if row["teams"] > 1 and row["highest"] >= APART * row["mean"]:
        words += f"; highest of {row['teams']} teams in {row['where']}, about {about(row['highest'])}"
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


def piles_up(queue: pd.Series | None, stock: pd.Series | None) -> bool:
    """Whether cases that wait for a worker are likely to rise and are a tenth or more of those open at the end."""
    if queue is None or stock is None or stock["mean"] <= 0:
        return False
    return bool(tens(queue["chance_higher"]) >= LIKELY and queue["mean"] >= PILED * stock["mean"])


def answer(rows: pd.DataFrame, stock: pd.Series | None, name: str, queue: pd.Series | None = None) -> str:
    """The answer in a sentence: whether the promises hold, by the worst of them, and where open cases go.

    `rows`: promises over the whole period. `stock`, `queue`: rows of `findings.stock` for the main open caseload and
    for those of it who wait for a worker.
    """
    tail = ""
    if stock is not None:
        way = direction(stock["chance_higher"])
        way = f"are {way}" if way.startswith("likely") else way
        tail = f"{name} {way}, from {_begun(stock)} to about {about(stock['mean'])} by {month(stock['last'])}"
    if not len(rows):
        nothing = "There is no target that these figures can judge, so nothing is said to hold or fail"
        return f"{nothing}; {tail}." if tail else f"{nothing}."
    worst = rows.iloc[int(rows["chance"].to_numpy(dtype=float).argmin())]
    sure = sum(tens(chance) >= LIKELY for chance in rows["chance"])
    kept = f"“{worst['title']}” is kept {futures(worst['chance'], int(worst['replications']))}"
    if sure == len(rows):
        many = f"all {len(rows)} targets are" if len(rows) > 1 else "its target is"
        often = futures(worst["chance"], int(worst["replications"]))
        often = re.sub(r"^in (\d of 10)", r"in at least \1", often) if len(rows) > 1 else often
        head = f"On these figures the service is likely to hold: {many} kept {often}"
        if queue is not None and piles_up(queue, stock):
            head = (
                f"On these figures the service does not hold, though {many} kept {often}: targets judge only work that "
                f"is done, and about {about(queue['mean'])} cases wait for a worker by {month(queue['last'])}"
            )
    elif tens(worst["chance"]) > UNLIKELY:
        head = f"It is in the balance: {kept}"
    elif sure:
        many = f"{sure} of {len(rows)} targets likely to be kept"
        head = f"On these figures the service holds only in part: {many}, but {kept}"
    else:
        head = f"On these figures the service is unlikely to hold: {kept}"
    return f"{head}; {tail}." if tail else f"{head}."


def accuracy_sentence(row: pd.Series, name: str) -> str:
    """How good the forecast has been: the word first, then the figures behind it."""
    gain = 1 - row["wape"] / row["wape_baseline"]
    rule = str(row["baseline"]).replace("_", " ")
    against = f"{percent(abs(gain))} {'better' if gain > 0 else 'worse'} than the best simple rule, {rule}"
    return (
        f"{upper(row['word'])} for {name}: wrong by {row['wape']:.1f}% of the count on average ({against}); "
        f"{percent(row['cover_80'])} of months fell inside the 8-of-10 band, over {int(row['months']):,} forecasts."
    )


def accuracy_rule() -> str:
    """The rule behind good, fair and poor, in words (decision 0107)."""
    from forecast.backtest import COVER_FAIR, COVER_GOOD, FAIR_AGAINST_BEST, GOOD_AGAINST_BEST

    def inside(slack: float) -> str:
        return f"{percent(0.8 - slack)} to {percent(0.8 + slack)} of months inside the 8-of-10 band"

    def error(ratio: float) -> str:
        slack = round(ratio - 1, 6)
        against = "the best simple rule's"
        if slack == 0:
            return f"error no higher than {against}"
        return (
            f"error at most {percent(slack)} above {against}"
            if slack > 0
            else f"error {percent(-slack)} below {against}"
        )

    return (
        f"Good: average {error(GOOD_AGAINST_BEST)} and {inside(COVER_GOOD)}. Fair: {error(FAIR_AGAINST_BEST)} and "
        f"{inside(COVER_FAIR)}. Poor: anything else."
    )


def facts_answer(facts: pd.DataFrame) -> str:
    """The answer of a hindcast: how many published figures lie inside the simulated range, seen in fitting or not."""
    unseen = facts[~facts["used_to_calibrate"].astype(bool)]
    inside, hidden = int(facts["inside"].astype(bool).sum()), int(unseen["inside"].astype(bool).sum())
    return (
        f"Of {len(facts)} published figures {inside} lie inside the range of 9 of 10 simulated futures; of the "
        f"{len(unseen)} that were not used to fit the model, {hidden} do."
    )


def fact_sentence(row: pd.Series) -> str:
    """One published figure beside its simulated range."""
    unit = str(row["unit"])
    inside = "inside" if bool(row["inside"]) else "outside"
    used = " (used to fit the model)" if bool(row["used_to_calibrate"]) else ""
    return (
        f"{row['title']}: published {published(float(row['published']), unit)}, {inside} the simulated range of 9 of "
        f"10 futures, {between(row['p05'], row['p95'], unit)}{used}."
    )


def published(value: float, unit: str) -> str:
    """A published figure as it was published."""
    if is_share(unit):
        return f"{round(100 * value, 1):g}%"
    return f"{round(value, 1):g}%" if is_percent(unit) else count(value)


def compared_title(name: str, better: int, sure: int, measures: int) -> str:
    """Title of a comparison: of how many measures a change is sure, and of how many it is for the better."""
    if not sure:
        return f"{upper(name)}: no sure change in {measures} measures"
    return f"{upper(name)}: {sure} of {measures} measures surely change, {better} for the better"
