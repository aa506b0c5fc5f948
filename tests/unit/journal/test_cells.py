"""A new cell of a notebook that an editor holds: where it stands, and what it says."""

from __future__ import annotations

import pytest

from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook
from tflsp.facts.journal_entries import Conclusion, ErrorLog, Goal, Step
from tflsp.journal.cells import plan_cell
from tflsp.journal.snippets import without_stops
from tflsp.journal.writing import NotInserted


def notebook(*cells: tuple[str, str]) -> Document:
    return open_notebook("exp.ipynb", [CellText(f"c{n}", kind, "python", text) for n, (kind, text) in enumerate(cells)])


TITLE, CODE, END = ("markdown", "# 💡 T"), ("code", "x = 1"), ("markdown", "## Conclusion\n\nSlower.")


@pytest.mark.parametrize(
    ("cells", "entry", "after", "wanted"),
    [
        ([], Step(), None, -1),
        ([TITLE, CODE], Goal("Why?"), None, 0),
        ([CODE], Goal("Why?"), None, -1),
        ([TITLE, CODE, END], Step(), None, 1),
        ([TITLE, CODE, END], ErrorLog("OOM"), None, 1),
        ([TITLE, END, CODE], Step(), None, 0),
        ([TITLE, CODE], Conclusion("x"), None, 1),
        ([TITLE, CODE, END], Step(), 2, 2),
        ([TITLE, CODE, END], Step(), 0, 0),
        ([TITLE], Step(), 99, 0),
    ],
)
def test_where_a_cell_stands(
    cells: list[tuple[str, str]], entry: Goal | Step | ErrorLog | Conclusion, after: int | None, wanted: int
) -> None:
    assert plan_cell(notebook(*cells), entry, after=after).after == wanted


def test_what_it_says() -> None:
    before = ("markdown", "## 调试步骤 #4：慢\n\n- 结果：95 %")
    made = plan_cell(notebook(before, CODE), Step(result="97 %"), language="en")
    assert made.language == "zh"
    assert made.text.startswith("## 调试步骤 #5\n")
    assert not made.text.endswith("\n")
    assert made.marked != made.text
    assert without_stops(made.marked) == made.text
    assert made.entry == Step(5, result="97 %")


def test_nothing_is_inserted_twice() -> None:
    with pytest.raises(NotInserted, match="there is a conclusion already"):
        plan_cell(notebook(CODE, END), Conclusion("again"))
