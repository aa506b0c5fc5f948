"""What names stand for while a document's Python code is followed: numbers, arrays, data sets, layers, models.

Abstract values of ``models``' reading; ``NOTHING_KNOWN`` is whatever else there is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from tflsp.dataclass import dataclass, field
from tflsp.facts.document_facts import Located
from tflsp.facts.python_statements import PyDefine
from tflsp.facts.training import BatchSize, ModelGraph, Origin, PlacedLayer
from tflsp.tensorflow.layers import UNKNOWN, Layer, Shape

_ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


class Opaque:
    """The type of ``NOTHING_KNOWN``."""


NOTHING_KNOWN: Final = Opaque()


@dataclass(frozen=True, slots=True)
class Known:
    """A plain value and where it is written. ``computed`` is one that comes from the data (``len(x)``)."""

    value: object
    where: Origin | None = None
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple."""

    values: tuple[Abstract, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """A NumPy array or tensor; ``shape`` is whole (samples first), None where unknown. ``source`` names a data set."""

    shape: Shape | None
    dtype: str | None = None
    source: str = ""

    @property
    def length(self) -> int | None:
        return self.shape[0] if self.shape else None


@dataclass(frozen=True, slots=True)
class Stream:
    """A tf.data.Dataset, or a generator of batches. ``length`` counts samples; ``batched`` None is not certain."""

    length: int | None = None
    sample: Shape | None = None
    batched: bool | None = False
    batch: Located[BatchSize] | None = None
    kind: str = "dataset"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Something imported, or a name that nothing in the document defines: a dotted name, canonical."""

    name: str
    imported: bool


@dataclass(frozen=True, slots=True)
class LayerValue:
    layer: Layer | None


@dataclass(frozen=True, slots=True)
class OptimizerValue:
    name: str
    slots: int | None


@dataclass(frozen=True, slots=True)
class PolicyValue:
    name: str | None


@dataclass(frozen=True, slots=True)
class Generator:
    """An ImageDataGenerator: its ``flow`` yields batches."""


@dataclass(frozen=True, slots=True)
class Function:
    define: PyDefine


@dataclass(slots=True, eq=False)
class Model:
    """A Sequential model while it is being made; ``home`` are the names among which it may be changed for certain."""

    where: Origin
    home: object
    policy: str | None
    layers: list[PlacedLayer] = field(default_factory=list)
    certain: bool = True
    distributed: bool = False
    compiled: bool = False
    optimizer: str | None = None
    slots: int | None = None
    loss: object = None
    input_shape: Shape | None = None

    def graph(self) -> ModelGraph:
        """The model as it stands now."""
        return ModelGraph(
            self.where.region,
            self.where.span,
            tuple(self.layers),
            self.certain,
            self.distributed,
            self.compiled,
            self.optimizer,
            self.slots,
            self.loss,
            self.input_shape,
            self.policy,
        )


Abstract: TypeAlias = (
    Opaque
    | Known
    | Items
    | Array
    | Stream
    | Named
    | LayerValue
    | OptimizerValue
    | PolicyValue
    | Generator
    | Function
    | Model
)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values of a call; ``certain`` unless ``*`` or ``**`` stand among them."""

    positional: Sequence[Abstract]
    keywords: Mapping[str, Abstract]
    certain: bool = True

    def get(self, name: str, position: int | None = None) -> Abstract | None:
        """An argument by name or position; None where it is not given."""
        if name in self.keywords:
            return self.keywords[name]
        return self.positional[position] if position is not None and position < len(self.positional) else None


def plain(value: Abstract) -> object:
    """A value as layers take it: plain, a tuple of such, a layer; UNKNOWN for anything else."""
    match value:
        case Known(value=known):
            return known
        case Items(values=values):
            return tuple(plain(item) for item in values)
        case LayerValue(layer=Layer() as layer):
            return layer
    return UNKNOWN


def whole_number(value: Abstract | None) -> int | None:
    """A known whole number, not a truth value."""
    if isinstance(value, Known) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return value.value
    return None


def shape_of(value: Abstract | None) -> Shape | None:
    """A shape of literal dimensions; one that is not known is None, a lone number is one dimension."""
    if (number := whole_number(value)) is not None:
        return (number,)
    if not isinstance(value, Items):
        return None
    return tuple(whole_number(item) for item in value.values)


def computed(sign: str, left: object, right: object) -> float | None:
    """Arithmetic of two numbers; None where it is none, or its result too large to be meant."""
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    compute = _ARITHMETIC.get(sign)
    if sign in ("**", "<<") and isinstance(right, int) and 0 <= right <= 64 and abs(left) <= 1 << 64:
        compute = operator.pow if sign == "**" else operator.lshift
    try:
        return compute(left, right) if compute is not None else None
    except (ArithmeticError, TypeError):
        return None
