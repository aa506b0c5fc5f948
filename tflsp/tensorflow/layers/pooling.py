"""Pooling, upsampling, padding, cropping and resizing: no parameters, only lengths change.

Source of the formulas: keras 2.9.0, layers/pooling, layers/reshaping, layers/preprocessing/image_preprocessing.py.
"""

from __future__ import annotations

from tflsp.tensorflow.layers.arguments import Arguments
from tflsp.tensorflow.layers.model import Impossible, LayerShape, NotKnown, Reason, Shape, require_rank
from tflsp.tensorflow.layers.registry import kind, weighted
from tflsp.tensorflow.layers.spatial import Spatial, split, window_length


@kind(*(f"{how}Pooling{rank}D" for how in ("Average", "Max") for rank in (1, 2, 3)))
def pooling(arguments: Arguments, shape: Shape) -> LayerShape:
    """A window per axis, moved by strides (by itself, unless given)."""
    space = _space(arguments, shape)
    window = arguments.sizes("pool_size", arguments.rank, 2)
    strides = window
    if arguments.value("strides", None) is not None:
        strides = arguments.sizes("strides", arguments.rank)
    padding = arguments.padding()
    lengths = tuple(
        window_length(length, size, padding, stride)
        for length, size, stride in zip(space.lengths, window, strides, strict=True)
    )
    return weighted(space.join(lengths, space.channels), 0)


@kind(*(f"Global{how}Pooling{rank}D" for how in ("Average", "Max") for rank in (1, 2, 3)))
def global_pooling(arguments: Arguments, shape: Shape) -> LayerShape:
    """One number per channel."""
    space = _space(arguments, shape)
    if arguments.flag("keepdims", False):
        return weighted(space.join((1,) * arguments.rank, space.channels), 0)
    return weighted((space.channels,), 0)


@kind("UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsampling(arguments: Arguments, shape: Shape) -> LayerShape:
    """Every length times a factor."""
    rank = arguments.rank
    if rank == 3 and len(shape) != 4:
        raise NotKnown("UpSampling3D does not check its input and repeats the wrong axes")
    space = _space(arguments, shape)
    factors = (arguments.integer("size", 2),) if rank == 1 else arguments.sizes("size", rank, 2)
    lengths = tuple(
        None if length is None else length * factor for length, factor in zip(space.lengths, factors, strict=True)
    )
    if rank == 2 and None in lengths:
        lengths = (None, None)  # The op resizes both axes at once and knows neither.
    return weighted(space.join(lengths, space.channels), 0)


@kind("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(arguments: Arguments, shape: Shape) -> LayerShape:
    """Zeros before and after every length."""
    return _borders(arguments, shape, "padding", 1, +1)


@kind("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(arguments: Arguments, shape: Shape) -> LayerShape:
    """Elements cut off before and after every length."""
    return _borders(arguments, shape, "cropping", 0 if arguments.rank == 2 else 1, -1)


@kind("CenterCrop", "RandomCrop", "Resizing")
def resizing(arguments: Arguments, shape: Shape) -> LayerShape:
    """Images of a given height and width."""
    require_rank(shape, 3)
    return weighted((arguments.integer("height"), arguments.integer("width"), shape[-1]), 0)


def _space(arguments: Arguments, shape: Shape) -> Spatial:
    require_rank(shape, arguments.rank + 1)
    return split(shape, arguments.rank, arguments.channels_first())


def _borders(arguments: Arguments, shape: Shape, name: str, default: int, sign: int) -> LayerShape:
    space = _space(arguments, shape)
    borders = arguments.borders(name, arguments.rank, default)
    lengths = tuple(
        None if length is None else length + sign * (before + after)
        for length, (before, after) in zip(space.lengths, borders, strict=True)
    )
    if any(length is not None and length <= 0 for length in lengths):
        if arguments.rank == 3:
            raise NotKnown("Cropping3D returns an empty tensor instead of raising")
        raise Impossible(Reason.TOO_SMALL, f"{name} leaves nothing")
    return weighted(space.join(lengths, space.channels), 0)
