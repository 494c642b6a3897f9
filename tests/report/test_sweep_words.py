"""What a sweep says on a screen: every setting and measure once, a line a member, never a bare mean."""

from __future__ import annotations

import pandas as pd

from report.sweep_words import MOST_LINES, member_lines
from scenarios.measure_names import Named

MEASURES = {"open": Named("cases", "Open cases", "")}


def summary(members: list[str]) -> pd.DataFrame:
    rows = {"member": members, "measure": "open", "mean": 1234.0, "p10": 1100.0, "p90": 1400.0}
    return pd.DataFrame(rows)


def test_a_member_shows_what_it_changes_and_the_range_of_futures() -> None:
    members = pd.DataFrame({"member": ["s-1", "s-2"], "base": "b", "fte": [None, 80.0], "first": ["2021-01-04", None]})
    lines = member_lines(members, summary(["s-1"]), {"fte": "Posts", "first": "First day"}, MEASURES)
    text = "\n".join(lines)
    assert "a: Posts (fte)" in text
    assert "b: First day (first)" in text
    assert "1: Open cases" in text
    one, two = lines[-2:]
    assert one.split(maxsplit=2) == ["s-1", "2021-01-04", "1,230 (1,100 to 1,400)"]
    assert two.split() == ["s-2", "80", "-"]


def test_a_flood_of_members_is_cut_and_says_where_the_rest_is() -> None:
    names = [f"s-{number}" for number in range(MOST_LINES + 5)]
    members = pd.DataFrame({"member": names, "base": "b", "fte": 1.0})
    lines = member_lines(members, summary(names), {"fte": "Posts"}, MEASURES)
    assert lines[-1] == "... and 5 more: see summary.csv"
    assert sum(line.strip().startswith("s-") for line in lines) == MOST_LINES
