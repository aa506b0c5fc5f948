"""Spatial shapes: where channels stand, and how lengths change under windows, strides and padding."""

from __future__ import annotations

from tflsp.dataclass import dataclass
from tflsp.tensorflow.layers.model import Impossible, Reason, Shape


@dataclass(frozen=True, slots=True)
class Spatial:
    """A shape taken apart: leading axes (none, as a rule), lengths in space, channels."""

    leading: Shape
    lengths: Shape
    channels: int | None
    channels_first: bool

    def join(self, lengths: Shape, channels: int | None) -> Shape:
        """A shape of the same layout with other lengths and channels."""
        if self.channels_first:
            return (*self.leading, channels, *lengths)
        return (*self.leading, *lengths, channels)


def split(shape: Shape, rank: int, channels_first: bool) -> Spatial:
    """Take `shape` apart into `rank` lengths and the channels; the caller has checked its rank."""
    start = len(shape) - rank - 1
    leading, rest = shape[:start], shape[start:]
    if channels_first:
        return Spatial(leading, rest[1:], rest[0], channels_first)
    return Spatial(leading, rest[:-1], rest[-1], channels_first)


def window_length(length: int | None, window: int, padding: str, stride: int, dilation: int = 1) -> int | None:
    """Output length of a convolution or pooling (keras 2.9.0, `conv_utils.conv_output_length`).

    Raises Impossible when the window does not fit: the op itself refuses that, even where Keras's formula gives 0.
    """
    if length is None:
        return None
    if padding == "valid":
        length -= (window - 1) * dilation
        if length <= 0:
            raise Impossible(Reason.TOO_SMALL, f"a window of {window} does not fit")
    return -(-length // stride)


def transposed_length(
    length: int | None, window: int, padding: str, stride: int, dilation: int, output_padding: int | None
) -> int | None:
    """Output length of a transposed convolution (keras 2.9.0, `conv_utils.deconv_output_length`)."""
    if length is None:
        return None
    window += (window - 1) * (dilation - 1)
    if output_padding is not None:
        around = window // 2 if padding == "same" else 0
        result = (length - 1) * stride + window - 2 * around + output_padding
    elif padding == "same":
        result = length * stride
    else:
        result = length * stride + max(window - stride, 0)
    if result <= 0:
        raise Impossible(Reason.TOO_SMALL, "the output would be empty")
    return result
