"""Imports point one way: scenarios, forecast, simulate, report, frontdoor."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("scenarios", "forecast", "simulate", "report", "frontdoor")
FILES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Packages of ours that a file imports, relative imports counted as its own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(str(node.module).split(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.level > len(path.relative_to(ROOT).parts) - 1:
            names.add("<outside>")
    return names & {*LAYERS, "<outside>", "tests", "benchmarks"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_imports_a_layer_above_its_own(path: Path) -> None:
    own = LAYERS.index(path.relative_to(ROOT).parts[0])
    assert imported(path) <= set(LAYERS[: own + 1])


def test_every_layer_is_there() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(LAYERS)
