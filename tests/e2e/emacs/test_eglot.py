"""A real Emacs with eglot, set up by what docs/guides/editors.md tells its users to write."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

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
JOURNAL = "# 💡 日志\n\n## 实验目标\n\n为什么？\n\n### 调试步骤 #1：慢一点\n\n- 结果：95 %\n"
CELLS = "# %% [markdown]\n# ## Goal\n#\n# Why? 😀\n\n# %%\nx = 1\n\n# %%\ny = 2\n"


def documented() -> str:
    """The configuration that docs/guides/editors.md shows."""
    section = (ROOT / "docs/guides/editors.md").read_text("utf-8").partition("## Emacs")[2]
    (block,) = re.findall(r"^```elisp\n(.*?)^```", section.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    return block


@pytest.fixture(scope="session")
def emacs() -> Path:
    """An Emacs that has eglot."""
    path = program("emacs", REMEDY)
    asked = subprocess.run([path, "--batch", "-f", "package-initialize", "--eval", "(require 'eglot)"], check=False)
    return require("eglot", path if asked.returncode == 0 else None, REMEDY)


@pytest.fixture(scope="session")
def markdown_mode(emacs: Path) -> Path:
    """An Emacs that has markdown-mode as well."""
    asked = subprocess.run(
        [emacs, "--batch", "-f", "package-initialize", "--eval", "(require 'markdown-mode)"], check=False
    )
    remedy = "Debian: apt-get install elpa-markdown-mode."
    return require("markdown-mode", emacs if asked.returncode == 0 else None, remedy)


def session(emacs: Path, home: Path, function: str, *arguments: str) -> dict[str, Any]:
    """Run a function of session.el in a new Emacs that is set up as documented; its report."""
    call = f"({function} {' '.join(map(json.dumps, arguments))})"
    options = ["--batch", "-f", "package-initialize", "--eval", f"(progn {documented()})"]
    options += ["-l", str(Path(__file__).with_name("session.el")), "--eval", call]
    own = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    result = subprocess.run([emacs, *options], env=os.environ | own, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.mark.parametrize("name", SCRIPTS)
def test_findings_and_a_fix(emacs: Path, tmp_path: Path, name: str) -> None:
    mode, text = SCRIPTS[name]
    (tmp_path / ".git").mkdir()
    path = tmp_path / name
    path.write_text(text, "utf-8")
    report = session(emacs, tmp_path, "session", str(path), "Pin to `2.9.0`")
    assert report["mode"] == mode
    (found,) = [each for each in report["found"] if "[TFL101]" in each[0]]
    assert found[1:] == [text.index("latest"), "latest"]
    assert report["fixed"] == text.replace("latest", "2.9.0")
    assert report["undone"]


def test_a_step_in_markdown(markdown_mode: Path, tmp_path: Path) -> None:
    """By the documented command, through `workspace/applyEdit`; what is saved is what was shown."""
    (tmp_path / ".git").mkdir()
    path = tmp_path / "journal.md"
    path.write_text(JOURNAL, "utf-8")
    report = session(markdown_mode, tmp_path, "session-insert", str(path), "95 %", "step")
    assert report["mode"] == "markdown-mode"
    assert any("#2" in title for title in report["actions"])
    assert report["inserted"].startswith(JOURNAL + "\n### 调试步骤 #2")
    assert path.read_text("utf-8") == report["inserted"]
    assert report["undone"]


def test_a_step_in_a_script(emacs: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "exp.py"
    path.write_text(CELLS, "utf-8")
    report = session(emacs, tmp_path, "session-insert", str(path), "x = 1", "step")
    assert report["mode"] == "python-mode"
    head, _, rest = path.read_text("utf-8").partition("# %% [markdown]\n# ### Debug step #1\n")
    assert head == CELLS[: CELLS.index("# %%\ny")]
    assert rest.endswith("\n# %%\ny = 2\n")
    assert report["undone"]


def test_a_guide_is_begun(markdown_mode: Path, tmp_path: Path) -> None:
    """eglot 1.9 makes no files for a server: the server asks, and writes it itself."""
    (tmp_path / ".git").mkdir()
    path = tmp_path / "journal.md"
    path.write_text(JOURNAL, "utf-8")
    report = session(markdown_mode, tmp_path, "session-promote", str(path), "95 %", "best_practices")
    assert any("best_practices.md" in prompt for prompt in report["asked"])
    assert "慢一点" in (tmp_path / "best_practices.md").read_text("utf-8")
    assert "best_practices.md" in path.read_text("utf-8")
