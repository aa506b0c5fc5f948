"""Code blocks against markdown-it, an implementation of CommonMark that passes the specification's tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.documents.markdown_texts import documents, structures
from tflsp.documents.commonmark import MAX_DEPTH, code_blocks

Blocks = list[tuple[str | None, list[str]]]
reference = MarkdownIt("commonmark")


def ours(text: str) -> Blocks:
    return _without_empty([(block.info, "".join(line.of(text) for line in block.lines)) for block in code_blocks(text)])


def theirs(text: str) -> Blocks:
    tokens = (token for token in reference.parse(text) if token.type in ("fence", "code_block"))
    return _without_empty([(token.info.strip() if token.type == "fence" else None, token.content) for token in tokens])


def _without_empty(blocks: list[tuple[str | None, str]]) -> Blocks:
    """A tab of which a prefix takes a part has no slice: white space at the ends of lines is not compared."""
    return [
        (info, [line.strip() for line in content.rstrip("\r\n").splitlines()])
        for info, content in blocks
        if content.strip()
    ]


@given(documents)
def test_code_in_lines_without_order(text: str) -> None:
    assert ours(text) == theirs(text)


@given(structures())
def test_code_in_nested_blocks(lines: list[str]) -> None:
    assert ours("\n".join(lines)) == theirs("\n".join(lines))


@given(st.text(alphabet="\n\t >-1.)`~#<a*_=+ ", max_size=40))
def test_code_in_random_marks(text: str) -> None:
    assert ours(text) == theirs(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```\na\n```", "a\n"),
        ("~~~ x\na", "a"),
        ("```\r\na\r\n```\r\n", "a\r\n"),
        ("```\ra\r```\r", "a\r"),
        ("  ```\n  a\n b\n   c\n  ```", "a\nb\n c\n"),
        ("- ```\n  a\n\n  b\n  ```", "a\n\nb\n"),
        ("1. x\n\n   ~~~\n   a\n   ~~~\n", "a\n"),
        ("> ```\n> a\n>\n>b\n> ```", "a\n\nb\n"),
        ("> - > ~~~\n>   > a\n>   > ~~~", "a\n"),
        ("> ```\na", ""),
        ("````\n```\n````", "```\n"),
        ("    a\n\n      b\n\ntext", "a\n\n  b\n"),
        ("\ta\n", "a\n"),
        ("text\n    no code", ""),
        ("-     a\n", "a\n"),
        ("<div>\n```\na\n```\n</div>", ""),
        ("<!--\n\n```\na\n```\n-->", ""),
        ("<div>\n\n```\na\n```\n</div>", "a\n"),
        ("- <div>\n\n\n```\na\n```", "a\n"),
        ("``` a`b\nno\n", ""),
        ("text\n2. ```\n", ""),
        ("-\n\n  ```\n  a\n  ```", "a\n"),
    ],
)
def test_examples(text: str, code: str) -> None:
    assert "".join(line.of(text) for block in code_blocks(text) for line in block.lines) == code


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("```\na\n```", ""),
        ("- ```\n  a\n", "  "),
        ("> ```\n> a\n", "> "),
        ("10. > ```\n    > a\n", "    > "),
        ("    a", "    "),
        ("> - ```\n>   a\n", ">   "),
    ],
)
def test_new_lines_get_the_prefix_of_the_blocks_around(text: str, prefix: str) -> None:
    (block,) = code_blocks(text)
    assert block.prefix == prefix


def test_hostile_nesting_is_bounded() -> None:
    deep = "> " * (MAX_DEPTH + 100)
    assert code_blocks(f"{deep}```\n{deep}a\n") == []
    assert code_blocks("- " * 200_000 + "x") == []
    (block,) = code_blocks("> " * (MAX_DEPTH - 1) + "```\n" + "> " * (MAX_DEPTH - 1) + "a\n")
    assert len(block.lines) == 1
