"""What a document's Python code says of training: models, calls of fit, batch sizes, data; and where each stands.

Made by ``models.training_of``; rules, hover and hints read it. Whatever is not certain is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Chunk
from tflsp.documents.region import Region
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import Located, place
from tflsp.tensorflow.layers import Layer, Shape, declared_input, elements, stack
from tflsp.tensorflow.memory import ModelEstimate, estimate
from tflsp.text import Span

DEFAULT_BATCH: Final = 32
"""What fit, evaluate and predict use when no batch size is given."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in a document a value is written."""

    chunk: Chunk
    region: Region
    span: Span

    @property
    def in_part(self) -> Span:
        return place(self.chunk, self.region, self.span)

    @property
    def part(self) -> int:
        return self.chunk.part


@dataclass(frozen=True, slots=True)
class PlacedLayer:
    """A layer of a model; ``layer`` is None where it could not be read."""

    layer: Layer | None
    where: Origin


@dataclass(frozen=True, slots=True, eq=False)
class ModelGraph(Fact):
    """A Sequential model as it stands at one moment; nested ones are flattened. ``span`` is where it is made.

    ``input_shape`` is what ``build`` says (without the batch), ``slots`` the optimizer's, ``loss`` a literal or None.
    ``policy`` is the dtype policy it was made under. A model whose layers are not all known for sure is not
    ``certain``; one made under a distribution strategy is ``distributed``: its batch is shared out.
    """

    layers: tuple[PlacedLayer, ...]
    certain: bool
    distributed: bool
    compiled: bool = False
    optimizer: str | None = None
    slots: int | None = None
    loss: object = None
    input_shape: Shape | None = None
    policy: str | None = "float32"


@dataclass(frozen=True, slots=True, eq=False)
class BatchSize(Fact):
    """A batch size in force: ``span`` is where it is given, ``literal`` where its number is written.

    ``given_by`` is ``batch_size`` (an argument of fit and the like), ``batch`` (of tf.data) or ``flow`` (generators).
    ``deliberate`` is one that is computed from the data (``len(x_train)``).
    """

    value: int
    given_by: str
    literal: Origin | None
    deliberate: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """What a model is given. ``length`` counts samples, ``sample`` is one sample's shape.

    ``kind`` is ``array``, ``dataset`` (tf.data) or ``generator``; ``batched`` of a dataset is None where it is not
    certain. ``source`` names a known data set.
    """

    kind: str
    length: int | None
    sample: Shape | None
    batched: bool | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class FitCall(Fact):
    """A call of ``method``: fit, evaluate or predict. ``span`` is the whole call, ``callee`` what is called.

    ``batch`` is the size in force, ``argument`` the span of ``batch_size=…`` with its value, ``x`` of the data.
    """

    method: str
    callee: Span
    model: ModelGraph | None
    data: Data | None
    x: Span | None
    batch: Located[BatchSize] | None
    argument: Span | None
    given: int | None
    estimated: list[ModelEstimate | None] = field(default_factory=list, repr=False)  # once it was asked for

    @property
    def trains(self) -> bool:
        return self.method == "fit"

    @property
    def samples(self) -> int | None:
        """Samples of one step: the batch size, at most the data."""
        size = self.batch.fact.value if self.batch is not None else None
        if size is None and self.argument is None and self.data is not None and self.data.kind == "array":
            size = DEFAULT_BATCH
        if size is None or self.data is None or self.data.length is None:
            return size
        return min(size, self.data.length)

    def estimate(self) -> ModelEstimate | None:
        """What this call takes; None where the model, its input or its optimizer is not known."""
        if not self.estimated:
            self.estimated.append(self._estimate())
        return self.estimated[0]

    def _estimate(self) -> ModelEstimate | None:
        model = self.model
        if model is None or not model.certain or model.distributed or not model.layers:
            return None
        if model.policy not in _POLICIES or (self.trains and model.slots is None):
            return None
        layers = [placed.layer for placed in model.layers]
        given = model.input_shape or (self.data.sample if self.data is not None else None)
        shapes = stack(layers, given)
        first = layers[0]
        if first is None or shapes[0] is None:
            return None
        known = [(layer, shape) for layer, shape in zip(layers, shapes, strict=True) if layer is not None]
        start = _input(first, given)
        if len(known) < len(layers) or start is None or elements(start) is None:
            return None
        return estimate(
            known,
            start,
            slots=model.slots or 0,
            mixed_float16=_POLICIES[model.policy],
            training=self.trains,
        )


@dataclass(frozen=True, slots=True)
class Training:
    """All that a document says of training. ``memory_limit`` is in bytes, of a logical device."""

    models: tuple[Located[ModelGraph], ...] = ()
    fits: tuple[Located[FitCall], ...] = ()
    memory_limit: int | None = None
    followed: Any = field(default=None, repr=False, compare=False)  # what the next reading goes on from


# dtype policy -> whether activations take two bytes
_POLICIES: Final[Mapping[str | None, bool]] = {"float32": False, "mixed_float16": True, "mixed_bfloat16": True}


def _input(first: Layer, given: Shape | None) -> Shape | None:
    return declared_input(first) or given
