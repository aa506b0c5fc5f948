"""Dense, embeddings, and the layers that pass their input on: inputs, activations, regularisation, rearranging.

Sources of the formulas: keras 2.9.0, layers/core, layers/activation, layers/regularization, layers/reshaping.
"""

from __future__ import annotations

import math

from tflsp.tensorflow.layers.arguments import Arguments
from tflsp.tensorflow.layers.model import (
    Impossible,
    LayerShape,
    NotKnown,
    Reason,
    Shape,
    elements,
    known,
    require_rank,
)
from tflsp.tensorflow.layers.registry import kind, weighted


@kind("Input", "InputLayer")
def source(arguments: Arguments, shape: Shape) -> LayerShape:
    """The input itself; its own declaration is read by `declared_input`."""
    arguments.refuse("sparse", "ragged", "tensor", "input_tensor", "type_spec")
    return LayerShape(shape)


@kind("Dense")
def dense(arguments: Arguments, shape: Shape) -> LayerShape:
    """inputs x units + units, on the last axis."""
    require_rank(shape, 1, or_more=True)
    units = arguments.count("units")
    bias = units if arguments.flag("use_bias", True) else 0
    return weighted((*shape[:-1], units), known(shape[-1]) * units + bias)


@kind("Embedding")
def embedding(arguments: Arguments, shape: Shape) -> LayerShape:
    """input_dim x output_dim; a vector for every number of the input."""
    width = arguments.integer("output_dim")
    return weighted((*shape, width), arguments.integer("input_dim") * width)


@kind(
    "Activation",
    "ActivityRegularization",
    "ELU",
    "GaussianNoise",
    "LeakyReLU",
    "Masking",
    "ReLU",
    "Rescaling",
    "Softmax",
    "ThresholdedReLU",
    "UnitNormalization",
)
def same(_arguments: Arguments, shape: Shape) -> LayerShape:
    """No parameters, the shape stays, the output is kept."""
    return weighted(shape, 0)


@kind("RandomContrast", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom")
def augmentation(_arguments: Arguments, shape: Shape) -> LayerShape:
    """Images stay images of the same size."""
    if len(shape) != 3:
        raise NotKnown("images have a height, a width and channels")
    return weighted(shape, 0)


@kind("AlphaDropout", "Dropout", "GaussianDropout")
def dropout(_arguments: Arguments, shape: Shape) -> LayerShape:
    """The output and the mask are kept."""
    return LayerShape(shape, saved=_twice(shape))


@kind("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
def spatial_dropout(arguments: Arguments, shape: Shape) -> LayerShape:
    """As dropout, for one spatial rank only."""
    require_rank(shape, arguments.rank + 1)
    return LayerShape(shape, saved=_twice(shape))


@kind("PReLU")
def prelu(arguments: Arguments, shape: Shape) -> LayerShape:
    """One slope per element, or per element of the axes that are not shared."""
    shared: tuple[int, ...] = ()
    if arguments.value("shared_axes", None) is not None:
        shared = arguments.axes("shared_axes", None, len(shape) + 1, first=1)
    sizes = [1 if axis in shared else known(size) for axis, size in enumerate(shape, start=1)]
    return weighted(shape, math.prod(sizes))


@kind("Flatten")
def flatten(arguments: Arguments, shape: Shape) -> LayerShape:
    """One axis; the buffer is the input's."""
    arguments.channels_first()
    return LayerShape((elements(shape),))


@kind("Reshape")
def reshape(arguments: Arguments, shape: Shape) -> LayerShape:
    """The target shape, one of whose entries may be -1; the buffer is the input's."""
    target = arguments.value("target_shape")
    if not isinstance(target, tuple | list):
        raise NotKnown("target_shape is not literal")
    sizes = [arguments.whole("target_shape", size, -1) for size in target]
    if sizes.count(-1) > 1:
        raise Impossible(Reason.ARGUMENT, "target_shape may hold one -1")
    total = elements(shape)
    if total is None:
        return LayerShape(tuple(None if size == -1 else size for size in sizes))
    rest = math.prod(size for size in sizes if size != -1)
    if rest == 0 or (total % rest if -1 in sizes else total != rest):
        raise Impossible(Reason.SIZE, f"{total} elements do not fit {tuple(sizes)}")
    return LayerShape(tuple(total // rest if size == -1 else size for size in sizes))


@kind("Permute")
def permute(arguments: Arguments, shape: Shape) -> LayerShape:
    """Axes in another order, counted from 1."""
    dims = arguments.sizes("dims", len(shape))
    if sorted(dims) != list(range(1, len(shape) + 1)):
        raise Impossible(Reason.ARGUMENT, "dims must name every axis once, from 1")
    return weighted(tuple(shape[axis - 1] for axis in dims), 0)


@kind("RepeatVector")
def repeat_vector(arguments: Arguments, shape: Shape) -> LayerShape:
    """A vector n times."""
    require_rank(shape, 1)
    return weighted((arguments.integer("n"), *shape), 0)


def _twice(shape: Shape) -> int | None:
    total = elements(shape)
    return None if total is None else 2 * total
