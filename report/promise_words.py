"""What is promised, in sentences: how sure each target is to be kept, and the answer that leadership reads first."""

from __future__ import annotations

import pandas as pd

from .phrases import about, futures, is_percent, is_share, month, said, spread, tens
from .words import LIKELY, UNLIKELY, begun, direction

PILED = 0.1  # of open cases waiting for a worker at the end, from which work is said to pile up; decision 0304


def verdict(chance: float) -> str:
    """How sure a promise is: "likely to be kept", "in the balance" or "unlikely to be kept"."""
    if tens(chance) >= LIKELY:
        return "likely to be kept"
    return "unlikely to be kept" if tens(chance) <= UNLIKELY else "in the balance"


def limit(row: pd.Series) -> str:
    """A target's limit: "at least 85%"."""
    unit = str(row["unit"])
    parts = []
    if pd.notna(row["at_least"]):
        parts.append(f"at least {_plain(float(row['at_least']), unit)}")
    if pd.notna(row["at_most"]):
        parts.append(f"at most {_plain(float(row['at_most']), unit)}")
    return " and ".join(parts)


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


def promise_sentence(row: pd.Series) -> str:
    """The finding on a target: what is likely, and how sure the promise is."""
    unit = str(row["unit"])
    return (
        f"{row['title']}: about {said(row['p50'], unit)} in the middle future "
        f"({spread(row, unit)}). The target of {limit(row)} is kept "
        f"{futures(row['chance'], int(row['replications']))}: {verdict(row['chance'])}."
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
        way = "go" if stock["empty"] else direction(stock["chance_higher"])
        way = f"are {way}" if way.startswith("likely") else way
        tail = f"{name} {way}, from {begun(stock)} to about {about(stock['mean'])} by {month(stock['last'])}"
    if not len(rows):
        nothing = "There is no target that these figures can judge, so nothing is said to hold or fail"
        return f"{nothing}; {tail}." if tail else f"{nothing}."
    worst = rows.iloc[int(rows["chance"].to_numpy(dtype=float).argmin())]
    sure = sum(tens(chance) >= LIKELY for chance in rows["chance"])
    kept = f"“{worst['title']}” is kept {futures(worst['chance'], int(worst['replications']))}"
    if sure == len(rows):
        often = futures(worst["chance"], int(worst["replications"]))
        many = f"its target is kept {often}"
        if len(rows) > 1:  # each by itself: how often all hold at once is another number
            many = f"each of its {len(rows)} targets is likely to be kept, the least sure, “{worst['title']}”, {often}"
        head = f"On these figures the service is likely to hold: {many}"
        if queue is not None and piles_up(queue, stock):
            head = (
                f"On these figures the service does not hold, though {many}: targets judge only work that "
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


def _plain(value: float, unit: str) -> str:
    if is_share(unit) or is_percent(unit):
        hundred = value if is_percent(unit) else 100 * value
        return f"{hundred:g}%"
    return f"{value:,g}"


def _plain_limit(row: pd.Series) -> str:
    value = row["at_least"] if pd.notna(row["at_least"]) else row["at_most"]
    return _plain(float(value), str(row["unit"]))
