"""Runs a command to its end and says how long it took and how much memory it and its children held at most."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import memory

EVERY = 0.004
"""Seconds between two looks at the resident sets; the proportional shares are read at every fifth."""


BYTE_CODE = {"PYTHONDONTWRITEBYTECODE": ""}
"""An installed program's modules are compiled. A checkout's are once it may keep what the first run compiled."""


class Failed(RuntimeError):
    """A measured command ended with an exit code that no measurement should rest on."""


@dataclass(frozen=True, slots=True)
class Peak:
    """Greatest sums over a process and its children, in bytes. `high_water` adds up each process's own greatest RSS."""

    rss: int
    pss: int
    high_water: int


def duration(argv: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> float:
    """Seconds from the spawn to the end; output goes nowhere. Raises Failed unless the exit code is 0."""
    start = time.perf_counter()
    process = _spawn(argv, cwd, environment)
    code = process.wait()
    took = time.perf_counter() - start
    _judge(argv, code)
    return took


def peak(argv: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> Peak:
    """The memory of one run, in which the looking costs time: not for use with `duration`. Raises Failed as it does."""
    process = _spawn(argv, cwd, environment)
    rss = pss = turn = 0
    high: dict[int, int] = {}
    while process.poll() is None:
        pids = memory.tree(process.pid)
        rss = max(rss, memory.rss(pids))
        if turn % 5 == 0:
            pss = max(pss, memory.pss(pids))
        for pid in pids:
            high[pid] = max(high.get(pid, 0), memory.high_water(pid))
        turn += 1
        time.sleep(EVERY)
    _judge(argv, process.returncode)
    return Peak(rss, pss, sum(high.values()))


def _spawn(argv: Sequence[str], cwd: Path | None, environment: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    env = {**os.environ, **BYTE_CODE, **(environment or {})}
    return subprocess.Popen(list(argv), stdin=quiet, stdout=quiet, stderr=quiet, cwd=cwd, env=env)


def _judge(argv: Sequence[str], code: int) -> None:
    if code:
        reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise Failed(f"{Path(argv[0]).name} {' '.join(argv[1:3])}: {reason}")
