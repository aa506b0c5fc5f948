"""Python's string literals have the value that Python gives them, and every part its place."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.python_strings import string_word
from tflsp.documents.quoting import PythonString
from tflsp.documents.words import UNKNOWN, Word
from tflsp.text import Span

ESCAPES = ["\\n", "\\\\", "\\'", '\\"', "\\x41", "\\101", "\\u00e9", "\\U0001F600", "\\N{BULLET}", "\\\n", "\\d"]
CONTENT = st.lists(st.one_of(st.text("ab {}é😀#", min_size=1, max_size=4), st.sampled_from(ESCAPES)), max_size=5).map(
    "".join
)
LITERALS = st.builds(
    lambda prefix, quote, content: f"{prefix}{quote}{content}{quote}",
    st.sampled_from(["", "u", "r", "R"]),
    st.sampled_from(["'", '"', "'''", '"""']),
    CONTENT,
)


def word(text: str) -> Word:
    return string_word(text, Span(0, len(text)))


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")
@given(st.lists(LITERALS, min_size=1, max_size=3), st.sampled_from([" ", "", "\n", " # note\n"]))
def test_values_are_pythons(literals: list[str], between: str) -> None:
    text = between.join(literals)
    try:
        expected = ast.literal_eval(f"({text})")
    except SyntaxError:
        return
    found = word(text)
    assert found.value == expected
    for index, char in enumerate(expected):
        if found.is_verbatim(index, index + 1):
            assert found.place(index, index + 1).of(text) == char


def test_replacement_fields_are_unknown() -> None:
    text = "f'docker run -v {os.getcwd()!r:>{w}}:/tf {{x}} {i'"
    found = word(text)
    assert found.value is None
    assert found.pattern == f"docker run -v {UNKNOWN}:/tf {{x}} {UNKNOWN}"


@given(st.text("ab'\"\\{}$\n", max_size=12), st.sampled_from(["'", '"', "'''", '"""']), st.booleans())
def test_what_is_written_is_read_back(text: str, quote: str, braces: bool) -> None:
    written = PythonString(quote, braces=braces).encode(text)
    literal = ("f" if braces else "") + quote + written + quote
    assert eval(literal, {"__builtins__": {}}) == text
    assert word(literal).value == text
