"""Time and memory of commands, with children."""

from __future__ import annotations

import os
import sys

import pytest

from bench import processes
from bench.processes import Failed, duration, peak

# Held until whoever measures has had a tenth of a second of the processor, however busy that is: it has looked then.
HOLD = """\
import time
held = bytearray(b'x') * {size}
def had():
    with open('/proc/{pid}/stat') as stat:
        return sum(map(int, stat.read().rpartition(')')[2].split()[11:13]))
enough = had() + 10
while had() < enough:
    time.sleep(0.01)
"""


def test_the_peak_counts_children() -> None:
    child = HOLD.format(size=60 * 2**20, pid=os.getpid())
    both = (
        f"import subprocess as s, sys; held = bytearray(b'y') * {40 * 2**20}; s.run([sys.executable, '-c', {child!r}])"
    )
    alone, together = peak([sys.executable, "-c", child]), peak([sys.executable, "-c", both])
    assert 60 * 2**20 < alone.rss < 100 * 2**20
    assert together.rss - alone.rss > 35 * 2**20
    assert together.high_water >= together.rss >= together.pss > 100 * 2**20


def test_a_failing_command_is_no_measurement() -> None:
    with pytest.raises(Failed, match="exit code 3"):
        duration([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(Failed, match="SIGKILL"):
        peak([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])


def test_duration_is_wall_time() -> None:
    assert 0.2 < duration([sys.executable, "-c", "import time; time.sleep(0.2)"]) < 10
    assert processes.EVERY < 0.01
