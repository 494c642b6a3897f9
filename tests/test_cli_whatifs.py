"""The what-if commands as a planner meets them: what they write, what they say, how they end."""

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from frontdoor.comparing import compare_scenarios
from report.experiments import read_log
from scenarios.load import load

FRONTDOOR = (sys.executable, "-m", "frontdoor")
FTE = "workforce.teams.assessment.staff.experienced.fte"
SHORT = "name: short\ntitle: Short\nquestion: Is it short?\nbased_on: west-sussex\nchange:\n  horizon_months: 3\n"
SWEEP = f"""name: tiny
question: How many?
base: short.yaml
replications: 4
settings:
  {FTE}: [80, 95]
"""


def frontdoor(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FRONTDOOR, *map(str, words)], capture_output=True, text=True, cwd=cwd, timeout=600, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short scenario, a what-if on it, and a sweep."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "short.yaml").write_text(SHORT, encoding="utf-8")
    more = SHORT.replace("short", "more").replace("based_on: west-sussex", "based_on: short.yaml")
    more = more.replace("  horizon_months: 3", f"  {FTE}: 110")
    (folder / "more.yaml").write_text(more, encoding="utf-8")
    (folder / "tiny.yaml").write_text(SWEEP, encoding="utf-8")
    return folder


def test_every_what_if_command_explains_itself_with_an_example() -> None:
    for command in ("compare", "sweep", "smallest-team", "sensitivity", "log", "init"):
        done = frontdoor(command, "--help")
        assert done.returncode == 0
        assert f"Example: frontdoor {command}" in done.stdout


def test_a_comparison_says_what_was_changed_and_by_how_much(desk: Path) -> None:
    done = frontdoor("compare", "short.yaml", "more.yaml", "--replications", 6, "--explain", "--quiet", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert "Assessment and intervention teams, experienced, posts: 89 → 110 FTE" in done.stdout
    assert "mean of 6 pairs, 95% interval of the mean" in done.stdout
    assert "of the variance is the forecast's" in done.stdout
    assert "paired over unpaired" in done.stdout
    assert "What money buys over the whole period" in done.stdout
    assert "money does not buy" not in done.stdout
    (folder,) = (desk / "outputs").glob("compare_short_*")
    assert {"compare", "inputs", "costs", "frontier", "futures", "moved", "variance", "pairing"} == {
        path.stem for path in folder.glob("*.parquet")
    }


def test_a_comparison_is_json_where_asked_and_kept_in_the_log(desk: Path) -> None:
    words = ("short.yaml", "more.yaml", "--replications", 6, "--json", "--quiet", "--finding", "Little")
    done = frontdoor("compare", *words, cwd=desk)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert {"base", "other", "measure", "difference", "low", "high", "chance_better"} <= rows[0].keys()
    folder = Path(done.stderr.split("Written to ")[1].strip())
    (entry,) = read_log(desk / folder).experiments
    assert (entry.question, entry.finding) == ("Is it more?", "Little")
    shown = frontdoor("log", folder, cwd=desk)
    assert "Little" in shown.stdout
    named = frontdoor("log", folder, "--scenario", "more", "--finding", "By its name", cwd=desk)
    assert "By its name" in named.stdout, named.stderr
    never = frontdoor("compare", "short.yaml", "more.yaml", "--period", "2031-01", "--finding", "x", cwd=desk)
    assert never.returncode == 2
    assert "--period 2031-01: is not a period of these runs" in never.stderr
    stray = frontdoor("log", folder, "--scenario", "absence-wave", "--finding", "Nothing", cwd=desk)
    assert stray.returncode == 2
    assert f"absence-wave: was not asked about in {folder.name}; it may be one of more, short" in stray.stderr
    assert frontdoor("log", folder, "--scenario", "more.yaml", cwd=desk).returncode == 2
    assert len(read_log(desk / folder).experiments) == 2
    again = frontdoor("compare", "short.yaml", "more.yaml", "--replications", 6, "--quiet", cwd=desk)
    assert "more: finding: Little" in again.stdout


def test_a_stored_run_is_compared_as_if_it_were_run_now(desk: Path) -> None:
    run = frontdoor("run", "short.yaml", "--replications", 4, "--quiet", "--out", "runs", cwd=desk)
    assert run.returncode == 0, run.stderr
    (folder,) = (desk / "runs").iterdir()
    stored = frontdoor("compare", folder, "more.yaml", "--json", "--quiet", cwd=desk)
    fresh = frontdoor("compare", "short.yaml", "more.yaml", "--replications", 4, "--json", "--quiet", cwd=desk)
    assert stored.returncode == 0, stored.stderr
    keys = ["measure", "place", "period"]
    one, two = (pd.DataFrame(json.loads(done.stdout)).set_index(keys).sort_index() for done in (stored, fresh))
    pd.testing.assert_frame_equal(one, two)
    longer, alike = (
        compare_scenarios([str(folder), str(desk / "more.yaml")], replications=n, out=desk / "outputs") for n in (6, 4)
    )
    for name in ("table", "futures", "costs", "frontier"):  # of the longer, only the futures that both lived through
        pd.testing.assert_frame_equal(getattr(longer, name), getattr(alike, name))


def test_a_comparison_in_steps_is_drawn_on_a_page_and_says_when_it_no_longer_fits(tmp_path: Path) -> None:
    words = ("west-sussex", "deferred-surge", "--steps", "--replications", 3, "--quiet", "--out", tmp_path)
    done = frontdoor("compare", *words)
    assert done.returncode == 0, done.stderr
    assert "from the base to deferred-surge in steps, each alone" in done.stdout
    assert "What they do to one another" in done.stdout
    assert "They differ also in what money does not buy, so set like beside like: " in done.stdout
    (kept,) = tmp_path.glob("compare_*")
    steps, table = pd.read_parquet(kept / "steps.parquet"), pd.read_parquet(kept / "compare.parquet")
    ends = table[table["period"] == "all"].set_index("measure")["other_mean"]
    for measure, rows in steps.groupby("measure"):
        assert rows["change"].sum() == pytest.approx(ends[measure])
    done = frontdoor("run", "west-sussex", "--replications", 3, "--quiet", "--out", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    (run,) = (tmp_path / "runs").iterdir()

    def page() -> str:
        rebuilt = frontdoor("report", run, "--format", "html", "--with", kept)
        assert rebuilt.returncode == 0, rebuilt.stderr
        return (run / "report.html").read_text(encoding="utf-8")

    assert 'id="what-causes-the-change-deferred-surge-assessment-open-mean"' in page()
    assert 'class="warning"' not in page()
    note = kept / "made-from.json"
    told = json.loads(note.read_text(encoding="utf-8"))
    told["scenarios"][0]["scenario"]["seed"] = 7
    note.write_text(json.dumps(told), encoding="utf-8")
    assert f"{kept.name}: a scenario or figures that it rests on have changed since it was made" in page()
    assert f"{kept.name} rests on west-sussex with other settings than this run: Seed: 20201130 → 7." in page()
    told["scenarios"][1]["scenario"]["area"] = "Kent"
    note.write_text(json.dumps({**told, "version": "0.0.1"}), encoding="utf-8")
    again = page()
    assert f"{kept.name} was made by version 0.0.1" in again
    assert f"{kept.name} is about Kent; this run is about West Sussex: do not compare them." in again
    note.unlink()
    assert f"{kept.name} does not say what it was made from" in page()


def test_what_are_not_pairs_are_refused(desk: Path) -> None:
    done = frontdoor("compare", "short.yaml", "west-sussex", "--replications", 4, cwd=desk)
    assert done.returncode == 3
    assert "cannot be compared pair by pair: horizons in months 3 and 24" in done.stderr


def test_a_sweep_prints_its_plan_and_is_not_run_again(desk: Path) -> None:
    first = frontdoor("sweep", "tiny.yaml", cwd=desk)
    assert first.returncode == 0, first.stderr
    assert re.search(r"tiny: 2 members, 8 replications; about \d+ second", first.stderr)
    again = frontdoor("sweep", "tiny.yaml", cwd=desk)
    assert "all of them done before" in again.stderr
    assert again.stdout == first.stdout
    folder = desk / "outputs" / "sweep_tiny"
    assert {path.name for path in folder.iterdir()} == {
        *(
            "sweep.yaml",
            "design.csv",
            "failed.csv",
            "costs.csv",
            "frontier.csv",
            "made-from.json",
            "manifest.json",
            "pieces",
        ),
        *("sweep.parquet", "summary.parquet", "summary.csv"),
    }


def test_dated_steps_of_a_sweep_stand_in_words(desk: Path) -> None:
    steps = "[{from: 2020-11-30, value: 80}, {from: 2021-01-04, value: 95}]"
    text = SWEEP.replace("tiny", "dated").replace("[80, 95]", f"[{steps}, 80]")
    (desk / "dated.yaml").write_bytes(text.replace("\n", "\r\n").encode())
    done = frontdoor("sweep", "dated.yaml", "--quiet", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert re.search(r"dated-0001 +80, from 4 January 2021 95 ", done.stdout)
    design = pd.read_csv(desk / "outputs" / "sweep_dated" / "design.csv")
    assert design[FTE].tolist() == ["80, from 4 January 2021 95", "80"]


def test_a_sweep_gives_the_same_bytes_on_any_number_of_processes_and_after_a_stop(desk: Path) -> None:
    kept: dict[str, dict[str, bytes]] = {}
    for number in (1, 2):
        done = frontdoor("sweep", "tiny.yaml", "--quiet", "--processes", number, "--out", f"on-{number}", cwd=desk)
        assert done.returncode == 0, done.stderr
    stopped = subprocess.Popen(
        [*FRONTDOOR, "sweep", "tiny.yaml", "--quiet", "--out", "stopped"],
        cwd=desk,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    time.sleep(3)
    stopped.kill()
    stopped.wait()
    (desk / "stopped" / "sweep_tiny" / "pieces").mkdir(parents=True, exist_ok=True)
    (desk / "stopped" / "sweep_tiny" / "pieces" / ".partial-of-the-kill").write_bytes(b"half")
    assert frontdoor("sweep", "tiny.yaml", "--quiet", "--out", "stopped", cwd=desk).returncode == 0
    for name in ("on-1", "on-2", "stopped"):
        folder = desk / name / "sweep_tiny"
        kept[name] = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
    assert kept["on-1"] == kept["on-2"] == kept["stopped"]


@pytest.mark.skipif(os.name == "nt", reason="stops by signal")
def test_control_c_stops_a_sweep_with_130(desk: Path) -> None:
    big = SWEEP.replace("tiny", "big").replace("replications: 4", "replications: 400")
    (desk / "big.yaml").write_text(big, encoding="utf-8")
    process = subprocess.Popen(
        [*FRONTDOOR, "sweep", "big.yaml"], cwd=desk, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "replications; about" in line:
            break
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert "the same command goes on from there" in process.stderr.read()
    assert not list((desk / "outputs" / "sweep_big" / "pieces").glob(".partial-*"))


def test_the_fewest_posts_are_found_and_the_answer_runs(desk: Path) -> None:
    words = ("--target", "assessments in 45 working days >= 0.5", "--low", 4, "--high", 40, "--replications", 8)
    done = frontdoor("smallest-team", "short.yaml", *words, "--on-average", "--quiet", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert "Queueing theory's first guess" in done.stdout
    answer = desk / "outputs" / "short-smallest-team.yaml"
    posts = load(answer).workforce.teams["assessment"].staff["experienced"].fte
    assert f"  {float(posts):g} posts" in done.stdout


def test_a_plan_by_month_keeps_to_what_can_be_hired(desk: Path) -> None:
    words = ("--target", "assessments in 45 working days >= 0.8", "--by-month", "--rise", 2, "--fall", 1)
    done = frontdoor("smallest-team", "short.yaml", *words, "--replications", 8, "--json", "--quiet", cwd=desk)
    assert done.returncode == 0, done.stderr
    posts = [row["posts"] for row in json.loads(done.stdout)]
    moves = [now - before for before, now in itertools.pairwise(posts)]
    assert all(-1 <= move <= 2 for move in moves)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("--target", "assesments in 45 days >= 0.8"), "did you mean"),
        (("--team", "asessment"), "did you mean 'assessment'"),
        (("--post", "experienecd"), "did you mean 'experienced'"),
        (("--low", "50", "--high", "20"), "nothing between"),
        (("--target", "nonsense", "--team", "asessment"), "did you mean 'assessment'"),
        (("--target", "nope <= 13"), "--target nope: unknown measure; it may be one of"),
        (("--rise", "3"), "--rise: goes with --by-month alone"),
        (("--probability", "0.8", "--on-average"), "--on-average: does not go with --probability"),
        (("--by-month", "--on-average"), "--on-average: does not go with --by-month"),
    ],
)
def test_a_wrong_question_is_answered_with_the_nearest_right_one(
    desk: Path, words: tuple[str, ...], answer: str
) -> None:
    done = frontdoor("smallest-team", "short.yaml", *words, cwd=desk)
    assert done.returncode == 2, done.stderr
    assert answer in done.stderr
    assert "Traceback" not in done.stderr


def test_options_of_a_sensitivity_are_told_as_they_were_typed(desk: Path) -> None:
    done = frontdoor("sensitivity", "short.yaml", "--measure", "nope", "--setting", "workfroce.*", cwd=desk)
    assert done.returncode == 2
    assert "--measure nope: unknown measure; it may be one of" in done.stderr
    assert "--setting workfroce.*: matches no number" in done.stderr
    assert "nowhere  there is no such folder" in frontdoor("sensitivity", "nowhere", "--ask", "a=1", cwd=desk).stderr


def test_faults_of_every_scenario_and_folder_named_are_told_at_once(desk: Path) -> None:
    (desk / "bad.yaml").write_text(SHORT + "  sead: 3\n", encoding="utf-8")
    done = frontdoor("compare", "short.yaml", "absense-wave", "bad.yaml", cwd=desk)
    assert done.returncode == 3
    assert "did you mean 'absence-wave'?" in done.stderr
    assert "did you mean 'seed'?" in done.stderr
    done = frontdoor("report", "nosuch", "neither", cwd=desk)
    assert done.returncode == 3
    assert "nosuch  is not a run folder" in done.stderr
    assert "neither  is not a run folder" in done.stderr


def test_what_matters_most_is_told_and_an_emulator_answers(desk: Path) -> None:
    words = ("--setting", "workforce.roles.experienced.hours_per_day", "--replications", 3, "--members", 35)
    done = frontdoor("sensitivity", "short.yaml", *words, "--measure", "assessment_open", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Reading short.yaml, checking every member")
    folder = desk / "outputs" / "sensitivity_short"
    assert {"tornado.csv", "shares-of-variance.csv", "emulator.json"} <= {path.name for path in folder.iterdir()}
    setting = "workforce.roles.experienced.hours_per_day"
    low, high = (
        json.loads(frontdoor("sensitivity", folder, "--ask", f"{setting}={value}", "--json").stdout)[0]["mean"]
        for value in (4.6, 6.2)
    )
    assert low > high
    answer = frontdoor("sensitivity", folder, "--ask", f"{setting}=5").stdout
    assert answer.startswith("Child and family assessment: open at the end: ")
    assert "Invalid value for --ask" in frontdoor("sensitivity", folder, "--ask", setting).stderr
    refused = frontdoor("sensitivity", folder, "--ask", f"{setting}=9")
    assert refused.returncode == 2
    assert "outside the runs behind the emulator" in refused.stderr


def test_the_starter_folder_is_sound_and_never_overwrites(tmp_path: Path) -> None:
    assert frontdoor("init", tmp_path / "start").returncode == 0
    files = {path.name for path in (tmp_path / "start").iterdir()}
    assert files == {"README.md", "my-what-if.yaml", "my-sweep.yaml", "my-figures.xlsx"}
    assert frontdoor("check", tmp_path / "start" / "my-what-if.yaml").returncode == 0
    again = frontdoor("init", tmp_path / "start")
    assert again.returncode == 3
    assert "is there already" in again.stderr


def test_the_library_holds_every_what_if_the_committee_raised() -> None:
    names = {row["name"] for row in json.loads(frontdoor("scenarios", "--json").stdout)}
    assert names >= {
        *("do-nothing", "third-lockdown", "deferred-surge", "absence-wave", "integrated-front-door"),
        *(
            "family-safeguarding",
            "agency-assessors",
            "retention-crisis",
            "less-administration",
            "winter-plan",
            "retention-spiral",
        ),
    }


def test_a_cluster_that_does_not_answer_is_named(desk: Path) -> None:
    pytest.importorskip("distributed")
    done = frontdoor("sweep", "tiny.yaml", "--cluster", "tcp://127.0.0.1:9", "--out", "elsewhere", cwd=desk)
    assert done.returncode == 2
    assert "--cluster" in done.stderr
    assert "Traceback" not in done.stderr.split("One thing needs attention")[-1]


def test_a_sweep_is_checked_like_a_scenario(desk: Path) -> None:
    (desk / "wrong.yaml").write_text(
        "name: wrong\nquestion: q\nsettings:\n  sed: [1]\ndesing: grid\n", encoding="utf-8"
    )
    done = frontdoor("check", "tiny.yaml", "wrong.yaml", cwd=desk)
    assert done.returncode == 3
    assert "wrong.yaml:5" in done.stderr
    assert "did you mean 'design'" in done.stderr
    assert "tiny.yaml: nothing to put right" in done.stdout


def test_a_finding_needs_to_know_whose_it_is(desk: Path) -> None:
    done = frontdoor("log", ".", "--finding", "Little", cwd=desk)
    assert done.returncode == 2
    assert "say which scenario was asked about" in done.stderr
    assert not (desk / "experiments.yaml").exists()
