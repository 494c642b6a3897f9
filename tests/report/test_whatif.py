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
