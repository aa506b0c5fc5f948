"""Fixtures: a Neovim for each test, and a project to open files of.

What `make editors` has brought is tested with beside the Neovim of the environment, and so are those that
`TFLSP_NEOVIMS` names (paths, with colons). Where the former is not there, one test says so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests import components
from tests.e2e.nvim.editor import INIT, Editor, neovim

OWN = ""
NEWER = str(components.NEWER_NEOVIM)
NEOVIMS = [
    OWN,
    *([NEWER] if components.NEWER_NEOVIM.exists() else []),
    *filter(None, os.environ.get("TFLSP_NEOVIMS", "").split(":")),
]


class Start(Protocol):
    """Starts a Neovim that ends with the test."""

    def __call__(self, init: str = INIT, environment: Mapping[str, str] | None = None) -> Editor: ...


def _id(name: str) -> str:
    return {OWN: "nvim", NEWER: "newer-nvim"}.get(name, name)


@pytest.fixture(scope="session", params=NEOVIMS, ids=_id)
def neovim_program(request: pytest.FixtureRequest) -> Path:
    """The Neovim that is tested with."""
    return components.neovim() if request.param == OWN else Path(request.param)


@pytest.fixture
def start(neovim_program: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def run(init: str = INIT, environment: Mapping[str, str] | None = None) -> Editor:
            return stack.enter_context(neovim(neovim_program, init, environment))

        yield run


@pytest.fixture
def editor(start: Start) -> Iterator[Editor]:
    """A Neovim whose user has written `vim.lsp.enable('tflsp')`, and in which nothing may fail."""
    editor = start()
    yield editor
    nothing_failed(editor)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project, in a folder whose URI has escapes."""
    return new_project(tmp_path)


@pytest.fixture(scope="module")
def warm_editor(neovim_program: Path) -> Iterator[Editor]:
    with neovim(neovim_program) as editor:
        yield editor
        nothing_failed(editor)


@pytest.fixture(scope="module")
def warm_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def warm(warm_editor: Editor, warm_project: Path) -> Iterator[tuple[Editor, Path]]:
    """A Neovim and a project that serve the tests of a module one after the other, as one long session would."""
    yield warm_editor, warm_project
    warm_editor.command("silent %bwipeout!")
    for path in warm_project.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def new_project(parent: Path) -> Path:
    folder = parent / "项目 😀"
    (folder / ".git").mkdir(parents=True)
    return folder


def nothing_failed(editor: Editor) -> None:
    """Neither the editor nor the server complained. What a test has put into the log itself says so."""
    messages = editor.command("messages")
    log = [line for line in editor.log().splitlines() if re.match(r"\[(ERROR|WARN)\]", line)]
    assert not re.search(r"^(E\d+:|Error|stack traceback)", messages, re.MULTILINE), messages
    assert [line for line in log if "a test wrote" not in line] == []


@pytest.fixture
def write(project: Path) -> Callable[[str, str], Path]:
    """Writes a file of the project."""

    def write_file(name: str, text: str) -> Path:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write_file


@pytest.fixture(scope="session")
def neovim_version(neovim_program: Path) -> str:
    """The version of the Neovim that is tested with: `0.11.4`."""
    return version_of(neovim_program)


def version_of(program: Path) -> str:
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return shown.split()[1].removeprefix("v").partition("-")[0].partition("+")[0]
