"""Raw notebooks: cells, places inside of JSON strings, edits, and JSON that is only half there."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.documents.notebooks import cell, notebook, old_notebook, output, source_of, written
from tests.unit.text.strategies import spans, texts
from tflsp.documents.document import Document
from tflsp.documents.notebook import chunk_notebook
from tflsp.documents.notebook_scan import RawCell, scan_cell
from tflsp.documents.opening import open_text
from tflsp.text import Span, TextEdit, written_outside


def opened(raw: object, **style: object) -> Document:
    return open_text("x.ipynb", json.dumps(raw, **{"indent": 1, "ensure_ascii": False, **style}), "json")  # type: ignore[arg-type]


def seen(document: Document) -> list[object]:
    """Everything that a reader can tell two documents apart by."""
    outline = document.outline
    assert outline is not None
    chunks = [(c.key, c.map.segments, c.codec, c.cell, c.part) for c in document.chunks]
    return [chunks, document.notes, outline.cells, dict(outline.metadata), outline.nbformat]


@given(written())
def test_every_cell_is_read_and_every_character_placed(case: tuple[dict[str, object], str]) -> None:
    made, text = case
    document = open_text("x.ipynb", text, "json")
    assert (document.kind, document.notes) == ("notebook", ())
    cells = made["cells"]
    assert isinstance(cells, list)
    assert document.outline is not None
    assert [(c.kind, c.text, c.execution_count) for c in document.outline.cells] == [
        (raw["cell_type"], source_of(raw), raw.get("execution_count")) for raw in cells
    ]
    assert [chunk.key.text for chunk in document.chunks if chunk.key.text] == [s for s in map(source_of, cells) if s]
    for chunk in document.chunks:
        assert chunk.cell is not None
        assert chunk.key.text == source_of(cells[chunk.cell])
        for offset, char in enumerate(chunk.key.text):
            assert json.loads(f'"{chunk.map.span(Span(offset, offset + 1)).of(text)}"') == char


@given(st.data(), written(), texts)
def test_an_edit_of_a_cell_is_that_edit_of_its_source(
    data: st.DataObject, case: tuple[dict[str, object], str], new: str
) -> None:
    made, text = case
    document = open_text("x.ipynb", text, "json")
    assume(document.chunks)
    chunk = data.draw(st.sampled_from(document.chunks))
    inner = TextEdit(data.draw(spans(chunk.key.text)), new)
    after = document.edited(written_outside(inner, chunk.key.text, chunk.map, chunk.codec))
    expected = chunk.key.text[: inner.span.start] + new + chunk.key.text[inner.span.end :]
    cells = made["cells"]
    assert isinstance(cells, list)
    assert chunk.cell is not None
    cells[chunk.cell]["source"] = expected
    assert [source_of(raw) for raw in json.loads(after.text)["cells"]] == [source_of(raw) for raw in cells]


@given(st.data(), written())
def test_edits_of_the_file_are_read_as_if_it_were_opened_anew(
    data: st.DataObject, case: tuple[dict[str, object], str]
) -> None:
    document = open_text("x.ipynb", case[1], "json")
    for _ in range(data.draw(st.integers(1, 4))):
        edit = TextEdit(
            data.draw(spans(document.text)), data.draw(st.sampled_from(('"', "x", "{", "\\", "", '",\n "a')))
        )
        if data.draw(st.booleans()):
            edit = TextEdit(Span(edit.span.start, edit.span.start), edit.new_text)
        if data.draw(st.booleans()):
            assert document.chunks is not None  # sometimes two edits come between two cuts
        document = document.edited(edit)
    fresh = Document("notebook", "x.ipynb", (type(document.parts[0])("x.ipynb", document.text, chunk_notebook),))
    assert seen(document) == seen(fresh)


def test_typing_in_a_cell_reads_that_cell_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    document = opened(notebook(*(cell("code", f"x = {number}\ny = 2", outputs=[output("z")]) for number in range(50))))
    before = document.chunks
    scans: list[int] = []

    def scanned(text: str, start: int) -> RawCell:
        scans.append(start)
        return scan_cell(text, start)

    module = "tflsp.documents.notebook"
    monkeypatch.setattr(f"{module}.scan_notebook", lambda text: pytest.fail("the whole notebook was read again"))
    monkeypatch.setattr(f"{module}.scan_cell", scanned)
    for number in (20, 30):
        at = document.chunks[number].map.start(3)
        document = document.edited(TextEdit(Span(at, at), "é"))
        assert document.chunks[number].key.text == f"x =é {number}\ny = 2"
    assert len(scans) == 2
    assert all(document.chunks[n].key is before[n].key for n in range(50) if n not in (20, 30))
    assert [chunk.map.span(Span(0, 3)).of(document.text) for chunk in document.chunks] == ["x ="] * 50


def test_nbformat_4_as_its_own_library_writes_it() -> None:
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# 实验目标 🔧\n\n`x`"),
            nbformat.v4.new_code_cell(
                "!pip install x\nprint('a')", execution_count=3, metadata={"tags": ["a", "tflsp:ignore[TFL101]"]}
            ),
            nbformat.v4.new_raw_cell("raw"),
            nbformat.v4.new_code_cell(""),
        ],
        metadata={"language_info": {"name": "python"}},
    )
    document = open_text("x.ipynb", nbformat.writes(made), "json")
    assert [(chunk.key.language, chunk.key.text, chunk.cell, chunk.key.traits) for chunk in document.chunks] == [
        ("markdown", "# 实验目标 🔧\n\n`x`", 0, (("cell", "markdown"),)),
        ("ipython", "!pip install x\nprint('a')", 1, (("cell", "code"),)),
        ("text", "raw", 2, (("cell", "raw"),)),
    ]
    assert document.outline is not None
    assert document.outline.nbformat == (4, 5)
    assert [c.execution_count for c in document.outline.cells] == [None, 3, None, None]
    assert document.outline.cells[1].tags == ("a", "tflsp:ignore[TFL101]")
    assert document.outline.cells[0].span.of(document.text).startswith('[\n    "# 实验目标')
    assert document.outline.metadata == {"language_info": {"name": "python"}}


def test_nbformat_3() -> None:
    cells: list[dict[str, Any]] = [
        {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Title"]},
        {
            "cell_type": "code",
            "input": ["x = 1\n", "y"],
            "language": "python",
            "outputs": [output("a")],
            "prompt_number": 7,
        },
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "input": ["x <- 1"], "language": "R", "outputs": []},
    ]
    document = opened(old_notebook(*cells))
    assert [(chunk.key.language, chunk.key.text) for chunk in document.chunks] == [
        ("markdown", "Title"),
        ("ipython", "x = 1\ny"),
        ("markdown", "text"),
        ("code", "x <- 1"),
    ]
    assert document.outline is not None
    assert [c.execution_count for c in document.outline.cells] == [None, 7, None, None]
    assert document.outline.nbformat == (3, 0)
    assert document.chunks[1].map.span(Span(0, 5)).of(document.text) == "x = 1"


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "ipython"),
        ({"kernelspec": {"language": "python"}}, "ipython"),
        ({"kernelspec": {"language": "R"}}, "code"),
        ({"language_info": {"name": "julia"}, "kernelspec": {"name": "python3"}}, "code"),
        ({"language_info": {"name": "ipython"}}, "ipython"),
        ("no mapping", "ipython"),
    ],
)
def test_the_kernel_says_what_code_is(metadata: object, language: str) -> None:
    document = opened({**notebook(cell("code", "x")), "metadata": metadata})
    assert document.chunks[0].key.language == language


def test_a_cell_may_have_its_own_language() -> None:
    document = opened(notebook(cell("code", "ls", metadata={"vscode": {"languageId": "shellscript"}})))
    assert document.chunks[0].key.language == "shell"


def test_outputs_are_never_read() -> None:
    document = opened(notebook(cell("code", "x", outputs=[output("docker run a --privileged"), output("b")])))
    assert [chunk.key.text for chunk in document.chunks] == ["x"]
    assert all("docker" not in chunk.map.span(Span(0, 1)).of(document.text) for chunk in document.chunks)


def broken(text: str) -> tuple[list[str], int]:
    document = Document("notebook", "x", (type(open_text("", "").parts[0])("x", text, chunk_notebook),))
    assert document.outline is not None
    return [chunk.key.text for chunk in document.chunks], len(document.notes)


THREE = json.dumps(notebook(cell("code", "one\n1"), cell("markdown", "two\n2"), cell("code", "three\n3")), indent=1)


@pytest.mark.parametrize(
    ("old", "new", "texts", "notes"),
    [
        ('"two\\n"', '"two', ["one\n1", "two,2", "three\n3"], 1),
        ('"two\\n"', '"tw\\q\\n"', ["one\n1", "twq\n2", "three\n3"], 1),
        ('"two\\n",', '"two\\n"', ["one\n1", "two\n2", "three\n3"], 1),
        ('"two\\n",\n', '"two\\n",\n "half\n', ["one\n1", "two\nhalf2", "three\n3"], 1),
        ('"markdown"', '"markdown', ["one\n1", "two\n2", "three\n3"], 1),
        ('"cell_type": "markdown",', '"cell_type": ,', ["one\n1", "two\n2", "three\n3"], 1),
        (' "metadata": {\n  "kern', ' "metadata": \n  "kern', ["one\n1", "two\n2", "three\n3"], 1),
        ('"cells": [', '"cells": ', ["one\n1", "two\n2", "three\n3"], 1),
        ('"cells": [', "", ["one\n1", "two\n2", "three\n3"], 1),
    ],
)
def test_broken_json_gives_what_can_be_read(old: str, new: str, texts: list[str], notes: int) -> None:
    assert THREE.count(old) == 1
    assert broken(THREE.replace(old, new)) == (texts, notes)


def test_every_beginning_of_a_notebook_is_read_as_far_as_it_goes() -> None:
    for length in range(len(THREE)):
        found, notes = broken(THREE[:length])
        assert notes
        assert "one\n1".startswith("".join(found[:1])) or found[0].startswith("one\n1")
    assert broken(THREE) == (["one\n1", "two\n2", "three\n3"], 0)


def test_every_single_character_less() -> None:
    for at in range(len(THREE)):
        found, _ = broken(THREE[:at] + THREE[at + 1 :])
        assert sum(text in ("one\n1", "two\n2", "three\n3") for text in found) >= 2


@pytest.mark.parametrize(
    "text",
    [
        *("{", "{}", "[]", "", "\ufeff{}", '{"cells"', '{"cells": [', '{"cells": [{', '{"cells": {}}'),
        *('{"cells": [1, null, [], "x"]}', '{"cells": [{"source": 5}]}', '{"cells": [{"source": {"a": ["b"]}}]}'),
        *('{"worksheets": [[], 3]}', '{"a": 1}{"cells": []}', '{"cells": [{"source": ["a", 1]}]}'),
        *('{"cells": [{"source": "a", "source": "b"}]}', '{"cells":[{"metadata":' + "[" * 5000),
    ],
)
def test_what_is_no_notebook_is_survived(text: str) -> None:
    broken(text)


def test_a_number_too_long_for_python_is_survived() -> None:
    assert broken(THREE.replace('"execution_count": null', f'"execution_count": {"1" * 5000}', 1))[0] == [
        "one\n1",
        "two\n2",
        "three\n3",
    ]
