"""Whole projects: what Neovim shows of each file is what `tflsp check` says of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from tests.components import ROOT
from tests.e2e.nvim.editor import Editor

Place = tuple[str, int, int]


def checked(folder: Path) -> dict[Path, set[Place]]:
    """Codes, rows and byte columns of what the command line finds, by file; in notebooks the codes alone."""
    command = [sys.executable, "-m", "tflsp", "check", "--output-format", "json", "."]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stderr
    found: dict[Path, set[Place]] = {}
    for record in json.loads(result.stdout):
        path = folder / record["filename"]
        row, column = record["location"]["row"] - 1, record["location"]["column"] - 1
        if record["cell"] is None:
            line = path.read_text("utf-8").split("\n")[row]
            place = (record["code"], row, len(line[:column].encode()))
        else:
            place = (record["code"], 0, 0)
        found.setdefault(path, set()).add(place)
    return found


def shown(editor: Editor, path: Path) -> set[Place]:
    if path.suffix == ".ipynb":
        return {(found.code, 0, 0) for found in editor.diagnostics()}
    return {(found.code, found.row, found.start) for found in editor.diagnostics()}


def shows(editor: Editor, path: Path, places: set[Place]) -> bool:
    return shown(editor, path) == places


def agree(editor: Editor, folder: Path) -> None:
    """Open every file in which something is found. What one says of another may come a little later."""
    expected = checked(folder)
    assert expected
    for path, places in expected.items():
        editor.open(path)
        editor.settled()
        try:
            editor.until(partial(shows, editor, path, places))
        except TimeoutError:
            assert shown(editor, path) == places, path


def test_the_example(editor: Editor, tmp_path: Path) -> None:
    project = tmp_path / "mnist_debugging"
    shutil.copytree(ROOT / "examples/mnist_debugging", project)
    (project / ".git").mkdir()
    agree(editor, project)


def test_the_seeds(editor: Editor, tmp_path: Path, seeds: Path) -> None:
    project = tmp_path / "seeds"
    project.mkdir()
    (project / ".git").mkdir()
    for article in seeds.glob("*.md"):
        shutil.copyfile(article, project / article.name)
    agree(editor, project)
