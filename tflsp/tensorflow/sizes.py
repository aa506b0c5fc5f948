"""Bytes: of numbers and tensors, and as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tflsp.tensorflow.layers.model import Shape, elements

DTYPE_BYTES: Final[Mapping[str, int]] = {
    "bfloat16": 2,
    "bool": 1,
    "complex128": 16,
    "complex64": 8,
    "double": 8,
    "float16": 2,
    "float32": 4,
    "float64": 8,
    "half": 2,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "int8": 1,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
    "uint8": 1,
}
"""Bytes per number, by the names that NumPy and TensorFlow share; string and object have no fixed size."""

UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def tensor_bytes(shape: Shape, dtype: str = "float32") -> int | None:
    """Bytes of a tensor of this whole shape; None when a dimension or the size of the dtype is not known.

    >>> tensor_bytes((60000, 784))
    188160000
    """
    count, size = elements(shape), DTYPE_BYTES.get(dtype)
    return None if count is None or size is None else count * size


def format_bytes(count: int) -> str:
    """A number of bytes in binary units with one decimal, whole below 1 KiB.

    >>> format_bytes(188160000)
    '179.4 MiB'
    """
    if abs(count) < 1024:
        return f"{count} B"
    value, unit = float(count), 0
    # 1023.95 would be shown as 1024.0 of the smaller unit.
    while abs(value) >= 1023.95 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f} {UNITS[unit]}"
