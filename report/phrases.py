"""Numbers, dates, intervals and chances as a person would say them."""

from __future__ import annotations

import calendar
import math
from datetime import date

import pandas as pd

MONTHS = tuple(calendar.month_name[1:])
NONE = "no figure"
FEW = 10  # fewer futures than this are counted one by one, for there is no tenth of them


def about(mean: float) -> str:
    """A simulated mean without false precision: 4.2, 61, 640, 1,480, 23,400 (decision 0302)."""
    size = abs(mean)
    if not math.isfinite(mean):
        return NONE
    if size < 10:
        return f"{mean:.1f}" if size >= 0.05 else "0"
    step = 1 if size < 100 else 10 if size < 10_000 else 100
    return f"{round(mean / step) * step:,.0f}"


def count(value: float) -> str:
    """A published count, in full: 1,675."""
    return NONE if not math.isfinite(value) else f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def percent(share: float) -> str:
    """A share of 1 as a whole percentage; one decimal close to 0 and to 100, so that 99.6% is not called all."""
    if not math.isfinite(share):
        return NONE
    hundred = 100 * share
    return f"{hundred:.1f}%" if (0 < hundred < 2 or 98 < hundred < 100) else f"{hundred:.0f}%"


def said(value: float, unit: str) -> str:
    """A simulated value in its unit: a share as a percentage, money in pounds, all else as `about`."""
    if unit.lower().startswith(("pound", "£")):
        return pounds(value)
    return percent(value) if is_share(unit) else percent(value / 100) if is_percent(unit) else about(value)


def is_share(unit: str) -> bool:
    """Whether values of the unit lie between 0 and 1."""
    return unit.lower().split(" ")[0] in ("share", "proportion", "chance", "probability")


def is_percent(unit: str) -> bool:
    """Whether values of the unit lie between 0 and 100."""
    return unit.lower().split(" ")[0] in ("%", "percent", "percentage", "per cent")


def most(unit: str) -> float:
    """The most that a value of the unit can be: 1 for a share, 100 for a percentage, without end for all else."""
    return 1.0 if is_share(unit) else 100.0 if is_percent(unit) else math.inf


def between(low: float, high: float, unit: str = "") -> str:
    """The range of single futures: "between 1,210 and 1,790", said once where both ends read alike."""
    one, other = said(low, unit), said(high, unit)
    return f"about {one}" if one == other else f"between {one} and {other}"


def ends(row: pd.Series) -> tuple[float, float]:
    """Low and high end of single futures: 8 of 10; of fewer than ten futures the lowest and the highest.

    `row`: p10, p90, lowest, highest, and how many futures there are as replications or paths.
    """
    few = _number(row) < FEW
    return (row["lowest"], row["highest"]) if few else (row["p10"], row["p90"])


def spread(row: pd.Series, unit: str = "") -> str:
    """The ends in words: "between 270 and 550 in 8 of 10 futures", "... in the 3 futures simulated"."""
    number = _number(row)
    if number == 1:
        return "in the one future simulated"
    return f"{between(*ends(row), unit)} in {'8 of 10 futures' if number >= FEW else f'the {number} futures simulated'}"


def _number(row: pd.Series) -> int:
    return int(row["replications"] if "replications" in row else row["paths"])


def futures(share: float, of: int) -> str:
    """A chance as futures out of ten; never "none" or "all" unless it is none or all of those simulated.

    Fewer than ten futures are counted as they are.
    """
    if of == 1:
        return "in the one future simulated" if share >= 1 else "not in the one future simulated"
    if 0 < share < 1 and of < FEW:
        return f"in {round(share * of)} of the {of} futures simulated"
    if share <= 0:
        return f"in none of the {of:,} futures simulated"
    if share >= 1:
        return f"in all {of:,} futures simulated"
    if share < 0.05:
        return "in fewer than 1 of 20 futures"
    if share > 0.95:
        return "in more than 19 of 20 futures"
    return f"in {tens(share)} of 10 futures"


def tens(share: float) -> int:
    """Futures out of ten, halves to even so that a chance and its opposite add up to ten; 1 to 9 where some are."""
    return round(10 * share) if share in (0, 1) else min(max(round(10 * share), 1), 9)


def pounds(value: float) -> str:
    """Money in words: £5.8 million, £410,000."""
    if not math.isfinite(value):
        return NONE
    return f"£{value / 1e6:.1f} million" if abs(value) >= 999_500 else f"£{round(value / 1000) * 1000:,.0f}"


def day(when: date | pd.Timestamp | str) -> str:
    """6 April 2020."""
    moment = pd.Timestamp(when)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def month(when: str | pd.Period | date) -> str:
    """April 2020."""
    moment = pd.Period(when, freq="M")
    return f"{MONTHS[moment.month - 1]} {moment.year}"


def short_month(when: str | pd.Period | date) -> str:
    """Apr 2020."""
    moment = pd.Period(when, freq="M")
    return f"{MONTHS[moment.month - 1][:3]} {moment.year}"


def period(name: str) -> str:
    """A period of a table in words: a month, a year ("year to March 2021" for 2020-21), or the whole time."""
    if name == "all":
        return "the whole period"
    return month(name) if is_month(name) else f"year to March {int(name[:4]) + 1}" if is_year(name) else name


def is_month(name: str) -> bool:
    """Whether a period's name is a calendar month, YYYY-MM."""
    return len(name) == 7 and name[4] == "-" and name[5:].isdigit() and 1 <= int(name[5:]) <= 12


def is_year(name: str) -> bool:
    """Whether a period's name is a year from April to March, such as 2020-21."""
    return len(name) == 7 and name[4] == "-" and name[5:].isdigit() and int(name[5:]) == (int(name[:4]) + 1) % 100


def listed(words: list[str]) -> str:
    """One, two and three."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def change(new: float, old: float) -> str:
    """A change in words: "up 47%", "down 6%", "unchanged"."""
    if not old or not math.isfinite(new) or not math.isfinite(old):
        return "changed"
    move = new / old - 1
    if abs(move) < 0.005:
        return "unchanged"
    return f"{'up' if move > 0 else 'down'} {percent(abs(move))}"
