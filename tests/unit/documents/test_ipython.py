"""IPython code: its Python at the same places, and the regions in its magics."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.documents.reading import regions_of
from tests.unit.text.strategies import texts
from tflsp.documents.magics import find_magics
from tflsp.documents.opening import CellText, open_notebook
from tflsp.documents.region import FILE, MAGIC
from tflsp.text import Span


def python_of(source: str) -> str:
    """The Python of a cell, or an empty text."""
    return next((region.text for region in read(source) if region.language == "python"), "")


def read(source: str) -> list:  # type: ignore[type-arg]
    (chunk,) = open_notebook("x.ipynb", [CellText("a", "code", "python", source)]).chunks
    return regions_of(chunk)[1:]


def inner(source: str) -> list[tuple[str, str, str]]:
    """(magic, language, text) of what lies in magics."""
    return [(region.traits[MAGIC], region.language, region.text) for region in read(source) if MAGIC in region.traits]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("!docker run x", [("!", "shell", "docker run x")]),
        ("!!ls -la", [("!", "shell", "ls -la")]),
        ("  !ls", [("!", "shell", "ls")]),
        ("!docker run \\\n  -p 1 \\\n  x\ny = 1", [("!", "shell", "docker run \\\n  -p 1 \\\n  x")]),
        ("x = !ls", [("!", "shell", "ls")]),
        ("a, b = !ls {c}", [("!", "shell", "ls {c}")]),
        ("x[0].y = %env HOME", []),
        ("%pip install -q x", [("pip", "shell", "pip install -q x")]),
        ("%conda install x", [("conda", "shell", "conda install x")]),
        ("%system ls", [("system", "shell", " ls")]),
        ("%env KEY=a b", [("env", "dotenv", "KEY=a b")]),
        ("%env KEY", []),
        ("pip install x", [("pip", "shell", "pip install x")]),
        ("pip3 install x\nconda create y", [("pip3", "shell", "pip3 install x"), ("conda", "shell", "conda create y")]),
        ("pip = 3\npip.install\npip (install)\npip install = 3", []),
        ("if a:\n    !ls\nelse:\n    %pip install x", [("!", "shell", "ls"), ("pip", "shell", "pip install x")]),
        ("s = '''\n!ls\n%pip install x\n'''", []),
        ("x = (a\n% b)", []),
        ("x = (1,\n!ls\n", [("!", "shell", "ls")]),
        ("f(a,\n%pip install x\n", [("pip", "shell", "pip install x")]),
        ("a = 5 \\\n% b", []),
        ("print('it') # isn't\n!ls", [("!", "shell", "ls")]),
        ("!echo \"it's\n!ls", [("!", "shell", "echo \"it's"), ("!", "shell", "ls")]),
        ("x != 3\n# !ls\n'!ls'", []),
        ("assert x, '%s=!%s' % (a, b)", []),
        ("%%bash\nls\ndocker run x", [("bash", "shell", "ls\ndocker run x")]),
        ("\n\n%%sh -e\r\nls", [("sh", "shell", "ls")]),
        ("%%script bash --no-raise-error\nls", [("script", "shell", "ls")]),
        ("%%script /bin/zsh\nls", [("script", "shell", "ls")]),
        ("%%script perl\nls", []),
        ("%%!\nls", [("!", "shell", "ls")]),
        ("%%system\nls", [("system", "shell", "ls")]),
        ("%%html\n<b>!ls</b>", []),
        ("%%python3\nx", [("python3", "python", "x")]),
        ("%%markdown\n# a", [("markdown", "markdown", "# a")]),
        ("%%time\n%%bash\nls", [("bash", "shell", "ls")]),
        ("%%capture out\n!ls", [("!", "shell", "ls")]),
        ("x = 1\n%%bash\nls", []),
        ("%%bash", [("bash", "shell", "")]),
        ("%%writefile Dockerfile\nFROM x", [("writefile", "dockerfile", "FROM x")]),
        ("%%writefile -a 'run me.sh'\nls", [("writefile", "shell", "ls")]),
        ("%%file app.py\n# %%\nx", [("file", "python", "# %%\nx")]),
        ("%%writefile .env\nA=b", [("writefile", "dotenv", "A=b")]),
        ("%%writefile compose.yaml\nservices:", [("writefile", "compose", "services:")]),
        ("%%writefile a.ipynb\n{}", [("writefile", "json", "{}")]),
        ("%%writefile\nx", []),
    ],
)
def test_what_lies_in_magics(source: str, found: list[tuple[str, str, str]]) -> None:
    assert inner(source) == found


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("x = 1\n!ls\ny", "x = 1\n   \ny"),
        ("if a:\n    !ls -l\n", "if a:\n    _     \n"),
        ("x = !ls\n", "x = _  \n"),
        ("%time f(x)\n", "_;    f(x)\n"),
        ("%timeit -n 10 -r3 f(x)", "_;                f(x)"[: len("%timeit -n 10 -r3 ")].ljust(18) + "f(x)"),
        ("x?\n?y\nz.a??\n%time?\nw", "  \n  \n     \n      \nw"),
        ("%%time\nf(x)", "      \nf(x)"),
        ("%%capture out --no-stderr\nf(x)\n%matplotlib inline\ng", " " * 25 + "\nf(x)\n" + " " * 18 + "\ng"),
        ("!a \\\n b\nx", "    \n  \nx"),
        ("%%bash\nls", ""),
        ("%%unknown_magic\nimport x", ""),
        ("!ls", ""),
    ],
)
def test_the_python_keeps_its_places(source: str, python: str) -> None:
    assert python_of(source) == python


def test_code_without_magics_is_the_cell_itself() -> None:
    source = "def f(x):\n    return x % 2 if x != 3 else {'a': 1}['a']\n"
    assert python_of(source) is not None
    assert read(source)[0].text is source


MAGICS = (
    "!ls\n",
    "    !pip x\n",
    "%time f(x)\n",
    "%matplotlib inline\n",
    "x = !ls {y}\n",
    "y?\n",
    "%%time\n",
    "pip install x\n",
)
PYTHON = (
    "x = 1\n",
    "def f():\n    pass\n",
    "'''a\n!b\n'''\n",
    "(1,\n2)\n",
    "if a:\n    b\n",
    "# c\n",
    "\n",
    "s = '%d' % 3\n",
)


@given(st.lists(st.sampled_from((*MAGICS, *PYTHON)), max_size=10).map("".join))
def test_positions_stay(source: str) -> None:
    for region in read(source) if source else []:
        if region.language == "python" and MAGIC not in region.traits:
            assert len(region.text) == len(source)
            assert all(new in (old, " ", "_", ";") for new, old in zip(region.text, source, strict=True))
            assert [c for c in region.text if c in "\r\n"] == [c for c in source if c in "\r\n"]
        for offset in range(len(region.text) if MAGIC in region.traits else 0):
            assert region.to_root(Span(offset, offset + 1)).of(source) == region.text[offset]


@given(
    st.lists(
        st.sampled_from([line for line in MAGICS if not line.startswith((" ", "%%"))] + list(PYTHON)),
        min_size=1,
        max_size=8,
    )
)
def test_what_remains_is_python(lines: list[str]) -> None:
    ast.parse(python_of("".join(lines)))


@given(texts)
def test_any_text_is_survived(source: str) -> None:
    at = 0
    for magic in find_magics(source):
        assert at <= magic.span.start <= magic.span.end <= len(source)
        assert magic.span.covers(magic.arguments)
        at = magic.span.start
    if source:
        read(source)


def test_the_name_of_a_written_file_is_kept() -> None:
    assert [region.trait(FILE) for region in read("%%writefile a/Dockerfile.gpu\nFROM x")] == ["a/Dockerfile.gpu"]


@pytest.mark.parametrize(
    ("kind", "language", "expected"),
    [("code", "python", "ipython"), ("markdown", "markdown", "markdown"), ("raw", "raw", "text"), ("code", "r", "code"),
     ("code", "shellscript", "shell"), ("code", "Python", "ipython")],
)  # fmt: skip
def test_cells_of_a_synced_notebook(kind: str, language: str, expected: str) -> None:
    notebook = open_notebook("x", [CellText("u", kind, language, "x", 3, ("a",))], {"kernelspec": {}})
    assert [(chunk.key.language, chunk.key.traits, chunk.cell) for chunk in notebook.chunks] == [
        (expected, (("cell", kind),), 0)
    ]
    assert notebook.outline is not None
    assert notebook.outline.cells[0].execution_count == 3
    assert notebook.outline.cells[0].tags == ("a",)
    assert notebook.outline.metadata == {"kernelspec": {}}
