"""The vocabulary of layers: a literal layer, what it does to a shape, and why that may be unknown.

Knows nothing of any layer kind.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from typing import Final, TypeAlias

from tflsp.dataclass import dataclass, field

Shape: TypeAlias = tuple[int | None, ...]
"""A tensor's shape without the batch axis; None is a dimension that is variable or unknown."""


class Unknown(enum.Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "?"


UNKNOWN: Final = Unknown.UNKNOWN
"""The value of an argument that is no literal: a variable, a call, an expression that was not evaluated."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A Keras layer as it stands in the source.

    `kind` is the class name in `tf.keras.layers` without aliases ("Conv2D", never "Convolution2D"). `arguments` are
    named as in Keras and hold plain values, `UNKNOWN`, or a `Layer` (inside Bidirectional and TimeDistributed). Made
    by `bind`, which puts positional arguments under their names.
    """

    kind: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerShape:
    """What a layer makes of its input: output shape, parameters, and what training keeps of it.

    `trainable` and `non_trainable` count parameters (scalars). `saved` counts the scalars per sample that the
    forward pass keeps for the backward pass; None when the output has a variable dimension.
    """

    output: Shape
    trainable: int = 0
    non_trainable: int = 0
    saved: int | None = 0

    @property
    def parameters(self) -> int:
        """All parameters, as `Layer.count_params()` counts them."""
        return self.trainable + self.non_trainable


class Reason(enum.StrEnum):
    """Why TensorFlow refuses a layer or its input."""

    RANK = "rank"
    """The input has the wrong number of dimensions."""
    TOO_SMALL = "too-small"
    """A dimension would become zero or negative."""
    SIZE = "size"
    """Elements or channels do not divide up as asked."""
    ARGUMENT = "argument"
    """An argument has a value that the layer does not take."""


class NotKnown(Exception):
    """The outcome depends on something that the source does not say."""


class Impossible(NotKnown):
    """TensorFlow 2.9 raises for this layer with this input."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def elements(shape: Shape) -> int | None:
    """Scalars in one sample of this shape; None when a dimension is not known."""
    return None if None in shape else math.prod(dimension for dimension in shape if dimension is not None)


def known(dimension: int | None) -> int:
    """The dimension itself; raises NotKnown when it is None."""
    if dimension is None:
        raise NotKnown("a dimension that decides the number of parameters is variable")
    return dimension


def require_rank(shape: Shape, rank: int, *, or_more: bool = False) -> None:
    """Raise Impossible unless `shape` has `rank` dimensions (batch not counted)."""
    if len(shape) < rank or (len(shape) > rank and not or_more):
        raise Impossible(Reason.RANK, f"expected {rank} dimensions without the batch, found {len(shape)}")
