"""Convolutions of one to three dimensions: plain, transposed, depthwise, separable.

Source of the formulas: keras 2.9.0, layers/convolutional.
"""

from __future__ import annotations

import math

from tflsp.dataclass import dataclass
from tflsp.tensorflow.layers.arguments import Arguments
from tflsp.tensorflow.layers.model import Impossible, LayerShape, NotKnown, Reason, Shape, known, require_rank
from tflsp.tensorflow.layers.registry import kind, weighted
from tflsp.tensorflow.layers.spatial import split, transposed_length, window_length


@dataclass(frozen=True, slots=True)
class _Window:
    """A kernel, and how it moves and stretches, per spatial axis."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]

    @property
    def strided(self) -> bool:
        return max(self.strides) > 1

    @property
    def dilated(self) -> bool:
        return max(self.dilations) > 1


@kind("Conv1D", "Conv2D", "Conv3D")
def convolution(arguments: Arguments, shape: Shape) -> LayerShape:
    """kernel x (channels / groups) x filters + filters. Axes before the spatial ones are taken as further batches."""
    rank = arguments.rank
    require_rank(shape, rank + 1, or_more=True)
    space = split(shape, rank, arguments.channels_first())
    if space.leading and space.channels_first:
        raise NotKnown("further batch axes before the channels: 2.9.0 takes some of these and fails on others")
    filters = arguments.count("filters")
    groups = arguments.value("groups", 1) or 1
    groups = arguments.whole("groups", groups, 1)
    channels = known(space.channels)
    if filters % groups or channels % groups:
        raise Impossible(Reason.SIZE, f"{channels} channels and {filters} filters must both divide by {groups}")
    window = _window(arguments, rank)
    if window.strided and window.dilated:
        raise Impossible(Reason.ARGUMENT, "strides and dilation_rate cannot both exceed 1")
    padding = arguments.padding(("valid", "same", "causal") if rank == 1 else ("valid", "same"))
    lengths = _lengths(space.lengths, window, padding)
    weights = math.prod(window.kernel) * (channels // groups) * filters
    return weighted(space.join(lengths, filters), weights + _bias(arguments, filters))


@kind("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transposed(arguments: Arguments, shape: Shape) -> LayerShape:
    """kernel x filters x channels + filters."""
    rank = arguments.rank
    require_rank(shape, rank + 1)
    space = split(shape, rank, arguments.channels_first())
    filters = arguments.count("filters")
    window = _window(arguments, rank)
    # Conv3DTranspose takes the argument and does not use it.
    dilations = (1, 1, 1) if rank == 3 else window.dilations
    padding = arguments.padding()
    extra: tuple[int | None, ...] = (None,) * rank
    if arguments.value("output_padding", None) is not None:
        extra = sizes = arguments.sizes("output_padding", rank, minimum=0)
        if any(size >= stride for size, stride in zip(sizes, window.strides, strict=True)):
            raise Impossible(Reason.ARGUMENT, "strides must be greater than output_padding")
    lengths = tuple(
        transposed_length(length, size, padding, stride, dilation, more)
        for length, size, stride, dilation, more in zip(
            space.lengths, window.kernel, window.strides, dilations, extra, strict=True
        )
    )
    weights = math.prod(window.kernel) * filters * known(space.channels)
    return weighted(space.join(lengths, filters), weights + _bias(arguments, filters))


@kind("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(arguments: Arguments, shape: Shape) -> LayerShape:
    """kernel x channels x multiplier, and a bias per output channel."""
    rank = arguments.rank
    require_rank(shape, rank + 1)
    space = split(shape, rank, arguments.channels_first())
    window = _window(arguments, rank)
    channels = known(space.channels) * arguments.integer("depth_multiplier", 1)
    lengths = _separate_lengths(space.lengths, window, arguments.padding())
    weights = math.prod(window.kernel) * channels
    return weighted(space.join(lengths, channels), weights + _bias(arguments, channels))


@kind("SeparableConv1D", "SeparableConv2D")
def separable(arguments: Arguments, shape: Shape) -> LayerShape:
    """A depthwise kernel without bias, then a pointwise one: ... + channels x multiplier x filters + filters."""
    rank = arguments.rank
    require_rank(shape, rank + 1)
    space = split(shape, rank, arguments.channels_first())
    filters = arguments.count("filters")
    window = _window(arguments, rank)
    between = known(space.channels) * arguments.integer("depth_multiplier", 1)
    padding = arguments.padding(("valid", "same", "causal") if rank == 1 else ("valid", "same"))
    lengths = _separate_lengths(space.lengths, window, padding)
    weights = math.prod(window.kernel) * between + between * filters
    return weighted(space.join(lengths, filters), weights + _bias(arguments, filters))


def _window(arguments: Arguments, rank: int) -> _Window:
    return _Window(
        arguments.sizes("kernel_size", rank),
        arguments.sizes("strides", rank, 1),
        arguments.sizes("dilation_rate", rank, 1),
    )


def _lengths(lengths: Shape, window: _Window, padding: str) -> Shape:
    return tuple(
        window_length(length, size, padding, stride, dilation)
        for length, size, stride, dilation in zip(lengths, window.kernel, window.strides, window.dilations, strict=True)
    )


def _separate_lengths(lengths: Shape, window: _Window, padding: str) -> Shape:
    """Lengths after one kernel per channel, which TensorFlow dilates by cutting the input up."""
    if window.strided and window.dilated:
        # Documented as incompatible, but taken: the op then pads in a way that Keras's own formula does not follow.
        raise NotKnown("strides and dilation_rate both exceed 1")
    found = _lengths(lengths, window, padding)
    return (None,) * len(found) if window.dilated and None in found else found


def _bias(arguments: Arguments, size: int) -> int:
    return size if arguments.flag("use_bias", True) else 0
