"""One registry of layer kinds, and what is asked of it: a layer's outcome, and that of a stack of layers.

A kind is one small function from (arguments, input shape) to LayerShape, registered under its names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tflsp.dataclass import replace
from tflsp.tensorflow.layers.arguments import Arguments
from tflsp.tensorflow.layers.model import (
    UNKNOWN,
    Impossible,
    Layer,
    LayerShape,
    NotKnown,
    Shape,
    elements,
)

Outcome = Callable[[Arguments, Shape], LayerShape]

_OUTCOMES: dict[str, Outcome] = {}


def kind(*names: str) -> Callable[[Outcome], Outcome]:
    """Register a function as the outcome of these layer kinds."""

    def register(function: Outcome) -> Outcome:
        for name in names:
            _OUTCOMES[name] = function
        return function

    return register


def kinds() -> frozenset[str]:
    """The layer kinds whose outcome is known."""
    return frozenset(_OUTCOMES)


def weighted(output: Shape, trainable: int, non_trainable: int = 0) -> LayerShape:
    """A layer that keeps its output for the backward pass."""
    return LayerShape(output, trainable, non_trainable, elements(output))


def infer(layer: Layer, input_shape: Shape) -> LayerShape:
    """What `layer` makes of `input_shape` (batch not included).

    Raises Impossible where TensorFlow 2.9 raises, NotKnown where the source does not say enough.
    """
    outcome = _OUTCOMES.get(layer.kind)
    if outcome is None:
        raise NotKnown(f"{layer.kind} is not modelled")
    shape = outcome(Arguments(layer), input_shape)
    # Bidirectional sets its own flag to True after it has taken the argument.
    trainable = True if layer.kind == "Bidirectional" else layer.arguments.get("trainable", True)
    if trainable is UNKNOWN:
        raise NotKnown("trainable is not a literal")
    return shape if trainable else replace(shape, trainable=0, non_trainable=shape.parameters)


def apply(layer: Layer, input_shape: Shape) -> LayerShape | None:
    """What `layer` makes of `input_shape`; None where that cannot be known, and where TensorFlow would raise."""
    try:
        return infer(layer, input_shape)
    except NotKnown:
        return None


def refusal(layer: Layer, input_shape: Shape) -> Impossible | None:
    """Why TensorFlow 2.9 raises for this layer with this input; None when it does not, or that is not known."""
    try:
        infer(layer, input_shape)
    except Impossible as reason:
        return reason
    except NotKnown:
        return None
    return None


def stack(layers: Sequence[Layer | None], input_shape: Shape | None = None) -> tuple[LayerShape | None, ...]:
    """The outcome of each layer of a Sequential model, in order; None from the first one that is not known on.

    A None among `layers` is a layer that could not be read. The first layer's own input shape wins over
    `input_shape`, as in Keras, where the latter comes from the data or from `build`.
    """
    declared = declared_input(layers[0]) if layers and layers[0] is not None else None
    shape = input_shape if declared is None else declared
    found: list[LayerShape | None] = []
    for layer in layers:
        outcome = None if layer is None or shape is None else apply(layer, shape)
        shape = None if outcome is None else outcome.output
        found.append(outcome)
    return tuple(found)


def declared_input(layer: Layer) -> Shape | None:
    """The input shape (without batch) that a first layer declares; None when it declares none, or no literal.

    Keras 2.9: shape of Input, input_shape, batch_input_shape, input_dim; input_length of Embedding and of the
    recurrent layers.
    """
    given = layer.arguments
    whole = _dimensions(given.get("batch_input_shape", given.get("batch_shape")))
    if whole:
        return whole[1:]
    name = "shape" if layer.kind == "Input" else "input_shape"
    if name in given:
        value = given[name]
        # Input and InputLayer take a bare number, other layers raise for it.
        bare = layer.kind in {"Input", "InputLayer"} and isinstance(value, int)
        return _dimensions((value,) if bare else value)
    if layer.kind == "Embedding":
        return _dimensions((given.get("input_length") or None,))
    if layer.kind in {"LSTM", "GRU", "SimpleRNN"} and ("input_dim" in given or "input_length" in given):
        return _dimensions((given.get("input_length"), given.get("input_dim")))
    return _dimensions((given["input_dim"],)) if "input_dim" in given else None


def _dimensions(value: object) -> Shape | None:
    """A literal sequence of dimensions as a shape; None when it is anything else."""
    if not isinstance(value, tuple | list):
        return None
    if not all(item is None or (isinstance(item, int) and not isinstance(item, bool)) for item in value):
        return None
    return tuple(value)
