"""No room to write: a plain word, exit code 3, nothing half-written, and what was there before still there."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from simulate.store import in_place, write_csv, write_table, write_text

ROOM = 4000
"""Bytes that a file may have: fewer than the schema, the starter's workbook or a run's tables take."""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="room is limited by the system's own limits")


def no_room(*words: object) -> subprocess.CompletedProcess[str]:
    code = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({ROOM}, {ROOM}))
from frontdoor.cli import main
sys.argv = ["frontdoor", *{[str(word) for word in words]!r}]
main()
"""
    return subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("command", ["schema", "describe", "init"])
def test_a_file_too_many_is_told_and_taken_back(tmp_path: Path, command: str) -> None:
    target = tmp_path / "new"
    words = {"schema": ["--out", target], "describe": ["west-sussex", "--out", target], "init": [target]}[command]
    done = no_room(command, *words)
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("Cannot write: ")
    assert ".partial" not in done.stderr
    assert "Traceback" not in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_run_without_room_leaves_no_folder(tmp_path: Path) -> None:
    words = ("--replications", 2, "--set", "horizon_months=2", "--processes", 1, "--out", tmp_path)
    done = no_room("run", "west-sussex", *words)
    assert done.returncode == 3, done.stderr
    assert "Cannot write" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_table, write_csv])
def test_a_table_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, write: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table"
    path.write_text("old", encoding="utf-8")

    def full(*_args: object, **_how: object) -> None:
        raise OSError(errno.ENOSPC, "Error writing bytes to file. Detail: [errno 28]")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="Error writing") as caught:
        write(pd.DataFrame({"a": [1]}), path)  # type: ignore[operator]
    assert caught.value.filename == str(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["table"]


def test_what_is_written_takes_the_place_of_what_was(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("old", encoding="utf-8")
    write_text("new\n", path)
    assert path.read_bytes() == b"new\n"

    def stopped() -> None:
        with in_place(path) as beside:
            beside.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert path.read_bytes() == b"new\n"
    assert [each.name for each in tmp_path.iterdir()] == ["words.txt"]
