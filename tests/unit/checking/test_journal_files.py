"""An entry into files of any content: it is inserted and nothing else changes, or it is refused and nothing does."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.documents.notebooks import cell, notebook
from tflsp.checking.journal_files import insert_into
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Step
from tflsp.journal.writing import NotInserted

ENTRIES: tuple[Entry, ...] = (
    Goal("Why?", (), "accuracy > 9%"),
    Step(title="t"),
    ErrorLog(message="x"),
    Conclusion("Done."),
)
NAMES = ("a.md", "a.ipynb", "a.py", "a.qmd", "学 习.md")
# What a file may be made of: structure, half of it, and whatever there is besides.
PIECES = (
    *(
        b"---\n",
        b"# T\n",
        b"## Goal\n\nWhy?\n",
        b"### Debug step #1: a\n",
        b"## Conclusion\n",
        b"```\n",
        b"<!-- ",
        b" -->",
    ),
    *(b"# %%\n", b"# %% [markdown]\n", b'"""\n', b"\r\n", b"\r", b"\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe4"),
    *(b'{"cells": [', b"]", b"}", b'"nbformat": 4', b",", b" ", b"x = 1\n", "学\u2028".encode()),
)
BOOK = json.dumps(notebook(cell("markdown", "# T"), cell("code", "x = 1")), indent=1).encode()


def cut(data: bytes) -> st.SearchStrategy[bytes]:
    """The content without a piece of it."""
    places = st.tuples(st.integers(0, len(data)), st.integers(0, 40))
    return places.map(lambda each: data[: each[0]] + data[each[0] + each[1] :])


contents = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join) | st.binary(max_size=60) | cut(BOOK)


@given(contents, st.sampled_from(NAMES), st.sampled_from(ENTRIES), st.sampled_from([None, 1, 3, 10**6]))
@example(b"[]", "a.ipynb", ENTRIES[0], None)
@example(b"\xff\xfe#\x00", "a.md", ENTRIES[1], None)
@example(b"# T\r\rText\r", "a.md", ENTRIES[1], 1)
def test_inserted_or_as_it_was(content: bytes, name: str, entry: Entry, line: int | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        try:
            insert_into(path, entry, language="en", line=line)
        except NotInserted:
            assert path.read_bytes() == content
        else:
            new = path.read_bytes()
            assert len(new) > len(content)
            begun = isinstance(entry, Goal) and name == "a.ipynb" and not content.strip(b"\xef\xbb\xbf \t\r\n")
            assert begun or content == new[: kept(content, new)] + new[len(new) - len(content) + kept(content, new) :]
        assert os.listdir(folder) == [name]


def kept(old: bytes, new: bytes) -> int:
    """How many bytes of the beginning are the same."""
    return next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(old))
