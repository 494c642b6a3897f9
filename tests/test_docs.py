"""Generated documents say what the code says; links between documents lead somewhere."""

import importlib.util
import re
from pathlib import Path

import pytest

from frontdoor.checking import check
from report.describe import described
from report.sources import assumptions
from scenarios.load import load

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def builder() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: dict[str, str] = module.documents()
    return made


def test_generated_documents_are_current() -> None:
    for name, text in builder().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"run python docs/build.py ({name})"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http", "mailto")):
            assert (page.parent / target).exists(), target


def blocks() -> list[tuple[str, str]]:
    """Every YAML block of the pages that planners copy from, with page and line."""
    found = []
    for page in (page for page in PAGES if "decisions" not in page.parts):
        text = page.read_text(encoding="utf-8")
        for block in re.finditer(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            found.append((f"{page.name}:{text[: block.start()].count(chr(10)) + 1}", block[1]))
    return found


@pytest.mark.parametrize(("place", "block"), blocks(), ids=[place for place, _ in blocks()])
def test_an_example_passes_its_check(place: str, block: str, tmp_path: Path) -> None:
    """A block that shows a change alone is laid over the worked case."""
    head = "name: example\nquestion: What does the example of the page do?\nbased_on: west-sussex\n"
    path = tmp_path / "example.yaml"
    path.write_text(block if block.startswith("name:") else head + block, encoding="utf-8")
    assert check(str(path)).faults == (), place


def test_practice_that_drifts_is_described_and_logged() -> None:
    drifting = load("practice-may-change")
    text, log = described(drifting), assumptions(drifting).set_index("setting")
    assert drifting.drift is not None
    for name, practice in drifting.drift.practices.items():
        assert f"(`{name}`): `{practice.setting}`" in text
        assert log.loc[f"drift.practices.{name}.by_year", "source"] == "learnt-drift"
    assert "once every April" in text
    assert "Practice that moves" not in described(load("west-sussex"))
