"""Cutting again after edits: the same as cutting anew, at the cost of what was edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.documents.markdown_texts import LINES, structures
from tests.unit.documents.test_python_cut import PIECES, python_texts
from tests.unit.text.strategies import spans
from tflsp.documents import markdown_cut, prose, python_cut
from tflsp.documents.document import Chunker, Document, Part
from tflsp.documents.opening import CHUNKERS, open_text
from tflsp.text import Span, TextEdit

TEXT = ("docker run x\n", "\n", "文字\n\n", "\r\n\r\n", "-----BEGIN KEY-----\n", "-----END KEY-----\n", " \n", "a" * 30)


def places(document: Document) -> list[object]:
    return [(chunk.key, chunk.map.segments, chunk.cell) for chunk in document.chunks]


def check_edits(data: st.DataObject, kind: str, text: str, pieces: tuple[str, ...]) -> None:
    chunker: Chunker = CHUNKERS[kind]
    document = Document(kind, "x", (Part("x", text, chunker),))
    assert document.chunks is not None
    for _ in range(data.draw(st.integers(1, 5))):
        span = data.draw(spans(document.text))
        if data.draw(st.booleans()):
            span = Span(span.start, min(span.start + data.draw(st.integers(0, 2)), span.end))
        document = document.edited(TextEdit(span, data.draw(st.sampled_from(("x", "", " ", "#", "\n", "`", *pieces)))))
        if data.draw(st.booleans()):
            assert places(document) == places(Document(kind, "x", (Part("x", document.text, chunker),)))
    assert places(document) == places(Document(kind, "x", (Part("x", document.text, chunker),)))


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short examples are cut as long ones would be."""
    monkeypatch.setattr(markdown_cut, "LONG", 20)
    monkeypatch.setattr(markdown_cut, "SMALL", 8)
    monkeypatch.setattr(prose, "LONG", 20)
    monkeypatch.setattr(python_cut, "SMALL", 12)
    monkeypatch.setattr(python_cut, "LARGE", 50)
    monkeypatch.setattr(python_cut, "LARGE_CLASS", 50)


@given(st.data(), structures())
def test_markdown(data: st.DataObject, lines: list[str]) -> None:
    front = data.draw(st.sampled_from(("", "", "---\na: b\n---\n", "---\njupytext: x\n---\n")))
    check_edits(data, "markdown", front + "\n".join(lines), tuple(f"\n{line}\n" for line in LINES))


def test_what_is_no_tag_was_looked_into() -> None:
    """A fence below told that; the empty line that is typed between them leaves the question open."""
    document = open_text("a.md", "text\n\n<!-\n#\n- a\n# b\n```\n-->")
    assert document.chunks is not None
    at = document.text.index("# b")
    document = document.edited(TextEdit(Span(at, at), "\n"))
    assert places(document) == places(open_text("a.md", document.text))


@given(st.data(), python_texts)
def test_python(data: st.DataObject, text: str) -> None:
    check_edits(data, "python", text, PIECES)


@given(st.data(), st.lists(st.sampled_from(TEXT), max_size=12).map("".join))
def test_text(data: st.DataObject, text: str) -> None:
    check_edits(data, "text", text, TEXT)


@pytest.mark.parametrize("name", ["a.md", "a.py"])
def test_typing_cuts_only_near_by(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    section = (
        "## Step\n\n" + "text of it\n" * 30 if name == "a.md" else "def f(x):\n" + "    return x + 1\n" * 40 + "\n\n"
    )
    document = open_text(name, section * 200)
    before = document.chunks
    at = len(section) * 100 + 60
    after = document.edited(TextEdit(Span(at, at), "y"))
    kept = sum(chunk.key is old.key for chunk, old in zip(after.chunks, before, strict=True))
    assert len(before) == 200
    assert kept >= 197
