"""How much the open caseload at the start matters: the reference service from four starts, beside its published answer.

    python -m benchmarks.reference_start [REPLICATIONS] [fast|tracer]

Prints means over the 24 months with 95 % half-widths. Decision record 0206 reads from this table.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from scenarios.load import changed, load
from simulate.arrivals import steady_paths
from simulate.once import prepare

REFERENCE = Path(__file__).parents[1] / "tests" / "data" / "reference-service.yaml"
PUBLISHED = "open 1,139 ± 5, waiting 36.7 ± 2.3, within 45 days 0.773 ± 0.003, closed 15,555, stock 1,315 ± 3"
PLANS = ("cp", "cin", "cla")
OPENING = "opening.assessment"
STARTS = {
    "an even share of work and time left": {},
    "all of it left (a fresh draw)": {f"{OPENING}.share_left": None},
    "left given the age, ages as in a steady flow": {f"{OPENING}.share_left": None, f"{OPENING}.ages": "stationary"},
    "nobody open": {f"{OPENING}.open": 0},
}


def main(replications: int, engine: str) -> None:
    """Print one row a start."""
    print(f"published, 300 replications: {PUBLISHED}")
    print(f"{engine} engine, {replications} replications\n")
    print(f"{'start':46}{'open':>12}{'waiting':>13}{'within 45':>16}{'closed':>14}{'stock':>12}")
    base = load(REFERENCE)
    for title, change in STARTS.items():
        one = prepare(changed(base, change, "start") if change else base, engine)
        paths = steady_paths({"contacts": 182.0}, base.as_at, base.horizon_months, replications, base.seed)
        rows = []
        for r in range(replications):
            run, _ = one.live(paths.rows(range(r, r + 1)), None, r)
            stock = sum(run.of(f"{plan}_open_mean") for plan in PLANS)
            names = ("open_mean", "waiting_mean", "within_45_working_days", "ends")
            rows.append([*(run.of(f"assessment_{name}") for name in names), stock])
        mean, half = np.mean(rows, axis=0), 1.96 * np.std(rows, axis=0, ddof=1) / np.sqrt(replications)
        shown = [f"{m:,.{d}f} ± {h:.{d}f}" for m, h, d in zip(mean, half, (0, 1, 3, 0, 0), strict=True)]
        print(f"{title:46}{shown[0]:>12}{shown[1]:>13}{shown[2]:>16}{shown[3]:>14}{shown[4]:>12}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, sys.argv[2] if len(sys.argv) > 2 else "fast")
