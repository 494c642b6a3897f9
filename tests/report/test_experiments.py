"""The log keeps what was written, in order, and names what cannot be read."""

from datetime import date
from pathlib import Path

import pytest

from report.experiments import FILE, Experiment, Log, added, entry, read_log, table, write_log
from scenarios.faults import ScenarioError
from scenarios.load import load

DAY = date(2021, 1, 7)


def test_entries_are_read_back_in_order(tmp_path: Path) -> None:
    first = entry(load("absence-wave"), "absence-wave", DAY, finding="Open assessments rise: by £, 15 % and more")
    second = Experiment(on=DAY, run="outputs/x", question="And then?", decision="Hire: no\nMore later")
    write_log(added(added(Log(), first), second), tmp_path)
    assert read_log(tmp_path).experiments == (first, second)
    assert list(table(read_log(tmp_path))["run"]) == ["absence-wave", "outputs/x"]
    assert first.question == load("absence-wave").question.strip()


def test_where_there_is_no_log_there_are_no_entries(tmp_path: Path) -> None:
    assert read_log(tmp_path) == Log()
    assert len(table(Log())) == 0


def test_a_misspelt_entry_is_told_at_its_line(tmp_path: Path) -> None:
    text = "experiments:\n  - on: 2021-01-07\n    run: x\n    question: q\n    findings: y\n"
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"experiments.yaml:5 .*did you mean 'finding'"):
        read_log(tmp_path)
