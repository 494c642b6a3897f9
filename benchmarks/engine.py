"""How fast the engines are: one table, made in one run.

    python benchmarks/engine.py [--volumes 1 4 16] [--rounds 3] [--full]

Every engine simulates the reference service (tests/data/reference-service.yaml), 24 months, at so many times its
volume: demand, staff and teams. Each measurement has a process of its own, in turns (round robin), and the median of
the rounds is printed. Seconds are processor seconds of one whole replication: for our engines drawing the children,
the roster, the simulation and all measures; `engine` alone is the simulation. `ratio` is against plain SimPy at the
same volume, `growth` against the same engine at volume 1. `--full` adds the West Sussex service with everything in it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulate.fast import SWITCH

ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "tests" / "data" / "reference-service.yaml"
ENGINES = ("plain SimPy", "tracer", "engine without numba", "engine with numba")
REPLICATIONS = {1: 12, 4: 8, 16: 8}
DAYS = 506


def main() -> None:
    """Measure and print."""
    options = parsed()
    if options.worker:
        print(json.dumps(measured(options.worker, options.volume)))
        return
    jobs = [("West Sussex", 1)] if options.full else [(e, k) for k in options.volumes for e in ENGINES]
    jobs = [(e, k) for e, k in jobs if k == 1 or e in ("plain SimPy", "engine with numba") or options.all]
    found: dict[tuple[str, int], list[dict[str, float]]] = {job: [] for job in jobs}
    for _ in range(options.rounds):
        for job in jobs:
            found[job].append(in_own_process(*job))
    show(found)


def parsed() -> argparse.Namespace:
    """The command's options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--volumes", type=int, nargs="+", default=[1, 4, 16], help="times the reference volume")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--all", action="store_true", help="also the slow engines at 4 and 16 times the volume")
    parser.add_argument("--full", action="store_true", help="the West Sussex service instead")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--volume", type=int, default=1, help=argparse.SUPPRESS)
    return parser.parse_args()


def in_own_process(engine: str, volume: int) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.engine", "--worker", engine, "--volume", str(volume)]
    env = {**os.environ, SWITCH: "0" if engine == "engine without numba" else "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(engine: str, volume: int) -> dict[str, float]:
    """Processor seconds a replication, of the simulation alone, and peak memory in MB."""
    if engine == "plain SimPy":
        whole, alone, first = plain(volume)
    else:
        whole, alone, first = ours(engine, volume)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"whole": whole, "alone": alone, "first": first, "memory": peak}


def plain(volume: int) -> tuple[float, float, float]:
    """The plain SimPy model."""
    from benchmarks.plain_simpy import Service

    begun = time.process_time()
    Service(1, volume).run(DAYS)
    took = time.process_time() - begun
    return took, took, took


def ours(engine: str, volume: int) -> tuple[float, float, float]:
    """One of our engines: the whole replication, the simulation alone, and the first run."""
    from scenarios.load import load
    from simulate import model, tracer
    from simulate.arrivals import arrive
    from simulate.clock import Clock
    from simulate.measures import measure
    from simulate.memory import keep_memory
    from simulate.pathway import compile
    from simulate.posts import establish
    from simulate.workforce import roster

    scenario = load("west-sussex") if engine == "West Sussex" else scaled(load(SERVICE), volume)
    clock, plan = Clock(scenario.as_at, scenario.horizon_months), compile(scenario)
    posts = establish(scenario, clock)
    number = 1 if engine in ("tracer", "engine without numba") and volume > 1 else REPLICATIONS[volume]
    number = 2 if engine == "tracer" and volume == 1 else number
    paths = demand(scenario, number + 1)
    run: Callable[..., Any] = tracer.run if engine == "tracer" else model.run
    keep_memory()
    wholes, alones = [], []
    for r in range(number + 1):
        begun = time.process_time()
        visits, people = arrive(plan, clock, paths, r, scenario.seed), roster(posts, scenario.seed, r)
        laid_out = time.process_time()
        trace = run(plan, clock, visits, people)
        done = time.process_time()
        measure(plan, clock, people, trace)
        wholes.append(time.process_time() - begun)
        alones.append(done - laid_out)
    return statistics.median(wholes[1:]), statistics.median(alones[1:]), alones[0]


def demand(scenario: Any, number: int) -> Any:
    """Futures to simulate: steady ones of the reference service, or the forecast's."""
    if scenario.demand.source == "steady":
        from simulate.arrivals import steady_paths

        rates = {name: float(rate) for name, rate in scenario.demand.per_working_day.items()}
        return steady_paths(rates, scenario.as_at, scenario.horizon_months, number, scenario.seed)
    from frontdoor.demand import base_paths

    return base_paths(scenario, number)


def scaled(scenario: Any, volume: int) -> Any:
    """So many times the demand, the staff, the sub-teams and the open cases."""
    if volume == 1:
        return scenario
    raw = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    for rate in raw["demand"]["per_working_day"].values():
        rate["value"] *= volume
    for team in raw["workforce"]["teams"].values():
        team["sub_teams"] *= volume if team["sub_teams"] > 1 else 1
        for staff in team["staff"].values():
            staff["fte"]["value"] *= volume
    for stage in raw["opening"].values():
        stage["open"]["value"] *= volume
    return type(scenario).model_validate(raw)


def show(found: dict[tuple[str, int], list[dict[str, float]]]) -> None:
    """Print the table."""
    middle = {job: {k: statistics.median(f[k] for f in rows) for k in rows[0]} for job, rows in found.items()}
    head = ("engine", "volume", "s/repl.", "repl./s", "ratio", "growth", "simulation s", "first run s", "MB")
    print("{:24} {:>6} {:>9} {:>9} {:>7} {:>7} {:>13} {:>12} {:>6}".format(*head))
    for (engine, volume), row in middle.items():
        yardstick, small = middle.get(("plain SimPy", volume)), middle.get((engine, 1))
        ratio = f"{yardstick['whole'] / row['whole']:.1f}" if yardstick else "-"
        growth = f"{row['whole'] / small['whole']:.1f}" if small else "-"
        print(
            f"{engine:24} {volume:6} {row['whole']:9.4f} {1 / row['whole']:9.2f} {ratio:>7} {growth:>7} "
            f"{row['alone']:13.4f} {row['first']:12.2f} {row['memory']:6.0f}"
        )


if __name__ == "__main__":
    main()
