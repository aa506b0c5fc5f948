"""Arrays by the calls that make and change them: shapes, lengths, number types, as far as literals tell.

Pure functions on abstract values. A call that is not known gives ``NOTHING_KNOWN``, and so does anything doubtful.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from tflsp.dataclass import replace
from tflsp.facts.model_values import (
    NOTHING_KNOWN,
    Abstract,
    Arguments,
    Array,
    Items,
    Known,
    Named,
    shape_of,
    whole_number,
)
from tflsp.tensorflow.layers import Shape
from tflsp.tensorflow.sizes import DTYPE_BYTES

# Functions that make an array of a shape -> (position of the shape, of the dtype, default dtype)
_SHAPED: Final[Mapping[str, tuple[int, int | None, str]]] = {
    "numpy.zeros": (0, 1, "float64"),
    "numpy.ones": (0, 1, "float64"),
    "numpy.empty": (0, 1, "float64"),
    "numpy.full": (0, 2, "float64"),
    "numpy.random.random": (0, None, "float64"),
    "numpy.random.random_sample": (0, None, "float64"),
    "numpy.random.standard_normal": (0, None, "float64"),
    "numpy.random.normal": (2, None, "float64"),
    "numpy.random.uniform": (2, None, "float64"),
    "numpy.random.randint": (2, 3, "int64"),
    "tensorflow.zeros": (0, 1, "float32"),
    "tensorflow.ones": (0, 1, "float32"),
    "tensorflow.fill": (0, None, "float32"),
    "tensorflow.random.normal": (0, 3, "float32"),
    "tensorflow.random.uniform": (0, 3, "float32"),
    "tensorflow.random.truncated_normal": (0, 3, "float32"),
}
# Shapes given as numbers of their own: np.random.rand(60000, 784).
_SPREAD: Final = frozenset({"numpy.random.rand", "numpy.random.randn"})
# Functions and methods that keep shape and number type.
_SAME: Final = frozenset(
    {"numpy.array", "numpy.asarray", "numpy.ascontiguousarray", "numpy.copy", "tensorflow.convert_to_tensor"}
    | {"tensorflow.constant", "tensorflow.identity", "numpy.clip", "numpy.abs"}
)


def array_call(name: str, given: Arguments) -> Abstract:
    """What a function of NumPy or TensorFlow makes, where that is an array."""
    if name in _SHAPED:
        at, dtype_at, default = _SHAPED[name]
        shape = shape_of(given.get("shape" if name not in _SHAPED or at == 0 else "size", at) or given.get("size"))
        dtype = dtype_of(given.get("dtype", dtype_at), default)
        return Array(shape, dtype) if shape is not None else NOTHING_KNOWN
    if name in _SPREAD:
        return Array(shape_of(Items(tuple(given.positional))), "float64")
    if name in _SAME and isinstance(first := given.get("a", 0), Array):
        return _typed(first, given.get("dtype", 1))
    if name == "tensorflow.cast" and isinstance(first := given.get("x", 0), Array):
        return _typed(first, given.get("dtype", 1))
    if name == "numpy.expand_dims" or name == "tensorflow.expand_dims":
        axis = whole_number(given.get("axis", 1))
        return _expanded(given.get("a", 0), axis) if axis is not None else NOTHING_KNOWN
    if name in ("numpy.reshape", "tensorflow.reshape") and isinstance(first := given.get("a", 0), Array):
        return _reshaped(first, shape_of(given.get("newshape", 1)))
    return NOTHING_KNOWN


def array_method(array: Array, name: str, given: Arguments) -> Abstract:
    """What a method of an array gives."""
    if name == "reshape":
        asked = given.positional[0] if len(given.positional) == 1 else Items(tuple(given.positional))
        return _reshaped(array, shape_of(asked))
    if name == "astype":
        return replace(array, dtype=dtype_of(given.get("dtype", 0), None))
    if name in ("copy", "numpy", "clip"):
        return array
    return NOTHING_KNOWN


def subscripted(array: Array, indices: Sequence[Abstract | tuple[Abstract | None, ...]]) -> Abstract:
    """``array[indices]``; a slice is a tuple of start, stop and step."""
    shape = list(array.shape) if array.shape is not None else None
    if shape is None:
        return NOTHING_KNOWN
    rest, found = shape, list[int | None]()
    for position, index in enumerate(indices):
        if isinstance(index, Known) and index.value is ...:
            keep = len(rest) - sum(1 for each in indices[position + 1 :] if not _is_new_axis(each))
            found, rest = [*found, *rest[:keep]], rest[keep:]
        elif _is_new_axis(index):
            found.append(1)
        elif not rest:
            return NOTHING_KNOWN
        elif isinstance(index, tuple):
            found.append(_sliced(rest[0], index))
            rest = rest[1:]
        elif whole_number(index) is not None:
            rest = rest[1:]
        else:
            return NOTHING_KNOWN
    return replace(array, shape=(*found, *rest))


def combined(left: Abstract, right: Abstract, operator: str) -> Abstract:
    """Arithmetic with an array: shape and, roughly, number type."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Array) and (
            (isinstance(other, Known) and isinstance(other.value, int | float))
            or (isinstance(other, Array) and other.shape == one.shape)
        ):
            floats = operator == "/" or (isinstance(other, Known) and isinstance(other.value, float))
            integers = one.dtype is not None and "int" in one.dtype
            return replace(one, dtype="float64" if floats and integers else one.dtype)
    return NOTHING_KNOWN


def dtype_of(value: Abstract | None, default: str | None) -> str | None:
    """A number type given as a text, as ``np.float32`` or as ``float``; ``default`` where none is given."""
    match value:
        case None:
            return default
        case Known(value=str() as name):
            return name if name in DTYPE_BYTES else None
        case Named(name=name):
            last = name.rpartition(".")[2]
            return {"float": "float64", "int": "int64"}.get(last, last if last in DTYPE_BYTES else None)
    return None


def _typed(array: Array, dtype: Abstract | None) -> Array:
    return array if dtype is None else replace(array, dtype=dtype_of(dtype, None))


def _expanded(array: Abstract | None, axis: int) -> Abstract:
    if not isinstance(array, Array) or array.shape is None:
        return NOTHING_KNOWN
    at = axis if axis >= 0 else len(array.shape) + 1 + axis
    return replace(array, shape=(*array.shape[:at], 1, *array.shape[at:])) if at >= 0 else NOTHING_KNOWN


def _reshaped(array: Array, asked: Shape | None) -> Abstract:
    """A reshape; one -1 is worked out, where the rest is known."""
    if asked is None:
        return NOTHING_KNOWN
    total = (
        math.prod(size for size in array.shape if size is not None) if array.shape and None not in array.shape else None
    )
    if -1 in asked:
        rest = [size for size in asked if size != -1]
        known = math.prod(size for size in rest if size is not None) if None not in rest else 0
        free = (
            total // known
            if total is not None and known > 0 and total % known == 0 and len(rest) + 1 == len(asked)
            else None
        )
        asked = tuple(free if size == -1 else size for size in asked)
    elif None in asked and asked.count(None) == 1 and total is not None:
        known = math.prod(size for size in asked if size is not None)
        asked = tuple((total // known if known else None) if size is None else size for size in asked)
    return replace(array, shape=asked)


def _sliced(size: int | None, index: tuple[Abstract | None, ...]) -> int | None:
    parts = [
        None if part is None or (isinstance(part, Known) and part.value is None) else whole_number(part)
        for part in index
    ]
    given = [part is not None and not (isinstance(part, Known) and part.value is None) for part in index]
    if size is None or any(has and part is None for has, part in zip(given, parts, strict=True)) or parts[2] == 0:
        return size if not any(given) else None
    return len(range(*slice(*parts).indices(size)))


def _is_new_axis(index: object) -> bool:
    if isinstance(index, Known):
        return index.value is None
    return isinstance(index, Named) and index.name.endswith("newaxis")
