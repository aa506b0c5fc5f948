"""What Python 3.8 cannot run is found, what looks like it is not; whether 3.8 agrees is asked in tests/e2e."""

from __future__ import annotations

import ast
import builtins
import json
import sys
from importlib import import_module
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.facts.newer_examples import FAILS, RUNS
from tests.unit.facts.reading import analysis, at, facts, one
from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.facts.declared_python import DeclaredPython
from tflsp.facts.newer_names import ARGUMENTS, GENERICS, MODULES, NAMES
from tflsp.facts.newer_python import Newer, NewerPython
from tflsp.rules.base import Severity

TENSORFLOW = "import tensorflow as tf\n"


def found(text: str) -> list[str]:
    """The codes of this rule's findings in a script that imports TensorFlow."""
    report = check(open_text("train.py", TENSORFLOW + text))
    assert not report.notes
    return [finding.name for finding in report.findings if finding.code == "TFL503"]


@pytest.mark.parametrize("text", FAILS)
def test_what_fails_is_found(text: str) -> None:
    assert "py38-incompatible" in found(text)


@pytest.mark.parametrize("text", RUNS)
def test_what_runs_is_not(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", [*FAILS, *RUNS])
def test_a_text_in_a_function_says_the_same(text: str) -> None:
    """A syntax error stays one at any depth, and what runs in a function runs nowhere else."""
    inner = "def outer():\n" + "".join(f"    {line}\n" for line in text.splitlines())
    syntax = [use for use in facts("python", text, NewerPython) if use.newer in (Newer.SYNTAX, Newer.QUOTES)]
    assert len(
        [use for use in facts("python", inner, NewerPython) if use.newer in (Newer.SYNTAX, Newer.QUOTES)]
    ) == len(syntax)


def test_places() -> None:
    text = "x = 'é'\nwith (a as b,\n      c as d):\n    pass\n"
    use = one(NewerPython, "python", text)
    assert at(use, use.span) == "(a as b,"
    (instead,) = use.instead
    assert instead.edits == ((type(use.span)(13, 35), "a as b, c as d"),)
    use = one(NewerPython, "python", "try:\n    pass\nexcept* E as e:\n    pass\n")
    assert at(use, use.span) == "except*"


def test_half_typed_code_is_no_finding() -> None:
    for text in (
        "match x",
        "match x:\n",
        "with (a as b",
        "type X",
        "def f(x: list[",
        'f"{d["a',
        "x = int |",
        "@(",
        "a[*",
    ):
        assert facts("python", text, NewerPython) == (), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X = list[int | None]", "from typing import List, Optional\nX = List[Optional[int]]"),
        ("X = dict[str, tuple[int, ...]] | str", "X = Union[Dict[str, Tuple[int, ...]], str]"),
        ("isinstance(1, int | None)", "isinstance(1, (int, type(None)))"),
        ("X = a.B | int | None", "X = Optional[Union[a.B, int]]"),
        ("zip(a, strict=True, b=1)", "zip(a, b=1)"),
        ("with(a as b): pass", "with a as b: pass"),
        ("print(x.removesuffix('.h5'))", "print(x[:-len('.h5')] if x.endswith('.h5') else x)"),
        ("{'a': 1} | {'b': 2}", "{**{'a': 1}, **{'b': 2}}"),
    ],
)
def test_what_to_write_instead(text: str, expected: str) -> None:
    use = one(NewerPython, "python", text)
    for span, new in sorted(use.instead[0].edits, reverse=True):
        text = text[: span.start] + new + text[span.end :]
    assert text == expected.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("assert sys.version_info >= (3, 10)", 10),
        ("assert sys.version_info[:2] >= (3, 11), 'old'", 11),
        ("if sys.version_info < (3, 9):\n    raise SystemExit", 9),
        ("#!/usr/bin/env python3.12\n", 12),
        ("# /// script\n# requires-python = '>=3.11'\n# ///\n", 11),
        ("if sys.version_info >= (3, 10):\n    pass", None),
    ],
)
def test_declared_python(text: str, minor: int | None) -> None:
    assert [use.version for use in facts("python", text, DeclaredPython)] == ([(3, minor)] if minor else [])


def test_it_is_an_error() -> None:
    (finding,) = check(open_text("a.py", TENSORFLOW + "import zoneinfo")).findings
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import keras\nimport zoneinfo", 1),
        ("import keras\nimport torch\nimport zoneinfo", 0),
        ("import keras, os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport zoneinfo", 0),
        ("import tf_keras, tensorflow\nimport zoneinfo", 0),
        ("import tensorflow_datasets as tfds\nimport zoneinfo", 1),
        ("import tensorflowjs_x\nimport zoneinfo", 0),
    ],
)
def test_whose_python_it_is(text: str, expected: int) -> None:
    assert len([f for f in check(open_text("a.py", text)).findings if f.code == "TFL503"]) == expected


def test_a_kernel_of_another_python_is_not_the_image() -> None:
    for version, expected in (("3.8.10", 1), ("3.11.4", 0)):
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "import tensorflow\nimport zoneinfo"}
        metadata = {"language_info": {"name": "python", "version": version}}
        text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]})
        assert len([f for f in check(open_text("a.ipynb", text)).findings if f.code == "TFL503"]) == expected


# -- the tables --------------------------------------------------------------------------------------------------------


def there(dotted: str) -> bool:
    """Whether this Python has a dotted name."""
    module, _, name = dotted.rpartition(".")
    try:
        return hasattr(import_module(module), name) if module else hasattr(builtins, name)
    except ImportError:
        return False


@pytest.mark.parametrize("name", sorted(NAMES))
def test_names_are_there_since_their_version(name: str) -> None:
    """3.8 is asked in tests/e2e; here the versions below and above the one that runs."""
    assert there(name) == (NAMES[name] <= sys.version_info[:2])


def test_modules_and_classes_are_real() -> None:
    for module, version in MODULES.items():
        if version <= sys.version_info[:2]:
            assert import_module(module).__name__ == module
    assert all(there(name) for name in GENERICS)
    assert all(there(argument.function) for argument in ARGUMENTS)


@given(st.lists(st.sampled_from([*FAILS, *RUNS]), min_size=2, max_size=4), st.data())
def test_any_piece_of_code_is_read(texts: list[str], data: st.DataObject) -> None:
    text = "\n".join(texts)
    cuts = sorted(data.draw(st.integers(0, len(text))) for _ in range(2))
    for start, end in pairwise([0, *cuts]):
        for use in analysis("python", text[start:end]).of(NewerPython):
            assert 0 <= use.span.start < use.span.end <= len(text)


def test_examples_are_python_of_some_version() -> None:
    for text in RUNS:
        ast.parse(text)
