"""The program `tflsp`: where it is, and what it answers. It runs in an interpreter of its own, as a child process."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

PATIENCE = 60.0  # seconds


class Answer(NamedTuple):
    """How the program ended, what it printed, and what it complained of."""

    code: int
    said: str
    complaint: str


class NoProgram(Exception):
    """tflsp cannot be run; the text says why, and what to do."""


def command() -> list[str]:
    """The command line of tflsp: what TFLSP_COMMAND names, else beside this interpreter, else on PATH.

    Raises NoProgram.
    """
    beside = Path(sys.executable).with_name("tflsp.exe" if os.name == "nt" else "tflsp")
    found = os.environ.get("TFLSP_COMMAND") or (str(beside) if beside.exists() else shutil.which("tflsp"))
    if not found:
        raise NoProgram("tflsp is not installed beside Jupyter, nor is it on PATH: pip install tflsp")
    return [found]


def environment() -> dict[str, str]:
    """What the program's environment is: what is set for Jupyter's Python is not for tflsp's."""
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return {**own, "PYTHONUTF8": "1", "NO_COLOR": "1"}


async def ask(*arguments: str, text: str = "", folder: str | None = None) -> Answer:
    """Run tflsp in a folder with a text as its standard input. Raises NoProgram."""
    line = [*command(), *arguments]
    pipe = asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(
            *line, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder, env=environment()
        )
    except OSError as error:
        raise NoProgram(f"{line[0]}: {error.strerror}") from None
    try:
        said, complaint = await asyncio.wait_for(child.communicate(text.encode("utf-8", "replace")), PATIENCE)
    except (TimeoutError, asyncio.CancelledError) as error:
        child.kill()
        await child.wait()
        if isinstance(error, asyncio.CancelledError):
            raise
        raise NoProgram(f"tflsp gave no answer within {PATIENCE:.0f} s") from None
    return Answer(child.returncode or 0, said.decode("utf-8", "replace"), complaint.decode("utf-8", "replace").strip())
