"""Literal Keras layers of TensorFlow 2.9: output shapes, parameter counts, what training keeps.

`bind` makes a `Layer` from a call's arguments, `apply` gives its outcome for an input shape, `stack` that of a
Sequential model. What cannot be known is None, never a guess.
"""

from __future__ import annotations

from tflsp.tensorflow.layers import convolution, core, normalization, pooling, recurrent
from tflsp.tensorflow.layers.model import (
    UNKNOWN,
    Impossible,
    Layer,
    LayerShape,
    NotKnown,
    Reason,
    Shape,
    elements,
)
from tflsp.tensorflow.layers.registry import apply, declared_input, infer, kinds, refusal, stack
from tflsp.tensorflow.layers.signatures import bind, canonical

__all__ = [
    "UNKNOWN",
    "Impossible",
    "Layer",
    "LayerShape",
    "NotKnown",
    "Reason",
    "Shape",
    "apply",
    "bind",
    "canonical",
    "declared_input",
    "elements",
    "infer",
    "kinds",
    "refusal",
    "stack",
]

# Importing a family registers its kinds.
FAMILIES = (convolution, core, normalization, pooling, recurrent)
