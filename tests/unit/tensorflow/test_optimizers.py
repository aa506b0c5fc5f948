"""Optimizer slots; that they are TensorFlow's is tested in tests/e2e."""

from __future__ import annotations

import pytest

from tflsp.tensorflow.layers import UNKNOWN
from tflsp.tensorflow.optimizers import DEFAULT, slots


@pytest.mark.parametrize(
    ("name", "positional", "keywords", "expected"),
    [
        ("SGD", (), {}, 0),
        ("sgd", (), {}, 0),
        ("SGD", (0.01, 0.9), {}, 1),
        ("SGD", (UNKNOWN,), {"momentum": 0.9, "nesterov": True}, 1),
        ("SGD", (), {"momentum": 0.0}, 0),
        ("RMSprop", (), {}, 1),
        ("rmsprop", (), {"momentum": 0.9, "centered": True}, 3),
        ("Adam", (), {"lr": 1e-3}, 2),
        ("adam", (), {"amsgrad": True}, 3),
        ("Adamax", (), {}, 2),
        ("Nadam", (), {}, 2),
        ("Adagrad", (), {}, 1),
        ("Adadelta", (), {}, 2),
        ("Ftrl", (), {}, 2),
        (DEFAULT, (), {}, 1),
        ("SGD", (), {"momentum": UNKNOWN}, None),
        ("Adam", (), {"amsgrad": UNKNOWN}, None),
        ("Adam", (0.1,) * 7, {}, None),
        ("AdamW", (), {}, None),
        ("", (), {}, None),
    ],
)
def test_slots(name: str, positional: tuple[object, ...], keywords: dict[str, object], expected: int | None) -> None:
    assert slots(name, positional, keywords) == expected
