"""How big the page is and how fast its what-if answers: a table, from invented results and a sweep of 1,000 runs.

Run: python -m benchmarks.report_page   (needs Chromium and playwright)
"""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

from report import whatif
from report.build import build

TESTS = Path(__file__).parent.parent / "tests" / "report" / "conftest.py"
MEASURES = {"assessment_within_45_working_days": "share of ends", "assessment_open": "children", "cost": "pounds"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ANSWER = """() => {
  const input = document.querySelector('#what-if-staffing-0'), times = [];
  for (let i = 0; i < 100; i++) {
    input.value = i % 10;
    const begun = performance.now();
    input.dispatchEvent(new Event('input', { bubbles: true }));
    document.body.getBoundingClientRect();
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b);
}"""


def sweep() -> pd.DataFrame:
    """A grid of 10 by 10 by 10 runs."""
    rows = []
    for i, point in enumerate(itertools.product(range(10), repeat=3)):
        for setting, value in zip(("fte", "surge", "absence"), point, strict=True):
            for measure, unit in MEASURES.items():
                mean = 0.5 + 0.01 * sum(point) if unit.startswith("share") else 1000.0 + 10 * sum(point)
                found = {"member": f"m{i}", "setting": setting, "value": float(value), "measure": measure}
                rows.append(found | {"unit": unit, "mean": mean, "low": 0.9 * mean, "high": 1.1 * mean})
    return pd.DataFrame(rows)


def main() -> None:
    spec = importlib.util.spec_from_file_location("invented", TESTS)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    results = module.invented()
    begun = time.perf_counter()
    section = whatif.section(sweep(), results.scenario)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        build(results, target, extra=(section,))
        built = time.perf_counter() - begun
        page_path = target / "report.html"
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page()
            page.goto(page_path.as_uri())
            times = page.evaluate(ANSWER)
            browser.close()
        print(f"report built, s                    {built:8.1f}")
        print(f"page with 1,000 runs embedded, MB  {page_path.stat().st_size / 1e6:8.2f}")
        print(f"what-if answers, ms, median        {times[50]:8.1f}")
        print(f"what-if answers, ms, slowest of 100{times[-1]:8.1f}")


if __name__ == "__main__":
    main()
