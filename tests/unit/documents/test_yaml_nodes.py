"""YAML and JSON as nodes: values, places, and texts that are not finished."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.json_nodes import read_json
from tflsp.documents.nodes import MappingNode, Node, ScalarNode, SequenceNode
from tflsp.documents.yaml_nodes import read_yaml
from tflsp.documents.yaml_repair import repair
from tflsp.text import Span

COMPOSE = """\
x-common: &common
  restart: always
  environment: [A=b, "c"]
services:
  a:
    <<: *common
    image: "x:${TAG:-1}" # c
    command: >-
      bash -c
      "foo"

    nothing:
    literal: |
     a
      b
    flow: { a: 1, b: [x,], c }
    plain: text that
      goes on

      and on
    double: "a\\u0041
      x \\
      y"
    single: 'it''s'
---
? k
: 漢字 🎉
"""


def plain(node: Node | None) -> object:
    match node:
        case ScalarNode():
            return None if node.is_null else node.value
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {pair.key.value: plain(pair.value) for pair in node.pairs}
    return None


def scalars(node: Node | None) -> list[ScalarNode]:
    match node:
        case ScalarNode():
            return [node]
        case SequenceNode():
            return [scalar for item in node.items for scalar in scalars(item)]
        case MappingNode():
            return [scalar for pair in node.pairs for scalar in (pair.key, *scalars(pair.value))]
    return []


def assert_places(text: str, node: Node | None) -> None:
    """Every character of a value that is written verbatim is found where the value says."""
    for scalar in scalars(node):
        assert scalar.map.inner_length == len(scalar.value)
        for offset, char in enumerate(scalar.value):
            place = scalar.place(Span(offset, offset + 1))
            written = place.of(text)
            assert 0 <= place.start <= place.end <= len(text)
            assert written == char or len(written) > 1 or written in "\r\n"


def test_values_of_every_style_of_scalar() -> None:
    first, second = read_yaml(COMPOSE)
    service = {
        "image": "x:${TAG:-1}",
        "command": 'bash -c "foo"',
        "nothing": None,
        "literal": "a\n b\n",
        "flow": {"a": "1", "b": ["x"], "c": None},
        "plain": "text that goes on\nand on",
        "double": "aA x y",
        "single": "it's",
        "restart": "always",
        "environment": ["A=b", "c"],
    }
    assert plain(first) == {"x-common": {"restart": "always", "environment": ["A=b", "c"]}, "services": {"a": service}}
    assert plain(second) == {"k": "漢字 🎉"}
    assert_places(COMPOSE, first)
    assert_places(COMPOSE, second)


def test_merged_values_stand_where_they_are_defined() -> None:
    (document, _) = read_yaml(COMPOSE)
    assert isinstance(document, MappingNode)
    merged = document.text("services", "a", "restart")
    assert merged is not None
    assert merged.span.start == COMPOSE.index("always")


def test_a_merge_of_something_unknown_leaves_the_mapping_incomplete() -> None:
    (node,) = read_yaml("a:\n  <<: *elsewhere\n  image: x\n")
    assert isinstance(node, MappingNode)
    inner = node.mapping("a")
    assert inner is not None
    assert not inner.complete


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("a:\n  image: tensorflow/tensorflow:\n  b: c\n", {"a": {"image": "tensorflow/tensorflow", "b": "c"}}),
        ("a:\n  image:x\n  b: c\n", {"a": {"b": "c"}}),
        ("a:\n  ports:\n    - \"8888:8888\n    - '22:22'\n  b: c\n", {"a": {"ports": [None, "22:22"], "b": "c"}}),
        ('a:\n  foo\n  b: |\n    foo: "x\n  c: [1,\n  d: e\n', {"a": {"b": 'foo: "x\n', "c": None, "d": "e"}}),
        ("a:\n  b: c\n    d: e\n  f: g\n", {"a": {"b": "c", "f": "g"}}),
        ("a:\n  b:\n    - x\n    c: d\n  f: g\n", {"a": {"b": ["x"], "f": "g"}}),
        ('a:\n- b: c\n  d: "e\n- f\n  g\nh: i\n', {"a": [{"b": "c", "d": None}, "f"], "h": "i"}),
        ("é: 漢\nfoo\nb: 🎉\n", {"é": "漢", "b": "🎉"}),
    ],
)
def test_half_typed_lines_cost_only_themselves(broken: str, expected: object) -> None:
    assert [plain(node) for node in read_yaml(broken)] == [expected]


KEYS = ["services:\n", "  a:\n", "    image: x:1\n", "  - c: d\n", '      e: "f\n', "  [g, \n", "\tq: r\n", "  k: |\n"]
OTHERS = [
    "    - b\n",
    "|",
    "> x\n",
    "---\n",
    "  *x: &y z\n",
    "é: '漢\n",
    "\r",
    "\r\n",
    ": ",
    "🎉\n",
    "  ? x\n",
    "}",
    '"',
]
LINES = st.sampled_from([*KEYS, *OTHERS, "\0", "\ud800"])


@given(st.lists(LINES).map("".join))
def test_any_text_is_read_and_repaired_in_place(text: str) -> None:
    repaired = repair(text)
    assert len(repaired) == len(text)
    assert [i for i, char in enumerate(repaired) if char in "\r\n"] == [
        i for i, char in enumerate(text) if char in "\r\n"
    ]
    for node in read_yaml(text):
        for scalar in scalars(node):
            assert 0 <= scalar.span.start <= scalar.span.end <= len(text)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def as_texts(value: object) -> object:
    match value:
        case list():
            return [as_texts(item) for item in value]
        case dict():
            return {key: as_texts(item) for key, item in value.items()}
        case str() | None:
            return value
    return json.dumps(value)


@given(JSON_VALUES, st.booleans())
def test_json_means_what_the_standard_library_says(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=1)
    node = read_json(text)
    assert plain(node) == as_texts(value)
    for scalar in scalars(node):
        assert scalar.quoted is (scalar.span.of(text)[0] == '"')
        assert scalar.codec.encode(scalar.value) or not scalar.value


def test_comments_and_trailing_commas() -> None:
    text = '// a\n{"a": [1, 2, /* b */ ], /* c, */ "d": "//", \n // e\n }'
    assert plain(read_json(text)) == {"a": ["1", "2"], "d": "//"}


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ('{"a": {"b": [1, "x', {"a": {"b": ["1"]}}),
        ('{"a": "foo\n, "b": 2, "c"\n "d": [1,2,], }', {"a": None, "b": "2", "d": ["1", "2"]}),
        ('{"a": "b" "c": 3}', {"a": "b", "c": "3"}),
        ('{"a": , "b": 1}', {"a": None, "b": "1"}),
        ("", None),
    ],
)
def test_half_typed_json(broken: str, expected: object) -> None:
    assert plain(read_json(broken)) == expected


JSON_PIECES = st.sampled_from(
    ['{"a": ', "[", "]", "}", ",", '"b"', '"c\n', "//d\n", "/*", "\\", "1", ":", "é", "\ud800", "\0"]
)


@given(st.lists(JSON_PIECES).map("".join))
def test_any_text_is_read_as_json(text: str) -> None:
    for scalar in scalars(read_json(text)):
        assert 0 <= scalar.span.start <= scalar.span.end <= len(text)


def test_hostile_nesting_is_bounded() -> None:
    assert read_json("[" * 5_000) is not None
    assert read_yaml("[" * 5_000 + "]" * 5_000)


# The parser's own stack would overflow, and take the process with it.
@pytest.mark.parametrize(
    "text",
    [
        "- " * 20_000,
        "? " * 3_000,
        "".join(" " * level + "a:\n" for level in range(600)),
        "".join(" " * level + "a:\n" + " " * level + "-\n" for level in range(400)),
        "".join("  " * level + "- a:\n" for level in range(400)),
    ],
)
def test_more_levels_than_the_parser_bears(text: str) -> None:
    read_yaml(text)
    assert read_yaml("a: b\n" + "- " * 20_000 + "\nc: d\n")
