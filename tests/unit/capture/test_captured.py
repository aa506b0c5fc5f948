"""A notebook as a person has it after a run: what its next step is filled with."""

from __future__ import annotations

import json
import math

import pytest

from tflsp.capture.captured import Captured, captured
from tflsp.capture.concluding import Told, told_values
from tflsp.capture.environment import Commit, Device, Devices, Image, Installed, commit_of, environment_text
from tflsp.capture.results import Course, Score
from tflsp.capture.wording import best_text, captured_run, result_text, value_text
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Change, Step
from tflsp.journal.entries import filled
from tflsp.journal.templates import render
from tflsp.journal.timeline_metrics import metrics_in

BAR = "18/18 [==============================] - 4s 2ms/step"
OUTPUT = f"""\
Epoch 1/2
{BAR} - loss: 0.2912 - accuracy: 0.9165 - val_loss: 0.1390 - val_accuracy: 0.9583
Epoch 2/2
{BAR} - loss: 0.1423 - accuracy: 0.9571 - val_loss: 0.1062 - val_accuracy: 0.9561
{BAR} - loss: 0.1100 - accuracy: 0.9600
"""
COMMIT = Commit("1a2b3c4d5e6f7a8b", 2)


def notebook(rate: str, output: str = OUTPUT, seed: str = "") -> str:
    code = f"""\
{seed}
model = tf.keras.Sequential([tf.keras.layers.Dense(10)])
model.compile(tf.keras.optimizers.Adam({rate}), "mse")
model.fit(x, y, epochs=2)
model.evaluate(x, y)"""
    said = {"output_type": "stream", "name": "stdout", "text": output}
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": code, "outputs": [said]}
    first = {
        "cell_type": "code",
        "execution_count": 0,
        "metadata": {},
        "source": "import tensorflow as tf",
        "outputs": [],
    }
    metadata = {"language_info": {"name": "python", "version": "3.8.10"}}
    return json.dumps({"cells": [first, cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})


def of(text: str, name: str = "exp.ipynb", **known: object) -> Captured:
    return captured(open_text(name, text), **known)  # type: ignore[arg-type]


def test_a_step_of_a_notebook() -> None:
    before = of(notebook("0.01")).hyperparameters
    found = of(notebook("0.001"), before=before, goal="验证集准确率 > 97%", commit=COMMIT)
    assert [str(each) for each in found.changes or ()] == ["learning_rate: 0.01 -> 0.001"]
    assert found.verdict is not None
    assert not found.verdict.met
    run = captured_run(found, "en", "2026-11-22")
    assert run.result == (
        "val_accuracy 0.9561 after epoch 2 of 2 (best: 0.9583 in epoch 1); loss 0.1423, accuracy 0.9571, "
        "val_loss 0.1062; evaluation: loss 0.1100, accuracy 0.9600; goal not met"
    )
    assert run.environment == "Python 3.8.10, commit 1a2b3c4 with 2 changed files, no random seed set"
    assert (run.optimizer, run.best, run.goal_met) == ("Adam", "val_accuracy 0.9583 in epoch 1", False)
    assert run.changes == (Change("learning_rate", "0.01", "0.001"),)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_captured_reads_again_as_it_was_written(language: str) -> None:
    before = of(notebook("0.01").replace("Dense(10)", "Dense(10), tf.keras.layers.Dropout(0.5)")).hyperparameters
    found = of(notebook("0.001", seed="tf.random.set_seed(3)"), before=before, goal="val_accuracy > 90%", commit=COMMIT)
    run = captured_run(found, language, "2026-11-22")
    step = filled(Step(number=2, title="lr"), run)
    (entry,) = read_journal(open_text("j.md", render(step, language))).entries
    assert isinstance(entry.entry, Step)
    assert entry.entry.result == run.result
    assert entry.entry.environment == run.environment
    assert [(each.old, each.new) for each in entry.entry.changes] == [
        ("0.01", "0.001"),
        ("Dropout(0.5)", ""),
        ("", "tensorflow.random.set_seed(3)"),
    ]


def test_a_result_in_chinese() -> None:
    found = of(notebook("0.1"), goal="验证集准确率 > 95%")
    assert result_text(found, "zh") == (
        "val_accuracy 0.9561（第 2/2 轮；最佳 0.9583，第 1 轮）；loss 0.1423，accuracy 0.9571，val_loss 0.1062；"
        "评估：loss 0.1100，accuracy 0.9600；达到目标"
    )
    assert environment_text(of(notebook("0.1"), commit=COMMIT).environment, "zh") == (
        "Python 3.8.10，提交 1a2b3c4（有 2 个文件改动），未设置随机种子"
    )


def test_an_epoch_that_was_as_good_is_no_better_one() -> None:
    found = of(notebook("0.1", OUTPUT.replace("0.9561", "0.9583")))
    assert result_text(found, "en").startswith("val_accuracy 0.9583 after epoch 2 of 2; loss")


def test_a_goal_that_only_an_evaluation_answers() -> None:
    found = of(notebook("0.1"), goal="test accuracy >= 96%")
    assert found.verdict is not None
    assert (found.verdict.met, found.verdict.now) == (True, 0.96)


def test_nothing_is_made_up() -> None:
    found = of("# A journal\n\naccuracy: 0.99\n", "a.md", goal="accuracy > 90%")
    run = captured_run(found, "en")
    assert all(getattr(run, name) is None for name in run.__match_args__)
    assert (best_text(found, "en"), found.changes) == ("", None)


def test_a_script_with_its_log() -> None:
    script = "# %%\nimport tensorflow as tf\nmodel.compile('adam')\n"
    found = of(script, "train.py", log=OUTPUT)
    assert found.training is not None
    assert captured_run(found, "en").optimizer == "Adam"


def test_the_file_of_a_csv_logger() -> None:
    found = of("model.fit(x)\n", "train.py", log="epoch,loss,val_loss\n0,0.5,0.4\n1,0.25,0.3\n")
    assert result_text(found, "en") == "val_loss 0.3000 after epoch 2 of 2; loss 0.2500"


def test_a_broken_notebook_gives_what_its_cells_still_hold() -> None:
    broken = notebook("0.25")[:-40]
    found = of(broken)
    assert (found.training, found.hyperparameters.values["learning_rate"]) == (None, "0.25")


def test_the_image_where_one_is_locked() -> None:
    digest = "sha256:" + "ab" * 32
    found = of(notebook("1"), digests={"tensorflow/tensorflow:2.9.0-jupyter": digest})
    assert environment_text(found.environment, "en").startswith(
        "tensorflow/tensorflow:2.9.0-jupyter@sha256:abababababab…"
    )
    with_python = {"python:3.11-slim": digest, "mirror.example.com/tensorflow/tensorflow:2.9.0": digest}
    assert of(notebook("1"), digests=with_python).environment.image == Image(
        "mirror.example.com/tensorflow/tensorflow:2.9.0", digest
    )
    several = of(notebook("1"), digests={"a:1": digest, "b:1": digest})
    assert several.environment.image is None


IDENTIFIER, DIGEST = "sha256:" + "12" * 32, "sha256:" + "ab" * 32
BASE = "tensorflow/tensorflow:2.9.0-jupyter"


@pytest.mark.parametrize(
    ("image", "english", "chinese"),
    [
        (Image(), "image not known", "镜像未知"),
        (Image(base=BASE), f"image not known (built on {BASE})", f"镜像未知（基于 {BASE}）"),
        (Image(BASE, DIGEST, IDENTIFIER), f"{BASE}@sha256:abababababab…", f"{BASE}@sha256:abababababab…"),
        (
            Image("tflsp/mnist:01", None, IDENTIFIER, BASE, DIGEST),
            f"tflsp/mnist:01 (ID sha256:121212121212…; built on {BASE}@sha256:abababababab…)",
            f"tflsp/mnist:01（ID sha256:121212121212…；基于 {BASE}@sha256:abababababab…）",
        ),
    ],
)
def test_the_running_image_comes_before_the_locked_one(image: Image, english: str, chinese: str) -> None:
    found = of(notebook("1"), running=image, digests={"a:1": DIGEST}).environment
    assert environment_text(found, "en") == f"{english}, Python 3.8.10, no random seed set"
    assert environment_text(found, "zh") == f"{chinese}，Python 3.8.10，未设置随机种子"


def test_a_container_with_another_python_is_not_where_it_ran() -> None:
    found = of(notebook("1"), running=Image("tflsp/mnist:01"), installed=Installed("3.9.1", "2.9.0"))
    assert found.environment.image is None


def test_what_is_installed_and_the_gpus() -> None:
    installed = Installed("3.8.10", "2.9.0", "11.2.152", "8.1.0", "ab" * 32)
    gpus = Devices("510.47.03", (Device("NVIDIA A100", 30 << 30, 40 << 30), Device("Tesla T4")))
    text = notebook("1", seed="tf.random.set_seed(3)")
    found = of(text, installed=installed, devices=gpus)
    assert environment_text(found.environment, "en") == (
        "Python 3.8.10, TensorFlow 2.9.0, CUDA 11.2.152, cuDNN 8.1.0, "
        "driver 510.47.03, NVIDIA A100 (30.0 of 40.0 GiB free), Tesla T4, pip freeze sha256:abababababab…, "
        "tensorflow.random.set_seed(3)"
    )
    assert "，驱动 510.47.03，NVIDIA A100（空闲 30.0/40.0 GiB），" in environment_text(found.environment, "zh")
    without = of(text, installed=installed, devices=Devices())
    assert environment_text(without.environment, "en").startswith("Python 3.8.10, TensorFlow 2.9.0, no GPU, pip freeze")


def test_neither_another_interpreter_nor_gpus_alone_say_anything_of_the_run() -> None:
    gpus = Devices("510.47.03", (Device("Tesla T4"),))
    other = of(notebook("1"), installed=Installed("3.9.1", "2.9.0"), devices=gpus)
    assert environment_text(other.environment, "en") == "Python 3.8.10, no random seed set"
    assert environment_text(of(notebook("1"), devices=gpus).environment, "en") == "Python 3.8.10, no random seed set"


def test_what_git_says() -> None:
    assert commit_of("1a2b3c4\n", "a.py\nb.py\n") == Commit("1a2b3c4", 2)
    assert commit_of("1a2b3c4\n", None) == Commit("1a2b3c4")
    assert commit_of("fatal: not a git repository", "") is None
    assert commit_of("", "") is None


def test_values_read_as_keras_prints_them() -> None:
    shown = [value_text(value) for value in (0.97, 0.00012, 0.0, math.nan, math.inf)]
    assert shown == ["0.9700", "1.2000e-04", "0.0000", "nan", "inf"]


LOGGED = Score(
    "logged",
    {"loss": 0.25, "val_accuracy": 0.9561, "val_loss": 0.5},
    courses={
        "loss": Course(990, 0.2, 700),
        "val_accuracy": Course(900, 0.9583, 400),
        "val_loss": Course(900, 0.5, 900),
    },
)


def test_a_loop_of_ones_own_is_told_by_its_steps() -> None:
    found = of("tf.summary.scalar('loss', 1, step=1)\n", "a.py", logged=[LOGGED], goal="val_accuracy > 95.7%")
    assert result_text(found, "en") == (
        "logged: val_accuracy 0.9561 at step 900 (best: 0.9583 at step 400), "
        "loss 0.2500 at step 990 (best: 0.2000 at step 700), val_loss 0.5000 at step 900; goal not met"
    )
    assert result_text(found, "zh") == (
        "TensorBoard 记录：val_accuracy 0.9561（第 900 步；最佳 0.9583，第 400 步），"
        "loss 0.2500（第 990 步；最佳 0.2000，第 700 步），val_loss 0.5000（第 900 步）；未达到目标"
    )
    assert best_text(found, "en") == "val_accuracy 0.9583 at step 400"
    assert best_text(found, "zh") == "val_accuracy 0.9583（第 400 步）"
    assert found.verdict is not None
    assert (found.verdict.now, found.verdict.met) == (0.9561, False)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_step_tells_of_such_a_loop_is_read_again(language: str) -> None:
    text = result_text(of("", "a.py", logged=[LOGGED]), language)
    told = told_values(text, 2)
    assert told["val_accuracy"] == Told("val_accuracy", 0.9561, 0.9583, 400, 2, by_step=True)
    assert told["loss"] == Told("loss", 0.25, 0.2, 700, 2, by_step=True)
    assert told["val_loss"] == Told("val_loss", 0.5, 0.5, 900, 2, by_step=True)
    assert metrics_in(text) == {"val_accuracy": 0.9561, "loss": 0.25, "val_loss": 0.5}
