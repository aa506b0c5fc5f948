"""Recurrent layers and the wrappers around layers.

Source of the parameter formulas: keras 2.9.0, layers/rnn. What training keeps per time step was measured on
TensorFlow 2.9.0: gates, states and the inputs of the matrix products.
"""

from __future__ import annotations

from tflsp.tensorflow.layers.arguments import Arguments
from tflsp.tensorflow.layers.model import LayerShape, NotKnown, Shape, known, require_rank
from tflsp.tensorflow.layers.registry import infer, kind

LSTM_KEPT = 8
GRU_KEPT = 6
SIMPLE_KEPT = 2
"""Scalars kept per unit and time step."""


@kind("LSTM")
def lstm(arguments: Arguments, shape: Shape) -> LayerShape:
    """4 x (features x units + units x units + units)."""
    units, features = _sizes(arguments, shape)
    bias = units if arguments.flag("use_bias", True) else 0
    return _recurrent(arguments, shape, 4 * (units * (features + units) + bias), LSTM_KEPT)


@kind("GRU")
def gru(arguments: Arguments, shape: Shape) -> LayerShape:
    """3 x (features x units + units x units), and 6 x units of bias with reset_after (the default), else 3 x units."""
    units, features = _sizes(arguments, shape)
    biases = 2 if arguments.flag("reset_after", True) else 1
    bias = biases * units if arguments.flag("use_bias", True) else 0
    return _recurrent(arguments, shape, 3 * (units * (features + units) + bias), GRU_KEPT)


@kind("SimpleRNN")
def simple_rnn(arguments: Arguments, shape: Shape) -> LayerShape:
    """features x units + units x units + units."""
    units, features = _sizes(arguments, shape)
    bias = units if arguments.flag("use_bias", True) else 0
    return _recurrent(arguments, shape, units * (features + units) + bias, SIMPLE_KEPT)


@kind("Bidirectional")
def bidirectional(arguments: Arguments, shape: Shape) -> LayerShape:
    """The layer twice, once over the reversed sequence; concatenated unless merge_mode says otherwise."""
    layer = arguments.layer("layer")
    if layer.kind not in {"LSTM", "GRU", "SimpleRNN"}:
        raise NotKnown(f"Bidirectional around {layer.kind} is not modelled")
    arguments.refuse("backward_layer")
    merge = arguments.value("merge_mode", "concat")
    if merge not in ("concat", "sum", "mul", "ave"):
        raise NotKnown("the two outputs are not merged into one")
    one = infer(layer, shape)
    output = one.output
    if merge == "concat":
        output = (*output[:-1], 2 * known(output[-1]))
    return LayerShape(output, 2 * one.trainable, 2 * one.non_trainable, _times(2, one.saved))


@kind("TimeDistributed")
def time_distributed(arguments: Arguments, shape: Shape) -> LayerShape:
    """A layer applied to every time step with the same weights."""
    require_rank(shape, 2, or_more=True)
    one = infer(arguments.layer("layer"), shape[1:])
    steps = shape[0]
    saved = None if steps is None else _times(steps, one.saved)
    return LayerShape((steps, *one.output), one.trainable, one.non_trainable, saved)


def _sizes(arguments: Arguments, shape: Shape) -> tuple[int, int]:
    """Units of the layer, features of a time step."""
    require_rank(shape, 2)
    return arguments.integer("units"), known(shape[1])


def _recurrent(arguments: Arguments, shape: Shape, parameters: int, kept: int) -> LayerShape:
    arguments.refuse("return_state", "time_major")
    units, steps = arguments.integer("units"), shape[0]
    output = (steps, units) if arguments.flag("return_sequences", False) else (units,)
    return LayerShape(output, parameters, saved=None if steps is None else kept * steps * units)


def _times(factor: int, count: int | None) -> int | None:
    return None if count is None else factor * count
