"""What hover, completion and hints say is complete: both languages, known options, right sizes."""

from __future__ import annotations

import string

import pytest

from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.facts.docker_option_names import RUN
from tflsp.server.explain.docker_options import OPTIONS
from tflsp.server.explain.shapes import shapes
from tflsp.server.explain.words import _WORDS
from tflsp.text import Span


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(_WORDS))
def test_both_languages_say_the_same(key: str) -> None:
    english, chinese = _WORDS[key]
    assert english
    assert chinese
    assert fields(english) == fields(chinese)


def test_options_are_dockers() -> None:
    for name, about in OPTIONS.items():
        assert RUN.knows(name), name
        assert bool(about.example) == (name in RUN.valued), name


@pytest.mark.parametrize(
    ("code", "sizes"),
    [
        ("x.reshape((60000, 784))", [60000 * 784 * 4]),
        ("x.reshape(60000, 784).astype('float16')", [60000 * 784 * 2]),
        ("np.zeros((1000, 1000))", [8_000_000]),
        ("np.zeros((1000, 1000), dtype=np.uint8)", []),
        ("np.zeros((1000, 1000, 2), dtype='uint8')", [2_000_000]),
        ("tf.zeros([1000, 1000])", [4_000_000]),
        ("tf.random.normal(shape=(1000, 1000))", [4_000_000]),
        ("np.random.rand(1000, 1000)", [8_000_000]),
        ("np.zeros((n, 1000))", []),
        ("np.zeros(1000000)", []),
        ("print((60000, 784))", []),
        ("Conv2D(32, (3000, 3000))", []),
        ("x.reshape((-1, 60000))", []),
        ("np.zeros((10**3, 1000))", []),
        ("np.zeros((", []),
    ],
)
def test_literal_shapes(code: str, sizes: list[int]) -> None:
    text = f"import numpy as np\n{code}\n"
    report = check(open_text("a.py", text))
    assert [shape.bytes for shape in shapes(report.facts, 0, Span(0, len(text)))] == sizes
