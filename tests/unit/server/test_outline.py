"""Symbols and folds of texts, read without an analysis."""

from __future__ import annotations

import json

from tflsp.documents.opening import open_text
from tflsp.server.outline import Symbol, fences, flat, outline
from tflsp.text import Span


def shown(name: str, text: str) -> list[tuple[str, str, str]]:
    """(name, container, the first line of the whole) of every symbol."""
    found = flat(outline(open_text(name, text)))
    return [(symbol.name, container, symbol.span.of(text).splitlines()[0]) for symbol, container in found]


def test_headings_nest_by_level() -> None:
    text = "# A\n### B\n## C\n# D #\n#no\n    # code\n"
    assert shown("a.md", text) == [("A", "", "# A"), ("B", "A", "### B"), ("C", "A", "## C"), ("D", "", "# D #")]


def test_no_headings_in_fences() -> None:
    text = "```\n# a\n```\n~~~~\n```\n# b\n~~~\n# c\n~~~~\n# D\n````\n# open\n"
    assert [name for name, _, _ in shown("a.md", text)] == ["D"]
    assert [span.of(text).splitlines()[0] for span in fences(text)] == ["```", "~~~~", "````"]


def test_a_section_ends_before_the_next() -> None:
    text = "# A\nx\n\n\n# B\n"
    (first, second) = outline(open_text("a.md", text))
    assert first.span == Span(0, 5)
    assert isinstance(second, Symbol)


def test_raw_notebooks() -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["\n", "# Title 💡\n"]},
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    assert [name for name, _, _ in shown("a.ipynb", text)] == ["1: Title 💡", "2"]


def test_compose_services_are_those_of_the_first_level() -> None:
    services = "services:\n    a:\n        deploy:\n          b:\n    c-d: # yes\n        image: 'e:1'\n"
    text = f"# c\nname: x\n{services}networks:\n    f:\n"
    found = outline(open_text("compose.yaml", text))
    assert [(symbol.name, symbol.detail) for symbol in found] == [("a", ""), ("c-d", "e:1")]


def test_stages() -> None:
    text = "FROM --platform=linux/amd64 a:1 as Build\nRUN x\n\nfrom b\n"
    found = outline(open_text("Dockerfile", text))
    assert [(symbol.name, symbol.detail) for symbol in found] == [("Build", "a:1"), ("b", "b")]
