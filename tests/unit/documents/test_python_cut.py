"""The cut of Python: at statements only, in real modules and in half-typed text."""

from __future__ import annotations

import sysconfig
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.opening import open_text
from tflsp.documents.python_cut import LARGE, SMALL, borders
from tflsp.documents.syntax import parse
from tflsp.text import Span

MODULES = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::3]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_borders_in_real_modules_stand_between_statements(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    syntax = parse("python", text)
    statements = [syntax.span(node) for node in syntax.root.children if node.type != "comment"]
    for border in borders(text):
        if border.is_clean:
            assert not [s for s in statements if s.start < border.at < s.end]
        else:
            line = text[border.at : text.find("\n", border.at)]
            assert line.startswith(("def ", "class ", "async def ", "@"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_chunks_of_real_modules_are_small_and_complete(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    chunks = open_text("a.py", text, "python").chunks
    assert "".join(chunk.key.text for chunk in chunks).split() == text.split()
    for chunk, following in pairwise(chunks):
        assert len(chunk.key.text) + len(following.key.text) > SMALL
    assert [chunk.map.span(Span(0, 1)).start for chunk in chunks] == sorted(chunk.map.start(0) for chunk in chunks)


STATEMENT = "x = [\n1,\n\n2]\n"


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("a = 1\nb = 2\n", ["a = 1"]),
        (STATEMENT * 2, ["x = ["]),
        ("a = '''\n" + "def no():\n" * 60 + "'''\nb = 1\n", ["a = '''", "b = 1"]),
        ('a = """x\\"""\n' + "def no():\n" * 60 + '"""\nb = 1\n', ['a = """x\\"""', "b = 1"]),
        ("a = (\n" + "1 +\n" * 200 + "1)\nb = 1\n", ["a = (", "b = 1"]),
        ("a = (\n" + "1 +\n" * 200 + "def f(): pass\n", ["a = (", "def f(): pass"]),
        ("if a:\n" + "    b\n" * 100 + "elif c:\n" + "    d\n" * 100 + "e\n", ["if a:", "e"]),
        ("a = '#'\n" * 40 + "# about f\n@b\ndef f():\n" + "  g\n" * 200, ["a = '#'", "# about f"]),
        ("s = 'half\n" + "t = 2\n" * 100, ["s = 'half"]),
        ("a \\\n" * 200 + "b\nc\n", ["a \\", "c"]),
    ],
)
def test_where_it_cuts(text: str, starts: list[str]) -> None:
    found = [chunk.key.text.lstrip("\n").split("\n")[0] for chunk in open_text("a.py", text, "python").chunks]
    assert [line for line in found if line in starts] == starts
    assert len(found) >= len(starts)


def test_a_large_class_is_cut_at_its_members() -> None:
    members = "".join(f"    @d\n    def f{number}(self):\n" + "        pass\n" * 60 + "\n" for number in range(8))
    text = f"class A:\n{members}\nx = 1\n"
    assert len(text) > LARGE
    found = [chunk.key.text for chunk in open_text("a.py", text, "python").chunks]
    assert [text.split("\n")[0] for text in found] == ["class A:", *["@d"] * 7, ""]


PIECES = (
    *(
        "x = 1\n",
        "def f():\n",
        "    y = 2\n",
        "    return y\n",
        "class A:\n",
        "    def g(self):\n",
        "        pass\n",
        "\n",
    ),
    *(
        "# c\n",
        "'''\n",
        '"""',
        "(",
        ")",
        "[\n",
        "]",
        "'a'\n",
        "@d\n",
        "else:\n",
        "import a\n",
        "\\\n",
        "\r\n",
        "\r",
        "é = '🔧'\n",
    ),
)
python_texts = st.lists(st.sampled_from((*PIECES, "    z = 3\n" * 120, "w = 4\n" * 80)), max_size=25).map("".join)


@given(python_texts)
def test_pieces_of_any_text_leave_out_only_white_space(text: str) -> None:
    at = 0
    for chunk in open_text("a.py", text, "python").chunks:
        place = chunk.map.span(Span(0, len(chunk.key.text)))
        assert place.of(text) == chunk.key.text
        assert not text[at : place.start].strip()
        at = place.end
    assert not text[at:].strip()
