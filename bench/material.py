"""Python text to measure on: real modules, cut at statement borders, and a training script of our own.

The modules are the running interpreter's standard library, read at run time: nobody wrote them for us, they have the
density of names, strings and nesting that real code has, every machine has them, and nothing is copied into this
repository. What tflsp looks for they lack, so a training script stands in the middle, where the typing goes.
"""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

SKIPPED = {"test", "tests", "idlelib", "lib2to3", "site-packages", "pydoc_data", "encodings", "turtledemo", "ensurepip"}

TRAINING = '''\
class Run:
    """One training run: data, model, and what is written down about it."""

    def __init__(self, learning_rate: float = 1e-3, batch_size: int = {batch}, epochs: int = {epochs}) -> None:
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.history = {{}}

    def data(self):
        (x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
        x_train = x_train.reshape((-1, 28, 28, 1)).astype("float32") / 255.0
        x_test = x_test.reshape((-1, 28, 28, 1)).astype("float32") / 255.0
        return (x_train, y_train), (x_test, y_test)

    def model(self):
        model = tf.keras.Sequential([
            tf.keras.layers.Conv2D({filters}, (3, 3), activation="relu", input_shape=(28, 28, 1)),
            tf.keras.layers.MaxPooling2D((2, 2)),
            tf.keras.layers.Conv2D({filters} * 2, (3, 3), activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense({units}, activation="relu"),
            tf.keras.layers.Dropout(0.5),
            tf.keras.layers.Dense(10, activation="softmax"),
        ])
        optimizer = tf.keras.optimizers.Adam(learning_rate=self.learning_rate)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def train(self):
        (x_train, y_train), (x_test, y_test) = self.data()
        model = self.model()
        stop = tf.keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
        board = tf.keras.callbacks.TensorBoard("logs/run-{number}")
        {mark}
{indentation}
        history = model.fit(
            x_train, y_train, batch_size=self.batch_size, epochs=self.epochs,
            validation_data=(x_test, y_test), callbacks=[stop, board],
        )
        self.history = history.history
        model.save("models/run-{number}.h5")
        return max(self.history["val_accuracy"])


def serve(number: int = {number}) -> None:
    """Starts a container with the model of this run."""
    volume = f"models/{{number}}:/models/model"
    subprocess.run(["docker", "run", "--rm", "-p", "8501:8501", "-v", volume, "tensorflow/serving"])


def sweep() -> dict:
    """Trains with several learning rates."""
    scores = {{}}
    for learning_rate in (1e-2, 1e-3, {rate}):
        scores[learning_rate] = Run(learning_rate, batch_size={batch}).train()
    return scores


'''
IMPORTS = "import subprocess\n\nimport tensorflow as tf\n\n"
MARK = "# 训练循环 🚀: what is typed stands on the next line"
"""The comment above the line that is typed on; the line itself holds only its indentation."""


def training(number: int) -> str:
    """The training script with parameters that vary with `number`, so that no two are the same text."""
    return TRAINING.format(
        number=number,
        batch=(32, 64, 128, 60000)[number % 4],
        epochs=5 + number % 20,
        filters=(16, 32, 64)[number % 3],
        units=(64, 128, 256, 512, 1024)[number % 5],
        rate=f"{1 + number % 9}e-4",
        mark=MARK,
        indentation=8 * " ",
    )


@cache
def modules() -> tuple[Path, ...]:
    """The standard library's modules, largest first, without star imports and `__future__` (not for every place)."""
    root = Path(sysconfig.get_path("stdlib"))
    found = []
    for path in root.rglob("*.py"):
        if SKIPPED.isdisjoint(path.relative_to(root).parts[:-1]) and path.stat().st_size > 4096:
            text = path.read_bytes()
            if b"from __future__" not in text and b"import *" not in text and text.isascii() and b"\r" not in text:
                found.append((-len(text), path.relative_to(root).as_posix(), path))
    return tuple(path for _, _, path in sorted(found))


def statements(chosen: Iterable[Path] | None = None) -> Iterator[str]:
    """Top-level statements with the comments before them, module after module; of all modules where none are chosen."""
    for path in modules() if chosen is None else chosen:
        lines = path.read_text().split("\n")
        start = 0
        for node in ast.parse("\n".join(lines)).body:
            end = node.end_lineno or node.lineno
            yield "\n".join(lines[start:end]) + "\n"
            start = end


def library(size: int) -> list[str]:
    """Statements of whole modules, largest first, that together have almost `size` bytes (all ASCII)."""
    chosen, rest = [], size
    for path in modules():
        if (length := path.stat().st_size) <= rest:
            chosen.append(path)
            rest -= length
    if rest > size / 20:
        raise ValueError(f"the standard library lacks modules for the last {rest} of {size} bytes")
    return list(statements(chosen))


def pieces(size: int) -> Iterator[str]:
    """Pieces of at most `size` bytes each, cut at statements, all different."""
    piece: list[str] = []
    length = 0
    for statement in statements():
        if len(statement) > size:
            continue
        if length + len(statement) > size:
            yield "".join(piece)
            piece, length = [], 0
        piece.append(statement)
        length += len(statement)
