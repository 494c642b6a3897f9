"""Smallest team on the reference service, what pairing is worth, and how fast an emulator answers.

Run from the root of the project: python -m benchmarks.whatifs [seeds]. Seeds (default 8) are independent searches.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from frontdoor.comparing import Simulated
from frontdoor.lab import lab
from frontdoor.staffing import smallest_team
from report.compare import explained
from report.emulator import fit
from scenarios.design import latin_hypercube
from scenarios.load import changed, load
from scenarios.sweep import Range

REFERENCE = Path(__file__).resolve().parents[1] / "tests" / "data" / "reference-service.yaml"
POSTS = "workforce.teams.assessment.staff.workers.fte"
TARGET = "assessments in 45 working days >= 0.8"
PAIRS = 60


def smallest(seeds: int, out: Path) -> None:
    """Bar: 156 workers, give or take 2, with at most 150 replications."""
    reference = load(REFERENCE)
    print("smallest team on the reference service: 80 % within 45 days on average over replications")
    for seed in range(1, seeds + 1):
        began = time.perf_counter()
        scenario = reference.model_copy(update={"seed": seed})
        found = smallest_team(scenario, [TARGET], probability=None, teams=["assessment"], out=out)
        [team] = found.teams
        guess = team.guess
        first = f"offered load {guess.load:.0f}, square-root rule {guess.with_safety:.0f}" if guess else ""
        neighbours = ", ".join(f"{p.posts:g}: {p.estimate:.3f}" for p in team.answer.neighbours)
        seconds = time.perf_counter() - began
        print(
            f"  seed {seed}: {team.answer.posts:g} workers, {found.replications} replications, {seconds:.1f} s"
            f" ({neighbours}; {first})",
            flush=True,
        )


def pairing(out: Path) -> None:
    """Bar: for open cases, one more worker a team, a paired variance of at most a third of the unpaired."""
    base = load(REFERENCE)
    more = changed(base, {POSTS: 160, "name": "one-more"}, "one-more")
    with lab(out) as bench:
        found = bench.measured({"base": base, "more": more}, range(PAIRS))
    table = explained(Simulated(base, found["base"]), [Simulated(more, found["more"])])
    table = table[table["period"] == "all"].set_index("measure")
    print(f"pairing on the reference service, one more worker a team, {PAIRS} pairs: variance paired over unpaired")
    for measure in (
        "assessment_open",
        "assessment_open_mean",
        "assessment_waiting",
        "assessment_within_45_working_days",
        "assessment_caseload_per_fte",
    ):
        ratio = table.loc[measure, "ratio"]
        print(f"  {measure}: {ratio:.3f} (unpaired variance {1 / ratio:.1f} times)")


def emulator() -> None:
    """How long one answer of an emulator takes: 100 runs, 5 settings, 3 measures."""
    names = [f"s{at}" for at in range(5)]
    points = list(latin_hypercube({name: Range(low=0, high=1) for name in names}, 100, 1))
    members = pd.DataFrame([{"member": f"m{at}", **point} for at, point in enumerate(points)])
    inputs = members[names].to_numpy()
    parts = [
        pd.DataFrame(
            {"member": members["member"], "measure": f"y{k}", "unit": "u", "mean": np.sin(inputs @ np.ones(5) + k)}
        )
        for k in range(3)
    ]
    began = time.perf_counter()
    fitted = fit(members, pd.concat(parts))
    fitting = time.perf_counter() - began
    began = time.perf_counter()
    for point in points:
        fitted.predict(point)
    each = (time.perf_counter() - began) / len(points)
    explained_share = min(error.explained for error in fitted.errors.values())
    print(
        f"emulator: fitted and cross-checked in {fitting:.1f} s, {1000 * each:.1f} ms an answer, "
        f"explains {explained_share:.3f} of runs left out"
    )


def main() -> None:
    """Print all three."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    with tempfile.TemporaryDirectory() as name:
        pairing(Path(name))
        smallest(seeds, Path(name))
    emulator()


if __name__ == "__main__":
    main()
