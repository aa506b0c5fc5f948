"""`%load_ext tflsp` in a real kernel of Python 3.8 with the real TensorFlow 2.9."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tests.e2e.jupyter.kernels import EXTENSION, Kernel, running

TRAIN = """\
import numpy as np, tensorflow as tf
tf.random.set_seed(1)
learning_rate = {rate}
batch_size = 8
model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(4,))])
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate), loss="mse", metrics=["mae"])
history = model.fit(np.ones((32, 4)), np.ones((32, 1)), epochs=2, batch_size=batch_size)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a notebook whose journal has a goal and a step, in Chinese."""
    folder = tmp_path_factory.mktemp("project")
    cells = [
        nbformat.v4.new_markdown_cell("# 学习率实验"),
        nbformat.v4.new_markdown_cell("## 实验目标\n\n为什么损失不下降？\n\n✅ 目标：val_mae < 0.1"),
        nbformat.v4.new_markdown_cell("### 调试步骤 #3:更大的批次\n\n- 结果：mae 0.8"),
        nbformat.v4.new_code_cell("print('saved 😀')"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "x"}})
    nbformat.write(notebook, folder / "实验.ipynb")
    return folder


@pytest.fixture(scope="module")
def kernel(tensorflow_python: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel of that notebook, as JupyterLab's server starts it."""
    folder = tmp_path_factory.mktemp("kernel")
    with running(folder, tensorflow_python, project, {"JPY_SESSION_NAME": str(project / "实验.ipynb")}) as started:
        loaded = started.run("%load_ext tflsp")
        assert loaded.error is None
        assert loaded.stderr == ""
        yield started


def test_a_step_tells_what_the_session_gave_without_saving(kernel: Kernel, project: Path) -> None:
    before = (project / "实验.ipynb").read_bytes()
    trained = kernel.run(TRAIN.format(rate=0.01))
    assert trained.error is None
    assert "Epoch 2/2" in trained.stdout
    mae = re.findall(r"mae: (\d\.\d+)", trained.stdout)[-1]

    first = kernel.run('%tflsp step "第一次"')
    assert first.stderr == ""
    assert first.next_input is not None
    assert first.next_input.startswith("%%markdown\n### 调试步骤 #4")
    assert "第一次" in first.next_input
    assert f"mae {mae[:5]}" in first.next_input
    assert "Adam" in first.next_input
    assert first.shown == []

    # The cell as it came is run, another one changes a value: the next step knows both.
    assert kernel.run(first.next_input).error is None
    kernel.run(TRAIN.format(rate=0.001))
    second = kernel.run("%tflsp step")
    assert second.next_input is not None
    assert second.next_input.startswith("%%markdown\n### 调试步骤 #5")
    assert re.search(r"learning_rate.*0\.01 → 0\.001", second.next_input)
    assert (project / "实验.ipynb").read_bytes() == before


def test_an_error_is_told_with_causes_and_what_to_try(kernel: Kernel) -> None:
    assert kernel.run(TRAIN.format(rate=0.01)).error is None
    failed = kernel.run("model.predict(np.ones((2, 7)))")
    assert failed.error is not None
    assert failed.error.startswith("ValueError")
    told = kernel.run("%tflsp error")
    assert told.stderr == ""
    assert told.next_input is not None
    assert "expected shape=(None, 4), found shape=(None, 7)" in told.next_input
    assert "model.predict(np.ones((2, 7)))" in told.next_input
    again = kernel.run(told.next_input)
    assert again.error is None
    assert kernel.run("%tflsp error").stderr == "tflsp: this error has an entry already\n"


def test_a_goal_that_is_there_is_not_inserted_twice(kernel: Kernel) -> None:
    refused = kernel.run('%tflsp goal "another"')
    assert refused.next_input is None
    assert refused.stderr.startswith("tflsp: there is a goal already")


def test_a_conclusion_takes_its_options(kernel: Kernel) -> None:
    done = kernel.run('%tflsp conclusion "学习率太高" --goal-met')
    assert done.next_input is not None
    assert "学习率太高" in done.next_input


def test_check_names_the_cells_that_ran(kernel: Kernel) -> None:
    kernel.run("!false && docker run -p 8888:8888 tensorflow/tensorflow:latest")
    checked = kernel.run("%tflsp check --select TFL1")
    assert re.search(r"^In \[\d+\], line 1: TFL101 ", checked.stdout, re.MULTILINE)
    assert checked.stderr == ""


def test_gpu_says_that_there_is_none(kernel: Kernel) -> None:
    said = kernel.run("%tflsp gpu")
    assert said.error is None
    assert said.stdout.strip()
    state = json.loads(kernel.run("%tflsp gpu --json").stdout)
    assert state["gpus"] == []


def test_mistakes_are_told_and_nothing_is_raised(kernel: Kernel) -> None:
    shown = kernel.run("%tflsp")
    assert "%tflsp step" in shown.stdout
    unknown = kernel.run("%tflsp stop")
    assert unknown.stderr == "tflsp: there is no 'stop' (did you mean 'step'?); %tflsp alone shows what there is\n"
    assert unknown.stdout == ""
    wrong = kernel.run("%tflsp step --colour red").stderr
    assert wrong.startswith("tflsp: No such option '--colour'")
    assert wrong.endswith("`%tflsp step --help` shows the options\n")
    assert "--analysis" in kernel.run("%tflsp step --help").stdout
    assert kernel.run('%tflsp step "half').stderr == 'tflsp: a quotation mark is not closed: step "half\n'
    assert "`%tflsp gpu --help`" in kernel.run("%tflsp gpu --wrong").stderr
    assert "no rule is called 'NOPE'" in kernel.run("%tflsp check --select NOPE").stderr


def test_unloading_leaves_nothing_behind(kernel: Kernel) -> None:
    kernel.run("%unload_ext tflsp")
    left = kernel.run("import sys; print('write' in vars(sys.stdout), 'tflsp' in get_ipython().magics_manager.magics)")
    assert left.stdout == "False False\n"
    kernel.run("%load_ext tflsp")
    assert "%tflsp step" in kernel.run("%tflsp").stdout


def test_an_error_from_before_the_extension_was_loaded(
    tensorflow_python: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(tmp_path_factory.mktemp("kernel"), tensorflow_python, tmp_path) as started:
        started.run("import tensorflow as tf")
        assert started.run("tf.matmul(tf.ones((2, 3)), tf.ones((2, 3)))").error is not None
        started.run("%load_ext tflsp")
        told = started.run("%tflsp error")
        assert told.stderr == ""
        assert told.next_input is not None
        assert "Matrix size-incompatible" in told.next_input
    assert not list(tmp_path.glob("*.ipynb"))


def test_a_session_whose_notebook_is_not_known_says_what_to_do(
    tensorflow_python: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In Chinese, in a folder with two notebooks, one of which was never saved with anything in it."""
    saved = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("### 调试步骤 #6：更大的批次\n\n- 结果：mae 0.8")]
    )
    nbformat.write(saved, tmp_path / "b.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "未命名.ipynb")
    folder = tmp_path_factory.mktemp("kernel")
    with running(folder, tensorflow_python, tmp_path, {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"}) as started:
        started.run("%load_ext tflsp")
        assert "单独运行 %tflsp 查看用法" in started.run("%tflsp 步骤").stderr
        assert "%tflsp notebook 文件名.ipynb" in started.run("%tflsp").stdout
        first = started.run("%tflsp step")
        assert first.next_input is not None
        assert first.next_input.startswith("%%markdown\n### 调试步骤 #1")
        assert "请指定一次：%tflsp notebook NAME.ipynb" in first.stderr
        started.run("learning_rate = 0.5\nprint('Epoch 1/1\\n1/1 - 0s - loss: 0.1 - mae: 0.25')")
        assert started.run("%tflsp step").stderr == ""  # once is enough
        missing = started.run("%tflsp notebook c.ipynb")
        assert missing.stderr == "tflsp: 这里没有 'c.ipynb'；现有：b.ipynb, 未命名.ipynb\n"
        assert "b.ipynb" in started.run("%tflsp notebook b.ipynb").stdout
        started.run("learning_rate = 0.05\nprint('Epoch 1/1\\n1/1 - 0s - loss: 0.1 - mae: 0.05')")
        known = started.run("%tflsp step")
        assert known.next_input is not None
        assert known.next_input.startswith("%%markdown\n### 调试步骤 #7")
        started.run("%tflsp notebook 未命名.ipynb")
        empty = started.run("%tflsp error")
        assert "本次会话中没有出现错误" in empty.stderr
        assert empty.next_input is not None
        assert "错误日志" in empty.next_input
    assert (tmp_path / "b.ipynb").read_text("utf-8").count("调试步骤") == 1


def test_it_needs_nothing_but_python_38(tensorflow_python: Path) -> None:
    """Compiled and imported by that Python, without a look at what is installed there."""
    code = f"import runpy, sys; runpy.run_path({str(EXTENSION)!r}); print(sorted(set(sys.modules) & {{'tensorflow'}}))"
    said = subprocess.run([tensorflow_python, "-IS", "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
