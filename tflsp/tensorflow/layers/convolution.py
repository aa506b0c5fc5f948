"""Convolutions of one to three dimensions: plain, transposed, depthwise, separable.

Source of the formulas: keras 2.9.0, layers/convolutional.
"""

from __future__ import annotations

import math

from tflsp.tensorflow.layers.arguments import Arguments
from tflsp.tensorflow.layers.model import Impossible, LayerShape, NotKnown, Reason, Shape, known, require_rank
from tflsp.tensorflow.layers.registry import kind, weighted
from tflsp.tensorflow.layers.spatial import split, transposed_length, window_length


@kind("Conv1D", "Conv2D", "Conv3D")
def convolution(arguments: Arguments, shape: Shape) -> LayerShape:
    """kernel x (channels / groups) x filters + filters. Axes before the spatial ones are taken as further batches."""
    rank = arguments.rank
    require_rank(shape, rank + 1, or_more=True)
    space = split(shape, rank, arguments.channels_first())
    filters = arguments.count("filters")
    groups = arguments.value("groups", 1) or 1
    groups = arguments.whole("groups", groups, 1)
    channels = known(space.channels)
    if filters % groups or channels % groups:
        raise Impossible(Reason.SIZE, f"{channels} channels and {filters} filters must both divide by {groups}")
    kernel, strides, dilations = _window(arguments, rank)
    if max(strides) > 1 and max(dilations) > 1:
        raise Impossible(Reason.ARGUMENT, "strides and dilation_rate cannot both exceed 1")
    padding = arguments.padding(("valid", "same", "causal") if rank == 1 else ("valid", "same"))
    lengths = _lengths(space.lengths, kernel, padding, strides, dilations)
    weights = math.prod(kernel) * (channels // groups) * filters
    return weighted(space.join(lengths, filters), weights + _bias(arguments, filters))


@kind("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transposed(arguments: Arguments, shape: Shape) -> LayerShape:
    """kernel x filters x channels + filters."""
    rank = arguments.rank
    require_rank(shape, rank + 1)
    space = split(shape, rank, arguments.channels_first())
    filters = arguments.count("filters")
    kernel, strides, dilations = _window(arguments, rank)
    if rank == 3:
        dilations = (1, 1, 1)  # Conv3DTranspose takes the argument and does not use it.
    padding = arguments.padding()
    extra: tuple[int | None, ...] = (None,) * rank
    if arguments.value("output_padding", None) is not None:
        extra = sizes = arguments.sizes("output_padding", rank, minimum=0)
        if any(size >= stride for size, stride in zip(sizes, strides, strict=True)):
            raise Impossible(Reason.ARGUMENT, "strides must be greater than output_padding")
    lengths = tuple(
        transposed_length(length, window, padding, stride, dilation, more)
        for length, window, stride, dilation, more in zip(space.lengths, kernel, strides, dilations, extra, strict=True)
    )
    weights = math.prod(kernel) * filters * known(space.channels)
    return weighted(space.join(lengths, filters), weights + _bias(arguments, filters))


@kind("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(arguments: Arguments, shape: Shape) -> LayerShape:
    """kernel x channels x multiplier, and a bias per output channel."""
    rank = arguments.rank
    require_rank(shape, rank + 1)
    space = split(shape, rank, arguments.channels_first())
    kernel, strides, dilations = _separate_window(arguments, rank)
    channels = known(space.channels) * arguments.integer("depth_multiplier", 1)
    lengths = _lengths(space.lengths, kernel, arguments.padding(), strides, dilations)
    weights = math.prod(kernel) * channels
    return weighted(space.join(lengths, channels), weights + _bias(arguments, channels))


@kind("SeparableConv1D", "SeparableConv2D")
def separable(arguments: Arguments, shape: Shape) -> LayerShape:
    """A depthwise kernel without bias, then a pointwise one: ... + channels x multiplier x filters + filters."""
    rank = arguments.rank
    require_rank(shape, rank + 1)
    space = split(shape, rank, arguments.channels_first())
    filters = arguments.count("filters")
    kernel, strides, dilations = _separate_window(arguments, rank)
    between = known(space.channels) * arguments.integer("depth_multiplier", 1)
    padding = arguments.padding(("valid", "same", "causal") if rank == 1 else ("valid", "same"))
    lengths = _lengths(space.lengths, kernel, padding, strides, dilations)
    weights = math.prod(kernel) * between + between * filters
    return weighted(space.join(lengths, filters), weights + _bias(arguments, filters))


def _window(arguments: Arguments, rank: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Kernel size, strides, dilation rate."""
    return (
        arguments.sizes("kernel_size", rank),
        arguments.sizes("strides", rank, 1),
        arguments.sizes("dilation_rate", rank, 1),
    )


def _separate_window(arguments: Arguments, rank: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """As `_window`, for one kernel per channel."""
    kernel, strides, dilations = _window(arguments, rank)
    if max(strides) > 1 and max(dilations) > 1:
        # Documented as incompatible, but taken: the op then pads in a way that Keras's own formula does not follow.
        raise NotKnown("strides and dilation_rate both exceed 1")
    return kernel, strides, dilations


def _lengths(
    lengths: Shape, kernel: tuple[int, ...], padding: str, strides: tuple[int, ...], dilations: tuple[int, ...]
) -> Shape:
    return tuple(
        window_length(length, window, padding, stride, dilation)
        for length, window, stride, dilation in zip(lengths, kernel, strides, dilations, strict=True)
    )


def _bias(arguments: Arguments, size: int) -> int:
    return size if arguments.flag("use_bias", True) else 0
