"""What looking at GPUs costs: the share of a core of programs that sample, over a minute, and their memory.

The driver is the stub of the tests (two GPUs, six processes), which answers at once: what is measured is tflsp's own
work, nvidia-ml-py's among it, and not the driver's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import memory, programs
from bench.figures import mebibytes, table
from bench.options import Goal, Options, Results, listing, recorded

WATCHERS = 2
SETTLED = 5.0
"""Seconds from the start until what a start costs is over."""


def run(options: Options) -> Results:
    """Measures two watchers with a sampler each, and one that is shared, as the daemon shares it."""
    if options.peers_only:
        return {}
    from tests.gpu_stub.machine import GIB, T4, Machine

    command = [*(options.subject or programs.tflsp()), "gpu", "--json", "--watch"]
    seconds = 15.0 if options.quick else 60.0
    held = ",".join(f"{1000 + number}:{GIB}" for number in range(3))
    with tempfile.TemporaryDirectory() as folder:
        environment = Machine(Path(folder), [{**T4, "compute": held}] * 2).environment
        apart = share([command] * WATCHERS, environment, seconds)
        shared = share([command], environment, seconds)
    results: Results = {"seconds": seconds, "watchers": WATCHERS, "apart": apart, "shared": shared}
    results["goals"] = [
        recorded(Goal("sampling with two watchers, a sampler each", apart["percent"], 0.5, "% of a core")),
        recorded(Goal("sampling with two watchers of one sampler", shared["percent"], 0.5, "% of a core")),
    ]
    return results


def share(commands: Sequence[Sequence[str]], environment: dict[str, str], seconds: float) -> Results:
    """The percent of a core that these programs take together, and their proportional shares of memory in bytes."""
    running = [_start(command, environment) for command in commands]
    try:
        time.sleep(SETTLED)
        before, since = sum(map(used, running)), time.monotonic()
        time.sleep(seconds)
        percent = 100 * (sum(map(used, running)) - before) / (time.monotonic() - since)
        return {"percent": percent, "pss": memory.pss([process.pid for process in running])}
    finally:
        for process in running:
            process.kill()
            process.wait()


def used(process: subprocess.Popen[bytes]) -> float:
    """Seconds that a process has been on a core, of all its threads. Raises RuntimeError for one that has ended."""
    if process.poll() is not None:
        raise RuntimeError(f"it ended with {process.returncode}")
    total = 0
    for thread in Path(f"/proc/{process.pid}/task").iterdir():
        total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def _start(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        list(command), stdin=quiet, stdout=quiet, stderr=sys.stderr, env={**os.environ, **environment}
    )


def report(results: Results) -> str:
    """The results in Markdown."""
    if not results.get("goals"):
        return "There is no peer to measure."
    rows = [
        [name, f"{results[key]['percent']:.2f} %", mebibytes(results[key]["pss"])]
        for name, key in (("a sampler each", "apart"), ("one sampler, shared", "shared"))
    ]
    header = [f"{results['watchers']} watchers, {results['seconds']:.0f} s", "of a core", "PSS"]
    return f"{table(header, rows)}\n\n{listing(results['goals'])}"
