"""Whole runs at the ends of the range: each ends well, says what it found, and writes its page."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SERVICE = Path(__file__).parent / "data" / "small-service.yaml"
ASSESSORS = "workforce.teams.assessors.staff.people"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ((f"{ASSESSORS}.fte=0",), "Nobody is in post in Assessors from April 2021: about "),
        (("demand.per_working_day.contacts=0", "opening.assessment.open=0"), "no target that these figures can judge"),
        (("horizon_months=1", f"{ASSESSORS}.fte=0.2"), "at least 80%"),
        (
            (f"{ASSESSORS}.contract_ends=2021-05-03", "as_at=2021-04-02"),
            "Nobody is in post in Assessors from May 2021",
        ),
    ],
    ids=["nobody", "no demand", "a month with a fifth of a worker", "everyone leaves after a start on a bank holiday"],
)
def test_a_run_at_the_edge_ends_well(settings: tuple[str, ...], words: str, tmp_path: Path) -> None:
    given = [part for setting in settings for part in ("--set", setting)]
    words_given = (
        "run",
        SERVICE,
        *given,
        "--replications",
        "2",
        "--processes",
        "1",
        "--keep-events",
        "--out",
        tmp_path,
    )
    done = subprocess.run(
        [sys.executable, "-m", "frontdoor", *map(str, words_given), "--quiet"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
    (folder,) = tmp_path.iterdir()
    assert (folder / "report.html").stat().st_size > 10_000
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["replications"] == 2
    assert {"child", "stage", "entered"} <= set(pd.read_parquet(folder / "events.parquet").columns)
