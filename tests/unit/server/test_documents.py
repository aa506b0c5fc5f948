"""Synchronisation against a naive model: texts in every encoding, notebooks through every change of structure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.lsp import units
from tflsp.server.documents import Documents
from tflsp.server.notebooks import change_synced, open_synced
from tflsp.text import Encoding

PIECE = st.sampled_from(
    ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x0c", "\x85", "💡", "é", "e\u0301", "中", "a", " ", "\t"]
)
TEXT = st.lists(PIECE, max_size=25).map("".join)
EDITS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8), TEXT), max_size=8)


def cursor(text: str, offset: int) -> int:
    """A place where an editor can have its cursor: not inside of a line end."""
    offset = min(offset, len(text))
    return offset - 1 if text[max(offset - 1, 0) : offset + 1] == "\r\n" else offset


def change(text: str, edit: tuple[int, int, str], encoding: str) -> tuple[dict[str, Any], str]:
    """A change event, and the text after it."""
    start = cursor(text, edit[0])
    end = max(cursor(text, edit[0] + edit[1]), start)
    where = {"start": units.position(text, start, encoding), "end": units.position(text, end, encoding)}
    return {"range": where, "text": edit[2]}, text[:start] + edit[2] + text[end:]


@pytest.mark.parametrize("encoding", list(Encoding))
@given(text=TEXT, batches=st.lists(EDITS, max_size=4))
def test_texts_stay_equal(encoding: Encoding, text: str, batches: list[Any]) -> None:
    documents = Documents(encoding)
    opened = documents.open("a.md", {"uri": "file:///a.md", "languageId": "markdown", "version": 1, "text": text})
    for version, batch in enumerate(batches, start=2):
        events = []
        for edit in batch:
            event, text = change(text, edit, encoding.value)
            events.append(event)
        documents.change("file:///a.md", version, events)
    assert opened.document.text == text
    assert [span.of(text) for span in opened.document.parts[0].lines.lines()] == [
        line.rstrip("\r\n") for line in units.lines_of(text)
    ]


def test_positions_beyond_what_is_there() -> None:
    documents = Documents(Encoding.UTF16)
    opened = documents.open("a.md", {"uri": "u:a", "languageId": "markdown", "text": "ab\ncd"})
    for line, character in ((0, 99), (99, 0), (1, 99)):
        where = {"line": line, "character": character}
        documents.change("u:a", None, [{"range": {"start": where, "end": where}, "text": "!"}])
    assert opened.document.text == "ab!\ncd!!"


@pytest.mark.parametrize(
    ("language", "before", "after", "kind"),
    [
        ("yaml", "", "services:\n  a:\n    image: b\n", "compose"),
        ("python", "x = 1\n", "# %%\nx = 1\n", "percent"),
        ("json", "{}", '{"cells": [], "nbformat": 4}', "notebook"),
    ],
)
def test_a_text_that_is_still_being_begun_shows_what_it_is(language: str, before: str, after: str, kind: str) -> None:
    documents = Documents(Encoding.UTF16)
    opened = documents.open("a", {"uri": "u:a", "languageId": language, "text": before})
    end = units.position(before, len(before), "utf-16")
    where = {"start": {"line": 0, "character": 0}, "end": end}
    documents.change("u:a", 2, [{"range": where, "text": after}])
    assert opened.document.kind == kind


# Notebooks

CELL = st.tuples(st.sampled_from([1, 2]), TEXT)
OPERATION = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 6), CELL),
    st.tuples(st.just("delete"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("edit"), st.integers(0, 5), st.tuples(st.integers(0, 30), st.integers(0, 5), TEXT)),
)


def item(uri: str, kind: int, text: str) -> dict[str, Any]:
    return {"uri": uri, "languageId": "markdown" if kind == 1 else "python", "version": 1, "text": text}


@given(cells=st.lists(CELL, max_size=4), operations=st.lists(OPERATION, max_size=12))
def test_notebooks_stay_equal(cells: list[Any], operations: list[Any]) -> None:
    documents = Documents(Encoding.UTF16)
    model = [(f"cell:{number}", kind, text) for number, (kind, text) in enumerate(cells)]
    notebook = {"uri": "nb:a", "cells": [{"kind": kind, "document": uri} for uri, kind, _ in model]}
    opened = open_synced(
        documents, "a.ipynb", {"notebookDocument": notebook, "cellTextDocuments": [item(*cell) for cell in model]}
    )
    for number, (operation, at, argument) in enumerate(operations):
        event = _apply(model, operation, at, argument, f"new:{number}")
        if event is not None:
            assert change_synced(documents, "nb:a", {"cells": event}) is not None
    assert [part.text for part in opened.document.parts] == [text for _, _, text in model]
    assert [part.cell for part in opened.document.parts] == list(range(len(model)))
    for number, (uri, _, text) in enumerate(model):
        found = documents.find(uri)
        assert found == (opened, number)
        assert opened.document.parts[number].text == text


def _apply(model: list[Any], operation: str, at: int, argument: Any, fresh: str) -> dict[str, Any] | None:
    """Change the model, and give the event that tells of it."""
    at = min(at, len(model) if operation == "insert" else len(model) - 1)
    if at < 0:
        return None
    if operation == "insert":
        kind, text = argument
        model.insert(at, (fresh, kind, text))
        array = {"start": at, "deleteCount": 0, "cells": [{"kind": kind, "document": fresh}]}
        return {"structure": {"array": array, "didOpen": [item(fresh, kind, text)]}}
    if operation == "delete":
        uri, _, _ = model.pop(at)
        closed = [{"uri": uri}] if argument else None
        return {"structure": {"array": {"start": at, "deleteCount": 1}, "didClose": closed}}
    if operation == "move":
        # As clients tell of it: one stretch is replaced by the same cells in another order, without their texts.
        to = min(argument, len(model) - 1)
        low, high = min(at, to), max(at, to) + 1
        model.insert(to, model.pop(at))
        moved = [{"kind": kind, "document": uri} for uri, kind, _ in model[low:high]]
        return {"structure": {"array": {"start": low, "deleteCount": high - low, "cells": moved}}}
    uri, kind, text = model[at]
    event, after = change(text, argument, "utf-16")
    model[at] = (uri, kind, after)
    return {"textContent": [{"document": {"uri": uri, "version": 2}, "changes": [event]}]}
