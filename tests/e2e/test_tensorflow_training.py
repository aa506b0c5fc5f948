"""Holds what is read from code that trains against what TensorFlow 2.9.0 does when it runs that very code."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.facts.models import training_of
from tflsp.facts.training import DEFAULT_BATCH, FitCall

TRAIN = Path(__file__).parent / "tensorflow" / "train.py"

HEAD = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
"""
MODEL = """\
model = keras.Sequential([layers.Dense(4, input_shape=(8,)), layers.Dense(1)])
model.compile("adam", "mse")
x, y = np.zeros((1000, 8)), np.zeros((1000, 1))
"""
PIPE = MODEL + "data = tf.data.Dataset.from_tensor_slices((x, y))\n"

SNIPPETS = {
    "seed": """\
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784) / 255.0
model = keras.Sequential([layers.Dense(128, activation="relu", input_shape=(784,)), layers.Dense(10)])
model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x_train, y_train, batch_size=60000)
""",
    "default": MODEL + "model.fit(x, y)\n",
    "full": MODEL + "model.fit(x, y, batch_size=1000)\n",
    "validation": MODEL + "SIZE = 7 * 50\nmodel.fit(x[:900], y[:900], batch_size=SIZE, validation_split=0.15)\n",
    "slices": MODEL + "model.fit(x[100:-50:3], y[100:-50:3], batch_size=100)\n",
    "no effect": PIPE + "model.fit(data.batch(100), batch_size=500)\n",
    "no effect either": PIPE
    + "model.evaluate(data.batch(100), batch_size=500)\nmodel.predict(data.batch(50), batch_size=7)\n",
    "never batched": PIPE + "model.fit(data.shuffle(10))\n",
    "never batched, with a size": PIPE + "model.fit(data, batch_size=32)\n",
    "never batched to look at": PIPE + "model.evaluate(data)\nmodel.predict(data)\n",
    "one element": MODEL + "model.fit(tf.data.Dataset.from_tensors((x, y)))\n",
    "taken and skipped": PIPE + "model.fit(data.skip(100).take(700).cache().batch(64).prefetch(1))\n",
    "mapped": PIPE + "model.fit(data.map(lambda a, b: (a / 2, b)).batch(250))\n",
    "axis by map": MODEL
    + """\
rows = tf.data.Dataset.from_tensor_slices((x, y)).map(lambda a, b: (tf.expand_dims(a, 0), tf.expand_dims(b, 0)))
model.fit(rows.take(5))
""",
    "function": """\
def build(units, channels=3):
    net = keras.Sequential(name="net")
    net.add(layers.Conv2D(units, 3, activation="relu", input_shape=(16, 16, channels)))
    net.add(layers.BatchNormalization())
    net.add(keras.Sequential([layers.Flatten(), layers.Dense(5)]))
    return net

def main():
    net = build(6)
    net.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    net.fit(np.zeros((130, 16, 16, 3)), np.zeros((130, 5)), batch_size=1 << 6)

main()
""",
}


@pytest.fixture(scope="module")
def answers(tensorflow_python: Path) -> dict[str, Any]:
    """What TensorFlow did with each snippet."""
    sources = {name: HEAD + source for name, source in SNIPPETS.items()}
    child = subprocess.run(
        [tensorflow_python, TRAIN], input=json.dumps(sources), capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr[-2000:]
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def fits(name: str) -> list[FitCall]:
    report = check(open_text("train.py", HEAD + SNIPPETS[name]))
    return [found.fact for found in report.facts.derive(training_of).fits]


@pytest.mark.parametrize("name", SNIPPETS)
def test_every_call_does_what_was_read(answers: dict[str, Any], name: str) -> None:
    read, ran = fits(name), answers[name]["calls"]
    assert [fit.method for fit in read] == [call["method"] for call in ran]
    for fit, call in zip(read, ran, strict=True):
        assert fit.data is not None
        unbatched = fit.data.kind == "dataset" and fit.data.batched is False
        assert (call["error"] is not None) == unbatched
        if not unbatched and fit.data.batched is not None and fit.data.length is not None:
            size = fit.data.length if "from_tensors(" in SNIPPETS[name] else (fit.samples or DEFAULT_BATCH)
            assert call["steps"] == -(-fit.data.length // size)
        estimate = fit.estimate()
        assert estimate is not None
        assert estimate.parameters == call["parameters"]


def test_an_ignored_batch_size_is_ignored_without_a_word(answers: dict[str, Any]) -> None:
    for name in ("no effect", "no effect either"):
        assert answers[name]["warnings"] == []
        assert all(call["error"] is None for call in answers[name]["calls"])


def test_a_data_set_without_batches_is_a_value_error(answers: dict[str, Any]) -> None:
    for name in ("never batched", "never batched, with a size", "never batched to look at"):
        assert {call["error"] for call in answers[name]["calls"]} == {"ValueError"}


FINDINGS = {
    "seed": ["message"],
    "no effect": ["message.ignored"],
    "no effect either": ["message.ignored", "message.ignored"],
    "never batched": ["message.unbatched"],
    "never batched, with a size": ["message.ignored-unbatched"],
    "never batched to look at": ["message.unbatched", "message.unbatched"],
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_is_found_is_what_goes_wrong(name: str) -> None:
    report = check(open_text("train.py", HEAD + SNIPPETS[name]))
    found = [(finding.code, finding.key) for finding in report.findings if finding.code.startswith("TFL7")]
    assert found == [("TFL702", key) for key in FINDINGS.get(name, [])]
