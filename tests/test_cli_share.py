"""A measure shared out at the command line: parts that add up, and faults that say what to write instead."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from frontdoor.shares import ALL, GIVEN, read_shares
from scenarios.faults import ScenarioError

MEASURES = ("contacts", "referrals", "cp_open")
SMALL = ("forecast", "--as-at", "2020-11", "--horizon", "14", "--paths", "40", "--quiet")
STAND = date(2020, 11, 30)


def frontdoor(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "frontdoor", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, encoding="utf-8")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A forecast with two measures shared out: its folder, and what was printed."""
    out = tmp_path_factory.mktemp("out")
    parts = ("--share", "referrals:north=0.3,coast & bay=0.5,rural=0.2", "--share", "cp_open:Team 1=0.6,Team 2=0.4")
    done = frontdoor(*SMALL, *parts, "--counted-from", "200", "--out", out)
    assert done.returncode == 0, done.stderr
    (folder,) = out.iterdir()
    return folder, done.stdout


def test_parts_add_up_in_every_future_and_month(shared: tuple[Path, str]) -> None:
    folder, _ = shared
    parts, whole = pd.read_parquet(folder / "parts_paths.parquet"), pd.read_parquet(folder / "paths.parquet")
    keys = ["measure", "path", "month"]
    totals = whole.set_index(keys)["value"]
    summed = parts.astype({"measure": "str", "month": "str"}).groupby(keys)["value"].sum()
    assert len(summed) == 2 * 40 * 14
    assert (summed == totals.loc[summed.index]).all()
    assert (parts["value"] % 1 == 0).all()


def test_the_year_printed_is_that_of_the_futures_stored(shared: tuple[Path, str]) -> None:
    folder, printed = shared
    year = pd.read_csv(folder / "parts.csv").set_index(["measure", "part"])
    paths = pd.read_parquet(folder / "parts_paths.parquet")
    coast = paths[(paths["part"] == "coast & bay") & (paths["month"].astype(str) <= "2021-11")]
    events = coast.groupby("path")["value"].sum().quantile([0.1, 0.5, 0.9])
    row = year.loc[("referrals", "coast & bay")]
    assert row[["low", "middle", "high"]].tolist() == pytest.approx(events.tolist())
    team = paths[(paths["part"] == "Team 1") & (paths["month"].astype(str) == "2021-11")]["value"]
    assert year.loc[("cp_open", "Team 1"), "middle"] == pytest.approx(team.median())
    assert set(year["shares_from"]) == {GIVEN}
    assert "December 2020 to November 2021" in printed
    assert f"{year.loc[('referrals', ALL), 'middle']:,.0f}" in printed


def test_bands_by_month_and_a_chart_with_its_words_lie_beside(shared: tuple[Path, str]) -> None:
    folder, _ = shared
    bands = pd.read_parquet(folder / "parts_bands.parquet")
    assert len(bands) == (3 + 2) * 14 * 3
    assert (bands["low"] <= bands["median"]).all()
    captions = pd.read_csv(folder / "figures" / "captions.csv", index_col="name")
    assert "coast & bay the most" in captions.loc["referrals-by-part", "title"]
    assert captions.loc["referrals-by-part", "label"] == "Shares are not forecast: as given."
    assert captions.loc["referrals-by-part", "source"] == captions.loc["referrals-forecast", "source"]
    assert "coast &amp; bay" in (folder / "figures" / "referrals-by-part.svg").read_text(encoding="utf-8")


def test_json_is_one_table_with_parts_in_it(tmp_path: Path) -> None:
    done = frontdoor(*SMALL, "--share", "referrals:sources", "--json", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    parts = {row["part"] for row in json.loads(done.stdout) if row["measure"] == "referrals"}
    assert {"", "schools", "police", "council services"} <= parts


def test_faults_are_told_all_at_once_and_end_with_2(tmp_path: Path) -> None:
    wrong = ("--share", "referals:north=0.3,south=0.7", "--share", "referrals:south=30%,north=-0.2,north=1")
    done = frontdoor(*SMALL, *wrong, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "the forecast has no measure 'referals'; did you mean 'referrals'?" in done.stderr
    assert "--share referrals, south: '30%' is no number; did you mean 0.3?" in done.stderr
    assert "--share referrals, north: is given twice" in done.stderr
    assert done.stderr.index("'30%'") < done.stderr.index("is -0.2") < done.stderr.index("is given twice")
    assert "is -0.2; a share is 0 or more; did you mean 0.2?" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert frontdoor(*SMALL, "--counted-from", "9").returncode == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("referrals", "cannot read 'referrals'; write it as in referrals:north=0.3"),
        ("referrals:", "'' is no part=share"),
        ("referrals:a=0,3,b=0.7", "'3' is no part=share; write 0.3, with a point"),
        ("referrals:a=nan,b=1", "'nan' is no number"),
        ("referrals:a=,b=1", "'' is no number"),
        ("referrals:North=0.5,north=0.5", "is given twice, as North too"),
        ("referrals:=SUM(A1)=1", "'' cannot name a part"),
        ("referrals:../../x=1", "'../../x' cannot name a part"),
        ("referrals:a=0,b=0", "all shares are 0"),
        ("referrals:a=0.5,b=0.3", "add up to 0.8, not 1; is a part missing, such as other=0.2?"),
        ("referrals:a=30,b=50,c=20", "add up to 100, not 1; did you mean a=0.3,b=0.5,c=0.2?"),
        ("contacts:sources", "did you mean referrals:sources?"),
    ],
)
def test_each_fault_says_what_to_write(text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read_shares([text], MEASURES, area="West Sussex", as_at=STAND)
    assert told in str(error.value)


def test_rounded_shares_pass_and_add_up_to_1() -> None:
    (found,) = read_shares([" Referrals : a=0.33, b=0.33 ,c=0.33"], MEASURES, area="Kent", as_at=STAND)
    assert (found.measure, list(found.of)) == ("referrals", ["a", "b", "c"])
    assert sum(found.of.values()) == pytest.approx(1)


def test_sources_are_the_last_published_of_the_area_or_of_england() -> None:
    (own,) = read_shares(["referrals:sources"], MEASURES, area="West Sussex", as_at=STAND)
    assert own.of["schools"] == pytest.approx(2028 / 9993)
    assert own.origin == "who referred, West Sussex, year to March 2020 (dfe-cin-c5)"
    (other,) = read_shares(["referrals:sources"], MEASURES, area="Kent", as_at=date(2020, 11, 29))
    assert other.origin == "who referred, England, year to March 2019 (dfe-cin-c5); none are held for Kent"
    with pytest.raises(ScenarioError, match="no sources are published by 2013-01-01"):
        read_shares(["referrals:sources"], MEASURES, area="West Sussex", as_at=date(2013, 1, 1))
