"""How fast a sweep runs, how much memory it takes, what Dask adds, and whether kills leave a trace.

Run from the root of the project: python -m benchmarks.sweep [full] [dask] [kills]. Without a word, all three.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from frontdoor.sweeps import spoken, sweep

FTE = "workforce.teams.assessment.staff.experienced.fte"
AWAY = "workforce.absence.sickness.away.mean"
EFFORT = "service.stages.assessment.effort.mean"
ROUNDS = 3
KILLS = 20
EVERY = 10.0


def sweep_file(folder: Path, name: str, members: int, replications: int) -> Path:
    """A Latin hypercube over posts, sickness and effort of the whole West Sussex service, 24 months."""
    path = folder / f"{name}.yaml"
    lines = [
        f"name: {name}",
        "question: How fast?",
        "base: west-sussex",
        "design: latin hypercube",
        f"members: {members}",
        f"replications: {replications}",
        "settings:",
        f"  {FTE}: own range",
        f"  {AWAY}: own range",
        f"  {EFFORT}: {{low: 6, high: 10}}",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Memory(threading.Thread):
    """Looks every few seconds at the memory of this process and all below it; proportional where Linux tells.

    Not oftener: one look takes the system some hundredths of a second, which the sweep goes without.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(EVERY):
            self.peak = max(self.peak, sum(map(_megabytes, _family(os.getpid()))))


def _family(root: int) -> list[int]:
    found = [root]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                found += [int(word) for word in task.read_text().split()]
            except OSError:
                continue
    return found


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def full(members: int, replications: int, processes: int) -> None:
    """The bar: 100 scenarios x 200 replications x 24 months in 10 minutes on 2 cores, under 2 GiB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = sweep_file(folder, "full", members, replications)
        memory = Memory()
        memory.start()
        began = time.perf_counter()
        swept = sweep(str(path), out=folder, processes=processes, say=print)
        seconds = time.perf_counter() - began
        memory.over.set()
        size = sum(file.stat().st_size for file in swept.folder.rglob("*") if file.is_file()) / 2**20
        runs = members * replications
        print(f"full: {members} members x {replications} replications x 24 months, {processes} processes")
        print(f"  {seconds:,.0f} seconds ({spoken(seconds)}), {runs / seconds:.1f} replications a second")
        print(f"  {runs / seconds / processes:.1f} a second and process, failed {len(swept.failed)}")
        print(f"  peak memory {memory.peak:,.0f} MiB of all processes, folder {size:,.0f} MiB")


def dask(processes: int) -> None:
    """The same sweep by turns on the process pool and on a local Dask cluster of as many workers."""
    from distributed import LocalCluster

    print(f"dask: 6 members x 40 replications, {ROUNDS} rounds by turns on {processes} workers")
    with (
        LocalCluster(n_workers=processes, threads_per_worker=1, dashboard_address=None) as cluster,
        tempfile.TemporaryDirectory() as name,
    ):
        ratios: list[float] = []
        shares: list[float] = []
        for turn in range(ROUNDS + 1):
            times: dict[str, float] = {}
            work: dict[str, float] = {}
            for kind in ("pool", "dask"):
                folder = Path(name) / f"{turn}-{kind}"
                folder.mkdir()
                path = sweep_file(folder, "small", 6, 40)
                began, worked = time.perf_counter(), _processor_seconds()
                address = cluster.scheduler_address if kind == "dask" else None
                sweep(str(path), out=folder, processes=processes, cluster=address)
                times[kind], work[kind] = time.perf_counter() - began, _processor_seconds() - worked
            word = "warm-up" if turn == 0 else f"round {turn}"
            for what, taken in (("time", times), ("processor time", work)):
                ratio = taken["dask"] / taken["pool"]
                print(f"  {word}, {what}: pool {taken['pool']:.1f} s, dask {taken['dask']:.1f} s, ratio {ratio:.2f}")
            ratios += [times["dask"] / times["pool"]] if turn else []
            shares += [work["dask"] / work["pool"]] if turn else []
        same = _bytes(Path(name) / "1-pool") == _bytes(Path(name) / "1-dask")
        middle = len(ratios) // 2
        print(f"  median ratio {sorted(ratios)[middle]:.2f} of time, {sorted(shares)[middle]:.2f} of processor time")
        print(f"  same bytes: {same}")


def kills(processes: int, number: int = KILLS) -> None:
    """Kill a real sweep at random instants and in every way, resume it, and compare every byte with a whole one."""
    rng = random.Random(5)
    ways = [(sign, group) for sign in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT) for group in (False, True)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = sweep_file(folder, "killed", 4, 40)
        command = [sys.executable, "-m", "frontdoor", "sweep", str(path), "--quiet", "--processes", str(processes)]
        command += ["--set", "horizon_months=6"]
        subprocess.run([*command, "--out", str(folder / "warm-up")], check=True, capture_output=True)
        began = time.perf_counter()
        subprocess.run([*command, "--out", str(folder / "whole")], check=True, capture_output=True)
        whole = time.perf_counter() - began
        same = 0
        for kill in range(number):
            out = folder / f"kill-{kill}"
            sign, group = ways[kill % len(ways)]
            ended: int | None = 0
            while ended == 0:  # it was done before it was killed: sooner next time
                shutil.rmtree(out, ignore_errors=True)
                process = subprocess.Popen(
                    [*command, "--out", str(out)],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=rng.uniform(0.02, 1.0) * whole)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, sign) if group else process.send_signal(sign)
                ended = process.wait(timeout=120)
                whole *= 0.9 if ended == 0 else 1.0
            done = len(list(out.glob("**/pieces/*.parquet")))
            subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)
            equal = _bytes(out) == _bytes(folder / "whole")
            same += equal
            how = f"{sign.name} to {'all processes' if group else 'the parent'}, ended with {ended}"
            print(f"  kill {kill + 1}: {how}; {done} pieces were kept, same bytes after resuming: {equal}", flush=True)
        print(f"kills: {same} of {number} end with the bytes of an uninterrupted sweep ({whole:.1f} s)")


def _processor_seconds() -> float:
    """Processor time of this process, of all that live below it, and of those that have ended."""
    ticks = os.sysconf("SC_CLK_TCK")
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for process in _family(os.getpid()):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def _bytes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("sweep_*/**/*"))
        if path.is_file()
    }


def main() -> None:
    """Read what is asked for and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["full", "dask", "kills", []], help="which; all without")
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    parts = asked.parts or ["full", "dask", "kills"]
    if "full" in parts:
        full(asked.members, asked.replications, asked.processes)
    if "dask" in parts:
        dask(asked.processes)
    if "kills" in parts:
        kills(asked.processes)


if __name__ == "__main__":
    main()
