"""Batch, layer and feature normalisation.

Source of the formulas: keras 2.9.0, layers/normalization and layers/preprocessing/normalization.py.
"""

from __future__ import annotations

import math

from tflsp.tensorflow.layers.arguments import Arguments
from tflsp.tensorflow.layers.model import LayerShape, Shape, elements, known
from tflsp.tensorflow.layers.registry import kind, weighted


@kind("BatchNormalization")
def batch_normalization(arguments: Arguments, shape: Shape) -> LayerShape:
    """gamma and beta are trained, the moving mean and variance are not; one of each per element of the axes."""
    arguments.refuse("renorm", "virtual_batch_size", "adjustment")
    size = _size(arguments, shape, "axis")
    return weighted(shape, _affine(arguments) * size, 2 * size)


@kind("LayerNormalization")
def layer_normalization(arguments: Arguments, shape: Shape) -> LayerShape:
    """gamma and beta per element of the axes. Measured: both the normalised and the scaled tensor are kept."""
    total = elements(shape)
    return LayerShape(
        shape,
        trainable=_affine(arguments) * _size(arguments, shape, "axis"),
        saved=None if total is None else 2 * total,
    )


@kind("Normalization")
def normalization(arguments: Arguments, shape: Shape) -> LayerShape:
    """Mean and variance per element of the axes and one counter, unless they were given as constants."""
    size = 1 if arguments.value("axis", -1) is None else _size(arguments, shape, "axis")
    if arguments.value("mean", None) is not None or arguments.value("variance", None) is not None:
        return weighted(shape, 0)
    return weighted(shape, 0, 2 * size + 1)


def _affine(arguments: Arguments) -> int:
    return int(arguments.flag("center", True)) + int(arguments.flag("scale", True))


def _size(arguments: Arguments, shape: Shape, name: str) -> int:
    """Elements along the named axes; the batch axis has no known size."""
    whole: Shape = (None, *shape)
    return math.prod(known(whole[axis]) for axis in arguments.axes(name, -1, len(whole)))
