"""A machine with GPUs for tests: a compiled libnvidia-ml.so.1 or an nvidia-smi in the tests' own words.

What is under test is the real nvidia-ml-py, the real `tflsp gpu`, the real server; only the driver is not there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.compiled import shared_library

HERE = Path(__file__).parent
GIB = 1 << 30
TFLSP = (sys.executable, "-m", "tflsp")

T4: Mapping[str, Any] = {
    "name": "Tesla T4",
    "bus": "00000000:00:1E.0",
    "capability": 75,
    "memory.total": 16 * GIB,
    "memory.used": 3 * GIB,
    "memory.reserved": 256 << 20,
    "utilization.gpu": 87,
    "utilization.memory": 41,
    "temperature": 61,
    "power": 67250,
    "power.limit": 70000,
    "clock.sm": 1350,
    "clock.memory": 5000,
    "throttling": 0x4,
    "ecc": 1,
    "ecc.corrected": 2,
    "ecc.uncorrected": 0,
    "persistence": 1,
    "compute": f"4242:{2 * GIB}",
}
"""A card without a fan, that runs at its power limit."""


@cache
def library(without: tuple[str, ...] = ()) -> Path:
    """The folder of a libnvidia-ml.so.1 that lacks these functions."""
    script = "{ global: nvml*; local: " + "".join(f"{name}; " for name in without) + "*; };"
    return shared_library(HERE / "nvml_stub.c", "libnvidia-ml.so.1", script).parent


@dataclass
class Machine:
    """GPUs and faults. ``write`` has running programs see what was changed."""

    folder: Path
    gpus: list[dict[str, Any]] = field(default_factory=lambda: [dict(T4)])
    extra: dict[str, Any] = field(default_factory=lambda: {"driver": "535.104.05", "cuda": 12020})
    without: tuple[str, ...] = ()

    def write(self) -> None:
        """The stub's file, replaced at once."""
        lines = {"count": len(self.gpus), **self.extra}
        for index, gpu in enumerate(self.gpus):
            lines |= {f"gpu.{index}.{name}": value for name, value in {"uuid": uuid(index), **gpu}.items()}
        partly = self.folder / "gpus.new"
        partly.write_text("".join(f"{key} = {value}\n" for key, value in lines.items()), "utf-8")
        partly.replace(self.folder / "gpus")

    @property
    def environment(self) -> dict[str, str]:
        """What a program must be started with to see these GPUs."""
        self.write()
        return {
            **without_gpu(),
            "LD_LIBRARY_PATH": str(library(self.without)),
            "TFLSP_NVML_STUB": str(self.folder / "gpus"),
        }


def uuid(index: int) -> str:
    return f"GPU-{index:08d}-1111-2222-3333-444444444444"


def without_gpu() -> dict[str, str]:
    """An environment in which nothing of a driver is found, even where this machine has one."""
    kept = {name: value for name, value in os.environ.items() if name not in ("LD_LIBRARY_PATH", "LC_ALL")}
    path = kept.get("PATH", "").split(os.pathsep)
    found = [each for each in path if not Path(each, "nvidia-smi").exists()]
    return {**kept, "PATH": os.pathsep.join(found), "LANG": "C.UTF-8"}


def with_smi(folder: Path, script: str) -> dict[str, str]:
    """An environment in which only a nvidia-smi is found, which is this shell script."""
    program = folder / "bin" / "nvidia-smi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}", "utf-8")
    program.chmod(0o755)
    environment = without_gpu()
    return {**environment, "PATH": f"{program.parent}{os.pathsep}{environment['PATH']}"}


def gpu(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `tflsp gpu`."""
    command = [*TFLSP, "gpu", *arguments]
    return subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=60, check=False)


def state(environment: Mapping[str, str]) -> dict[str, Any]:
    """What `tflsp gpu --json` says."""
    done = gpu(environment, "--json")
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found
