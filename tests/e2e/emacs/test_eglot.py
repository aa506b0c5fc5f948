"""A real Emacs with eglot, set up by what docs/editors.md tells its users to write."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.components import ROOT, program, require

REMEDY = "Debian: apt-get install emacs-nox elpa-eglot."

SCRIPTS = {
    "start.sh": ("sh-mode", 'echo "😀 中文"; docker pull tensorflow/tensorflow:latest\n'),
    "train.py": (
        "python-mode",
        'import os\n\n# 😀\nos.system("echo 中文 && docker pull tensorflow/tensorflow:latest")\n',
    ),
}


def documented() -> str:
    """The configuration that docs/editors.md shows."""
    section = (ROOT / "docs/editors.md").read_text("utf-8").partition("## Emacs")[2]
    (block,) = re.findall(r"^```elisp\n(.*?)^```", section.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    return block


@pytest.fixture(scope="session")
def emacs() -> Path:
    """An Emacs that has eglot."""
    path = program("emacs", REMEDY)
    asked = subprocess.run([path, "--batch", "-f", "package-initialize", "--eval", "(require 'eglot)"], check=False)
    return require("eglot", path if asked.returncode == 0 else None, REMEDY)


@pytest.mark.parametrize("name", SCRIPTS)
def test_findings_and_a_fix(emacs: Path, tmp_path: Path, name: str) -> None:
    mode, text = SCRIPTS[name]
    (tmp_path / ".git").mkdir()
    path = tmp_path / name
    path.write_text(text, "utf-8")
    call = f"(session {json.dumps(str(path))} {json.dumps('Pin to `2.9.0`')})"
    arguments = ["--batch", "-f", "package-initialize", "--eval", f"(progn {documented()})"]
    arguments += ["-l", str(Path(__file__).with_name("session.el")), "--eval", call]
    own = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    result = subprocess.run([emacs, *arguments], env=os.environ | own, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["mode"] == mode
    (found,) = [each for each in report["found"] if "[TFL101]" in each[0]]
    assert found[1:] == [text.index("latest"), "latest"]
    assert report["fixed"] == text.replace("latest", "2.9.0")
    assert report["undone"]
