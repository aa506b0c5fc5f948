"""The generated documents and trees: sizes, validity, and the same text each time."""

from __future__ import annotations

import ast
import base64
import json
from pathlib import Path

import pytest

from bench import corpus, journal, material, tree
from bench.documents import Document, Notebook, Text, line_of


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {document.name: document for document in corpus.keystroke_documents()}


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("Python 15 KB", 14_500, 16_000),
        ("Python 450 KB", 440_000, 465_000),
        ("Notebook 2 MB, 200 cells", 1_900_000, 2_100_000),
        ("Markdown journal, prose", 14_000, 16_000),
        ("Markdown journal, bash fence", 14_000, 16_000),
    ],
)
def test_sizes(documents: dict[str, Document], name: str, least: int, most: int) -> None:
    assert least <= documents[name].size <= most


def test_python_is_valid_before_and_after_typing(documents: dict[str, Document]) -> None:
    for document in documents.values():
        if isinstance(document, Text) and document.language == "python":
            lines = document.text.split("\n")
            assert lines[document.spot.line] == " " * document.spot.column
            assert 0.3 < document.spot.line / len(lines) < 0.7 or document.size < 20_000
            for typed in (document.spot.typed[:1], document.spot.typed * 9, document.spot.probe):
                changed = [*lines]
                changed[document.spot.line] += typed
                ast.parse("\n".join(changed))


def test_every_code_cell_is_valid_and_no_two_are_the_same(documents: dict[str, Document]) -> None:
    book = documents["Notebook 2 MB, 200 cells"]
    assert isinstance(book, Notebook)
    assert len(book.cells) == 200
    assert len({cell.text for cell in book.cells}) == 200
    code = [cell.text for cell in book.cells if cell.kind == "code"]
    assert len(code) == 160
    for text in code:
        ast.parse(text)
    assert material.MARK in line_of(book.cells[book.cell].text, book.spot.line - 1)


def test_the_journal_is_typed_into_in_its_middle(documents: dict[str, Document]) -> None:
    fence = documents["Markdown journal, bash fence"]
    prose = documents["Markdown journal, prose"]
    assert isinstance(fence, Text)
    assert isinstance(prose, Text)
    before = "\n".join(fence.text.split("\n")[: fence.spot.line])
    assert before.count("```") % 2 == 1
    before = "\n".join(prose.text.split("\n")[: prose.spot.line])
    assert before.count("```") % 2 == 0
    assert len(line_of(prose.text, prose.spot.line)) == prose.spot.column
    for document in (fence, prose):
        assert 0.4 < document.spot.line / document.text.count("\n") < 0.6
    entries = [journal.entry(number) for number in range(200)]
    assert len(set(entries)) == 200


def test_the_tree_is_made_of_valid_notebooks_and_grows_in_proportion(tmp_path: Path) -> None:
    sizes = {count: tree.write(tmp_path / str(count), count) for count in (12, 24)}
    assert sizes[24] == pytest.approx(2 * sizes[12], rel=0.01)
    assert sizes[12] / 12 == pytest.approx(150 * 1024, rel=0.05)
    paths = sorted((tmp_path / "12").rglob("*.ipynb"))
    assert len(paths) == 12
    assert len(list((tmp_path / "24").rglob("Dockerfile"))) == 2
    for path in paths:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert notebook["nbformat"] == 4
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
        pictures = [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]
        assert base64.b64decode(pictures[0]).startswith(b"\x89PNG\r\n\x1a\n")
    again = tmp_path / "again"
    tree.write(again, 12)
    assert [path.read_bytes() for path in sorted(again.rglob("*.ipynb"))] == [path.read_bytes() for path in paths]
