"""tflsp in another environment, as a program that the setting `tflsp.path` can name."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from tests.components import ROOT

TFLSP = ROOT / ".venv/bin/tflsp"


def program_with(folder: Path, environment: Mapping[str, str]) -> str:
    """The path of a tflsp, written into a folder, that sees this environment."""
    path = folder / "tflsp"
    words = [f"{name}={value}" for name, value in environment.items() if os.environ.get(name) != value]
    path.write_text(f'#!/bin/sh\nexec env {shlex.join(words)} {TFLSP} "$@"\n', "utf-8")
    path.chmod(0o755)
    return str(path)
