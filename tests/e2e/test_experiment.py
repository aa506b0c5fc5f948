"""An experiment in the real TensorFlow 2.9.0, from its goal to its conclusion, and what its journal says of it.

A notebook is run cell by cell in TensorFlow's own kernel. Entries are inserted by the command line, by the real Neovim
and by a client as VS Code is one. What runs really gave comes from History itself, which a cell writes to a file.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lsprotocol import types
from nbclient import NotebookClient

from tests import components
from tests.e2e.lsp.editor import editor as lsp_editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.nvim.editor import neovim
from tests.gpu_stub.machine import without_gpu
from tflsp.checking.tensorflow_python import VARIABLE

KERNEL = "tensorflow-2.9"
# A kernel that starts on a busy machine, and imports TensorFlow.
PATIENCE = 120
DATA = """\
import json
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(7)
# Ten digits of 8 x 8 pixels, and noise: MNIST in small.
digits = np.random.random((10, 64)).astype("float32")
y = np.random.randint(0, 10, 1200)
x = digits[y] + np.random.normal(0, 0.2, (1200, 64)).astype("float32")"""
MODEL = """\
model = tf.keras.Sequential([tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(10)])
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.0001), loss=loss, metrics=["accuracy"])
history = model.fit(x[:1000], y[:1000], epochs=2, batch_size=20, validation_split=0.2)
scores = model.evaluate(x[1000:], y[1000:], return_dict=True)"""
MEASURED = """\
with open("measured.json", "w") as file:
    json.dump({"history": history.history, "scores": scores, "tensorflow": tf.__version__}, file)"""
# What the pages of these errors are called (docs/errors).
TITLES = [
    (components.ROOT / "docs" / "errors" / f"{name}.md").read_text("utf-8").split("\n")[0].removeprefix("# ")
    for name in ("incompatible-shapes", "oom")
]
CRITERION = "val_accuracy > 90%"


class Laboratory:
    """The notebook on disk, and the kernel that it runs in."""

    def __init__(self, path: Path, client: NotebookClient) -> None:
        self.path = path
        self.client = client

    def read(self) -> Any:
        return nbformat.read(self.path, 4)

    def write(self, notebook: Any) -> None:
        nbformat.validate(notebook)
        nbformat.write(notebook, self.path)

    def number(self, beginning: str) -> int:
        """The cell whose source begins so."""
        return next(at for at, cell in enumerate(self.read().cells) if cell.source.startswith(beginning))

    def change(self, old: str, new: str) -> None:
        """What a person changes in the model's cell."""
        notebook = self.read()
        cell = notebook.cells[self.number("model = ")]
        assert cell.source.count(old) == 1
        cell.source = cell.source.replace(old, new)
        self.write(notebook)

    def run(self, beginning: str, *, save: bool = True) -> Any:
        """Run a cell, and give it with its outputs; ``save`` as an editor saves the notebook."""
        self.client.nb = self.read()
        number = self.number(beginning)
        cell = self.client.nb.cells[number]
        self.client.execute_cell(cell, number)
        if save:
            self.write(self.client.nb)
        return cell

    def measured(self) -> dict[str, Any]:
        """What the last run really gave."""
        found: dict[str, Any] = json.loads((self.path.parent / "measured.json").read_text("utf-8"))
        return found


@pytest.fixture
def laboratory(tmp_path: Path, tensorflow_python: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laboratory]:
    """A new notebook in a project of its own, and a kernel that has run its first cell."""
    kernel = tmp_path / "jupyter" / "kernels" / KERNEL
    kernel.mkdir(parents=True)
    argv = [str(tensorflow_python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    variables = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    kernelspec = {"argv": argv, "display_name": "TensorFlow", "language": "python", "env": variables}
    (kernel / "kernel.json").write_text(json.dumps(kernelspec), "utf-8")
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_PATH"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / "own" / name))
        (tmp_path / "own" / name).mkdir(parents=True)
    monkeypatch.setenv(VARIABLE, str(tensorflow_python))
    path = tmp_path / "project" / "exp_learning_rate.ipynb"
    (path.parent / ".git").mkdir(parents=True)
    sources = ["# MNIST in small"], [DATA, MODEL, MEASURED]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(each) for each in sources[0]]
        + [nbformat.v4.new_code_cell(each) for each in sources[1]]
    )
    nbformat.write(notebook, path)
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL,
        resources={"metadata": {"path": str(path.parent)}},
        allow_errors=True,
        timeout=PATIENCE,
        startup_timeout=PATIENCE,
    )
    with client.setup_kernel():
        found = Laboratory(path, client)
        found.run("import json")
        notebook = found.read()
        question = "import platform; print(platform.python_version())"
        version = subprocess.run([tensorflow_python, "-c", question], capture_output=True, text=True, check=True)
        notebook.metadata["language_info"] = {"name": "python", "version": version.stdout.strip()}
        found.write(notebook)
        yield found


def journal(path: Path, kind: str, *arguments: str) -> str:
    """`tflsp journal`, as it is typed."""
    command = [sys.executable, "-m", "tflsp", "journal", kind, str(path), *arguments]
    environment = {**without_gpu(), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def entries(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(journal(path, "list", "--json"))
    return found


def told(measured: dict[str, Any], epochs: int, *, met: bool) -> str:
    """The result of a run, from what was measured."""
    history, scores = measured["history"], measured["scores"]
    values = history["val_accuracy"]
    best = values.index(max(values))
    text = f"val_accuracy {values[-1]:.4f} after epoch {epochs} of {epochs}"
    if f"{values[best]:.4f}" != f"{values[-1]:.4f}":
        text += f" (best: {values[best]:.4f} in epoch {best + 1})"
    others = ", ".join(f"{name} {history[name][-1]:.4f}" for name in ("loss", "accuracy", "val_loss"))
    evaluated = ", ".join(f"{name} {scores[name]:.4f}" for name in ("loss", "accuracy"))
    return f"{text}; {others}; evaluation: {evaluated}; goal {'met' if met else 'not met'}"


def change(name: str, old: str, new: str) -> dict[str, str]:
    return {"name": name, "old": old, "new": new}


def step_by_neovim(path: Path, python: Path) -> None:
    """Behind the last cell that ran, in the raw notebook; written as a person writes."""
    with neovim(components.neovim(), environment={VARIABLE: str(python)}) as editor:
        editor.open(path)
        editor.put_cursor("with open(")
        editor.command("Tflsp step")
        editor.until(lambda: "Debug step #2" in editor.text)
        editor.command("write")


def step_by_vscode(path: Path, notebook: Any, ran: Any, workspace: Path) -> str:
    """Through the protocol: a notebook synced cell by cell, outputs that are not saved, a new cell as a payload."""

    async def session() -> str:
        options = {"clientCommands": ["tflsp.client.insertCell"], "unlogged": True}
        client = profile("vscode").with_params(initializationOptions=options)
        async with lsp_editor(client, workspace) as opened:
            cells = [(1 if each.cell_type == "markdown" else 2, each.source) for each in notebook.cells]
            uri, texts = opened.open_notebook(path.name, cells)
            code = next(text for text in texts if text.text.startswith("model = "))
            outputs = {"cell": code.uri, "executionCount": ran.execution_count, "success": True, "outputs": ran.outputs}
            opened.client.protocol.notify("tflsp/cellOutputs", {"notebook": uri, "cells": [outputs]})
            params = types.ExecuteCommandParams("tflsp.insertStep", [{"uri": uri, "cell": code.uri}])
            answer: Any = await opened.client.workspace_execute_command_async(params)
            payload = answer["insertCell"]
            assert payload["kind"] == "markdown"
            notebook.cells.insert(payload["afterIndex"] + 1, nbformat.v4.new_markdown_cell(payload["text"]))
            return str(payload["text"])

    return asyncio.run(session())


@contextmanager
def only_markdown_changes(path: Path) -> Iterator[None]:
    """Code, outputs and execution counts stay as they were."""

    def code() -> list[Any]:
        return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]

    before = code()
    yield
    assert code() == before
    nbformat.validate(nbformat.read(path, 4))


@pytest.mark.timeout(600)
def test_an_experiment_from_its_goal_to_its_conclusion(laboratory: Laboratory, tensorflow_python: Path) -> None:
    path = laboratory.path
    with only_markdown_changes(path):
        journal(path, "goal", "Why does it learn so slowly?", "--criterion", CRITERION, "--hypothesis", "rate too low")

    # A rate that is far too low, told by the command line.
    laboratory.run("model = ")
    laboratory.run("with open")
    first = laboratory.measured()
    assert first["tensorflow"] == "2.9.0"
    with only_markdown_changes(path):
        journal(path, "step", "--title", "As it was")

    # A higher one, told by Neovim.
    laboratory.change("learning_rate=0.0001", "learning_rate=0.1")
    laboratory.run("model = ")
    laboratory.run("with open")
    second = laboratory.measured()
    with only_markdown_changes(path):
        step_by_neovim(path, tensorflow_python)

    # Two errors: a wrong shape, and more than any machine has.
    notebook = laboratory.read()
    notebook.cells.append(nbformat.v4.new_code_cell("model.fit(x[:100, :32], y[:100])"))
    laboratory.write(notebook)
    shape = laboratory.run("model.fit(x[:100").outputs[-1]
    with only_markdown_changes(path):
        journal(path, "error")
    notebook = laboratory.read()
    notebook.cells.append(nbformat.v4.new_code_cell("tf.zeros([60000, 784, 60000, 100])"))
    laboratory.write(notebook)
    memory = laboratory.run("tf.zeros").outputs[-1]
    with only_markdown_changes(path):
        journal(path, "error")

    # Another layer and more epochs, told through the protocol before the notebook is saved.
    laboratory.change('activation="relu"), ', 'activation="relu"), tf.keras.layers.Dropout(0.2), ')
    laboratory.change("epochs=2", "epochs=4")
    ran = laboratory.run("model = ", save=False)
    laboratory.run("with open", save=False)
    third = laboratory.measured()
    notebook = laboratory.client.nb
    saved = laboratory.read()
    text = step_by_vscode(path, saved, ran, path.parent)
    notebook.cells[laboratory.number("model = ")] = ran
    notebook.cells.insert(laboratory.number("model = ") + 1, nbformat.v4.new_markdown_cell(text))
    laboratory.write(notebook)
    with only_markdown_changes(path):
        journal(path, "conclusion", "It was the learning rate.")

    met = [each["history"]["val_accuracy"][-1] > 0.9 for each in (first, second, third)]
    assert met[0] is False
    assert any(met)
    found = entries(path)
    (goal,) = [each for each in found if each["kind"] == "goal"]
    assert (goal["criterion"], goal["hypotheses"]) == (CRITERION, ["rate too low"])
    steps = sorted((each for each in found if each["kind"] == "step"), key=lambda each: each["number"])
    assert [each["number"] for each in steps] == [1, 2, 3]
    assert [each["result"] for each in steps] == [
        told(first, 2, met=met[0]),
        told(second, 2, met=met[1]),
        told(third, 4, met=met[2]),
    ]
    assert [each["changes"] for each in steps] == [
        [],
        [change("learning_rate", "0.0001", "0.1")],
        [change("epochs", "2", "4"), change("layer", "", "Dropout(0.2)")],
    ]
    assert {each["optimizer"] for each in steps} == {"SGD"}
    frozen = subprocess.run([tensorflow_python, "-m", "pip", "freeze"], capture_output=True, check=True).stdout
    version = laboratory.read().metadata["language_info"]["version"]
    for each in steps:
        assert each["environment"].startswith(f"Python {version}, TensorFlow 2.9.0, no GPU, ")
        assert f"pip freeze sha256:{hashlib.sha256(frozen).hexdigest()[:12]}…" in each["environment"]
        assert each["environment"].endswith("set_random_seed(7)")

    errors = [each for each in found if each["kind"] == "error"]
    assert [each["title"] for each in errors] == TITLES
    for error, output in zip(errors, (shape, memory), strict=True):
        assert output.output_type == "error"
        assert error["message"].startswith(output.ename)
        said = error["message"].removeprefix(f"{output.ename}: ")
        assert len(said) > 30
        assert said in output.evalue
        assert error["analysis"]
        assert error["solution"]

    (conclusion,) = [each for each in found if each["kind"] == "conclusion"]
    values = [value for each in (first, second, third) for value in each["history"]["val_accuracy"]]
    assert conclusion["best"].startswith(f"val_accuracy {max(values):.4f} in epoch ")
    assert (conclusion["text"], conclusion["goal_met"]) == ("It was the learning rate.", True)
