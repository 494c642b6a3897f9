"""How honest are the hindcast's ranges? Coverage, ranks, widths and scores of its published figures.

    python benchmarks/hindcast_ranges.py RUN_FOLDER [--write]

RUN_FOLDER holds a run of west-sussex-hindcast. Prints, in Markdown: how many published figures lie inside the ranges
of 5 and 9 of 10 futures, by kind; in which fifth of the futures they lie; and, for the years after March 2020, the
width and the interval score (Gneiting and Raftery 2007, JASA 102: 359-378) of the ranges beside those of "the same as
in 2019-20, give or take its own yearly change to then", in logs (counts) or log odds (shares). Then every figure. With
`--write` the tables go into docs/hindcast.md, below its line of that kind.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from report.tables import plain  # noqa: E402  (the path above must come first)
from simulate import store  # noqa: E402

Array = npt.NDArray[np.float64]
REFERENCE = ROOT / "forecast" / "reference"
PAGE = ROOT / "docs" / "hindcast.md"
BELOW = "<!-- below: python benchmarks/hindcast_ranges.py RUN_FOLDER --write -->\n"
LAST = 2020
FIRST = 2015  # the first whole year of continuous assessments, which the plain rule starts from
NINE_TENTHS = 1.6449
KINDS = {
    "referrals": "Referrals (the input)",
    "assessment_share": "Days that assessments take",
    "assessment_within": "Days that assessments take",
    "assessment_days": "Days that assessments take",
    "assessment": "Assessments completed and open",
    "section_47": "Section 47 enquiries and conferences",
    "conference": "Section 47 enquiries and conferences",
    "cp": "Child protection plans",
    "cla": "Children looked after",
    "rereferral": "Re-referrals",
    "contact": "Contacts and referrals in 3 days",
    "referral_decision": "Contacts and referrals in 3 days",
}
YEARLY = {
    "assessment_ends": "assessments",
    "section_47_starts": "section_47",
    "conference_ends": "conferences",
    "cp_starts": "cp_starts",
    "cp_ends": "cp_ends",
    "cp_open": "cp_open",
    "cla_starts": "cla_starts",
    "cla_ends": "cla_ends",
    "cla_open": "cla_open",
}


def kind(measure: str) -> str:
    """What a measure is about."""
    return next(words for start, words in KINDS.items() if measure.startswith(start))


def judged(folder: Path) -> pd.DataFrame:
    """The facts of a run with the ends of their ranges and the share of futures below the published figure."""
    results = plain(store.read(folder))
    rows = []
    for fact in results.facts.to_dict("records"):
        of = results.measures
        values = of.loc[
            (of["measure"] == fact["measure"]) & (of["period"] == fact["period"]) & (of["start"] == fact["start"]),
            "value",
        ].to_numpy(dtype=np.float64)
        ends = dict(
            zip(("p05", "p25", "p50", "p75", "p95"), np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95)), strict=True)
        )
        rank = float(np.mean(values < fact["published"]) + np.mean(values == fact["published"]) / 2)
        rows.append({**fact, **ends, "rank": rank, "kind": kind(fact["measure"])})
    table = pd.DataFrame(rows)
    for name, low, high in (("in_5", "p25", "p75"), ("in_9", "p05", "p95")):
        table[name] = (table[low] <= table["published"]) & (table["published"] <= table[high])
    return table


def head(*cells: str) -> tuple[str, str]:
    """The head of a table."""
    return f"| {' | '.join(cells)} |", "|---" * len(cells) + "|"


def coverage(table: pd.DataFrame) -> Iterator[str]:
    """Figures inside the ranges, by kind."""
    yield from head("figures", "all", "in 5 of 10 futures", "in 9 of 10", "not used to fit", "in 5 of 10", "in 9 of 10")
    for words, rows in [*table.groupby("kind", sort=False), ("All", table)]:
        unseen = rows[~rows["used_to_calibrate"]]
        cells = [
            len(rows),
            rows["in_5"].sum(),
            rows["in_9"].sum(),
            len(unseen),
            unseen["in_5"].sum(),
            unseen["in_9"].sum(),
        ]
        yield f"| {words} | {' | '.join(map(str, cells))} |"


def ranks(table: pd.DataFrame) -> Iterator[str]:
    """How many published figures lie in each fifth of the futures."""
    unseen = table[~table["used_to_calibrate"]]
    yield from head("figures", "in the lowest fifth of futures", "second", "third", "fourth", "highest")
    for words, rows in (("not used to fit", unseen), ("of them after March 2020", unseen[after(unseen)])):
        counts, _ = np.histogram(rows["rank"], bins=np.linspace(0, 1, 6))
        yield f"| {words} ({len(rows)}) | {' | '.join(map(str, counts))} |"


def after(table: pd.DataFrame) -> pd.Series[bool]:
    """Whether each figure is of a time after March 2020."""
    begins = (
        table["period"].str[:4].astype(int)
        + table["period"].map(_is_month) * (table["period"].str[5:].astype(int) - 4) / 12
    )
    return begins >= LAST


def history() -> dict[str, pd.Series[float]]:
    """West Sussex' own published years to March 2020, by measure."""
    yearly = pd.read_csv(REFERENCE / "west_sussex_annual.csv")
    wide = yearly.pivot_table(index="year_to_march", columns="measure", values="count").loc[:LAST]
    wide["assessments"] = wide["assessments"].loc[FIRST:]
    found = {measure: wide[name] for measure, name in YEARLY.items()}
    found["rereferral_rate"] = wide["re_referrals"] / wide["referrals"]
    days = pd.read_csv(REFERENCE / "west_sussex_durations.csv")
    days = days[(days["area"] == "West Sussex") & (days["year_to_march"] <= LAST)]
    for what, stage, limit in (
        ("assessment", "assessment", 45),
        ("strategy discussion to conference", "conference", 15),
    ):
        rows = days[(days["what"] == what) & ((stage != "assessment") | (days["year_to_march"] >= FIRST))]
        counts = rows.assign(count=rows["count"].astype(float)).pivot_table(
            index="year_to_march", columns="low", values="count"
        )
        shares = counts.div(counts.sum(axis=1), axis=0)
        found[f"{stage}_within_{limit}_working_days"] = shares.loc[:, shares.columns < limit].sum(axis=1)
        if stage == "assessment":
            ends = dict(zip(rows["low"], rows["high"], strict=True))
            found |= {f"assessment_share_{_band(low, ends[low])}": shares[low] for low in shares}
    return found


def _band(low: float, high: float) -> str:
    if low == 0:
        return "same_day"
    return f"{low:.0f}_days_or_more" if np.isnan(high) else f"{low:.0f}_to_{high:.0f}_days"


def beside(table: pd.DataFrame) -> Iterator[str]:
    """Width and interval score of the ranges of years after March 2020, beside the plain rule's."""
    known, rows = history(), []
    later = table[after(table) & table["measure"].isin(known)]
    later = later[~later["period"].map(_is_month) | later["period"].str.endswith("-03")]
    for fact in later.to_dict("records"):
        past = known[fact["measure"]].dropna()
        scale: Callable[[Array], Array] = logit if past.max() <= 1 else np.log
        levels = scale(past.to_numpy(dtype=np.float64))
        ahead = int(fact["period"][:4]) + (0 if _is_month(fact["period"]) else 1) - LAST
        reach = NINE_TENTHS * float(np.sqrt(np.mean(np.diff(levels) ** 2) * ahead))
        truth = float(scale(np.array([fact["published"]]))[0])
        ours = scale(np.array([fact["p05"], fact["p95"]]))
        for who, low, high in (("ours", *ours), ("rule", levels[-1] - reach, levels[-1] + reach)):
            score = high - low + 20 * max(low - truth, truth - high, 0.0)
            rows.append(
                {"kind": fact["kind"], "who": who, "width": high - low, "score": score, "in": low <= truth <= high}
            )
    scores = pd.DataFrame(rows)
    pairs = [f"{name}{who}" for name in ("inside", "width", "score") for who in ("", ", plain rule")]
    yield from head("figures after March 2020", "number", *pairs)
    for words, part in [*scores.groupby("kind", sort=False), ("All", scores)]:
        ours, rule = part[part["who"] == "ours"], part[part["who"] == "rule"]
        cells = [str(len(ours)), str(ours["in"].sum()), str(rule["in"].sum())]
        cells += [f"{frame[name].mean():.2f}" for name in ("width", "score") for frame in (ours, rule)]
        yield f"| {words} | {' | '.join(cells)} |"


def _is_month(period: str) -> bool:
    return int(period[5:]) != (int(period[2:4]) + 1) % 100


def every(table: pd.DataFrame) -> Iterator[str]:
    """Every published figure."""
    yield from head(
        "start", "figure", "period", "published", "simulated", "9 of 10 futures", "inside", "below it", "fit"
    )
    for row in table.to_dict("records"):
        form = "{:.3f}" if row["published"] < 1 else "{:,.0f}"
        published, middle, low, high = (form.format(row[name]) for name in ("published", "p50", "p05", "p95"))
        inside, seen = ("yes" if row["in_9"] else "no"), ("seen" if row["used_to_calibrate"] else "")
        yield (
            f"| {row['start'].replace('_', ' ')} | {row['title']} | {row['period']} | {published} | {middle} "
            f"| {low} to {high} | {inside} | {100 * row['rank']:.0f} % | {seen} |"
        )


def main() -> None:
    """Print the tables; write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    table = judged(asked.folder)
    parts = {"Inside, by kind": coverage, "Where in the range": ranks, "Width and score": beside, "Every figure": every}
    text = "\n".join(f"\n## {title}\n\n" + "\n".join(part(table)) for title, part in parts.items()) + "\n"
    print(text)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page[: page.index(BELOW) + len(BELOW)] + text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
