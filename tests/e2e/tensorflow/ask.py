"""Asks the real TensorFlow 2.9: questions as JSON on standard input, answers as JSON on standard output.

Run by the interpreter that has TensorFlow (Python 3.8 to 3.10), so nothing newer than Python 3.8 here, and nothing
of tflsp. A layer is {"kind", "positional", "keywords"}; values are plain or such layers again.
"""

from __future__ import annotations

import gc
import inspect
import json
import os
import sys
from typing import Any

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

# A short life with many objects in cycles: collecting them takes longer than the answers are worth.
gc.disable()


def build(spec: dict[str, Any]) -> Any:
    """The Keras object that a description stands for."""
    place = tf.keras if spec["kind"] == "Input" else tf.keras.layers
    positional = [value(item) for item in spec["positional"]]
    keywords = {name: value(item) for name, item in spec["keywords"].items()}
    return getattr(place, spec["kind"])(*positional, **keywords)


def value(item: Any) -> Any:
    """A plain value, or the layer that it describes."""
    return build(item) if isinstance(item, dict) and "kind" in item else item


def facts(layer: tf.keras.layers.Layer, output: Any) -> dict[str, Any]:
    """What is compared: the output shape without the batch, and the parameters."""
    trainable = sum(weight.shape.num_elements() for weight in layer.trainable_weights)
    total = layer.count_params()
    return {"output": list(output)[1:], "trainable": trainable, "non_trainable": total - trainable}


def layer_facts(question: dict[str, Any]) -> dict[str, Any]:
    """A layer applied to an input shape."""
    try:
        layer = build(question["layer"])
        output = layer(tf.keras.Input(tuple(question["input"])))
        return facts(layer, output.shape)
    except Exception as error:
        return {"error": "{}: {}".format(type(error).__name__, " ".join(str(error).split())[:200])}


def model_facts(question: list[dict[str, Any]]) -> dict[str, Any]:
    """Every layer of a Sequential model, the inputs that Keras adds left out."""
    try:
        model = tf.keras.Sequential([build(layer) for layer in question])
        if not model.built:
            return {"error": "not built"}
        inner = [layer for layer in model.layers if not isinstance(layer, tf.keras.layers.InputLayer)]
        found = [facts(layer, layer.output_shape) for layer in inner]
        return {"layers": found, "parameters": model.count_params(), "input": list(model.input_shape)[1:]}
    except Exception as error:
        return {"error": "{}: {}".format(type(error).__name__, " ".join(str(error).split())[:200])}


def optimizer_facts(question: dict[str, Any]) -> int:
    """Copies of a weight that an optimizer keeps after one step."""
    optimizer = getattr(tf.keras.optimizers, question["name"])(*question["positional"], **question["keywords"])
    weight = tf.Variable(tf.zeros((7, 5)))
    optimizer.apply_gradients([(tf.ones((7, 5)), weight)])
    return sum(slot.shape.as_list() == [7, 5] for slot in optimizer.weights)


def signature(kind: str) -> dict[str, Any]:
    """Positional parameters of a layer, and whether the name is an alias."""
    place = tf.keras if kind == "Input" else tf.keras.layers
    made = getattr(place, kind)
    called = made.__init__ if inspect.isclass(made) else made
    order = [
        name
        for name, parameter in inspect.signature(called).parameters.items()
        if name != "self" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return {"name": made.__name__, "order": order}


def main() -> None:
    """Answer every question in order."""
    questions = json.load(sys.stdin)
    layers = []
    for number, question in enumerate(questions["layers"]):
        if number % 100 == 0:
            tf.keras.backend.clear_session()
        layers.append(layer_facts(question))
    models = []
    for question in questions["models"]:
        tf.keras.backend.clear_session()
        models.append(model_facts(question))
    answers = {
        "version": tf.__version__,
        "layers": layers,
        "models": models,
        "optimizers": [optimizer_facts(question) for question in questions["optimizers"]],
        "signatures": {kind: signature(kind) for kind in questions["signatures"]},
    }
    json.dump(answers, sys.stdout)


main()
