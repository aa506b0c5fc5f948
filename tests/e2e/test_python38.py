"""Asks the real Python 3.8 whether what TFL503 says of it is so: the page, the tables, what to write instead."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import components
from tests.unit.facts.newer_examples import FAILS, RUNS
from tests.unit.facts.reading import facts
from tests.unit.rules.page_examples import Example, examples
from tflsp.facts.newer_names import ARGUMENTS, BUILTIN_GENERICS, EQUALS, GENERICS, MODULES, NAMES
from tflsp.facts.newer_python import Instead, Newer, NewerPython
from tflsp.text import TextEdit, apply_edits

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "TFL503.md"
# Runs each text by itself, with something that takes every attribute and call in TensorFlow's place.
CHILD = """
import json, sys, types
from unittest.mock import MagicMock
answers = []
for text in json.load(sys.stdin):
    tensorflow = MagicMock()
    tensorflow.__version__ = "2.9.0"
    sys.modules["tensorflow"] = tensorflow
    module = types.ModuleType("example")
    sys.modules["example"] = module
    try:
        exec(compile(text, "example", "exec"), module.__dict__)
        answers.append(None)
    except Exception as error:
        answers.append(type(error).__name__)
sys.stdout = sys.__stdout__
print("\\n" + json.dumps(answers))
"""


@pytest.fixture(scope="module")
def python38(tensorflow_python: Path) -> Path:
    question = "import sys; print(sys.version_info[:2] == (3, 8))"
    answer = subprocess.run([tensorflow_python, "-c", question], capture_output=True, text=True, check=True)
    if answer.stdout.strip() != "True":
        components.missing("Python 3.8", "make tensorflow takes a newer one where it finds no 3.8.")
    return tensorflow_python


def answers(python: Path, texts: Sequence[str]) -> list[str | None]:
    """How each text ends: the name of its exception, or None."""
    process = subprocess.run([python, "-c", CHILD], input=json.dumps(texts), capture_output=True, text=True, check=True)
    ends: list[str | None] = json.loads(process.stdout.splitlines()[-1])
    assert len(ends) == len(texts)
    return ends


def disagreeing(texts: Sequence[str], ends: Sequence[str | None], *, runs: bool) -> list[tuple[str, str | None]]:
    return [(text, end) for text, end in zip(texts, ends, strict=True) if (end is None) != runs]


def test_what_is_reported_fails(python38: Path) -> None:
    assert disagreeing(FAILS, answers(python38, FAILS), runs=False) == []


def test_what_is_not_reported_runs(python38: Path) -> None:
    assert disagreeing(RUNS, answers(python38, RUNS), runs=True) == []


def test_the_page(python38: Path) -> None:
    """Bad examples fail; good ones run, but for those that are good because they are for another Python."""
    page = list(examples(PAGE))
    bad = [example.text for example in page if not example.good]
    assert disagreeing(bad, answers(python38, bad), runs=False) == []
    good = [example.text for example in page if example.good and is_for_the_image(example)]
    assert len(good) >= 2
    assert disagreeing(good, answers(python38, good), runs=True) == []
    fixed = [example.fixed for example in page if example.fixed and not found(example.fixed)]
    assert len(fixed) >= 5
    assert disagreeing(fixed, answers(python38, fixed), runs=True) == []


def is_for_the_image(example: Example) -> bool:
    magics = any(line.startswith(("!", "%")) for line in example.text.splitlines())
    return not magics and example.name.endswith(".py") and not certain(example.text)


def certain(text: str) -> list[NewerPython]:
    """What needs a newer Python whatever the document imports and postpones."""
    postponed = "from __future__ import annotations" in text
    uses = facts("python", text, NewerPython)
    return [use for use in uses if not use.candidates and not (postponed and use.newer is Newer.ANNOTATION)]


def found(text: str) -> list[NewerPython]:
    return [use for use in facts("python", text, NewerPython) if certain(text) or use.newer is not Newer.ANNOTATION]


def test_names_are_missing(python38: Path) -> None:
    texts = [f"import {name}" for name in MODULES]
    texts += [f"from {name.rpartition('.')[0]} import {name.rpartition('.')[2]}" for name in NAMES]
    assert disagreeing(texts, answers(python38, texts), runs=False) == []


def test_generics_cannot_be_subscripted(python38: Path) -> None:
    texts = [f"{name}[int]" for name in BUILTIN_GENERICS]
    texts += [f"import {name.rpartition('.')[0]}\n{name}[int]" for name in GENERICS]
    assert disagreeing(texts, answers(python38, texts), runs=False) == []
    texts = [text.removesuffix("[int]") for text in texts]
    assert disagreeing(texts, answers(python38, texts), runs=True) == []


def test_arguments_are_not_taken(python38: Path) -> None:
    calls = {
        "zip": "[1]",
        "dataclasses.dataclass": "type('A', (), {})",
        "dataclasses.field": "default=1",
        "ast.dump": "ast.parse('1')",
        "glob.glob": "'*'",
        "glob.iglob": "'*'",
        "random.sample": "[1], 1",
        **{f"bisect.{name}": "[1], 1" for name in ("bisect", "bisect_left", "bisect_right")},
        **{f"bisect.{name}": "[1], 1" for name in ("insort", "insort_left", "insort_right")},
    }
    texts, without = [], []
    for argument in ARGUMENTS:
        imported = f"import {argument.function.rpartition('.')[0]}\n" if "." in argument.function else ""
        given = calls.get(argument.function, "")
        texts.append(f"{imported}{argument.function}({', '.join(filter(None, [given, f'{argument.name}=1']))})")
        without.append(f"{imported}{argument.function}({given})")
    assert disagreeing(texts, answers(python38, texts), runs=False) == []
    assert disagreeing(without, answers(python38, without), runs=True) == []


def test_equals_are_there(python38: Path) -> None:
    texts = [f"import {name.rpartition('.')[0]}\n{equal}" for name, equal in EQUALS.items()]
    assert disagreeing(texts, answers(python38, texts), runs=True) == []


def test_what_to_write_instead_runs(python38: Path) -> None:
    texts = []
    for text in FAILS:
        uses = facts("python", text, NewerPython)
        if uses and all(use.instead for use in uses):
            alternatives = [use.instead[0] for use in uses]
            edits = {TextEdit(span, new) for instead in alternatives for span, new in instead.edits}
            texts.append(imports_of(alternatives) + apply_edits(text, edits))
    assert len(texts) > 30
    ends = answers(python38, texts)
    # Names of typing_extensions depend on its version, as the page says.
    assert [(text, end) for text, end in disagreeing(texts, ends, runs=True) if "typing_extensions" not in text] == []


def imports_of(alternatives: Sequence[Instead]) -> str:
    names = sorted(name for instead in alternatives for name in instead.typing)
    return f"from typing import {', '.join(names)}\n" if names else ""
