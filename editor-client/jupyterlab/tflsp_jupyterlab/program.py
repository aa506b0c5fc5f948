"""The program `tflsp`: where it is, and the environment that it runs in. Its interpreter is its own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


class NoProgram(Exception):
    """tflsp cannot be run, or gives no answer; the text says why, and what to do."""


def command() -> list[str]:
    """The command line of tflsp: what TFLSP_COMMAND names, else beside this interpreter, else on PATH.

    Raises NoProgram.
    """
    beside = Path(sys.executable).with_name("tflsp.exe" if os.name == "nt" else "tflsp")
    found = os.environ.get("TFLSP_COMMAND") or (str(beside) if beside.exists() else shutil.which("tflsp"))
    if not found:
        raise NoProgram(
            "tflsp is not installed beside Jupyter, nor is it on PATH: install its wheel, or name it in TFLSP_COMMAND"
        )
    return [found]


def environment() -> dict[str, str]:
    """What the program's environment is: what is set for Jupyter's Python is not for tflsp's."""
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return {**own, "PYTHONUTF8": "1", "NO_COLOR": "1"}
