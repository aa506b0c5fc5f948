"""Runs of a notebook that is open: the file's outputs, and those that the editor told, which win."""

from __future__ import annotations

import json
from typing import Any

from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.capture.results import Training
from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Kind
from tflsp.server.journal.evidence import changed_words, has_word, of_run
from tflsp.server.journal.outputs import LONGEST, ToldOutputs, trimmed
from tflsp.server.journal.runs import results, runs_of_cells, runs_of_file

FIT = "model.fit(x, y, epochs=1)"


def stream(accuracy: float) -> dict[str, Any]:
    bar = "10/10 [==============================] - 1s 9ms/step - loss: 0.9 - val_accuracy: "
    return {"output_type": "stream", "name": "stdout", "text": f"Epoch 1/1\n{bar}{accuracy:.4f}\n"}


def saved(*cells: tuple[str, int, list[dict[str, Any]]]) -> str:
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "source": source, "execution_count": count, "outputs": outputs}
                for source, count, outputs in cells
            ]
        }
    )


def opened(*sources: str) -> Document:
    return open_notebook("exp.ipynb", [CellText(f"c{n}", "code", "python", text) for n, text in enumerate(sources)])


def told(*cells: tuple[str, int | None, list[dict[str, Any]]]) -> ToldOutputs:
    made = ToldOutputs()
    for cell, count, outputs in cells:
        made.tell("n", [{"cell": cell, "executionCount": count, "success": True, "outputs": outputs}])
    return made


def last_value(runs: tuple[Any, ...]) -> float:
    trained = [each for each in results(runs) if isinstance(each, Training) and each.last is not None]
    assert trained[-1].last is not None
    return trained[-1].last.metrics["val_accuracy"]


def test_cells_are_taken_in_the_order_in_which_they_ran() -> None:
    text = saved((FIT, 7, [stream(0.7)]), ("other", 2, [stream(0.2)]))
    runs = runs_of_file(text)
    assert [run.cell for run in runs] == [1, 0]
    assert last_value(runs) == 0.7


def test_what_was_told_is_newer_than_the_file() -> None:
    text = saved((FIT, 7, [stream(0.7)]), ("other", 2, [stream(0.2)]))
    document = opened("new", FIT, "other")
    runs = runs_of_cells(document, text, told(("c2", 1, [stream(0.3)])).of("n"))
    assert [(run.cell, run.told) for run in runs] == [(1, False), (2, True)]
    assert last_value(runs) == 0.3
    # A kernel that was started anew counts from 1 again: what was told last ran last.
    runs = runs_of_cells(document, text, told(("c1", 9, [stream(0.9)]), ("c2", 1, [stream(0.1)])).of("n"))
    assert last_value(runs) == 0.1


def test_a_broken_or_missing_file_has_no_runs() -> None:
    assert runs_of_cells(opened(FIT), "{ broken", {}) == ()
    assert runs_of_cells(opened(FIT), None, {}) == ()
    assert runs_of_file('{"cells": {"a": 1}}') == ()
    assert runs_of_file('{"cells": [1, {"cell_type": "code"}, {"cell_type": "code", "outputs": [3]}]}')[0].error is None


def test_the_same_told_again_is_no_later_run() -> None:
    made = told(("c0", 1, [stream(0.5)]), ("c1", 2, [stream(0.6)]), ("c0", 1, [stream(0.5)]))
    assert made.of("n")["c0"].order < made.of("n")["c1"].order


def test_outputs_are_trimmed() -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "x" * 9, "text/plain": ["<Figure>"]}}
    assert trimmed(picture) == {"output_type": "display_data", "data": {"text/plain": "<Figure>"}}
    long = trimmed({"output_type": "stream", "name": "stdout", "text": "a" * LONGEST + "end"})
    assert len(long["text"]) == LONGEST
    assert long["text"].endswith("end")
    bare = trimmed({"output_type": "error", "ename": "ValueError", "evalue": "no"})
    assert bare["traceback"][-1] == "ValueError: no"
    assert trimmed({"output_type": 3, "text": {"a": 1}, "data": [], "traceback": 4}) == {}


def test_a_run_is_told_by_any_of_its_values() -> None:
    (run,) = runs_of_file(saved((FIT, 1, [stream(0.9563)])))
    evidence = of_run(run, "en")
    assert evidence is not None
    assert evidence.kind is Kind.STEP
    for result, is_told in (("val_accuracy 0.9563", True), ("95.63 %", True), ("95.6%", True), ("94 %", False)):
        cell = CellText("m", "markdown", "", f"### Debug step #1\n\n- Result: {result}\n")
        assert evidence.is_told(read_journal(open_notebook("exp.ipynb", [cell]))) is is_told, result


def test_a_run_that_gives_nothing_is_no_evidence() -> None:
    (run,) = runs_of_file(saved(("print(1)", 1, [{"output_type": "stream", "name": "stdout", "text": "1\n"}])))
    assert of_run(run, "en") is None


def test_words_of_what_has_changed() -> None:
    before = Hyperparameters({"learning_rate": "0.01", "epochs": "2"}, ("Dense(10)",))
    now = Hyperparameters({"learning_rate": "0.001", "epochs": "2"}, ("Dense(20)",))
    words = changed_words(before, now)
    assert has_word("opt = Adam(learning_rate=rate)", words)
    assert has_word("opt = Adam(0.001)", words)
    assert has_word("Dense(20),", words)
    assert not has_word("model.fit(x, y, epochs=2)", words)
    assert changed_words(now, now) == frozenset()
