"""Every kind of page and paper, made from real runs of few futures and drawn as pictures, for somebody to look at.

Run: python -m benchmarks.report_look [--out FOLDER] [--replications N] [KIND...]

Kinds: base, surge, hindcast, empty-history, one-team, thirty-teams, nobody, attached (without one, all). For each, the
folder holds the run, `wide-*.png` (1,280 pixels, shut), `open-*.png` (with every description and table open),
`narrow.png` (320 pixels), `zoomed-*.png` (400 % zoom), `print.pdf` and `print-*.png`, `paper-*.png` and
`workbook-*.png`. What is measured is printed: size of the page, width at 320 pixels, printed pages, whether the first
page holds the summary. Needs Chromium, playwright, LibreOffice and poppler.
"""

from __future__ import annotations

import argparse
import math
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from frontdoor import api, comparing, reporting, sensing, sweeps
from scenarios.design import designed
from scenarios.load import changed
from scenarios.schema import Scenario
from scenarios.sweep import Sweep

SUB_TEAMS = "workforce.teams.assessment.sub_teams"
SHARE = "surges.schools.deferred_share"
STAFF = "workforce.teams.assessment.staff"
POSTS = f"{STAFF}.experienced.fte"
ABSENCE = ("workforce.absence.*", "service.stages.assessment.effort.*", "service.stages.conference.*")
STATED = {
    name: {"value": much, "unit": f"{name} a month", "source": "assumed"}
    for name, much in (("contacts", 3900), ("referrals", 800))
}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "base": ("west-sussex", {}),
    "surge": ("deferred-surge", {}),
    "hindcast": ("west-sussex-hindcast", {}),
    "empty-history": ("west-sussex", {"demand": {"source": "steady", "per_month": STATED}}),
    "one-team": ("west-sussex", {SUB_TEAMS: 1}),
    "thirty-teams": ("west-sussex", {SUB_TEAMS: 30}),
    "nobody": ("west-sussex", {f"{STAFF}.{post}.fte": 0 for post in ("experienced", "newly_qualified", "agency")}),
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SLICE, NARROW, COLUMN = 1500, 320, 2000  # pixels: height of a picture, width of a phone, height of its columns
A4 = {"width": 688, "height": 1024}  # 182 by 271 mm, the page within its margins, in pixels of 1/96 inch


def scenario(kind: str, replications: int) -> Scenario:
    """The scenario of this kind with few futures."""
    name, settings = KINDS[kind]
    about = {"name": kind, "title": f"{kind.replace('-', ' ').capitalize()}: a page to look at"} if settings else {}
    return changed(api.load(name), {**settings, **about, "replications": replications}, kind)


def run(kind: str, out: Path, replications: int) -> Path:
    """The folder of a run of this kind, made where it is not there yet."""
    done = sorted((out / "run").glob("*/report.html"))
    if done:
        return done[-1].parent
    return api.run(scenario(kind, replications), out=out / "run", processes=1)[1]


def folders_beside(out: Path, replications: int) -> list[Path]:
    """A comparison taken apart, a sweep over posts and surge, and a sensitivity, each stored in its own folder."""
    names = ["west-sussex", "deferred-surge", "winter-plan"]
    compared = comparing.compare_scenarios(names, replications=replications, steps=True, out=out, processes=1)
    grid = Sweep(
        name="posts-and-surge",
        question="How many experienced posts hold the target when held-back demand comes back?",
        base="deferred-surge",
        design="grid",
        settings={POSTS: [70, 80, 89, 100, 110], SHARE: [0.1, 0.385, 0.77]},
        replications=replications,
        measures=("assessment_within_45_working_days", "assessment_open", "assessment_waiting"),
    )
    swept = sweeps.sweep_design(designed(grid), out=out, processes=1)
    moved = sensing.sensitivity("west-sussex", patterns=ABSENCE, replications=replications, out=out, processes=1)
    return [swept.folder, comparing.write_comparison(compared, out), moved.folder]


def look(folder: Path, out: Path, browser: Browser) -> None:
    """Draw the page of a run in every width and print it."""
    address = (folder / "report.html").as_uri()
    for name, opened in (("wide", False), ("open", True)):
        with _page(browser, address, 1280, 900, opened=opened) as page:
            for i, piece in enumerate(_slices(page, 1280, SLICE)):
                piece_path = out / f"{name}-{i + 1:02}.png"
                page.screenshot(path=piece_path, full_page=True, clip=piece)
    with _page(browser, address, NARROW, 640) as page:
        print(f"  width at 320 pixels  {page.evaluate('document.documentElement.scrollWidth')}")
        page.screenshot(path=out / "narrow.png", full_page=True)
        _columns(out / "narrow.png")
    with _page(browser, address, NARROW, 256, scale=4) as page:
        for i in range(6):
            page.evaluate(f"window.scrollTo(0, {i * 256})")
            page.screenshot(path=out / f"zoomed-{i + 1}.png")
    with _page(browser, address, A4["width"], A4["height"]) as page:
        page.pdf(path=out / "print.pdf", prefer_css_page_size=True, print_background=False)
    _pages(out / "print.pdf", out / "print")
    print(f"  page                 {(folder / 'report.html').stat().st_size / 1e6:.2f} MB")
    print(f"  printed pages        {len(list(out.glob('print-*.png')))}, first holds the summary: {_whole(out)}")


@contextmanager
def _page(
    browser: Browser, address: str, width: int, height: int, *, scale: float = 1, opened: bool = False
) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
    page = context.new_page()
    page.goto(address)
    if opened:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    yield page
    context.close()


def _slices(page: Page, width: int, tall: int) -> list[Any]:
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    return [
        {"x": 0, "y": y, "width": width, "height": min(tall, height - y)}
        for y in range(0, min(height, 40 * tall), tall)
    ]


def _columns(path: Path) -> None:
    """A long narrow picture cut into columns side by side."""
    long = Image.open(path).convert("RGB")
    count = math.ceil(long.height / COLUMN)
    wide = Image.new("RGB", (count * (long.width + 12), COLUMN), "grey")
    for i in range(count):
        wide.paste(
            long.crop((0, i * COLUMN, long.width, min((i + 1) * COLUMN, long.height))), (i * (long.width + 12), 0)
        )
    wide.save(path)


def _pages(pdf: Path, stem: Path, resolution: int = 60) -> None:
    subprocess.run(["pdftoppm", "-r", str(resolution), "-png", str(pdf), str(stem)], check=True)


def _whole(out: Path) -> bool:
    """Whether the printed summary ends on the first page: what is said of reading it is its last line."""
    done = subprocess.run(["pdftotext", "-l", "1", str(out / "print.pdf"), "-"], capture_output=True, text=True)
    return "figures without it are published or set" in " ".join(done.stdout.split())


def office(folder: Path, out: Path) -> None:
    """Open the workbook and the paper in LibreOffice and print them."""
    for name, stem in (("results.xlsx", "workbook"), ("paper.docx", "paper")):
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out), str(folder / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told = [line for line in done.stderr.splitlines() if "javaldx" not in line]
        print(f"  {name:<20} {'; '.join(told) or 'opened without a warning'}")
        _pages(out / f"{Path(name).stem}.pdf", out / stem)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make and draw the kinds asked for."""
    every = [*KINDS, "attached"]
    parser = argparse.ArgumentParser(description="Draw every kind of page for somebody to look at.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(every))
    parser.add_argument("--out", type=Path, default=Path("outputs/look"))
    parser.add_argument("--replications", type=int, default=20)
    given = parser.parse_args(arguments)
    if unknown := set(given.kinds) - set(every):
        parser.error(f"no kind {', '.join(sorted(unknown))}: choose from {', '.join(every)}")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for kind in given.kinds or every:
            print(kind, flush=True)
            out = given.out / kind
            out.mkdir(parents=True, exist_ok=True)
            for old in out.glob("*.png"):
                old.unlink()
            base = given.out / ("base" if kind == "attached" else kind)
            folder = run("base" if kind == "attached" else kind, base, given.replications)
            beside = folders_beside(given.out, given.replications) if kind == "attached" else []
            reporting.report(folder, formats=("html", "xlsx", "docx"), beside=beside)
            look(folder, out, browser)
            office(folder, out)
        browser.close()


if __name__ == "__main__":
    main()
