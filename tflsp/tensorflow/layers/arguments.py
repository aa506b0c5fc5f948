"""Typed reading of a layer's literal arguments, with Keras's own leniency and no more.

A value that is not literal raises NotKnown; one that Keras would refuse raises Impossible.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

from tflsp.tensorflow.layers.model import UNKNOWN, Impossible, Layer, NotKnown, Reason


class _Required(enum.Enum):
    REQUIRED = enum.auto()


REQUIRED = _Required.REQUIRED

DATA_FORMATS = ("channels_first", "channels_last")


class Arguments:
    """The arguments of one layer, read by name."""

    __slots__ = ("_layer",)

    def __init__(self, layer: Layer) -> None:
        self._layer = layer

    @property
    def rank(self) -> int:
        """The number of spatial axes that the layer's kind names: 2 for Conv2DTranspose."""
        found = re.search(r"([123])D", self._layer.kind)
        if found is None:
            raise NotKnown(f"{self._layer.kind} names no rank")
        return int(found.group(1))

    def value(self, name: str, default: object = REQUIRED) -> object:
        """The literal value; `default` when it was not given.

        Raises NotKnown for a value that is no literal, Impossible for a required one that is missing.
        """
        value = self._layer.arguments.get(name, default)
        if value is UNKNOWN:
            raise NotKnown(f"{name} is not a literal")
        if value is REQUIRED:
            raise Impossible(Reason.ARGUMENT, f"{self._layer.kind} needs {name}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """A truth value, as Python's own `if` takes it."""
        return bool(self.value(name, default))

    def integer(self, name: str, default: object = REQUIRED, *, minimum: int = 1) -> int:
        """A whole number of at least `minimum`."""
        return self.whole(name, self.value(name, default), minimum)

    def count(self, name: str) -> int:
        """Units or filters: a positive whole number, or a float that Keras truncates (`Dense(64.0)`)."""
        value = self.value(name)
        return self.whole(name, int(value) if isinstance(value, float) else value, 1)

    def channels_first(self) -> bool:
        """Whether data_format puts the channels before the spatial axes; Keras's default is after them."""
        value = self.value("data_format", None)
        return value is not None and self._choice("data_format", value, DATA_FORMATS) == "channels_first"

    def padding(self, allowed: Sequence[str] = ("valid", "same")) -> str:
        """The name of the padding, "valid" unless given."""
        return self._choice("padding", self.value("padding", "valid"), allowed)

    def sizes(self, name: str, rank: int, default: object = REQUIRED, *, minimum: int = 1) -> tuple[int, ...]:
        """`rank` whole numbers from one number or a sequence of `rank` of them (`conv_utils.normalize_tuple`)."""
        value = self.value(name, default)
        if isinstance(value, tuple | list):
            if len(value) != rank:
                raise Impossible(Reason.ARGUMENT, f"{name} needs {rank} numbers, found {len(value)}")
            return tuple(self.whole(name, item, minimum) for item in value)
        return (self.whole(name, value, minimum),) * rank

    def borders(self, name: str, rank: int, default: object) -> tuple[tuple[int, int], ...]:
        """Before and after, per axis, for padding and cropping: n, or (n, m), or ((a, b), (c, d))."""
        value = self.value(name, default)
        if not isinstance(value, tuple | list):
            both = self.whole(name, value, 0)
            return ((both, both),) * rank
        if rank == 1:
            before, after = self.sizes(name, 2, default, minimum=0)
            return ((before, after),)
        if len(value) != rank:
            raise Impossible(Reason.ARGUMENT, f"{name} needs {rank} entries, found {len(value)}")
        return tuple(self._border(name, item) for item in value)

    def axes(self, name: str, default: object, dimensions: int, *, first: int | None = None) -> tuple[int, ...]:
        """Axes of a tensor with `dimensions` axes, the batch being axis 0.

        Negative ones count from the end, unless `first` says where counting starts.
        """
        value = self.value(name, default)
        items = value if isinstance(value, tuple | list) else (value,)
        lowest = -dimensions if first is None else first
        given = [self.whole(name, item, lowest) for item in items]
        found = tuple(axis % dimensions for axis in given if axis < dimensions)
        if len(set(found)) != len(given):
            raise Impossible(Reason.ARGUMENT, f"{name} names an axis twice or one that is not there")
        return found

    def layer(self, name: str) -> Layer:
        """A nested literal layer."""
        value = self.value(name)
        if not isinstance(value, Layer):
            raise NotKnown(f"{name} is not a literal layer")
        return value

    def refuse(self, *names: str) -> None:
        """Raise NotKnown when one of these was given a value other than None or False: it changes the outcome."""
        for name in names:
            if self.value(name, None) not in (None, False):
                raise NotKnown(f"{self._layer.kind} with {name} is not modelled")

    def whole(self, name: str, value: object, minimum: int) -> int:
        """`value`, a value of `name` or a part of it, as a whole number of at least `minimum`."""
        if value is UNKNOWN:
            raise NotKnown(f"{name} is not a literal")
        if not isinstance(value, int) or isinstance(value, bool):
            # Keras takes some of these (2.0, True) here and there: not worth a model of its own.
            raise NotKnown(f"{name} is not a whole number")
        if value < minimum:
            raise Impossible(Reason.ARGUMENT, f"{name} must be at least {minimum}, found {value}")
        return value

    def _choice(self, name: str, value: object, allowed: Sequence[str]) -> str:
        if not isinstance(value, str):
            raise NotKnown(f"{name} is not a name")
        if value.lower() not in allowed:
            raise Impossible(Reason.ARGUMENT, f"{name} must be one of {', '.join(allowed)}")
        return value.lower()

    def _border(self, name: str, value: object) -> tuple[int, int]:
        if isinstance(value, tuple | list):
            if len(value) != 2:
                raise Impossible(Reason.ARGUMENT, f"{name} needs two numbers per axis, found {len(value)}")
            return self.whole(name, value[0], 0), self.whole(name, value[1], 0)
        both = self.whole(name, value, 0)
        return both, both
