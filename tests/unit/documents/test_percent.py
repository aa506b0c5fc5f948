"""Percent scripts: cells of comments, as jupytext, VS Code and Spyder write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.documents.reading import nested
from tflsp.documents.opening import open_text
from tflsp.text import Span, TextEdit, written_outside

HEADER = "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n#       format_name: percent\n# ---\n\n"


def cells(text: str) -> list[tuple[str, str]]:
    document = open_text("a.py", text, "python")
    assert document.kind == "percent"
    return [(chunk.key.language, chunk.key.text) for chunk in document.chunks]


@pytest.mark.parametrize("marker", ["# %%", "#%%", "# %% A title", '# %% tags=["a"]', "# In[1]:", "# In[ ]:"])
def test_markers(marker: str) -> None:
    assert cells(f"{marker}\nx = 1\n{marker}\ny\n") == [("ipython", "x = 1\n"), ("ipython", "y\n")]


@pytest.mark.parametrize("marker", ["# %% [markdown]", "# %% [md]", "#%%[markdown]", "# %% Title [Markdown] a=1"])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("# # 目标 🔧\n#\n# - a\n#   b\n", "# 目标 🔧\n\n- a\n  b\n"),
        ("#a\nb\n", "a\nb\n"),
        ('"""\n# 目标\n\ntext\n"""\n', "\n# 目标\n\ntext\n"),
        ("r'''\n$\\alpha$\n'''", "\n$\\alpha$\n"),
        ('"""half\n', '"""half\n'),
        ("# a\r\n# b\r\n", "a\r\nb\r\n"),
    ],
)
def test_markdown_cells(marker: str, body: str, text: str) -> None:
    assert cells(f"{marker}\n{body}") == [("markdown", text)]


def test_raw_cells_and_code_before_the_first_marker() -> None:
    assert cells("import x\n# %% [raw]\n# a\n# %%\n\n# %%\ny") == [
        ("ipython", "import x\n"),
        ("text", "a\n"),
        ("ipython", "y"),
    ]


def test_the_header_of_jupytext() -> None:
    found = cells(HEADER + "# %%\nx\n")
    assert found[0][0] == "front-matter"
    assert found[0][1].startswith("---\njupyter:\n  jupytext:\n")
    assert found[1:] == [("ipython", "x\n")]


def test_commented_magics_are_magics_where_jupytext_wrote_them() -> None:
    body = "# %%\n# %pip install x\n# !docker run y\n# a comment\nz\n"
    document = open_text("a.py", HEADER + body, "python")
    assert nested(document, "shell") == ["pip install x", "docker run y"]
    assert nested(open_text("a.py", body, "python"), "shell") == []
    assert (
        nested(open_text("a.py", HEADER.replace("# ---\n\n", "#   comment_magics: false\n# ---\n\n") + body), "shell")
        == []
    )


def test_cells_of_another_language() -> None:
    assert cells('# %% language="bash"\n# docker run x\n# %% language="R"\n# y\n') == [
        ("shell", "docker run x\n"),
        ("code", "y\n"),
    ]


def test_kinds() -> None:
    assert open_text("x.ipynb", "# %%\nx", "python").kind == "percent"
    assert open_text("x.ipynb", "x", "python").kind == "percent"
    assert open_text("a.py", "x = '# %%'\n", "python").kind == "python"
    assert open_text("a.py", "x\n# %%%\n  # %%\n", "python").kind == "python"


def test_tags_are_in_the_outline() -> None:
    outline = open_text("a.py", '# %% tags=["tflsp:ignore[TFL101]", "b"]\nx\n# %% [md]\n# y\n').outline
    assert outline is not None
    assert [(cell.kind, cell.tags) for cell in outline.cells] == [
        ("code", ("tflsp:ignore[TFL101]", "b")),
        ("markdown", ()),
    ]


def test_every_character_is_placed() -> None:
    text = HEADER + "# %% [markdown]\n# 目标 🔧\n#\n# b\n# %%\n# !ls\n"
    for chunk in open_text("a.py", text).chunks:
        for offset, char in enumerate(chunk.key.text):
            assert chunk.map.span(Span(offset, offset + 1)).of(text) == char


@given(
    st.data(),
    st.lists(st.sampled_from(("a", "- b", "## c", "🔧 d")), min_size=1, max_size=5),
    st.sampled_from(("x", "x\ny", "x\n", "")),
)
def test_an_edit_of_a_markdown_cell_is_that_edit_of_its_text(data: st.DataObject, lines: list[str], new: str) -> None:
    inner = "".join(f"{line}\n" for line in lines)
    text = "# %% [markdown]\n" + "".join(f"# {line}\n" for line in lines) + "# %%\nx\n"
    chunk = open_text("a.py", text).chunks[0]
    assert chunk.key.text == inner
    start = data.draw(st.integers(0, len(inner)))
    end = data.draw(st.integers(start, len(inner)))
    after = inner[:start] + new + inner[end:]
    if not after.endswith("\n") or "\n\n" in after or after.startswith(("\n", " ")):
        return
    written = written_outside(TextEdit(Span(start, end), new), inner, chunk.map, chunk.codec)
    again = open_text("a.py", text[: written.span.start] + written.new_text + text[written.span.end :])
    assert again.chunks[0].key.text == after
