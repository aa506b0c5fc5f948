"""Tags of notebook cells that suppress findings, in raw notebooks and in those that an editor syncs cell by cell."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.unit.documents.notebooks import cell, notebook
from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import check

COMMAND = "!docker run --rm tensorflow/tensorflow:latest python -V"
TITLE = "# A notebook"
Open = Callable[[list[tuple[str, list[str]]]], Document]


def raw(cells: list[tuple[str, list[str]]]) -> Document:
    made = [cell("code", source, metadata={"tags": tags}) for source, tags in cells]
    return open_text("a.ipynb", json.dumps(notebook(cell("markdown", TITLE), *made), indent=1))


def synced(cells: list[tuple[str, list[str]]]) -> Document:
    texts = [CellText("0", "markdown", "markdown", TITLE)]
    texts += [CellText(str(n + 1), "code", "python", text, None, tuple(tags)) for n, (text, tags) in enumerate(cells)]
    return open_notebook("a.ipynb", texts)


each_way = pytest.mark.parametrize("opened", [raw, synced])


def seen(document: Document) -> list[tuple[str, int | None, str]]:
    return [
        (finding.code, finding.cell, finding.span.of(document.parts[finding.part].text))
        for finding in check(document).findings
        if finding.code in ("TFL001", "TFL101", "TFL304")
    ]


@each_way
def test_a_tag_holds_for_its_cell(opened: Open) -> None:
    cells = [(COMMAND, ["tflsp:ignore[TFL101]", "other"]), (COMMAND, [])]
    assert seen(opened(cells)) == [("TFL101", 2, "latest")]


@each_way
@pytest.mark.parametrize("tag", ["tflsp:ignore[image-latest]", "tflsp: ignore[TFL1]", " tflsp:ignore[TFL101, TFL101] "])
def test_ways_to_write_it(opened: Open, tag: str) -> None:
    assert seen(opened([(COMMAND, [tag])])) == []


@each_way
@pytest.mark.parametrize("tag", ["tflsp", "tflsp:ignore", "tflsp:ignore[]", "x tflsp:ignore[TFL101]", "ignore[TFL101]"])
def test_other_tags_are_none(opened: Open, tag: str) -> None:
    assert seen(opened([(COMMAND, [tag])])) == [("TFL101", 1, "latest")]


@each_way
def test_one_that_suppresses_nothing_is_reported_at_the_first_line(opened: Open) -> None:
    document = opened([("\n  x = 1  \ny = 2", ["tflsp:ignore[TFL101, TFL999]"]), ("", ["tflsp:ignore[TFL101]"])])
    assert seen(document) == [("TFL001", 1, "x = 1")] * 2
    assert all(not finding.fixes for finding in check(document).findings if finding.code == "TFL001")


@each_way
def test_a_family_of_secrets_stays(opened: Open) -> None:
    login = "password = '" + "Tr4nsf0rm-me'"
    found = seen(opened([(login, ["tflsp:ignore[TFL3]"]), (login, ["tflsp:ignore[TFL304]"])]))
    assert [(code, number) for code, number, _ in found] == [("TFL001", 1), ("TFL304", 1)]
