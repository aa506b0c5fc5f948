"""A training loop of one's own that writes scalars by step with tf.summary. Run by TensorFlow's interpreter.

Arguments: the log folder, the first step and the last, and a number that the run's values follow from. Says what it
wrote: {folder: {tag: [[step, value], ...]}}. Nothing newer than Python 3.8 here, and nothing of tflsp.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

folder, first, last, seed = sys.argv[1], *map(int, sys.argv[2:5])
tf.random.set_seed(seed)
weight = tf.Variable(3.0)
optimizer = tf.keras.optimizers.SGD(0.1)
written: dict[str, dict[str, list[list[float]]]] = {
    "train": {"loss": [], "grad_norm": []},
    "val": {"loss": [], "accuracy": []},
}
writers = {name: tf.summary.create_file_writer(os.path.join(folder, name)) for name in written}


def write(where: str, tag: str, value: Any, step: int) -> None:
    """Write a scalar, and keep it as the file has it."""
    with writers[where].as_default():
        tf.summary.scalar(tag, value, step=step)
    written[where][tag].append([step, float(value)])


for step in range(first, last + 1):
    noise = tf.random.normal(()) / 5
    with tf.GradientTape() as tape:
        loss = (weight - noise) ** 2
    (gradient,) = tape.gradient(loss, [weight])
    optimizer.apply_gradients([(gradient, weight)])
    if step % 5 == 0:
        write("train", "loss", loss, step)
        write("train", "grad_norm", tf.abs(gradient), step)
    if step % 20 == 0:
        write("val", "loss", (weight - tf.random.normal(()) / 5) ** 2, step)
        write("val", "accuracy", tf.random.uniform(()), step)
for writer in writers.values():
    writer.close()
json.dump(written, sys.stdout)
