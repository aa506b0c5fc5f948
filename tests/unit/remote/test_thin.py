"""`tflsp connect` is there at once: it imports nothing that it can do without, and its help has examples."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tflsp.remote import thin
from tflsp.remote.control import ControlError, NotRunning, request, socket_path

HEAVY = (
    "asyncssh",
    "asyncio",
    "click",
    "rich",
    "docker",
    "pygls",
    "lsprotocol",
    "dataclasses",
    "inspect",
    "json",
    "typing",
)


def test_nothing_heavy_is_imported_before_the_request_is_sent() -> None:
    program = f"""
import sys
before = set(sys.modules)
import tflsp.start, tflsp.remote.thin, tflsp.remote.control
found = (set(sys.modules) - before) & set({HEAVY!r})
import json
print(json.dumps(sorted(found)))
"""
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert thin.main(["--help"]) == 0
    assert "Examples:" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["a", "b"], ["--nonsense"], ["a/b"], ['a"b'], ["a\nb"], [""], ["名"]])
def test_arguments_that_make_no_sense(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert thin.main(arguments) == thin.ERROR
    assert capsys.readouterr().err


def test_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path)[:60])
    with pytest.raises(NotRunning):
        list(request("status", autostart=False))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/" + "x" * 100)
    with pytest.raises(ControlError, match="too long for a socket"):
        socket_path()
