"""Errors of notebooks and logs with secrets in them."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from nbformat import v4

from tests.unit.tensorflow.errors import texts
from tflsp.capture import errors as capture
from tflsp.capture.errors import BrokenNotebookError, errors_in_notebook, errors_in_text, without_secrets
from tflsp.facts.masking import DOT

PASSWORD = "Xk29" + "fjPq81"
TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT" + "1vW4yZ7bC0eF3hJ6"


def notebook(*outputs: Any) -> str:
    cells = [v4.new_markdown_cell("# A title"), v4.new_code_cell("train()", execution_count=7, outputs=list(outputs))]
    return str(nbformat.writes(v4.new_notebook(cells=cells)))


def test_saved_outputs_are_read() -> None:
    error = v4.new_output("error", ename="InvalidArgumentError", evalue="?", traceback=texts.IPYTHON_8.split("\n"))
    log = v4.new_output("stream", name="stderr", text=texts.GPU_OOM)
    found = errors_in_notebook(notebook(log, error))
    assert [(each.report.key, each.cell, each.execution_count) for each in found.errors] == [
        ("oom", 1, 7),
        ("incompatible-shapes", 1, 7),
    ]
    assert found.notices > 0


def test_an_error_without_its_traceback_is_read() -> None:
    error = v4.new_output(
        "error", ename="ValueError", evalue="Shapes (None, 3) and (None, 10) are incompatible", traceback=[]
    )
    [found] = errors_in_notebook(notebook(error)).errors
    assert (found.report.key, found.report.exception) == ("loss-shapes", "ValueError")


def test_notebooks_of_nbformat_3_are_read() -> None:
    output = {"output_type": "pyerr", "ename": "ValueError", "evalue": "?", "traceback": texts.IPYTHON_7.split("\n")}
    cell = {"cell_type": "code", "input": "fit()", "prompt_number": 7, "outputs": [output]}
    [found] = errors_in_notebook(json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell]}]})).errors
    assert (found.report.key, found.execution_count) == ("cardinality", 7)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cells": 1', "[" * 100_000])
def test_a_broken_notebook_says_so(text: str) -> None:
    with pytest.raises(BrokenNotebookError):
        errors_in_notebook(text)


@pytest.mark.parametrize("text", ["{}", '{"cells": 1}', '{"cells": [1, {"outputs": [2, {"output_type": "error"}]}]}'])
def test_a_strange_notebook_is_read_as_far_as_it_goes(text: str) -> None:
    assert errors_in_notebook(text).notices == 0


def test_secrets_are_dots_in_all_that_is_reported() -> None:
    """Colours stand between the words of IPython's source lines, and must not hide a password from being seen."""
    line = f"\x1b[0;32m----> 1\x1b[0m connect\x1b[38;5;241m(\x1b[39mpassword\x1b[38;5;241m=\x1b[39m'{PASSWORD}')"
    trace = f"ValueError Traceback (most recent call last)\nInput In [1], in <cell line: 1>()\n{line}\n"
    found = errors_in_text(f"{trace}\nValueError: no access for {TOKEN} at mysql://ann:{PASSWORD}@db/x\n")
    [report] = [each.report for each in found.errors]
    assert PASSWORD not in repr(report)
    assert TOKEN not in repr(report)
    assert report.frame is not None
    assert DOT in report.frame.code
    assert DOT in report.message


def test_masking_keeps_lines() -> None:
    text = f"export DB_PASSWORD={PASSWORD}\r\n\x1b[31mred\x1b[0m\nlast"
    assert without_secrets(text) == f"export DB_PASSWORD={DOT * len(PASSWORD)}\nred\nlast"


def test_of_a_long_text_the_end_is_read_and_lines_count_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "LONGEST", 200)
    text = "Epoch\n" * 100 + "ValueError: Shapes (None, 3) and (None, 10) are incompatible\n"
    found = errors_in_text(text)
    assert found.cut
    assert [each.report.line for each in found.errors] == [101]
