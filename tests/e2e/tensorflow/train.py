"""Runs snippets that train a model and says what came of each: steps, an error, warnings, parameters; as JSON.

Run by the interpreter that has TensorFlow (Python 3.8 to 3.10). Reads {name: source} on standard input. A snippet's
calls of fit, evaluate and predict are counted by a callback; data sets of Keras are replaced by zeros of their shape.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf


class Steps(tf.keras.callbacks.Callback):
    """Counts the steps of one call."""

    def __init__(self) -> None:
        super().__init__()
        self.training = self.testing = self.predicting = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.training += 1

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self.testing += 1

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        self.predicting += 1


def counting(method: Callable[..., Any], kind: str, calls: list[dict[str, Any]]) -> Callable[..., Any]:
    """The method of Model with the counter among its callbacks."""

    def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
        if calls and "steps" not in calls[-1]:
            # fit validates by calling evaluate.
            return method(self, *arguments, **keywords)
        steps = Steps()
        keywords.update(callbacks=[steps], verbose=0)
        record: dict[str, Any] = {"method": method.__name__, "error": None, "parameters": 0}
        calls.append(record)
        try:
            return method(self, *arguments, **keywords)
        except Exception as error:
            record["error"] = type(error).__name__
        finally:
            record["steps"] = getattr(steps, kind)
            record["parameters"] = self.count_params() if self.built else None

    return call


def mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """What mnist.load_data() returns, without a network."""
    return (
        (np.zeros((60000, 28, 28), "uint8"), np.zeros(60000, "uint8")),
        (np.zeros((10000, 28, 28), "uint8"), np.zeros(10000, "uint8")),
    )


calls: list[dict[str, Any]] = []
for name, kind in (("fit", "training"), ("evaluate", "testing"), ("predict", "predicting")):
    setattr(tf.keras.Model, name, counting(getattr(tf.keras.Model, name), kind, calls))
tf.keras.datasets.mnist.load_data = mnist

answers = {}
for name, source in json.load(sys.stdin).items():
    del calls[:]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        exec(compile(source, name, "exec"), {"__name__": "__main__"})
    answers[name] = {"calls": list(calls), "warnings": [str(warning.message) for warning in warned]}
json.dump(answers, sys.stdout)
