"""The experiment that the journal guide's pictures show: a percent script that TensorFlow 2.9.0 really runs.

Knows how to get a project to the state that a picture begins with; what is drawn, and how, is screenshot.py's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".cache/tensorflow-2.9/bin/python"
NAME = "exp_lr_tuning.py"
GOAL = ("Why does accuracy stop at 92 %?", "--criterion", "val_accuracy > 97%")
HYPOTHESES = ("The learning rate is too high, and the loss oscillates.", "The data are not normalised.")
NORMALISATION = "tf.keras.layers.Normalization(axis=None, mean=0.5, variance=3.3)"
SCRIPT = """\
# %% [markdown]
# # MNIST in small: the learning rate 🔧

# %%
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
digits = np.random.random((10, 28, 28)).astype("float32")
y = np.random.randint(0, 10, 6000)
x = digits[y] + np.random.normal(0, 1.8, (6000, 28, 28)).astype("float32")

# %%
layers = [tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)]
model = tf.keras.Sequential(layers)
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.05),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
board = tf.keras.callbacks.TensorBoard("logs")
model.fit(x, y, epochs=3, batch_size=32, validation_split=0.2, callbacks=[board])
"""


def variables() -> dict[str, str]:
    """What tells tflsp which interpreter has TensorFlow."""
    return {"TFLSP_TENSORFLOW_PYTHON": str(PYTHON)}


def tflsp(project: Path, *arguments: str) -> None:
    environment = {**os.environ, **variables(), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "tflsp", "journal", *arguments]
    subprocess.run(command, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)


def run(project: Path) -> None:
    """Run the experiment, without a word."""
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([PYTHON, NAME], cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)


def change(project: Path, old: str, new: str) -> None:
    path = project / NAME
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


def begun(project: Path) -> None:
    """A goal, a run, a step; then the learning rate was changed, and the experiment ran again."""
    (project / NAME).write_text(SCRIPT, "utf-8")
    hypotheses = [argument for each in HYPOTHESES for argument in ("--hypothesis", each)]
    tflsp(project, "goal", NAME, *GOAL, *hypotheses)
    run(project)
    tflsp(project, "step", NAME, "--title", "As it was", "--analysis", "The loss jumps up and down.")
    change(project, "Adam(0.05)", "Adam(0.005)")
    run(project)


def ended(project: Path) -> None:
    """Three steps, an error between them, and a conclusion."""
    begun(project)
    tflsp(project, "step", NAME, "--title", "Ten times slower", "--analysis", "Steady now: it was too fast.")
    log = project / "oom.log"
    message = "OOM when allocating tensor with shape[60000,784] and type float on device:GPU:0 by allocator GPU_0_bfc"
    log.write_text(f"tensorflow.python.framework.errors_impl.ResourceExhaustedError: {message}\n", "utf-8")
    tflsp(project, "error", NAME, "--log", log.name)
    change(project, "[tf.keras.layers.Flatten()", f"[{NORMALISATION}, tf.keras.layers.Flatten()")
    run(project)
    tflsp(project, "step", NAME, "--title", "Normalised", "--analysis", "Both hypotheses were right.")
    tflsp(project, "conclusion", NAME, "The learning rate was too high, and the data were not normalised.")


def promoted(project: Path) -> None:
    """The experiment, and what was learned from it in the project's guides."""
    ended(project)
    for guide in ("SUMMARY.md", "best_practices.md", "troubleshooting_guide.md"):
        (project / guide).unlink(missing_ok=True)
    for other in (project / "journal.md", project / "notebooks"):
        shutil.rmtree(other) if other.is_dir() else other.unlink()
    tflsp(project, "promote", NAME, "2", "--to", "best-practices")
    tflsp(project, "promote", NAME, "error")
    tflsp(project, "promote", NAME, "3")
    tflsp(project, "summary")


def timeline(project: Path) -> Path:
    """The page that shows the whole experiment."""
    ended(project)
    tflsp(project, "timeline", NAME, "--output", "timeline.html")
    return project / "timeline.html"
