"""Hostile and broken documents: no crash, no hang, and a note of what was not read.

Bounds on time are far above what is needed and far below what one more power of the size would take.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.documents.notebooks import cell, notebook, output
from tests.unit.documents.reading import nested, regions_of
from tests.unit.text.strategies import wild_texts
from tflsp.documents.commonmark import MAX_DEPTH
from tflsp.documents.document import Chunk, Document, Part
from tflsp.documents.opening import CHUNKERS, LIMIT, CellText, open_bytes, open_notebook, open_text
from tflsp.documents.syntax import GRAMMARS, descend, parse
from tflsp.text import Encoding, Span, TextEdit

UNITS = (
    *(
        "`",
        " ",
        "\n",
        "<",
        "<!--",
        "<a ",
        "- ",
        ">",
        "> ",
        "[",
        "(",
        "{",
        "}",
        "\\",
        "'",
        '"',
        '"""',
        "'''",
        "%",
        "#",
        "# ",
    ),
    *(
        "=!",
        "a=",
        "$ ",
        "x@y ",
        "```\n",
        "~~~",
        "\t",
        "\r",
        "a",
        "é",
        "🔧",
        "1. ",
        "!ls\n",
        "%%",
        "\\\n",
        "|",
        "*",
        "_",
        "---\n",
    ),
    *(
        "+++\n",
        ":x: a\n",
        "a: b\n",
        "services:\n",
        " image: x\n",
        "FROM x\n",
        '"cells":[',
        '{"cell_type":',
        '"source":[',
    ),
    *(
        '{"cells":[{"source":["',
        '"\\u0041',
        "pip install ",
        "docker run ",
        "import a,",
        "A=b ",
        "sudo ",
        "(a) ",
        "x?\n",
        "# %%\n",
    ),
    *(
        "# ---\n",
        "def f():\n",
        "@a\n",
        "    def f():\n",
        "if x:\n  ",
        "else:\n",
        "-----BEGIN \n\n",
        "<<EOF\n",
        "$ cat <<A\n",
    ),
    *(
        ">>> a\n",
        "In [1]: ",
        "\0",
        "\x85",
        "\u2028",
        "f'",
        '\\"',
        "#!/usr/bin/env A=b ",
        "# %% tags=[",
        "PermitRootLogin yes\n",
    ),
)
KINDS = ("markdown", "python", "percent", "notebook", "text")
SIZE = 40_000
SECONDS = 3.0


def read(kind: str, text: str) -> Document:
    """Cut a text as a document of a kind, and look into all of its chunks."""
    document = Document(kind, "x", (Part("x", text, CHUNKERS[kind]),))
    for chunk in document.chunks:
        regions_of(chunk)
    assert document.outline is None or document.outline.cells is not None
    return document


def within_bounds(work: Callable[[], object]) -> None:
    start = time.thread_time()
    work()
    assert time.thread_time() - start < SECONDS


@pytest.mark.parametrize("kind", KINDS)
def test_repetition_costs_no_more_than_its_length(kind: str) -> None:
    for unit in UNITS:
        for begin in ("", "{") if kind == "notebook" else ("",):
            text = begin + unit * (SIZE // len(unit))
            within_bounds(lambda text=text: read(kind, text))  # type: ignore[misc]


def test_repetition_in_cells() -> None:
    for unit in UNITS:
        cells = open_notebook("x", [CellText("a", "code", "python", unit * (SIZE // len(unit)))])
        within_bounds(lambda cells=cells: [regions_of(chunk) for chunk in cells.chunks])  # type: ignore[misc]


@pytest.mark.parametrize(
    "name", ["", "x.md", "x.ipynb", "x.json", "x.yml", "Dockerfile", "x.py", "a/sshd_config", "config.json"]
)
def test_repetition_in_what_tells_the_kind(name: str) -> None:
    for unit in UNITS:
        within_bounds(lambda unit=unit: open_text(name, unit * (SIZE // len(unit))))  # type: ignore[misc]


SAMPLES = {
    "markdown": "---\na: b\n---\n# 目标 🔧\n\n- a\n\n  ```bash\n  $ docker run \\\n  > -p 1\n  ```\n\n"
    "> ```python\n> !pip install x\n> ```\n<!-- c -->\n",
    "python": "import a\n\n\n@b\ndef f(x):\n    '''c'''\n    return {'d': [1, (2)]}\n\n\n"
    "class A:\n    def g(self): pass\n",
    "percent": '# ---\n# jupyter:\n# ---\n# %% [markdown]\n# # T\n# %%\n# !ls\nx = 1\n# %% [md]\n"""\na\n"""\n',
    "notebook": json.dumps(notebook(cell("markdown", "# T"), cell("code", "!ls\nx", outputs=[output("o")])), indent=1),
    "text": "a\n\nb\n" * 3,
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_half_of_a_document_is_read(kind: str) -> None:
    text = SAMPLES[kind]
    for at in range(len(text) + 1):
        read(kind, text[:at])
        read(kind, text[at:])


@pytest.mark.parametrize("kind", SAMPLES)
@given(data=st.data())
def test_anything_may_stand_anywhere(kind: str, data: st.DataObject) -> None:
    text = SAMPLES[kind]
    at = data.draw(st.integers(0, len(text)))
    read(kind, text[:at] + data.draw(wild_texts) + text[at + data.draw(st.integers(0, 5)) :])


@given(
    wild_texts,
    st.sampled_from(("a.md", "a.py", "a.ipynb", "a.yml", "a.json", "Dockerfile", "a.sh", ".env", "a.txt", "")),
)
def test_any_text_can_be_opened_as_anything(text: str, name: str) -> None:
    for chunk in open_text(name, text).chunks:
        regions_of(chunk)


@pytest.mark.parametrize("language", sorted(GRAMMARS))
@pytest.mark.parametrize(
    "text", ["a\0b\nc: 1\n", "\udcff\udc80 x\n", "\ud83d", "\0" * 1000, "🔧\u2028\x85\f\v = 1", ""]
)
def test_grammars_survive_what_is_no_text(language: str, text: str) -> None:
    syntax = parse(language, text)
    assert syntax.span(syntax.root).end <= len(text)
    for node in descend(syntax.root, "comment"):
        assert syntax.text_of(node) == syntax.span(node).of(text)
    at = len(text) // 2
    after = text[:at] + "\0é" + text[at:]
    assert syntax.edited(after, Span(at, at), 2).text == after


def test_a_binary_named_markdown_is_not_read() -> None:
    document, decoded = open_bytes("picture.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + os.urandom(5000))
    assert document.kind == "binary"
    assert document.chunks == ()
    assert [note.message for note in document.notes] == ["this is no text: it was not read"]
    assert decoded.encode(decoded.text).startswith(b"\x89PNG\r\n")


def test_a_file_that_is_too_large_is_not_read() -> None:
    document = open_text("a.md", "docker run x\n" * (LIMIT // 10))
    assert document.chunks == ()
    assert [note.message for note in document.notes] == ["this is larger than 32 MiB: it was not read"]


def test_nul_in_the_middle_is_read_around() -> None:
    text = "# a\n\n" + "x" * 2000 + "\0\n\n```bash\nls\n```\n"
    assert nested(open_text("a.md", text), "shell") == ["ls\n"]


def test_a_notebook_of_twenty_megabytes() -> None:
    cells = [cell("code", f"x = {n}\n!ls", outputs=[output("y" * 100_000)], execution_count=n) for n in range(200)]
    text = json.dumps(notebook(*cells), indent=1)
    assert len(text) > 20_000_000
    start = time.thread_time()
    document = open_text("x.ipynb", text, "json")
    assert len(document.chunks) == 200
    at = document.chunks[100].map.start(0)
    after = document.edited(TextEdit(Span(at, at), "y"))
    assert after.chunks[100].key.text == "yx = 100\n!ls"
    assert time.thread_time() - start < 10 * SECONDS


def test_ten_thousand_fences() -> None:
    fences = "".join(f"text {n}\n\n```bash\ndocker run x{n}\n# c\n```\n\n" for n in range(10_000))
    start = time.thread_time()
    document = open_text("a.md", fences)
    assert len(nested(document, "shell")) == 10_000
    assert time.thread_time() - start < 10 * SECONDS
    largest = max(len(chunk.key.text) for chunk in document.chunks)
    assert largest < 4_000, "typing in one of them reads a page, not all"


@pytest.mark.parametrize("depth", [200, 20_000])
def test_deep_nesting(depth: int) -> None:
    texts = {
        "markdown": [mark * depth + "```\n" + mark * depth + "ls\n" for mark in ("> ", "- ", "1. ", "> - ")]
        + ["\n".join("  " * level + "- a" for level in range(min(depth, 300)))],
        "python": ["x = " + "(" * depth + ")" * depth + "\n", "[" * depth, "f(\n" * depth, "if x:\n" + " x\n" * depth],
        "notebook": [
            '{"cells": [' + "[" * depth + "]" * depth + "]}",
            '{"cells": [{"outputs": ' + '{"a":' * depth + "1" + "}" * depth + ', "source": ["x"]}]}',
        ],
    }
    for kind, own in texts.items():
        for text in own:
            within_bounds(lambda kind=kind, text=text: read(kind, text))  # type: ignore[misc]


def test_deep_quotes_are_read_down_to_a_bound() -> None:
    def text(depth: int) -> str:
        return "> " * depth + "```bash\n" + "> " * depth + "ls\n"

    assert nested(open_text("a.md", text(MAX_DEPTH - 1)), "shell") == ["ls\n"]
    assert nested(open_text("a.md", text(MAX_DEPTH + 100)), "shell") == []


@pytest.mark.parametrize("line", ["docker run -v a:b ", "x = [1, 2] + ", "é🔧 实验 ", '"a": "b", ', "`a` <b> "])
@pytest.mark.parametrize("name", ["a.md", "a.py", "a.txt", "a.json", "a.ipynb", "a.sh"])
def test_a_line_of_five_megabytes(name: str, line: str) -> None:
    text = line * (5_000_000 // len(line))

    def work() -> None:
        document = open_text(name, text)
        for chunk in document.chunks:
            regions_of(chunk)
        lines = document.parts[0].lines
        for encoding in Encoding:
            assert lines.offset(lines.position(len(text) - 1, encoding), encoding) == len(text) - 1

    within_bounds(work)


def test_a_chunk_of_every_language_can_be_looked_into() -> None:
    for language in (*CHUNKERS, "ipython", "console", "pycon", "front-matter", "code", "plain-fence"):
        regions_of(Chunk.slice(language, "$ docker run x\n```\n%%bash\n"))
