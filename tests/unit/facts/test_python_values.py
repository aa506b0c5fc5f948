"""Python read as statements and values: what is kept, where it stands, and that no text is too broken."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import enum
import inspect
import subprocess
import typing
from collections import Counter
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents.opening import open_text
from tflsp.documents.region import Region
from tflsp.engine import check
from tflsp.facts.python_calls import PythonCode, calls, imports_of, resolve
from tflsp.facts.python_reading import statements_of
from tflsp.facts.python_statements import Block, PyAssign, PyCall, PyDefine, PyImport, PyReturn, Statement
from tflsp.facts.python_values import (
    Attribute,
    BinOp,
    CallValue,
    DictValue,
    ListValue,
    Literal,
    Name,
    Slice,
    Starred,
    Subscript,
    TupleValue,
    Unknown,
    Value,
    calls_in,
    dotted,
)


def read(text: str) -> tuple[Statement, ...]:
    return statements_of(Region("python", text))


def value(text: str) -> Value:
    (statement,) = read(f"x = {text}")
    assert isinstance(statement, PyAssign)
    return statement.value


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("60_000", 60000),
        ("0x20", 32),
        ("-1", -1),
        ("1e-3", 1e-3),
        ("True", True),
        ("None", None),
        ("'a'", "a"),
        ('r"a\\n"', "a\\n"),
        ("'a\\n'", "a\n"),
        ("'中' \"文\"", "中文"),
        ("b'q'", b"q"),
        ('"""two\nlines"""', "two\nlines"),
        ("('grouped')", "grouped"),
        ("...", ...),
    ],
)
def test_literals(text: str, known: object) -> None:
    found = value(text)
    assert isinstance(found, Literal)
    assert found.value == known
    assert type(found.value) is type(known)


def test_content_of_a_string_is_where_its_text_stands_letter_by_letter() -> None:
    text = "x = '中文'; y = 'a\\tb'"
    first, second = (s.value for s in read(text) if isinstance(s, PyAssign))
    assert isinstance(first, Literal)
    assert isinstance(second, Literal)
    assert first.content is not None
    assert first.content.of(text) == "中文"
    assert second.content is None


def test_kinds_of_values() -> None:
    assert isinstance(value("a"), Name)
    assert dotted(value("tf.keras.layers")) == "tf.keras.layers"
    assert dotted(value("f().x")) == ""
    found = value("[1, (2, 3), {'a': 4, **b}, *c, x[1:, ::2], 32 * 1024, lambda: f(1)]")
    assert isinstance(found, ListValue)
    one, two, three, four, five, six, seven = found.items
    assert isinstance(one, Literal)
    assert isinstance(two, TupleValue)
    assert isinstance(three, DictValue)
    assert [key is None for key, _ in three.items] == [False, True]
    assert isinstance(four, Starred)
    assert isinstance(five, Subscript)
    first, second = five.indices
    assert isinstance(first, Slice)
    assert isinstance(first.start, Literal)
    assert first.stop is None
    assert isinstance(second, Slice)
    assert isinstance(second.step, Literal)
    assert isinstance(six, BinOp)
    assert six.operator == "*"
    assert isinstance(seven, Unknown)
    assert [call.name for call in seven.calls] == ["f"]


def test_arguments_of_a_call() -> None:
    call = value("docker.from_env(timeout=3).containers.run('img', *more, ports={'8888/tcp': 8888}, **rest)")
    assert isinstance(call, CallValue)
    assert isinstance(call.callee, Attribute)
    assert not call.certain
    assert isinstance(call.argument("image", 0), Literal)
    # Behind a starred argument no position is certain.
    assert call.argument("command", 1) is None
    assert isinstance(call.argument("ports"), DictValue)
    assert [inner.name for inner in calls_in(call)] == ["", "docker.from_env"]


def test_statements_and_their_blocks() -> None:
    text = """\
import os, numpy as np
from a.b import (c as d,
                 e)
from z import *
x, (y, *z) = a = f()
n += 1
with open("f") as handle:
    g(handle)
if __name__ == "__main__":
    main()
if q:
    h()
for i in range(3):
    k = i
def outer(first, second=2, *rest, **more):
    return m()
class C:
    def method(self): p()
"""
    found = read(text)
    imports = [(s.module, s.name, s.binds) for s in found if isinstance(s, PyImport)]
    assert imports == [
        ("os", "", "os"),
        ("numpy", "", "np"),
        ("a.b", "c", "d"),
        ("a.b", "e", "e"),
        ("z", "*", "*"),
    ]
    assigned = [(s.names, s.operator, s.scope.block) for s in found if isinstance(s, PyAssign)]
    assert assigned == [
        (("x", "y", "z", "a"), "=", Block.MODULE),
        (("n",), "+=", Block.MODULE),
        (("handle",), "=", Block.MODULE),
        (("i",), "=", Block.LOOP),
        (("k",), "=", Block.LOOP),
    ]
    called = [(s.callee, s.scope.block) for s in found if isinstance(s, PyCall)]
    assert called == [
        ("g", Block.MODULE),
        ("main", Block.MODULE),
        ("h", Block.BRANCH),
        ("range", Block.MODULE),
        ("p", Block.FUNCTION),
    ]
    outer = next(s for s in found if isinstance(s, PyDefine) and s.name == "outer")
    assert list(outer.parameters) == ["first", "second", "rest", "more"]
    assert [s.scope for s in found if isinstance(s, PyReturn)] == [outer.body]


def test_calls_of_a_region_are_all_calls() -> None:
    region = Region(
        "python", "[*z(1)]\na(b(1), k=[c(d())])\nx = e() + f()\nassert g()\nreturn h()\n@i()\ndef j(): pass\n"
    )
    assert sorted(call.name for call in calls(region)) == list("abcdefghiz")


@pytest.mark.parametrize(
    "text",
    [
        "model.fit(x, batch_size=",
        "model.fit(x, batch_size=\nother(1)\n",
        "model = Sequential([\n  Dense(",
        "def f(\n",
        "if x\n    f(",
        "x = = 3",
        "'unterminated",
        "f(1 2, k=)",
        "\0\0(",
        "[" * 500,
        "f(" * 500,
        "x = " + "1 + " * 3000 + "1",
        "if a:\n" + "".join(" " * depth + "if a:\n" for depth in range(1, 300)),
    ],
)
def test_broken_code_is_read_as_far_as_it_goes(text: str) -> None:
    read(text + "\n")


def test_what_stands_before_broken_code_is_read() -> None:
    found = read("import a\nx = 1\nf(x, y=2)\nmodel.fit(x, batch_size=\n")
    assert [type(s) for s in found[:3]] == [PyImport, PyAssign, PyCall]


@given(st.text(st.sampled_from("abf()[]{}=,.:*'\"\\\n\t 1+-@#中😀\0rdeifn"), max_size=60))
def test_any_text_is_read_and_every_span_lies_in_it(text: str) -> None:
    for statement in read(text):
        assert 0 <= statement.span.start <= statement.span.end <= len(text)
        if isinstance(statement, PyCall):
            for call in calls_in(statement.call):
                assert statement.span.covers(call.span)


@pytest.mark.parametrize("module", [argparse, dataclasses, enum, inspect, subprocess, typing])
def test_the_calls_are_those_that_pythons_own_parser_sees(module: ModuleType) -> None:
    text = inspect.getsource(module)
    expected = Counter(
        (node.lineno, node.func.id)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    got = Counter(
        (text.count("\n", 0, call.span.start) + 1, call.callee.name)
        for call in calls(Region("python", text))
        if isinstance(call.callee, Name)
    )
    assert got == expected


def test_imports_are_resolved_across_a_document() -> None:
    text = """\
# %%
import tensorflow as tf
from tensorflow import keras as k
from tensorflow.keras.layers import Dense
import os.path
# %%
def f():
    from torch import nn as twice
# %%
from keras import nn as twice
from tensorflow.keras.layers import *
"""
    imports = check(open_text("a.py", text)).facts.derive(imports_of)
    assert resolve("tf.keras.Sequential", imports) == "tensorflow.keras.Sequential"
    assert resolve("k.layers.Dense", imports) == "tensorflow.keras.layers.Dense"
    assert resolve("Dense", imports) == "tensorflow.keras.layers.Dense"
    assert resolve("os.path.join", imports) == "os.path.join"
    assert resolve("unknown.name", imports) == "unknown.name"
    # Two things by one name are neither of them.
    assert resolve("twice.Linear", imports) == ".Linear"


def test_code_is_read_once_and_no_tree_is_kept() -> None:
    report = check(open_text("a.py", "x = 1\n"))
    (code,) = report.facts.all(PythonCode)
    assert code.fact.statements is code.fact.statements
    assert code.fact.region._syntax is None
