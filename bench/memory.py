"""Memory of a process and its descendants, from /proc (Linux). All amounts are bytes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PAGE = os.sysconf("SC_PAGE_SIZE")
GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


class Memory(NamedTuple):
    """RSS counts shared pages in every process; PSS divides them by their users."""

    rss: int
    pss: int


def tree(pid: int) -> list[int]:
    """The process and all its living descendants."""
    found = [pid]
    for parent in found:
        with suppress(*GONE):
            for thread in os.listdir(f"/proc/{parent}/task"):
                with suppress(*GONE):
                    found.extend(map(int, Path(f"/proc/{parent}/task/{thread}/children").read_text().split()))
    return found


def rss(pids: list[int]) -> int:
    """The sum of the resident sets."""
    total = 0
    for pid in pids:
        with suppress(*GONE):
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return total


def pss(pids: list[int]) -> int:
    """The sum of the proportional shares. Slower than `rss`: the kernel walks the page tables."""
    total = 0
    for pid in pids:
        with suppress(*GONE):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def of(pid: int) -> Memory:
    """What the process and its descendants hold now."""
    pids = tree(pid)
    return Memory(rss(pids), pss(pids))


def high_water(pid: int) -> int:
    """The greatest resident set that the process has had since it started its program."""
    with suppress(*GONE):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
