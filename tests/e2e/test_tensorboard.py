"""TensorBoard's event files of real runs, read in TensorFlow's interpreter, against what History measured."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.gpu_stub.machine import GIB, Machine, without_gpu
from tests.unit.documents.notebooks import cell, notebook
from tflsp.capture.results import Course, Score, Training
from tflsp.checking.tensorboard_runs import newest_logged_run
from tflsp.checking.tensorflow_python import VARIABLE
from tflsp.checking.tensorflow_python import tensorflow_python as found_python

RUN = Path(__file__).parent / "tensorflow" / "logging_run.py"
OWN_LOOP = Path(__file__).parent / "tensorflow" / "own_loop.py"
GOAL = "## Goal\n\n✅ Target: val_accuracy > 101%\n"
CODE = """\
tf.keras.utils.set_random_seed(2)
model.compile(tf.keras.optimizers.Adam(0.01), "mse")
model.fit(x, y, epochs=3, verbose=0, callbacks=[tf.keras.callbacks.TensorBoard("logs")])"""


class Logged(NamedTuple):
    """A run of three epochs: its log folder, and what History measured."""

    folder: Path
    measured: dict[str, list[float]]


@pytest.fixture(scope="module")
def logged(tensorflow_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Logged:
    folder = tmp_path_factory.mktemp("run")
    return Logged(folder, train(tensorflow_python, folder, 3))


@pytest.fixture
def project(tmp_path: Path, tensorflow_python: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose user names the interpreter; notebooks lie in a folder of their own."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv(VARIABLE, str(tensorflow_python))
    return tmp_path


def train(python: Path, folder: Path, epochs: int) -> dict[str, list[float]]:
    done = subprocess.run([python, RUN, folder, str(epochs)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    measured: dict[str, list[float]] = json.loads(done.stdout)
    return measured


Written = dict[str, dict[str, list[list[float]]]]


def own_loop(python: Path, folder: Path, first: int, last: int, seed: int) -> Written:
    arguments: list[str | Path] = [python, OWN_LOOP, folder, str(first), str(last), str(seed)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    written: Written = json.loads(done.stdout)
    return written


def course(values: list[list[float]], *, smaller: bool) -> Course:
    step, best = (min if smaller else max)(values, key=lambda each: each[1])
    return Course(int(values[-1][0]), best, int(step))


def book(project: Path, python: str) -> Path:
    """A notebook that trains silently and logs."""
    path = project / "notebooks" / "exp.ipynb"
    made = notebook(cell("markdown", GOAL), {**cell("code", CODE), "execution_count": 1})
    made["metadata"] = {"language_info": {"name": "python", "version": python}}
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def step(path: Path, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    command: list[str | Path] = [sys.executable, "-m", "tflsp", "journal", "step", path, "--title", "x", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shown = subprocess.run(
        [sys.executable, "-m", "tflsp", "journal", "list", path, "--json"], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = [each for each in json.loads(shown.stdout) if each["kind"] == "step"][-1]
    return found


def test_runs_are_read_as_they_were(project: Path, tensorflow_python: Path, logged: Logged) -> None:
    first = logged.measured
    shutil.copytree(logged.folder, project / "logs" / "fit" / "first")
    found = newest_logged_run(project / "notebooks" / "exp.ipynb", project)
    assert found is not None
    (training,) = found.results
    assert isinstance(training, Training)
    # Float32 both: History's own numbers, to the last digit.
    assert [epoch.metrics for epoch in training.epochs] == [
        {name: values[epoch] for name, values in first.items()} for epoch in range(3)
    ]
    # A run into the same folder is a new one, which its first files do not mix with.
    again = train(tensorflow_python, project / "logs" / "fit" / "first", 2)
    later = newest_logged_run(project / "notebooks" / "exp.ipynb", project, since=found.ended)
    assert later is not None
    (training,) = later.results
    assert isinstance(training, Training)
    assert [epoch.metrics["val_loss"] for epoch in training.epochs] == again["val_loss"]
    assert newest_logged_run(project / "notebooks" / "exp.ipynb", project, since=later.ended) is None


def test_a_step_of_a_silent_notebook(project: Path, tensorflow_python: Path, tmp_path: Path, logged: Logged) -> None:
    shutil.copytree(logged.folder, project / "logs" / "now")
    question = "import platform; print(platform.python_version())"
    version = subprocess.run([tensorflow_python, "-c", question], capture_output=True, text=True, check=True).stdout
    frozen = subprocess.run([tensorflow_python, "-m", "pip", "freeze"], capture_output=True, check=True).stdout
    path = book(project, version.strip())
    machine = Machine(tmp_path, [{"name": "NVIDIA A100", "memory.total": 40 * GIB, "memory.used": 10 * GIB}])
    found = step(path, {**machine.environment, VARIABLE: str(tensorflow_python)})
    last = {name: values[-1] for name, values in logged.measured.items()}
    assert found["result"].startswith(f"val_accuracy {last['val_accuracy']:.4f} after epoch 3 of 3")
    assert (
        f"loss {last['loss']:.4f}, accuracy {last['accuracy']:.4f}, val_loss {last['val_loss']:.4f}" in found["result"]
    )
    assert found["result"].endswith("; goal not met")
    environment = found["environment"]
    assert environment.startswith(
        f"Python {version.strip()}, TensorFlow 2.9.0, CUDA 11.2, cuDNN 8, driver 535.104.05, "
    )
    assert "NVIDIA A100 (30.0 of 40.0 GiB free)" in environment
    assert f"pip freeze sha256:{hashlib.sha256(frozen).hexdigest()[:12]}…" in environment
    assert environment.endswith("tf.keras.utils.set_random_seed(2)")


def test_a_training_loop_of_ones_own_by_its_steps(project: Path, tensorflow_python: Path) -> None:
    """Scalars of TensorFlow's own writer: what was written last and what was best, of each metric."""
    folder, journal = project / "logs" / "own", project / "journal.md"
    wrote = own_loop(tensorflow_python, folder, 1, 90, 1)
    found = newest_logged_run(journal, project)
    assert found is not None
    (score,) = found.results
    assert isinstance(score, Score)
    assert score.courses == {
        "loss": course(wrote["train"]["loss"], smaller=True),
        "val_loss": course(wrote["val"]["loss"], smaller=True),
        "val_accuracy": course(wrote["val"]["accuracy"], smaller=False),
    }
    assert score.metrics["loss"] == wrote["train"]["loss"][-1][1]
    said = step(journal, {**without_gpu(), VARIABLE: str(tensorflow_python)})["result"]
    now, best = wrote["val"]["accuracy"][-1][1], score.courses["val_accuracy"]
    assert said.startswith(f"logged: val_accuracy {now:.4f} at step 80")
    assert best.best_step == 80 or f"(best: {best.best:.4f} at step {best.best_step})" in said
    assert f"loss {score.metrics['loss']:.4f} at step 90" in said
    assert "grad_norm" not in said
    assert "epoch" not in said

    # Taken up again at a checkpoint: the steps after it are written anew.
    again = own_loop(tensorflow_python, folder, 61, 120, 2)
    found = newest_logged_run(journal, project, since=found.ended)
    assert found is not None
    (score,) = found.results
    assert isinstance(score, Score)
    kept = [each for each in wrote["val"]["loss"] if each[0] < again["val"]["loss"][0][0]]
    assert score.courses["val_loss"] == course(kept + again["val"]["loss"], smaller=True)
    assert score.courses["loss"].last_step == 120

    # From the start: another run.
    third = own_loop(tensorflow_python, folder, 1, 30, 3)
    found = newest_logged_run(journal, project, since=found.ended)
    assert found is not None
    (score,) = found.results
    assert isinstance(score, Score)
    assert score.courses["loss"] == course(third["train"]["loss"], smaller=True)
    assert score.courses["val_accuracy"].last_step == 20


def test_another_python_than_the_notebooks_says_nothing_of_it(project: Path, tensorflow_python: Path) -> None:
    found = step(book(project, "3.7.1"), {**without_gpu(), VARIABLE: str(tensorflow_python)})
    assert found["environment"] == "Python 3.7.1, tf.keras.utils.set_random_seed(2)"
    assert found["result"] == ""


def test_a_run_that_a_step_has_told_is_not_told_again(project: Path, tensorflow_python: Path, logged: Logged) -> None:
    shutil.copytree(logged.folder, project / "logs")
    path = book(project, "3.7.1")
    environment = {**without_gpu(), VARIABLE: str(tensorflow_python)}
    assert step(path, environment)["result"].startswith("val_accuracy")
    assert step(path, environment, "--analysis", "another")["result"] == ""


def test_no_program_of_the_workspace_is_asked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (project / "bin", project / "lib/python3.8/site-packages/tensorflow"):
        folder.mkdir(parents=True)
    ran = project / "ran"
    for name in ("python", "python3"):
        program = project / "bin" / name
        program.write_text(f"#!/bin/sh\ntouch {ran}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv(VARIABLE)
    assert found_python(project) is None
    monkeypatch.chdir(project / "bin")
    monkeypatch.setenv(VARIABLE, "./python")
    assert found_python(project) is None
    assert not ran.exists()


def test_the_kernel_of_the_image_with_packages_of_its_own(
    project: Path, tensorflow_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "extra" / "Extra_Package-1.0.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: Extra_Package\nVersion: 1.0\n", "utf-8")
    variables = {"PYTHONPATH": str(tmp_path / "extra")}
    kernel = tmp_path / "kernel.json"
    kernel.write_text(json.dumps({"argv": [str(tensorflow_python), "-m", "ipykernel"], "env": variables}), "utf-8")
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("tflsp.checking.tensorflow_python._KERNEL", kernel)
    found = found_python(project)
    assert found is not None
    freeze = [str(tensorflow_python), "-m", "pip", "freeze"]
    frozen = subprocess.run(freeze, env={**os.environ, **variables}, capture_output=True, check=True).stdout
    assert b"Extra_Package==1.0\n" in frozen
    assert found.installed.packages == hashlib.sha256(frozen).hexdigest()


def test_a_user_can_have_nobody_asked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert found_python(project) is None


@pytest.mark.parametrize("damage", ["cut", "noise", "empty"])
def test_damaged_event_files(project: Path, logged: Logged, damage: str) -> None:
    shutil.copytree(logged.folder, project / "logs")
    for path in (project / "logs").rglob("*tfevents*"):
        data = path.read_bytes()
        cut = data[: len(data) - 20] if path.parent.name == "train" else data
        path.write_bytes({"cut": cut, "noise": b"\xff" * 5000, "empty": b""}[damage])
    found = newest_logged_run(project / "a.md", project)
    if damage == "cut":
        assert found is not None
        (training,) = found.results
        assert isinstance(training, Training)
        assert [epoch.metrics["loss"] for epoch in training.epochs] == logged.measured["loss"][: len(training.epochs)]
        assert len(training.epochs) > 1
    else:
        assert found is None
