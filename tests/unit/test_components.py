"""A missing part is named, and fails the run where CI=true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.components import ROOT, program, require


def test_what_is_there_is_returned() -> None:
    assert require("a part", "here", "no need") == "here"
    assert program(Path(sys.executable).name).samefile(sys.executable)


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 failed")])
def test_what_is_missing_is_named(tmp_path: Path, ci: str, outcome: str) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(
        "from tests.components import program\ndef test_it(): program('no-such-program', 'make it')\n", "utf-8"
    )
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-rsf", "-p", "no:cacheprovider", test],
        env=os.environ | {"CI": ci, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in result.stdout, result.stdout + result.stderr
    assert "missing component: no-such-program. make it" in result.stdout
