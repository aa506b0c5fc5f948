"""Holds the results that are read from Keras' output against what TensorFlow 2.9.0 itself measured in that run."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.notebook_results import results_of_notebook
from tflsp.capture.hyperparameter_calls import DEFAULT_RATES
from tflsp.capture.outputs import results_of_text
from tflsp.capture.printed_values import csv_trainings
from tflsp.capture.results import Epoch, Score, Training
from tflsp.cli.group import group

FITS = Path(__file__).parent / "tensorflow" / "fits.py"
CASES = [
    "bars",
    "lines",
    "no validation",
    "one epoch",
    "silent",
    "unknown length",
    "unknown length, lines",
    "early",
    "not a number",
    "further",
    "metrics",
    "evaluating",
    "interrupted",
]


@pytest.fixture(scope="module")
def runs(tensorflow_python: Path) -> dict[str, Any]:
    """What each case wrote and measured."""
    child = subprocess.run(
        [tensorflow_python, str(FITS)], capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert child.returncode == 0, child.stderr[-3000:]
    found: dict[str, Any] = json.loads(child.stdout)
    assert set(found) == {*CASES, "csv", "rates"}
    return found


def close(read: float, measured: float) -> bool:
    """Four digits are what Keras prints."""
    return math.isclose(read, measured, rel_tol=6e-5, abs_tol=6e-5) or (math.isnan(read) and math.isnan(measured))


def assert_same(epochs: tuple[Epoch, ...], run: dict[str, Any]) -> None:
    assert [epoch.number - 1 for epoch in epochs] == run["epochs"]
    for name, values in run["history"].items():
        for epoch, measured in zip(epochs, values, strict=True):
            assert close(epoch.metrics[name], measured), (name, epoch)
    assert all(set(epoch.metrics) == set(run["history"]) for epoch in epochs)


@pytest.mark.parametrize("name", CASES)
def test_a_run_is_read_as_it_was(runs: dict[str, Any], name: str) -> None:
    run = runs[name]
    training, evaluation = results_of_text(run["output"]) if name != "silent" else results_of_text(run["output"])[::-1]
    assert isinstance(training, Training)
    assert isinstance(evaluation, Score)
    assert_same(training.epochs, run)
    assert training.planned == (None if name == "silent" else run["planned"])
    assert {"early": "early", "not a number": "nan"}.get(name) == training.stopped
    assert training.restored == (1 if name == "early" else None)
    assert training.interrupted == (3 if name == "interrupted" else None)
    assert evaluation.metrics.keys() == run["evaluated"].keys()
    assert all(close(evaluation.metrics[each], run["evaluated"][each]) for each in evaluation.metrics)


def notebook(output: str) -> dict[str, Any]:
    """A goal, and a cell with an output in pieces."""
    code = {
        "cell_type": "code",
        "execution_count": 3,
        "metadata": {},
        "outputs": [
            {"name": "stdout", "output_type": "stream", "text": [output[start : start + 50]]}
            for start in range(0, len(output), 50)
        ],
        "source": ["model.compile('adam')\n", "model.fit(x, y)\n", "model.evaluate(x, y)"],
    }
    goal = {"cell_type": "markdown", "metadata": {}, "source": ["## Goal\n\nTarget metric: val_loss < 0.5"]}
    return {"cells": [goal, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


@pytest.mark.parametrize("name", CASES)
def test_a_notebook_that_keeps_what_is_seen_gives_the_same(runs: dict[str, Any], name: str) -> None:
    """JupyterLab and VS Code save lines as they stand at last, in pieces."""
    written = runs[name]["output"]
    kept = "\n".join(line.replace("\b", "").split("\r")[-1] for line in written.split("\n"))
    found = results_of_notebook(json.dumps(notebook(kept)))
    assert [str(each).partition("place=")[0] for each in found] == [
        str(each).partition("place=")[0] for each in results_of_text(written)
    ]
    assert {(each.place.cell, each.place.execution_count) for each in found} == {(1, 3)}


def test_a_csv_log_is_read_as_it_was(runs: dict[str, Any]) -> None:
    first, second = csv_trainings(runs["csv"]["output"])
    assert_same(first.epochs, runs["csv"])
    assert [epoch.number for epoch in second.epochs] == [1, 2, 3]


@pytest.mark.parametrize("name", ["bars", "lines", "early", "unknown length"])
def test_a_step_says_what_the_run_gave(runs: dict[str, Any], name: str, tmp_path: Path) -> None:
    """From what Keras wrote to a journal's entry, through the command."""
    path = tmp_path / "exp.ipynb"
    path.write_text(json.dumps(notebook(runs[name]["output"])), encoding="utf-8")
    invoked = CliRunner().invoke(group, ["journal", "step", str(path), "--title", name, "--json"], env={"LC_ALL": "C"})
    assert invoked.exit_code == 0, invoked.output
    text = json.loads(invoked.stdout)["text"]
    losses = runs[name]["history"]["val_loss"]
    last = len(losses)
    assert f"- Result: val_loss {losses[-1]:.4f} after epoch {last} of {runs[name]['planned']}" in text
    best = losses.index(min(losses))
    assert (f"(best: {losses[best]:.4f} in epoch {best + 1})" in text) is (best + 1 != last)
    assert f"; evaluation: loss {runs[name]['evaluated']['loss']:.4f}, accuracy" in text
    assert text.count("goal not met") == 1
    assert "- Optimizer: Adam" in text


def test_an_optimizer_that_is_given_no_learning_rate_has_the_one_that_is_said(runs: dict[str, Any]) -> None:
    assert {name: float(rate) for name, rate in DEFAULT_RATES.items()} == runs["rates"]
