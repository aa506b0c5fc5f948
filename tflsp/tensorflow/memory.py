"""How much memory training a model takes, to an order of magnitude, and which batch would fit.

The formula is research of this project (analytic, after DNNMem): weights, gradients and optimizer slots once;
input, saved activations and twice the largest output per sample. Against the peak memory of TensorFlow 2.9.0 it was
within a factor of two on 23 models. What a GPU's context and libraries take (0.3 to 1 GiB) is not part of it.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Final

from tflsp.dataclass import dataclass
from tflsp.tensorflow.layers.model import Layer, LayerShape, Shape, elements
from tflsp.tensorflow.sizes import DTYPE_BYTES

UNCERTAINTY: Final = 2
"""The estimate is right within this factor, both ways."""

_IN_PLACE: Final = frozenset({"Activation", "ReLU"})
"""Layers that take over the buffer of a normalisation before them."""


class Part(enum.StrEnum):
    """What memory goes to, in the order in which it is told."""

    WEIGHTS = "weights"
    GRADIENTS = "gradients"
    SLOTS = "slots"
    INPUT = "input"
    SAVED = "saved"
    WORKING = "working"
    TOTAL = "total"


class Verdict(enum.StrEnum):
    """Whether an estimate fits a budget, its uncertainty respected."""

    FITS = "fits"
    MAYBE = "maybe"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """Memory of a model in bytes: once for the model, and per sample of a batch.

    `parameters` and `trainable` count scalars, `slots` the optimizer's copies of the trained weights, `input_shape`
    is one sample's.
    """

    parameters: int
    trainable: int
    slots: int
    input_shape: Shape
    weight_bytes: int
    gradient_bytes: int
    slot_bytes: int
    input_bytes: int
    saved_bytes: int
    working_bytes: int

    @property
    def fixed_bytes(self) -> int:
        """Bytes that do not depend on the batch size."""
        return self.weight_bytes + self.gradient_bytes + self.slot_bytes

    @property
    def bytes_per_sample(self) -> int:
        """Bytes that every further sample of a batch adds."""
        return self.input_bytes + self.saved_bytes + self.working_bytes

    def total(self, batch: int) -> int:
        """Bytes at this batch size."""
        return self.fixed_bytes + batch * self.bytes_per_sample


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the arithmetic: what it is, how it is computed, what comes out in bytes."""

    part: Part
    formula: str
    bytes: int


def estimate(
    layers: Sequence[tuple[Layer, LayerShape | None]],
    input_shape: Shape,
    *,
    slots: int,
    mixed_float16: bool = False,
    training: bool = True,
) -> ModelEstimate | None:
    """The memory of a Sequential model; None when a shape or the size of a number type is not known.

    `layers` are all layers with their outcome (`layers.stack`), `input_shape` is that of one sample. With
    `mixed_float16` activations take two bytes per number and weights four. Without `training` (predict, evaluate)
    there are no gradients and no slots, and nothing is saved.
    """
    weights = gradients = saved = largest = parameters = trainable = 0
    inputs = elements(input_shape)
    for position, (layer, shape) in enumerate(layers):
        numbers = _number_bytes(layer, mixed_float16)
        if shape is None or shape.saved is None or numbers is None:
            return None
        outputs = elements(shape.output)
        if outputs is None:
            return None
        activation, variable = numbers
        weights += shape.parameters * variable
        gradients += shape.trainable * variable
        parameters += shape.parameters
        trainable += shape.trainable
        following = layers[position + 1][0].kind if position + 1 < len(layers) else ""
        if not (layer.kind == "BatchNormalization" and following in _IN_PLACE):
            saved += shape.saved * activation
        largest = max(largest, outputs * activation)
    if inputs is None:
        return None
    return ModelEstimate(
        parameters=parameters,
        trainable=trainable if training else 0,
        slots=slots if training else 0,
        input_shape=input_shape,
        weight_bytes=weights,
        gradient_bytes=gradients if training else 0,
        slot_bytes=gradients * slots if training else 0,
        input_bytes=inputs * (2 if mixed_float16 else 4),
        saved_bytes=saved if training else 0,
        working_bytes=2 * largest,
    )


def explain(model: ModelEstimate, batch: int) -> tuple[Row, ...]:
    """The arithmetic behind `model.total(batch)`: one row per part that is not zero, then the total."""
    shape = " x ".join(str(size) for size in (batch, *model.input_shape))
    weights, trained = model.weight_bytes, model.gradient_bytes
    rows = (
        Row(Part.WEIGHTS, _each(str(model.parameters), model.parameters, weights), weights),
        Row(Part.GRADIENTS, _each(str(model.trainable), model.trainable, trained), trained),
        Row(
            Part.SLOTS,
            _each(f"{model.slots} x {model.trainable}", model.slots * model.trainable, model.slot_bytes),
            model.slot_bytes,
        ),
        Row(
            Part.INPUT,
            _each(shape, elements(model.input_shape) or 0, model.input_bytes),
            batch * model.input_bytes,
        ),
        Row(Part.SAVED, f"{batch} x {model.saved_bytes} B", batch * model.saved_bytes),
        Row(Part.WORKING, f"{batch} x 2 x {model.working_bytes // 2} B", batch * model.working_bytes),
    )
    total = Row(Part.TOTAL, f"{model.fixed_bytes} B + {batch} x {model.bytes_per_sample} B", model.total(batch))
    return (*(row for row in rows if row.bytes), total)


def largest_power_of_two(model: ModelEstimate, budget: int) -> int | None:
    """The largest power of two whose batch fits `budget` bytes; None when not even one sample does."""
    room = budget - model.fixed_bytes
    if room < model.bytes_per_sample or model.bytes_per_sample <= 0:
        return None
    return 1 << ((room // model.bytes_per_sample).bit_length() - 1)


def verdict(estimate_bytes: int, budget: int) -> Verdict:
    """OVER when half the estimate exceeds the budget, MAYBE when twice the estimate does, else FITS."""
    if estimate_bytes > budget * UNCERTAINTY:
        return Verdict.OVER
    return Verdict.MAYBE if estimate_bytes * UNCERTAINTY > budget else Verdict.FITS


def _number_bytes(layer: Layer, mixed_float16: bool) -> tuple[int, int] | None:
    """Bytes per activation and per weight: of the layer's own dtype or policy, else of the global one."""
    dtype = layer.arguments.get("dtype")
    if dtype == "mixed_float16" or (dtype is None and mixed_float16):
        return 2, 4
    size = DTYPE_BYTES.get(dtype) if isinstance(dtype, str) else None
    if dtype is None:
        size = 4
    return None if size is None else (size, size)


def _each(text: str, count: int, total: int) -> str:
    """`text` times the bytes of one of `count` numbers, where these all have the same size."""
    return f"{text} x {total // count} B" if count and total % count == 0 else f"{total} B"
