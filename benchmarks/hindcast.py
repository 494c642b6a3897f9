"""What would explain the 1,675 open assessments of December 2020? One change at a time, then together.

    python benchmarks/hindcast.py [replications]

Prints, for the start in December 2019, the simulated open assessments of December 2020 and timeliness of 2020-21 beside
the published figures. The changes are laid on practice held as in 2019-20 and use what was published after the
hindcast's start: a diagnosis, not a hindcast. Then, for the start in April 2018, what would have more assessments
completed the same day.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from frontdoor import api
from scenarios import load

ASSESSMENT = "service.stages.assessment"
STAFF = "workforce.teams.assessment.staff"
HELD: dict[str, Any] = {"drift": None}
MORE = {"service.entries.known_children.per_unit": 0.119}
SLOWER = {f"{ASSESSMENT}.least_elapsed.counts": [99, 1041, 1732, 1953, 2080, 2209, 642, 313, 169]}
AFTER = {f"{ASSESSMENT}.least_elapsed.counts": [89, 853, 992, 1486, 1843, 2715, 989, 659, 337]}
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
    "elapsed time as published for 2021-22": HELD | AFTER,
    "more assessments, slower as in 2021-22": HELD | MORE | AFTER,
}
AT_ZERO = {
    f"{ASSESSMENT}.least_elapsed.edges": [0, 0.02, 0.5, 10.5, 20.5, 30.5, 40.5, 45.5, 50.5, 60.5, 90],
    f"{ASSESSMENT}.least_elapsed.counts": [464, 0, 2062, 1129, 1527, 1581, 2417, 690, 375, 213],
}
UNEQUAL = {f"{ASSESSMENT}.effort.sigma": 1.3, f"{ASSESSMENT}.effort_goes_with_elapsed": 0.95}
QUICKER: dict[str, dict[str, Any]] = {
    "practice held as in 2019-20": HELD,
    "same-day assessments may take no time": HELD | AT_ZERO,
    "work more unequal, and tied to time": HELD | UNEQUAL,
    "next to no work (half an hour)": HELD | {f"{ASSESSMENT}.effort.mean": 0.5},
    "all three": HELD | AT_ZERO | UNEQUAL | {f"{ASSESSMENT}.effort.mean": 0.5},
}
Facts = tuple[tuple[str, str, float], ...]
FACTS: Facts = (("assessment_open", "2020-12", 1675), ("assessment_within_45_working_days", "2020-21", 0.890))
DAYS: Facts = tuple(
    (f"assessment_share_{band}", "2019-20", value)
    for band, value in (("same_day", 0.0444), ("1_to_10_days", 0.1972), ("11_to_20_days", 0.108))
)


def main(replications: int) -> None:
    """Run each change of both kinds."""
    explain("december_2019", CHANGES, FACTS, replications)
    print()
    explain("april_2018", QUICKER, DAYS, replications)


def explain(start: str, changes: dict[str, dict[str, Any]], facts: Facts, replications: int) -> None:
    """Run each change from a start and print one row for it."""
    base = load.load("west-sussex-hindcast", {"replications": replications})
    only = base.model_copy(update={"starts": {start: base.starts[start]}})
    print(f"{'':52s}" + "".join(f"{name} {period} ({value:g})".rjust(52) for name, period, value in facts))
    for words, change in changes.items():
        results, _ = api.simulate(load.changed(only, change, "diagnosis") if change else only)
        cells = []
        for measure, period, _ in facts:
            found = results.summary
            row = found[(found["measure"] == measure) & (found["period"] == period)].iloc[0]
            cells.append(f"{row['mean']:.4g} ({row['p05']:.4g} to {row['p95']:.4g})".rjust(52))
        print(f"{words:52s}{''.join(cells)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
