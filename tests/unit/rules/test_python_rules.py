"""Where TFL503's fixes write: the head of a script, of a percent script, of a notebook's cell."""

from __future__ import annotations

import json

import pytest

from tflsp.checking.fixing import mend
from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import Report, check
from tflsp.project import Project
from tflsp.settings import settings_from_mapping
from tflsp.text import apply_edits

ONLY = settings_from_mapping({"select": ["TFL503"]})
USE = "import tensorflow as tf\ndef f(x: list[int]): pass\n"
FUTURE = "from __future__ import annotations\n"


def checked(document: Document) -> Report:
    return check(document, ONLY)


def mended(name: str, text: str, *, unsafe: bool = False) -> str:
    return mend(open_text(name, text), checked, unsafe=unsafe).text


@pytest.mark.parametrize(("oldest", "found"), [(None, True), ((3, 8), True), ((3, 11), False)])
def test_a_project_for_a_newer_python_is_left_alone(oldest: tuple[int, int] | None, found: bool) -> None:
    report = check(open_text("train.py", USE), ONLY, Project(requires_python=oldest))
    assert bool(report.findings) is found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (USE, f"{FUTURE}\n{USE}"),
        (f'"""Doc."""\n{USE}', f'"""Doc."""\n\n{FUTURE}\n{USE}'),
        (f'#!/usr/bin/env python3\n# Licence.\n\n"""Doc.\n"""\n\n{USE}',) * 2,
        (f"'''{'Doc. ' * 100}'''\n\n{USE}",) * 2,
        (f'"""Doc."""\r\n\r\n{USE}'.replace("\n", "\r\n").replace("\r\r", "\r"),) * 2,
    ],
)
def test_head_of_a_script(text: str, expected: str) -> None:
    found = mended("train.py", text)
    end = "\r\n" if "\r\n" in text else "\n"
    if expected == text:
        line = FUTURE.replace("\n", end)
        expected = text.replace("import tensorflow", f"{line}{end}import tensorflow")
    assert found == expected
    assert mended("train.py", found) == found
    compile(found, "train.py", "exec")


def test_head_of_a_percent_script() -> None:
    text = f"# %% [markdown]\n# # Title\n# %%\nimport os\n# %%\n{USE}"
    assert mended("nb.py", text) == text.replace("import os\n", f"{FUTURE}\nimport os\n")


def test_one_line_for_several_findings() -> None:
    text = f"{USE}def g(y: int | None) -> dict[str, int]: pass\n"
    assert mended("train.py", text) == f"{FUTURE}\n{text}"


def test_each_cell_of_a_raw_notebook_gets_its_own() -> None:
    """IPython keeps the import for later cells, so that the second needs none."""
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in (["#@title Data\n", *USE.splitlines(True)], "def g(y: set[int]): pass")
    ]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, indent=1)
    found = json.loads(mended("nb.ipynb", text))
    first, second = ("".join(cell["source"]) for cell in found["cells"])
    assert first == f"#@title Data\n{FUTURE}\n{USE}"
    assert second == f"{FUTURE}\ndef g(y: set[int]): pass"


def test_no_future_behind_a_cell_magic() -> None:
    document = open_notebook("nb.ipynb", [CellText("a", "code", "python", f"%%time\n{USE}")])
    (finding,) = checked(document).findings
    assert [fix.key for fix in finding.fixes] == []


def test_typing_names_are_imported_once() -> None:
    text = "import tensorflow as tf\nfrom typing import List\n\nX = list[int]\nY = dict[str, X]\n"
    (first, second) = checked(open_text("a.py", text)).findings
    assert apply_edits(text, first.fixes[0].edits) == text.replace("list[int]", "List[int]")
    assert apply_edits(text, second.fixes[0].edits).startswith("from typing import Dict\nimport tensorflow")
    both = mended("a.py", text, unsafe=True)
    assert "X = List[int]\nY = Dict[str, X]\n" in both
    assert checked(open_text("a.py", both)).findings == ()


def test_a_written_file_has_imports_of_its_own() -> None:
    future = CellText("a", "code", "python", f"{FUTURE}import tensorflow\n")
    written = CellText("b", "code", "python", "%%writefile util.py\ndef f(x: list[int]): pass\n")
    (finding,) = checked(open_notebook("nb.ipynb", [future, written])).findings
    assert apply_edits(written.text, finding.fixes[0].edits) == written.text.replace("def", f"{FUTURE}\ndef")
