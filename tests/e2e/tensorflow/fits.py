"""Trains small models in the ways people do, and says what Keras wrote and what it measured; as JSON.

Run by the interpreter that has TensorFlow (Python 3.8 to 3.10): nothing newer than Python 3.8 here, nothing of tflsp.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

callbacks = tf.keras.callbacks
x = np.random.RandomState(1).rand(256, 8).astype("float32")
y = (x.sum(1) > 4).astype("int32")


def made(
    metrics: Iterable[Any] = ("accuracy",), optimizer: Any = "adam", loss: str = "sparse_categorical_crossentropy"
) -> tf.keras.Model:
    """A compiled model."""
    tf.keras.utils.set_random_seed(1)
    layers = [tf.keras.layers.Dense(8, activation="relu", input_shape=(8,)), tf.keras.layers.Dense(2, "softmax")]
    model = tf.keras.Sequential(layers)
    model.compile(optimizer, loss, metrics=list(metrics))
    return model


def unknown_length() -> tf.data.Dataset:
    """A data set whose number of batches TensorFlow learns in the first epoch."""
    pairs = lambda: ((x[i : i + 32], y[i : i + 32]) for i in range(0, 256, 32))  # noqa: E731
    signature = (tf.TensorSpec((None, 8)), tf.TensorSpec((None,), tf.int32))
    return tf.data.Dataset.from_generator(pairs, output_signature=signature)


class Evaluating(tf.keras.callbacks.Callback):
    """Evaluates at the end of each epoch, and stops like Ctrl-C where it is told to."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__()
        self.stop_at = stop_at

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.evaluate(x[:64], y[:64])

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.stop_at is not None and self.params["epochs"] == 5 and self.model.optimizer.iterations >= self.stop_at:
            raise KeyboardInterrupt


def fitted(model: tf.keras.Model, *data: Any, **keywords: Any) -> tf.keras.callbacks.History:
    """The History of a training, of an interrupted one too."""
    try:
        return model.fit(*(data or (x, y)), **keywords)
    except KeyboardInterrupt:
        return model.history


def early() -> list[tf.keras.callbacks.Callback]:
    """What stops a training before its time."""
    stopping = callbacks.EarlyStopping(patience=1, min_delta=1, restore_best_weights=True, verbose=1)
    plateau = callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=1, verbose=1)
    scheduler = callbacks.LearningRateScheduler(lambda epoch: 0.01, verbose=1)
    weights = os.path.join(tempfile.mkdtemp(), "weights")
    saving = callbacks.ModelCheckpoint(weights, verbose=1, save_best_only=True, save_weights_only=True)
    return [stopping, plateau, scheduler, saving]


def csv_log() -> dict[str, Any]:
    """The text of CSVLogger's file, of two trainings."""
    path = os.path.join(tempfile.mkdtemp(), "log.csv")
    model = made()
    with contextlib.redirect_stdout(io.StringIO()):
        history = model.fit(x, y, epochs=2, callbacks=[callbacks.CSVLogger(path)])
        model.fit(x, y, epochs=3, callbacks=[callbacks.CSVLogger(path, append=True)])
    with open(path) as file:
        return {"output": file.read(), "history": history.history, "epochs": history.epoch}


def printed_history() -> tf.keras.callbacks.History:
    """A silent training whose History is printed."""
    history = made().fit(x, y, epochs=4, validation_split=0.2, verbose=0)
    sys.stdout.write(f"{history.history}\n")
    return history


def infinite() -> tf.keras.callbacks.History:
    """A training whose loss becomes no number."""
    model = made((), tf.keras.optimizers.SGD(1e30), "mse")
    return model.fit(x, y, epochs=3, callbacks=[callbacks.TerminateOnNaN()])


CASES: dict[str, Callable[[], tf.keras.callbacks.History]] = {
    "bars": lambda: fitted(made(), epochs=3, validation_split=0.2),
    "lines": lambda: fitted(made(), epochs=3, validation_split=0.2, verbose=2),
    "no validation": lambda: fitted(made(), epochs=2, batch_size=64),
    "one epoch": lambda: fitted(made(), epochs=1, validation_split=0.5),
    "silent": printed_history,
    "unknown length": lambda: fitted(made(), unknown_length(), epochs=2, validation_data=unknown_length()),
    "unknown length, lines": lambda: fitted(made(), unknown_length(), epochs=2, verbose=2),
    "early": lambda: fitted(made(), epochs=8, validation_split=0.2, callbacks=early()),
    "not a number": infinite,
    "further": lambda: fitted(made(), epochs=4, initial_epoch=2),
    "metrics": lambda: fitted(
        made((tf.keras.metrics.SparseTopKCategoricalAccuracy(1), "mae", "mse")), epochs=2, validation_split=0.2
    ),
    "evaluating": lambda: fitted(made(), epochs=2, callbacks=[Evaluating()]),
    "interrupted": lambda: fitted(made(), epochs=5, callbacks=[Evaluating(stop_at=20)]),
}


def ran(case: Callable[[], tf.keras.callbacks.History]) -> dict[str, Any]:
    """What a case wrote, and what Keras measured; then what an evaluation in the same cell wrote and measured."""
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        history = case()
        evaluated = history.model.evaluate(x, y, return_dict=True)
    return {
        "output": written.getvalue(),
        "history": history.history,
        "epochs": history.epoch,
        "evaluated": evaluated,
        "planned": history.params["epochs"],
    }


def main() -> None:
    """Run every case."""
    found = {name: ran(case) for name, case in CASES.items()}
    found["csv"] = csv_log()
    names = ["Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD"]
    found["rates"] = {name.lower(): round(float(getattr(tf.keras.optimizers, name)().lr), 6) for name in names}
    # Numbers of NumPy's are none of JSON's.
    json.dump(found, sys.stdout, default=float)


main()
