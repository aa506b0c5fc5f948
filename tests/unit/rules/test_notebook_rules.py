"""The rules of a whole notebook on notebooks that an editor syncs cell by cell; raw ones are on the rules' pages."""

from __future__ import annotations

import pytest

from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import check
from tflsp.findings import Finding


def cell(text: str, count: int | None = None, kind: str = "code") -> CellText:
    return CellText(f"cell-{text}", kind, "python" if kind == "code" else "markdown", text, count)


def findings(name: str, *cells: CellText, code: str) -> list[Finding]:
    return [finding for finding in check(open_notebook(name, cells)).findings if finding.code == code]


def test_order_of_cells_that_an_editor_tells() -> None:
    cells = [
        cell("# T", kind="markdown"),
        cell("a = 1", 4),
        cell(""),
        cell("b = 2"),
        cell("\n  c = 3", 2),
        cell("d", 1),
    ]
    (finding,) = findings("x.ipynb", *cells, code="TFL407")
    assert (finding.part, finding.cell, finding.span.of("\n  c = 3")) == (4, 4, "c = 3")
    assert [(related.part, related.span.of("a = 1")) for related in finding.related] == [(1, "a = 1")]


def test_blank_cells_have_no_order() -> None:
    assert findings("x.ipynb", cell("a", 2), cell(" \n", 1), cell("b", 3), code="TFL407") == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([cell(""), cell("a"), cell("b"), cell("c")], [("message", 1)]),
        ([cell("text", kind="markdown"), cell("a"), cell("b")], [("message.title", 0)]),
        ([cell("text", kind="markdown"), cell("a"), cell("Title\n=====", kind="markdown")], []),
        ([cell("text", kind="markdown"), cell("a"), cell('<h1 align="center">T</h1>', kind="markdown")], []),
        ([cell("---\ntitle: T\n---", kind="raw"), cell("a"), cell("b"), cell("c", kind="markdown")], []),
        ([cell("a"), cell("b")], []),
        ([], []),
    ],
)
def test_opening(cells: list[CellText], expected: list[tuple[str, int]]) -> None:
    found = findings("x.ipynb", *cells, code="TFL406")
    assert [(finding.key, finding.part) for finding in found] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Untitled.ipynb", 1),
        ("a/Untitled-1.ipynb", 1),
        ("Untitled-1.ipynb", 0),
        ("未命名2.ipynb", 1),
        ("Copy of exp.ipynb", 1),
        ("exp-Copy1.ipynb", 1),
        ("exp.ipynb", 0),
        ("carbon-copy-machine.ipynb", 0),
        ("", 0),
    ],
)
def test_names(name: str, expected: int) -> None:
    assert len(findings(name, cell("a"), code="TFL408")) == expected


def test_only_notebooks_are_judged() -> None:
    report = check(open_text("Untitled.py", "# %%\na = 1\n# %%\nb = 2\n# %%\nc = 3\n"))
    assert not [finding for finding in report.findings if finding.code in ("TFL406", "TFL407", "TFL408")]


def test_headings_of_format_3_are_no_text() -> None:
    cells = '{"cell_type": "heading", "level": 1, "source": "T"}, {"cell_type": "code", "input": "a"}'
    text = f'{{"nbformat": 3, "nbformat_minor": 0, "worksheets": [{{"cells": [{cells}, {cells}]}}]}}'
    report = check(open_text("x.ipynb", text))
    assert len(report.document.chunks) == 4
    assert not [finding for finding in report.findings if finding.code == "TFL406"]
