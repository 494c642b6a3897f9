"""A sweep's store: whole after any kill, same bytes after any resumption, nothing run twice, failures at the end."""

import hashlib
import os
import random
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.paths import SamplePaths
from scenarios.load import changed, load
from scenarios.schema import Scenario
from simulate.members import Piece, essence, key
from simulate.sweep import named, run_missing
from simulate.sweep_store import PARTIAL, opened, pruned
from simulate.sweep_tables import put_together, summarised
from simulate.tables import summary

ROOT = Path(__file__).resolve().parents[2]
BASE = load("west-sussex")
FTE = "workforce.teams.assessment.staff.experienced.fte"


def futures(rows: int, seed: int = 1) -> SamplePaths:
    months = pd.period_range("2020-12", periods=3, freq="M")
    values = np.random.default_rng(seed).poisson(100, (rows, 1, 3)).astype(float)
    return SamplePaths(("referrals",), months, values, BASE.as_at, "test")


def fake(piece: Piece) -> pd.DataFrame:
    """A table of the right shape whose values follow from the scenario and the replication alone."""
    posts = float(piece.scenario.workforce.teams["assessment"].staff["experienced"].fte)
    if posts == 13:
        raise ValueError("thirteen posts")
    rows = [
        {"replication": r, "period": period, "place": "assessment", "measure": measure, "value": value, "unit": "u"}
        for r in piece.replications
        for measure in ("a", "b")
        for period, value in (("all", posts + r), ("2020-21", np.nan if r % 3 else float(r)))
    ]
    return pd.DataFrame(rows).astype({"replication": "int32"})


def pieces(posts: tuple[int, ...] = (1, 2, 3, 4), size: int = 2) -> list:
    paths = futures(4)
    return [
        named(f"m{number}", Piece(member, paths.rows(range(first, first + size)), None, first))
        for number in posts
        for member in [changed(BASE, {FTE: number, "name": f"m{number}"}, f"m{number}")]
        for first in range(0, 4, size)
    ]


def by_member(wanted: list) -> list[tuple[str, list[str]]]:
    names = dict.fromkeys(one.member for one in wanted)
    return [(name, [one.key for one in wanted if one.member == name]) for name in names]


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def finish(folder: Path, wanted: list, **how: object) -> tuple:
    store = opened(folder / "pieces")
    with ThreadPoolExecutor(2) as executor:
        failed = run_missing(wanted, store, executor, 2, work=fake, **how)  # type: ignore[arg-type]
    lost = {failure.member for failure in failed}
    pruned(store, {one.key for one in wanted})
    put_together([each for each in by_member(wanted) if each[0] not in lost], store, folder)
    return failed


SCRIPT = """
import sys, time
from pathlib import Path
sys.path[:0] = {paths!r}
from concurrent.futures import ThreadPoolExecutor
from test_sweep import fake, finish, pieces
import test_sweep
def slow(piece):
    time.sleep(0.05)
    return fake(piece)
test_sweep.fake = slow
print("begun", flush=True)
finish(Path(sys.argv[1]), pieces())
"""


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_sweep_killed_at_any_instant_ends_with_the_same_bytes(tmp_path: Path) -> None:
    finish(tmp_path / "whole", pieces())
    script = SCRIPT.format(paths=[str(Path(__file__).parent), str(ROOT)])
    rng = random.Random(1)
    for kill in range(3):
        folder = tmp_path / f"killed-{kill}"
        process = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.35))
        process.kill()
        process.wait()
        finish(folder, pieces())
        assert bytes_of(folder) == bytes_of(tmp_path / "whole")


def test_what_is_there_is_not_run_again(tmp_path: Path) -> None:
    finish(tmp_path, pieces())
    before = bytes_of(tmp_path)
    store = opened(tmp_path / "pieces")
    heard: list[int] = []

    class Nobody(Executor):
        def submit(self, *_args: object, **_kwargs: object) -> Future:  # type: ignore[override]
            raise AssertionError("a piece was run again")

    assert run_missing(pieces(), store, Nobody(), 2, work=fake, advance=heard.append) == ()
    assert sum(heard) == 16
    assert bytes_of(tmp_path) == before


def test_a_changed_member_alone_is_run_again(tmp_path: Path) -> None:
    finish(tmp_path, pieces())
    store = opened(tmp_path / "pieces")
    missing = [one.member for one in pieces((1, 2, 3, 9)) if not store.holds(one.key)]
    assert set(missing) == {"m9"}


def test_torn_and_rotten_files_are_passed_over_and_run_again(tmp_path: Path) -> None:
    finish(tmp_path / "whole", pieces())
    finish(tmp_path / "hurt", pieces())
    kept = sorted((tmp_path / "hurt" / "pieces").iterdir())
    kept[0].write_bytes(kept[0].read_bytes()[:-7])
    rotten = bytearray(kept[1].read_bytes())
    rotten[len(rotten) // 2] ^= 1
    kept[1].write_bytes(bytes(rotten))
    (tmp_path / "hurt" / "pieces" / f"{PARTIAL}half").write_bytes(b"PAR1")
    finish(tmp_path / "hurt", pieces())
    assert bytes_of(tmp_path / "hurt") == bytes_of(tmp_path / "whole")


def test_a_member_that_fails_is_told_at_the_end_and_stops_no_other(tmp_path: Path) -> None:
    failed = finish(tmp_path, pieces((1, 13, 2)))
    assert [(failure.member, failure.why) for failure in failed] == [("m13", "ValueError: thirteen posts")]
    long = pd.read_parquet(tmp_path / "sweep.parquet")
    assert list(dict.fromkeys(long["member"])) == ["m1", "m2"]


def test_pieces_of_any_size_put_together_give_the_same_table(tmp_path: Path) -> None:
    for size in (1, 2, 4):
        finish(tmp_path / str(size), pieces(size=size))
    whole = (tmp_path / "1" / "sweep.parquet").read_bytes()
    assert all((tmp_path / size / "sweep.parquet").read_bytes() == whole for size in ("2", "4"))


def test_the_long_table_holds_every_value_and_no_more(tmp_path: Path) -> None:
    finish(tmp_path, pieces())
    long = pd.read_parquet(tmp_path / "sweep.parquet")
    whole = long[(long["measure"] == "a") & (long["period"] == "all")]
    assert list(whole["value"]) == [posts + r for posts in (1, 2, 3, 4) for r in range(4)]
    assert list(long[(long["measure"] == "b") & (long["period"] == "2020-21")]["replication"]) == [0, 3] * 4


def test_the_summary_is_what_pandas_says() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"replication": np.repeat(np.arange(9), 3), "measure": ["a", "b", "c"] * 9})
    table = table.assign(place="p", unit="u", period="all")
    table["value"] = np.where(rng.random(27) < 0.3, np.nan, rng.normal(size=27))
    table.loc[table["measure"] == "c", "value"] = np.nan
    ours = summarised("m", table).set_index("measure")
    values = table.dropna().groupby("measure")["value"]
    assert list(ours.index) == ["a", "b"]
    assert ours["mean"].to_numpy() == pytest.approx(values.mean().to_numpy())
    for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        assert ours[name].to_numpy() == pytest.approx(values.quantile(share).to_numpy())
    assert list(ours["replications"]) == list(values.count())


def test_a_sweep_and_a_run_give_a_mean_the_same_interval() -> None:
    rows = {"share of ends": (1.0, 1.0, 0.9), "children": (0.0, 1.0, 90.0), "days early": (-3.0, 1.0, 40.0)}
    rows |= {"share": (0.5, 0.9, 1.5), "pounds": (4.0, np.nan, np.nan)}
    table = pd.DataFrame(
        [(r, unit, unit, values[r]) for r in range(3) for unit, values in rows.items()],
        columns=["replication", "measure", "unit", "value"],
    ).assign(place="", period="all")
    swept = summarised("m", table).set_index("measure")
    run = summary(table.dropna()).set_index("measure").loc[swept.index]
    for end in ("mean_low", "mean_high"):
        assert swept[end].to_numpy() == pytest.approx(run[end].to_numpy(), nan_ok=True)
    assert swept.loc["share of ends", "mean_high"] == 1
    assert swept.loc["children", "mean_low"] == 0
    assert swept.loc["days early", "mean_low"] < -3
    assert np.isnan(swept.loc["pounds", "mean_high"])


def test_a_key_hangs_on_what_moves_the_simulation_and_on_nothing_else() -> None:
    piece = Piece(BASE, futures(2), None, 0)

    def of(scenario: Scenario) -> str:
        return key(replace(piece, scenario=scenario))

    same = {"name": "other", "title": "Other", "replications": 7, "workforce.roles.agency.salary_per_year": 1.0}
    assert of(changed(BASE, same, "other")) == of(BASE)
    renamed = changed(BASE, {FTE: float(BASE.workforce.teams["assessment"].staff["experienced"].fte)}, "other")
    assert of(renamed) == of(BASE)
    for change in ({FTE: 90}, {"seed": 3}, {"horizon_months": 12}, {"service.hours_per_day": 7.0}):
        assert of(changed(BASE, change, "other")) != of(BASE)
    assert key(replace(piece, paths=futures(2, seed=2))) != key(piece)
    assert key(replace(piece, surge=futures(2))) != key(piece)
    assert key(replace(piece, first=2)) != key(piece)
    assert key(replace(piece, by_month=True)) != key(piece)


def test_the_essence_of_a_scenario_keeps_every_number() -> None:
    kept = essence(BASE)
    staff = BASE.workforce.teams["assessment"].staff["experienced"]
    assert kept["workforce"]["teams"]["assessment"]["staff"]["experienced"]["fte"] == {
        "value": float(staff.fte),
        "unit": staff.fte.unit,
    }
    assert tuple(kept["service"]["stages"]["cp"]["stay"]["counts"]) == BASE.service.stages["cp"].stay.counts


def test_what_another_command_is_writing_is_left_alone(tmp_path: Path) -> None:
    young, old = tmp_path / f"{PARTIAL}young", tmp_path / f"{PARTIAL}old"
    for path in (young, old):
        path.write_bytes(b"PAR1")
    os.utime(old, (0, 0))
    store = opened(tmp_path)
    assert young.is_file()
    assert not old.is_file()
    pruned(store, set())
    assert not young.is_file()
