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

SCRIPTS = {
    "start.sh": ("sh-mode", 'echo "😀 中文"; docker pull tensorflow/tensorflow:latest\n'),
    "crlf.sh": ("sh-mode", '# 😀\r\necho "中文"; docker pull tensorflow/tensorflow:latest\r\necho\r\n'),
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
    return str(block)


def emacs_with(package: str, debian: str) -> Path:
    """An Emacs that has a package."""
    path = program("emacs", "Debian: apt-get install emacs-nox.")
    question = ["--batch", "-f", "package-initialize", "--eval", f"(require '{package})"]
    asked = subprocess.run([path, *question], capture_output=True, check=False)
    return require(package, path if asked.returncode == 0 else None, f"Debian: apt-get install {debian}.")


@pytest.fixture(scope="session")
def emacs() -> Path:
    """An Emacs that has eglot."""
    return emacs_with("eglot", "elpa-eglot")


@pytest.fixture(scope="session")
def markdown_mode(emacs: Path) -> Path:
    """An Emacs that has markdown-mode as well."""
    return emacs_with("markdown-mode", "elpa-markdown-mode")


def session(emacs: Path, function: str, path: Path, text: str, *arguments: str) -> dict[str, Any]:
    """Write a file into a project, and run a function of session.el on it in a new Emacs that is set up as documented.

    Its report; the change has been saved, and its last undo step taken back.
    """
    home = path.parent
    (home / ".git").mkdir()
    path.write_bytes(text.encode())
    words = " ".join(json.dumps(each, ensure_ascii=False) for each in (str(path), *arguments))
    options = ["--batch", "-f", "package-initialize", "--eval", f"(progn {documented()})"]
    options += ["-l", str(Path(__file__).with_name("session.el")), "--eval", f"({function} {words})"]
    own = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    result = subprocess.run([emacs, *options], env=os.environ | own, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.mark.parametrize("name", SCRIPTS)
def test_findings_and_a_fix(emacs: Path, tmp_path: Path, name: str) -> None:
    """At the right characters behind emoji and Chinese; line ends stay what they are."""
    mode, text = SCRIPTS[name]
    path = tmp_path / name
    report = session(emacs, "session-fix", path, text, "Pin to `2.9.0`")
    assert report["mode"] == mode
    shown = text.replace("\r\n", "\n")
    (found,) = [each for each in report["found"] if "[TFL101]" in each[0]]
    assert found[1:] == [shown.index("latest"), "latest"]
    assert report["text"] == shown.replace("latest", "2.9.0")
    assert path.read_bytes().decode() == text.replace("latest", "2.9.0")
    assert report["undone"]


@pytest.mark.parametrize(
    ("kind", "begins"), [("step", "### 调试步骤 #2"), ("error", "## ❌"), ("conclusion", "## 结论")]
)
def test_entries_in_markdown(markdown_mode: Path, tmp_path: Path, kind: str, begins: str) -> None:
    """By the documented command, through `workspace/applyEdit`; what is saved is what was shown."""
    path = tmp_path / "journal.md"
    report = session(markdown_mode, "session-insert", path, JOURNAL, "95 %", kind)
    assert report["mode"] == "markdown-mode"
    assert any("#2" in title for title in report["actions"])
    assert report["text"].startswith(f"{JOURNAL}\n{begins}")
    assert path.read_text("utf-8") == report["text"]
    assert report["undone"]


@pytest.mark.parametrize(
    ("title", "begins"), [("#2", "### 调试步骤 #2"), ("error log", "## ❌"), ("conclusion", "## 结论")]
)
def test_entries_by_code_action(markdown_mode: Path, tmp_path: Path, title: str, begins: str) -> None:
    """With no line of configuration beside the server's command."""
    path = tmp_path / "journal.md"
    report = session(markdown_mode, "session-act", path, JOURNAL, "95 %", title)
    assert report["text"].startswith(f"{JOURNAL}\n{begins}")
    assert path.read_text("utf-8") == report["text"]
    assert report["undone"]


def test_a_goal_is_put_below_the_title(markdown_mode: Path, tmp_path: Path) -> None:
    path = tmp_path / "journal.md"
    report = session(markdown_mode, "session-insert", path, "# 💡 日志\n\n😀\n", "日志", "goal")
    assert re.search(r"^## 实验目标$", report["text"], re.MULTILINE)


def test_a_step_in_a_script(emacs: Path, tmp_path: Path) -> None:
    path = tmp_path / "exp.py"
    report = session(emacs, "session-insert", path, CELLS, "x = 1", "step")
    assert report["mode"] == "python-mode"
    head, _, rest = path.read_text("utf-8").partition("# %% [markdown]\n# ### Debug step #1\n")
    assert head == CELLS[: CELLS.index("# %%\ny")]
    assert rest.endswith("\n# %%\ny = 2\n")
    assert report["undone"]


def test_an_entry_right_behind_what_was_typed(markdown_mode: Path, tmp_path: Path) -> None:
    """eglot tells of changes a little later: the entry waits for that, and nothing is overwritten."""
    path = tmp_path / "journal.md"
    arguments = ("95 %", "\n\n### 调试步骤 #2：快一点 😀\n\n- 结果：97 %", "step")
    report = session(markdown_mode, "session-type-and-insert", path, JOURNAL, *arguments)
    assert report["text"].startswith(JOURNAL.rstrip("\n") + arguments[1] + "\n\n### 调试步骤 #3")


def test_a_guide_is_begun(markdown_mode: Path, tmp_path: Path) -> None:
    """eglot 1.9 makes no files for a server: the server asks, and writes it itself."""
    path = tmp_path / "journal.md"
    report = session(markdown_mode, "session-act", path, JOURNAL, "95 %", "best_practices")
    assert any("best_practices.md" in prompt for prompt in report["asked"])
    assert "慢一点" in (tmp_path / "best_practices.md").read_text("utf-8")
    assert "best_practices.md" in path.read_text("utf-8")
