"""How far to trust it, in sentences: what the back-test says of the forecast, and a hindcast of the simulation."""

from __future__ import annotations

import pandas as pd

from .phrases import between, count, is_percent, is_share, percent
from .words import upper


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
