"""Bytes of tensors, and as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.tensorflow.layers import Shape
from tflsp.tensorflow.sizes import format_bytes, tensor_bytes


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [
        ((60000, 784), "float32", 188_160_000),
        ((60000, 784), "float16", 94_080_000),
        ((60000, 28, 28), "uint8", 47_040_000),
        ((), "float64", 8),
        ((3, 0), "int64", 0),
        ((None, 784), "float32", None),
        ((3,), "string", None),
        ((3,), "object", None),
    ],
)
def test_tensor_bytes(shape: Shape, dtype: str, expected: int | None) -> None:
    assert tensor_bytes(shape, dtype) == expected


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (188_160_000, "179.4 MiB"),
        (1024**2 - 1, "1.0 MiB"),
        (8 * 1024**3, "8.0 GiB"),
        (1536 * 1024**4, "1.5 PiB"),
        (5000 * 1024**5, "5000.0 PiB"),
        (-2048, "-2.0 KiB"),
    ],
)
def test_format_bytes(count: int, text: str) -> None:
    assert format_bytes(count) == text


@given(st.integers(0, 10**17))
def test_format_bytes_is_close_and_short(count: int) -> None:
    number, unit = format_bytes(count).split()
    power = ("B", "KiB", "MiB", "GiB", "TiB", "PiB").index(unit)
    assert abs(float(number) * 1024**power - count) <= 0.0501 * 1024**power
    assert float(number) < 1024
