"""The command line as a planner meets it: what it writes, what it says, how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest

from simulate.results import TABLES

FRONTDOOR = (sys.executable, "-m", "frontdoor")
SMALL = ("--replications", "2", "--set", "horizon_months=3", "--quiet")


def frontdoor(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FRONTDOOR, *map(str, words)], capture_output=True, text=True, cwd=cwd, timeout=600, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A short run of the worked case: its folder, and what was printed."""
    out = tmp_path_factory.mktemp("out")
    done = frontdoor("run", "west-sussex", *SMALL, "--out", out, "--processes", "1")
    assert done.returncode == 0, done.stderr
    (folder,) = out.iterdir()
    return folder, done.stdout


def table_bytes(folder: Path) -> dict[str, bytes]:
    return {name: (folder / f"{name}.parquet").read_bytes() for name in TABLES} | {
        "scenario": (folder / "scenario.yaml").read_bytes()
    }


def test_a_run_folder_is_whole(small_run: tuple[Path, str]) -> None:
    folder, _ = small_run
    assert {f"{name}.parquet" for name in TABLES} <= {path.name for path in folder.iterdir()}
    assert {"scenario.yaml", "manifest.json", "report.html", "results.xlsx", "figures"} <= {
        path.name for path in folder.iterdir()
    }
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert made["seed"] == 20201130
    assert made["replications"] == 2
    assert made["command"].startswith("frontdoor run west-sussex")


def test_the_last_lines_say_what_was_asked_forecast_found_and_where(small_run: tuple[Path, str]) -> None:
    folder, printed = small_run
    words = [line.split(":")[0] for line in printed.splitlines() if line[:1].isalpha()]
    assert words == ["Asked", "Forecast", "Found", "Trust", "Report"]
    assert printed.rstrip().endswith(str(folder / "report.html"))


def test_a_stored_scenario_runs_again_to_the_byte_on_any_number_of_processes(
    small_run: tuple[Path, str], tmp_path: Path
) -> None:
    folder, _ = small_run
    for processes in ("1", "2"):
        out = tmp_path / processes
        done = frontdoor("run", folder / "scenario.yaml", "--out", out, "--quiet", "--processes", processes)
        assert done.returncode == 0, done.stderr
        (again,) = out.iterdir()
        assert again.name.split("_", 1)[1] == folder.name.split("_", 1)[1]
        assert table_bytes(again) == table_bytes(folder)


def test_simulated_referrals_equal_the_forecast_to_the_unit(small_run: tuple[Path, str]) -> None:
    folder, _ = small_run
    paths = pd.read_parquet(folder / "paths.parquet").query("measure == 'referrals'")
    measures = pd.read_parquet(folder / "measures.parquet").query("measure == 'referrals'")
    simulated = measures[measures["period"].astype(str).isin(set(paths["month"]))]
    merged = simulated.astype({"period": str}).merge(
        paths, left_on=["replication", "period"], right_on=["path", "month"], suffixes=("", "_forecast")
    )
    assert len(merged) == len(paths)
    assert (merged["value"] == merged["value_forecast"]).all()


def test_a_report_is_rebuilt_from_what_is_stored(small_run: tuple[Path, str]) -> None:
    folder, _ = small_run
    before = (folder / "report.html").read_text(encoding="utf-8")
    (folder / "report.html").unlink()
    done = frontdoor("report", folder, "--format", "html")
    assert done.returncode == 0, done.stderr
    assert (folder / "report.html").read_text(encoding="utf-8") == before


def test_a_report_from_changed_inputs_says_so(small_run: tuple[Path, str], tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(small_run[0], folder)
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    (folder / "scenario.yaml").write_text(text.replace("seed: 20201130", "seed: 7"), encoding="utf-8")
    assert frontdoor("report", folder, "--format", "html").returncode == 0
    assert "have been changed since" in (folder / "report.html").read_text(encoding="utf-8")


def test_faults_in_a_scenario_end_with_3_and_no_traceback(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\nbased_on: west-sussex\nchange:\n  horizon_months: 0\n  sead: 1\n", encoding="utf-8")
    for words in (("run", bad, "--out", tmp_path / "out"), ("check", bad)):
        done = frontdoor(*words)
        assert done.returncode == 3
        assert "bad.yaml:4  horizon_months" in done.stderr
        assert "bad.yaml:5  sead: unknown setting; did you mean 'seed'?" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_faults_in_figures_end_with_3_and_name_row_and_column(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("area,measure,month,count\nHere,referals,2020-01,5\nHere,referrals,2020-02,-3\n", encoding="utf-8")
    for words in (("check", bad), ("forecast", bad)):
        done = frontdoor(*words)
        assert done.returncode == 3
        assert "row 2, column measure" in done.stderr
        assert "referrals" in done.stderr
        assert "row 3, column count" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [("run",), ("run", "west-sussex", "--set", "seed"), ("nothing",), ("run", "west-sussex", "--replications", "0")],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    done = frontdoor(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_misspelt_scenario_is_answered_with_the_nearest() -> None:
    done = frontdoor("run", "west-susex")
    assert done.returncode == 3
    assert "did you mean 'west-sussex'" in done.stderr


def test_check_finds_nothing_wrong_with_what_ships() -> None:
    done = frontdoor("check", "west-sussex", "west-sussex-hindcast")
    assert done.returncode == 0
    assert done.stdout.count("nothing to put right") == 2


def test_scenarios_are_listed_with_their_questions() -> None:
    rows = json.loads(frontdoor("scenarios", "--json").stdout)
    assert {"west-sussex", "west-sussex-hindcast"} <= {row["name"] for row in rows}
    assert all(row["question"].endswith("?") for row in rows)


def test_forecast_prints_its_back_test_and_draws_every_measure(tmp_path: Path) -> None:
    done = frontdoor("forecast", "--as-at", "2020-11", "--horizon", "3", "--paths", "50", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2021-02" in done.stdout
    assert "seasonal_naive" in done.stdout
    assert "How good it has been" in done.stdout
    figures = tmp_path / "2020-11-30_forecast_west-sussex" / "figures"
    captions = pd.read_csv(figures / "captions.csv", index_col="name")
    measures = pd.read_parquet(figures.parent / "bands.parquet")["measure"].unique()
    assert {f"{name}-forecast".replace("_", "-") for name in measures} == set(captions.index)
    for name, words in captions["alternative"].items():
        assert words in (figures / f"{name}.svg").read_text(encoding="utf-8")
        assert (figures / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert (
        "lockdown, March 2020 to June 2020, November 2020 and January 2021"
        in captions.loc["referrals-forecast"]["alternative"]
    )
    drawn = pd.read_csv(figures / "referrals-forecast.csv", index_col="Month")
    assert drawn.loc["November 2020", "Known"] == 955
    assert drawn.loc["December 2020":, "What happened next"].notna().all()


def test_backtest_begins_with_its_word_and_keeps_the_whole_table(tmp_path: Path) -> None:
    done = frontdoor("backtest", "--horizon", "3", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("How good it has been: ")
    assert len(done.stdout.splitlines()) < 25
    whole = pd.read_csv(tmp_path / "backtest_west-sussex_referrals" / "backtest.csv")
    assert len(whole) == 5 * 8 * 3
    assert str(tmp_path) in done.stderr


@pytest.mark.parametrize("command", ["forecast", "backtest"])
def test_another_area_than_the_one_that_ships_needs_a_file(command: str, tmp_path: Path) -> None:
    done = frontdoor(command, "--area", "Kent", "--out", tmp_path)
    assert done.returncode == 2
    assert "the figures that ship are of West Sussex; for Kent give a file" in done.stderr
    assert not list(tmp_path.iterdir())


def test_several_areas_ask_for_one_by_name(tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    lines = [f"{area},referrals,2020-{month:02d},5" for area in ("Here", "There") for month in range(1, 13)]
    file.write_text("area,measure,month,count\n" + "\n".join(lines) + "\n", encoding="utf-8")
    done = frontdoor("forecast", file, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "the file has 2 areas, such as Here, There: say which with --area" in done.stderr
    assert frontdoor("forecast", file, "--area", "here", "--paths", "20", "--out", tmp_path / "out").returncode == 0


@pytest.mark.parametrize("command", [("forecast", "--paths", "20"), ("backtest",)])
def test_a_reader_who_has_gone_costs_neither_the_folder_nor_an_error(command: tuple[str, ...], tmp_path: Path) -> None:
    words = [*FRONTDOOR, *command, "--horizon", "1", "--out", str(tmp_path / "out")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
    assert started.returncode == 0
    assert not said
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_doctor_and_schema(tmp_path: Path) -> None:
    assert "No package of ours is shadowed" in frontdoor("doctor").stdout
    assert frontdoor("schema", "--out", tmp_path / "schema.json").returncode == 0
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8"))["title"] == "Scenario"


def test_the_shipped_schema_is_current(tmp_path: Path) -> None:
    frontdoor("schema", "--out", tmp_path / "schema.json")
    shipped = Path(__file__).resolve().parents[1] / "scenarios" / "scenario.schema.json"
    assert shipped.read_text(encoding="utf-8") == (tmp_path / "schema.json").read_text(encoding="utf-8")


def test_a_scenario_is_described(tmp_path: Path) -> None:
    done = frontdoor("describe", "west-sussex", "--set", "feedback.overload.above=x", "--out", tmp_path / "model.md")
    assert done.returncode == 2
    done = frontdoor("describe", "retention-spiral", "--out", tmp_path / "model.md")
    assert done.returncode == 0
    assert "is likelier to leave" in (tmp_path / "model.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [("describe", "west-sussex"), ("schema",)])
def test_a_file_is_written_into_a_new_folder_and_not_below_a_file(words: tuple[str, ...], tmp_path: Path) -> None:
    new = tmp_path / "new" / "written"
    assert frontdoor(*words, "--out", new).returncode == 0
    assert new.is_file()
    done = frontdoor(*words, "--out", new / "below")
    assert done.returncode == 2
    assert "cannot be written to" in done.stderr


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, frontdoor.cli; print([m for m in ('pandas', 'numpy', 'statsmodels') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
def test_stopping_a_run_leaves_nothing_behind_and_ends_with_130(tmp_path: Path) -> None:
    words = [*FRONTDOOR, "run", "west-sussex", "--replications", "400", "--quiet", "--out", str(tmp_path)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True, text=True)
    while process.poll() is None and not psutil.Process(process.pid).children():
        time.sleep(0.5)
    time.sleep(3)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Stopped" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_and_a_sweep_are_shown_on_a_run_s_page(small_run: tuple[Path, str], tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "run"
    shutil.copytree(small_run[0], folder)
    (tmp_path / "sweep.yaml").write_text(
        "name: posts\ntitle: Posts\nquestion: What do posts do?\ndesign: grid\nbase: west-sussex\nreplications: 2\n"
        "settings:\n  workforce.teams.assessment.staff.experienced.fte: [80, 90]\n  horizon_months: [2, 3]\n"
        "measures: [assessment_within_45_working_days, assessment_open]\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    done = frontdoor("sweep", tmp_path / "sweep.yaml", "--out", out, "--quiet")
    assert done.returncode == 0, done.stderr
    assert frontdoor("compare", folder, folder, "--out", out, "--quiet").returncode == 0
    (compared,) = out.glob("compare_*")
    done = frontdoor("report", folder, "--format", "html", "--with", out / "sweep_posts", "--with", compared)
    assert done.returncode == 0, done.stderr
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "4 runs of 2 futures each; sweep_posts." in page
    assert f"the same children in each; {compared.name}." in page
    assert "against cost a year, one point a choice" in page
    done = frontdoor("report", folder, "--format", "html", "--with", tmp_path)
    assert done.returncode == 3
    assert "holds no comparison, sweep or sensitivity" in done.stderr
