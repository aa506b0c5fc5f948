"""Imports read from their lines are those that Python itself sees, or nothing is said."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tflsp.facts.python_import_lines import import_lines

LINES = (
    "import os",
    "import os.path as p, sys",
    "from a.b import c",
    "from . import d as e, f",
    "from ..g import *",
    "    import h  # why",
    "x = 1; import i",
    "import j; y = 2",
    "if x: import k",
    'z = "import l"',
    "# import m",
    '"""',
    "'''",
    'u = """import n"""',
    "v = 1 + \\",
    "from o import (p,",
    "    q)",
    "important = 3",
    "def import_all(): pass",
    "try:",
    "    from r import s",
    "except ImportError: pass",
    "t = '\\",
    "",
)
Name = tuple[str, str, str]


def by_python(text: str) -> Iterator[Name]:
    """What Python imports, in the order of the text; its own module names lose no dots."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        for alias in node.names:
            if isinstance(node, ast.Import):
                yield alias.name, "", alias.asname or ""
            else:
                yield "." * node.level + (node.module or ""), alias.name, alias.asname or ""


@given(st.lists(st.sampled_from(LINES), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_as_python_sees_them(lines: list[str], end: str) -> None:
    text = end.join(lines)
    try:
        expected = [*by_python(text)]
    except SyntaxError:
        assume(False)
    found = import_lines(text)
    if found is not None:
        assert [(each.module, each.name, each.alias) for each in found] == expected
        for each in found:
            assert text[each.span.start : each.span.end].startswith(("import", "from"))


@pytest.mark.parametrize("text", ["import a; b", "if x: import a", "from a import (b,\n c)", "x = 1 \\\n; import a"])
def test_doubt_is_told(text: str) -> None:
    assert import_lines(text) is None


@pytest.mark.parametrize("text", ["import tensorflow as tf\nfrom a import b, c as d  # e\n", "x = 1", '"""import a"""'])
def test_plain_texts_are_read(text: str) -> None:
    found = import_lines(text)
    assert found is not None
    assert [(each.module, each.name, each.alias) for each in found] == [*by_python(text)]
