"""The what-if answers only from runs that were made, and its table holds them all."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from report.whatif import section
from simulate.results import Results

ROWS = [("m0", 80, 0.0, 0.6), ("m1", 80, 0.2, 0.5), ("m2", 120, 0.0, 0.8)]


def sweep_table() -> pd.DataFrame:
    rows = []
    for member, fte, surge, mean in ROWS:
        for setting, value in (("staff.fte", fte), ("surges.deferred_share", surge)):
            found = {"member": member, "setting": setting, "value": value, "unit": "share of ends"}
            found |= {"measure": "assessment_within_45_working_days", "mean": mean, "low": mean - 0.05}
            rows.append(found | {"high": mean + 0.05})
    return pd.DataFrame(rows)


def embedded(html: str) -> dict[str, object]:
    match = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    assert match
    return dict(json.loads(match[1]))


def test_every_run_is_embedded_with_its_settings_and_its_words(results: Results) -> None:
    made = section(sweep_table(), results.scenario, titles={"staff.fte": "workers", "surges.deferred_share": "surge"})
    data = embedded(made.blocks[0])
    assert data["settings"] == [
        {"title": "workers", "values": ["80", "120"]},
        {"title": "surge", "values": ["0%", "20%"]},
    ]
    assert data["members"] == [
        {"name": "m0", "at": [0, 0], "results": ["about 60% (between 55% and 65% in 8 of 10 futures)"]},
        {"name": "m1", "at": [0, 1], "results": ["about 50% (between 45% and 55% in 8 of 10 futures)"]},
        {"name": "m2", "at": [1, 0], "results": ["about 80% (between 75% and 85% in 8 of 10 futures)"]},
    ]


def test_text_from_outside_cannot_end_the_script(results: Results) -> None:
    evil = "</script><script>alert(1)</script>"
    made = section(sweep_table(), results.scenario, titles={"staff.fte": evil}, source=evil, provenance=evil)
    assert "alert(1)</script>" not in made.blocks[0]
    assert "<script>alert" not in made.blocks[0]


def test_an_unknown_measure_is_named(results: Results) -> None:
    with pytest.raises(ValueError, match="the sweep has no measure nothing"):
        section(sweep_table(), results.scenario, measures=["nothing"])


def test_the_table_for_those_without_script_holds_every_run(results: Results) -> None:
    html = section(sweep_table(), results.scenario).blocks[0]
    assert "<details open>" in html
    assert html.count('<th scope="row">') == len(ROWS)
    assert '<form class="live" hidden>' in html


@pytest.mark.parametrize(
    ("base", "at", "words"),
    [
        (
            {"staff.fte": 120.0, "surges.deferred_share": 0.0},
            ["1", "0"],
            "It opens on x as it is: workers 120, surge 0%.",
        ),
        (
            {"staff.fte": 85, "surges.deferred_share": 0.17},
            ["0", "1"],
            "run nearest to x as it is (workers 85, surge 17%)",
        ),
        ({"staff.fte": 118}, ["1", "0"], "run nearest to x as it is (workers 118)"),
        ({}, ["0", "0"], "not a formula.</p>"),
    ],
)
def test_it_opens_on_the_base_s_own_values_and_says_so(
    results: Results, base: dict[str, float], at: list[str], words: str
) -> None:
    titles = {"staff.fte": "workers", "surges.deferred_share": "surge"}
    html = section(sweep_table(), results.scenario, titles=titles, base=base, base_name="x").blocks[0]
    assert re.findall(r'<option value="(\d)" selected>', html) == at
    assert words in html


def one_at_a_time() -> pd.DataFrame:
    """A base and two changes of it, each of which leaves the other setting alone."""
    rows = []
    for member, fte, first in (("m0", None, None), ("m1", 120.0, None), ("m2", None, "2021-02-01")):
        for setting, value in (("staff.fte", fte), ("waves.first", first)):
            found = {"member": member, "setting": setting, "value": value, "unit": "share of ends", "mean": 0.6}
            rows.append(found | {"measure": "assessment_within_45_working_days", "low": 0.5, "high": 0.7})
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("base", "first", "fte"),
    [
        ({"staff.fte": 85.0, "waves.first": "2021-01-04"}, ["4 January 2021", "1 February 2021"], ["85", "120"]),
        ({"staff.fte": 85.0}, ["1 February 2021", "as it is"], ["85", "120"]),
        ({}, ["1 February 2021", "as it is"], ["120", "as it is"]),
    ],
)
def test_a_run_that_leaves_a_setting_alone_stands_at_the_base_s_own_value(
    results: Results, base: dict[str, object], first: list[str], fte: list[str]
) -> None:
    data = embedded(section(one_at_a_time(), results.scenario, base=base, base_name="x").blocks[0])
    assert [each["values"] for each in data["settings"]] == [fte, first]  # type: ignore[attr-defined]
    own = fte.index("85" if "staff.fte" in base else "as it is")
    assert [each["at"][0] for each in data["members"]] == [own, fte.index("120"), own]  # type: ignore[attr-defined]
