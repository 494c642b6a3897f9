"""What would explain the 1,675 open assessments of December 2020? One change at a time, then together.

    python benchmarks/hindcast.py [replications]

Prints, for the start in December 2019, the simulated open assessments of December 2020 and timeliness of 2020-21 beside
the published figures. The changes are laid on practice held as in 2019-20 and use what was published after the
hindcast's start: a diagnosis, not a hindcast.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from frontdoor import api
from scenarios import load

START = "december_2019"
STAFF = "workforce.teams.assessment.staff"
HELD: dict[str, Any] = {"drift": None}
MORE = {"service.entries.known_children.per_unit": 0.119}
SLOWER = {"service.stages.assessment.least_elapsed.counts": [99, 1041, 1732, 1953, 2080, 2209, 642, 313, 169]}
FLAT = {f"{STAFF}.experienced.fte": 70.4, f"{STAFF}.agency.fte": 13.9}
ILL = {"workforce.absence.sickness.at_work.mean": 90}
CHANGES: dict[str, dict[str, Any]] = {
    "hindcast as shipped": {},
    "practice held as in 2019-20": HELD,
    "1.12 assessments a referral (published for 2020-21)": HELD | MORE,
    "elapsed time as published for 2020-21": HELD | SLOWER,
    "assessment teams stay at the size of December 2019": HELD | FLAT,
    "absence near 7 % (twice that published for 2020-21)": HELD | ILL,
    "more assessments and slower ones": HELD | MORE | SLOWER,
    "all four": HELD | MORE | SLOWER | FLAT | ILL,
}
FACTS = (("assessment_open", "2020-12", 1675), ("assessment_within_45_working_days", "2020-21", 0.890))


def main(replications: int) -> None:
    """Run each change and print one row for it."""
    base = load.load("west-sussex-hindcast", {"replications": replications})
    only = base.model_copy(update={"starts": {START: base.starts[START]}})
    print(f"{'':52s}" + "".join(f"{name} {period} ({value:g})".rjust(52) for name, period, value in FACTS))
    for words, change in CHANGES.items():
        results, _ = api.simulate(load.changed(only, change, "diagnosis") if change else only)
        cells = []
        for measure, period, _ in FACTS:
            found = results.summary
            row = found[(found["measure"] == measure) & (found["period"] == period)].iloc[0]
            cells.append(f"{row['mean']:.4g} ({row['p05']:.4g} to {row['p95']:.4g})".rjust(52))
        print(f"{words:52s}{''.join(cells)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
