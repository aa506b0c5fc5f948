"""Runs the real `tflsp doctor` in a home folder of the test's own. Plain functions, no pytest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "tflsp", "doctor", "--language", "en")
PATIENCE = 100.0


@dataclass(frozen=True, slots=True)
class Report:
    """What `tflsp doctor --json` printed, and its exit code."""

    code: int
    said: dict[str, Any]
    err: str

    def complaint(self, slug: str, where: str = "host") -> dict[str, Any]:
        """The one complaint of this name."""
        found: list[dict[str, Any]] = [
            each for each in self.said["complaints"] if each["slug"] == slug and each["where"] == where
        ]
        assert len(found) == 1, (slug, self.said["notes"])
        return found[0]

    def problems(self, where: str = "host") -> set[str]:
        return {
            each["slug"] for each in self.said["complaints"] if each["state"] == "problem" and each["where"] == where
        }


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of the machine's own user: no engine, no keys, no targets."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    own = {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    return kept | own | more


def doctor(
    home: Path,
    folder: Path,
    *arguments: str,
    before: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> Report:
    """Run it in a folder; ``before`` are words that start it (a shell that changes its cgroup, say)."""
    done = subprocess.run(
        [*before, *COMMAND, "--json", *arguments],
        cwd=folder,
        env=environment(home, **(variables or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    report = Report(done.returncode, json.loads(done.stdout), done.stderr)
    assert (report.code == 0) == report.said["ok"]
    return report
