"""The page in a real browser: accessible, usable by keyboard, narrow, printed, offline, and without script."""

from __future__ import annotations

import importlib.util
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from report import effects, falls, sweeps, whatif
from report.build import build
from report.page import Section
from simulate.results import Results

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed here")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed here")

CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here: apt-get install chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FTE, SURGE, ABSENCE = "staff.experienced.fte", "surges.schools.deferred_share", "absence.share_away"
ON_TIME = "assessment_within_45_working_days"
KINDS = ["base", "hindcast", "empty_history", "one_team", "thirty_teams", "wordy"]
WORDY = {  # as many words as a scenario of the library has on its first page
    "title": "A combined winter plan against lockdown, absence and demand that comes back in spring 2021",
    "question": "If half of what schools, health and families did not refer between April and July 2020 reaches the "
    "front door after all, from April 2021 on, and a third lockdown and a wave of absence come together, does a plan "
    "of agency assessors, the Integrated Front Door and less administration hold the assessment teams?",
}
A4 = {"width": 688, "height": 1024}  # 182 by 271 mm, the page within its margins, in pixels of 1/96 inch


def invented() -> ModuleType:
    spec = importlib.util.spec_from_file_location("invented", Path(__file__).parent / "report" / "conftest.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sweep_table() -> pd.DataFrame:
    rows = []
    for i, (fte, surge, away) in enumerate(itertools.product([80, 90, 100, 110, 120], [0.0, 0.2], [0.0, 0.1])):
        mean = min(0.6 + 0.005 * (fte - 80) - 0.3 * surge - 0.2 * away, 1.0)
        for setting, value in ((FTE, fte), (SURGE, surge), (ABSENCE, away)):
            for measure, unit, m in ((ON_TIME, "share of ends", mean), ("assessment_open", "children", 2000 - 5 * fte)):
                found = {"member": f"m{i:02}", "setting": setting, "value": value, "measure": measure, "unit": unit}
                rows.append(found | {"mean": m, "low": 0.9 * m, "high": 1.05 * m})
    return pd.DataFrame(rows)


def with_sweep(results: Results) -> tuple[Section, ...]:
    """A page's further sections: what-if, surface, comparison, tornado and waterfall."""
    table, scenario = sweep_table(), results.scenario
    live = whatif.section(table, scenario, titles={FTE: "social workers", SURGE: "surge", ABSENCE: "absence"})
    plain = table[table["member"].isin(table[(table["setting"] == ABSENCE) & (table["value"] == 0)]["member"])]
    surface = sweeps.surface(plain, scenario, FTE, SURGE, ON_TIME, target=0.7, source="An invented sweep")
    steps = pd.DataFrame({"step": ["base", "surge", "interplay"], "change": [1460.0, 90.0, 2.0]})
    steps = steps.assign(title=steps["step"], low=1.0, high=100.0, unit="children")
    fall = falls.waterfall(steps, "open assessments", other="surge")
    assumed = {"setting": "hours", "title": "hours", "unit": "hours", "source": "assumed", "low_value": 4}
    assumed |= {
        "high_value": 16,
        "measure": ON_TIME,
        "measure_unit": "share of ends",
        "base_mean": 0.8,
        "certain": True,
    }
    tornado = effects.tornado(pd.DataFrame([assumed | {"low_mean": 0.9, "high_mean": 0.5}]), scenario, ON_TIME)
    opened = assumed | {"measure": "assessment_open", "measure_unit": "children", "base_mean": 1460.0}
    another = effects.tornado(
        pd.DataFrame([opened | {"low_mean": 1300.0, "high_mean": 1700.0}]), scenario, "assessment_open"
    )
    return (
        Section("staffing", "Staffing answer", (surface,), live.blocks),
        Section("compare", "Scenarios compared", (fall,)),
        Section("sensitivity", "What matters most", (tornado, another)),
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One page of every kind."""
    module, out = invented(), {}
    for name in KINDS:
        results = module.invented(**{**(WORDY if name == "wordy" else module.CASES[name]), "horizon_months": 15})
        folder = tmp_path_factory.mktemp(name)
        extra = with_sweep(results) if name == "base" else ()
        warnings = ("Made from stale inputs.",) if name == "hindcast" else ()
        build(results, folder, formats=("html",), extra=extra, warnings=warnings, publish=name == "thirty_teams")
        out[name] = folder / "report.html"
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as player:
        found = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


STATES = [
    ("base", 1200, (False, True)),
    ("base", 320, (True,)),
    ("hindcast", 1200, (True,)),
    ("empty_history", 1200, (False,)),
    ("one_team", 1200, (False,)),
    ("thirty_teams", 320, (False,)),
]


@pytest.mark.parametrize(("kind", "width", "states"), STATES)
def test_axe_finds_nothing_with_everything_shut_and_open(
    browser: Any, pages: dict[str, Path], kind: str, width: int, states: tuple[bool, ...]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(pages[kind].as_uri())
    for opened in states:
        page.evaluate("open => document.querySelectorAll('details').forEach(d => { d.open = open; })", opened)
        found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, found.generate_report()
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_at_320_pixels_or_400_per_cent_nothing_needs_scrolling_sideways(
    browser: Any, pages: dict[str, Path], kind: str
) -> None:
    for viewport, scale in (({"width": 320, "height": 640}, 1), ({"width": 320, "height": 256}, 4)):
        page = browser.new_page(viewport=viewport, device_scale_factor=scale)
        page.goto(pages[kind].as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_printed_page_holds_the_whole_summary(browser: Any, pages: dict[str, Path], kind: str) -> None:
    page = browser.new_page(viewport=A4)
    page.goto(pages[kind].as_uri())
    page.emulate_media(media="print")
    bottom = page.evaluate("document.querySelector('.summary').getBoundingClientRect().bottom + window.scrollY")
    assert bottom <= A4["height"]
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_fetched_and_no_script_fails(browser: Any, pages: dict[str, Path], kind: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(pages[kind].as_uri(), wait_until="networkidle")
    assert asked == [pages[kind].as_uri()]
    assert wrong == []
    page.close()


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def test_the_what_if_is_walked_and_answered_by_keyboard_alone(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(pages["base"].as_uri())
    page.keyboard.press("Tab")
    assert focused(page) == "skip"
    page.keyboard.press("Enter")
    reached = []
    for _ in range(200):
        page.keyboard.press("Tab")
        reached.append(focused(page))
        if reached[-1] == "what-if-staffing-0":
            break
    assert reached[-1] == "what-if-staffing-0"
    before = page.inner_text("#what-if-staffing dl")
    assert "social workers 80" in page.inner_text("#what-if-staffing .told")
    page.keyboard.press("ArrowRight")
    assert "social workers 90" in page.inner_text("#what-if-staffing .told")
    assert page.inner_text("#what-if-staffing dl") != before
    assert page.get_attribute("#what-if-staffing-0", "aria-valuetext") == "90"
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    assert focused(page) == "what-if-staffing-1"
    page.keyboard.press("ArrowDown")
    told = page.inner_text("#what-if-staffing .told")
    assert "social workers 120, surge 20%" in told
    assert told.startswith("Simulated:")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert "what-if" not in focused(page)
    page.close()


def test_the_answer_shown_is_the_run_of_the_table(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(pages["base"].as_uri())
    table = sweep_table()
    wanted = table[(table["measure"] == "assessment_open")].drop_duplicates("member").set_index("member")["mean"]
    for step in range(5):
        page.fill("#what-if-staffing-0", str(step))
        told = page.inner_text("#what-if-staffing .told")
        member = told.rsplit("run ", 1)[1].rstrip(").")
        assert f"about {wanted[member]:,.0f} " in page.inner_text("#what-if-staffing dl")
    page.close()


def test_without_script_the_table_stands_in_its_place(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["base"].as_uri())
    assert page.is_visible("#what-if-staffing table")
    assert not page.is_visible("#what-if-staffing form")
    context.close()


def test_motion_is_still_for_those_who_ask(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(pages["base"].as_uri())
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.close()


def test_focus_is_seen(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(pages["base"].as_uri())
    page.keyboard.press("Tab")
    style = "getComputedStyle(document.activeElement)"
    assert page.evaluate(f"parseFloat({style}.outlineWidth)") >= 3
    small = page.evaluate(
        "[...document.querySelectorAll('nav a, summary, select, input')].filter(e => e.getBoundingClientRect().height"
        " && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []
    page.close()
