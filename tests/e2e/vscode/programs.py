"""tflsp in another environment, as a program that the setting `tflsp.path` can name, and the servers that run."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.components import ROOT
from tests.e2e.processes import without_started

TFLSP = ROOT / ".venv/bin/tflsp"


def program_with(folder: Path, environment: Mapping[str, str]) -> str:
    """The path of a tflsp, written into a folder, that sees this environment."""
    path = folder / "tflsp"
    words = [f"{name}={value}" for name, value in environment.items() if os.environ.get(name) != value]
    path.write_text(f'#!/bin/sh\nexec env {shlex.join(words)} {TFLSP} "$@"\n', "utf-8")
    path.chmod(0o755)
    return str(path)


def servers(folder: Path) -> list[psutil.Process]:
    """The servers of this machine that run for a folder."""
    found = {
        each.pid: each
        for each in psutil.process_iter(["cmdline", "cwd", "ppid"])
        if each.info["cwd"] == str(folder) and "serve" in (each.info["cmdline"] or [])
    }
    return [found[pid] for pid in without_started({pid: each.info["ppid"] for pid, each in found.items()})]
