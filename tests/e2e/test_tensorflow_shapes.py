"""Holds our layer formulas against the real TensorFlow 2.9.0: random layers and stacks, no difference at all.

One child process of the interpreter that has TensorFlow answers everything, as JSON.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections import Counter
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.e2e.tensorflow.configurations import Call, single_layers, stacks
from tests.e2e.tensorflow.generators import GENERATORS
from tflsp.tensorflow.layers import Impossible, LayerShape, NotKnown, Shape, infer, kinds, stack
from tflsp.tensorflow.layers.signatures import ALIASES, SIGNATURES
from tflsp.tensorflow.optimizers import OPTIMIZERS, slots

ASK = Path(__file__).parent / "tensorflow" / "ask.py"
SEED = 2_9_0
PER_KIND = 20
STACKS = 50

# Where TensorFlow answers something that its documentation excludes, we say nothing.
UNDEFINED = {
    *("Conv1D", "Conv2D", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
    *("Cropping3D", "LayerNormalization", "UpSampling3D"),
}

LAYERS: list[tuple[Call, Shape]] = list(single_layers(Random(SEED), PER_KIND))
MODELS: list[list[Call]] = list(stacks(Random(SEED), STACKS))
OPTIMIZER_CALLS: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    *(
        (optimizer.name, (), dict[str, object](zip(optimizer.adds, values, strict=True)))
        for optimizer in OPTIMIZERS.values()
        for values in product((False, True), repeat=len(optimizer.adds))
    ),
    *((optimizer.name, (), {}) for optimizer in OPTIMIZERS.values()),
    ("SGD", (0.01, 0.9), {}),
    ("SGD", (0.01, 0.0, True), {}),
    ("RMSprop", (0.001, 0.9, 0.5), {}),
]


@pytest.fixture(scope="module")
def answers(tensorflow_python: Path) -> dict[str, Any]:
    """What TensorFlow says."""
    questions = {
        "layers": [{"layer": call.question(), "input": shape} for call, shape in LAYERS],
        "models": [[call.question() for call in model] for model in MODELS],
        "optimizers": [
            {"name": name, "positional": positional, "keywords": keywords}
            for name, positional, keywords in OPTIMIZER_CALLS
        ],
        "signatures": [*SIGNATURES, *ALIASES],
    }
    child = subprocess.run(
        [tensorflow_python, ASK], input=json.dumps(questions), capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr[-2000:]
    found: dict[str, Any] = json.loads(child.stdout)
    assert found["version"] == "2.9.0"
    return found


def described(shape: LayerShape) -> dict[str, object]:
    """A layer's outcome as TensorFlow's answer has it."""
    return {
        "output": list(shape.output),
        "trainable": shape.trainable,
        "non_trainable": shape.non_trainable,
    }


def test_every_kind_is_asked() -> None:
    assert set(GENERATORS) == kinds() - {"Input", "InputLayer"}


def test_single_layers(answers: dict[str, Any]) -> None:
    """At least 1,000 configurations agree; what we call impossible raises, and nothing else does."""
    differences: list[str] = []
    agreed, refused, unknown = Counter[str](), Counter[str](), Counter[str]()
    for (call, shape), answer in zip(LAYERS, answers["layers"], strict=True):
        layer = call.bound()
        try:
            expected: dict[str, object] | None = described(infer(layer, shape))
        except Impossible:
            expected = None
        except NotKnown:
            if "error" not in answer:
                unknown[layer.kind] += 1
            continue
        if (expected is None) != ("error" in answer) or (expected is not None and expected != answer):
            differences.append(f"{layer} on {shape}: {expected}, TensorFlow says {answer}")
        elif expected is None:
            refused[layer.kind] += 1
        else:
            agreed[layer.kind] += 1
    assert not differences, f"{len(differences)} differences\n" + "\n".join(differences)
    assert agreed.total() >= 1_000
    assert agreed.keys() == GENERATORS.keys()
    assert refused.total() >= 30
    assert unknown.keys() <= UNDEFINED
    assert unknown.total() < 30, unknown


def test_sequential_models(answers: dict[str, Any]) -> None:
    """Every layer of every stack agrees, and the model's parameters are their sum."""
    differences: list[str] = []
    for model, answer in zip(MODELS, answers["models"], strict=True):
        layers = [call.bound() for call in model]
        inner = [layer.kind not in {"Input", "InputLayer"} for layer in layers]
        found = [shape for shape, wanted in zip(stack(layers), inner, strict=True) if wanted]
        ours = [None if shape is None else described(shape) for shape in found]
        if ours != answer.get("layers"):
            differences.append(f"{layers}\nours       {ours}\nTensorFlow {answer}")
            continue
        assert answer["parameters"] == sum(shape.parameters for shape in found if shape is not None)
    assert not differences, "\n".join(differences)
    assert math.fsum(len(model) for model in MODELS) / STACKS > 5


def test_optimizer_slots(answers: dict[str, Any]) -> None:
    ours = [slots(name, positional, keywords) for name, positional, keywords in OPTIMIZER_CALLS]
    assert ours == answers["optimizers"]


def test_signatures(answers: dict[str, Any]) -> None:
    """Parameter order and aliases are those of the real classes."""
    real = answers["signatures"]
    assert {kind: tuple(real[kind]["order"]) for kind in SIGNATURES} == dict(SIGNATURES)
    assert {alias: real[alias]["name"] for alias in ALIASES} == dict(ALIASES)
