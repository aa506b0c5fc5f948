"""A long journal is not read anew for each entry: what is known of it gives what reading all of it gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notebook_results import results_of_notebook
from tflsp.capture import hyperparameters as module
from tflsp.capture import outputs
from tflsp.capture.captured import captured
from tflsp.capture.hyperparameters import Hyperparameters, facts_of, hyperparameters_in, hyperparameters_of
from tflsp.capture.outputs import (
    CellOutput,
    last_results_of_document,
    last_results_of_notebook,
    results_of,
)
from tflsp.capture.results import Result, Training
from tflsp.checking.journal_capture import _may_log, _told
from tflsp.documents.document import ChunkKey, Document
from tflsp.documents.opening import open_text
from tflsp.engine import Memo, check
from tflsp.facts.base import Analysis, analyse
from tflsp.facts.journal_entries import Kind
from tflsp.journal.reading import journal_of
from tflsp.server.journal.capturing import Named, _capture
from tflsp.server.journal.targets import Way
from tflsp.text import Span, TextEdit

STATEMENTS = (
    "RATE = 0.01",
    "RATE = 0.5",
    "import tensorflow as tf",
    "from keras import optimizers as tf",
    "def build(rate):\n    model.compile(tf.keras.optimizers.Adam(rate))",
    "build(RATE)",
    "build(0.25)",
    "model.fit(x, y, epochs=3, batch_size=32)",
    "model.fit(x, y, epochs=RATE)",
    "!docker run -it tf bash -c 'python -c \"epochs = 3\"'",
    "epochs = 7",
    "tf.random.set_seed(3)",
)
SAID = (
    "- learning_rate: 0.1 -> 0.2",
    "- epochs: 4 -> 5",
    "- batch size: 64 -> 128",
    "- Result: loss 0.3",
    "It is steadier now.",
    "### Debug step #2: another",
)
SHELL = "```bash\ncd /tf\npython -c 'epochs = 9'\ndocker run -it tensorflow/tensorflow bash\n```\n"


def markdown(cells: list[tuple[list[str], list[str]]]) -> str:
    return "# Log\n\n" + "".join(
        f"### Debug step #{number}: try\n\n"
        + "\n\n".join(said)
        + "\n\n```python\n"
        + "\n".join(code)
        + f"\n```\n\n{SHELL}"
        for number, (said, code) in enumerate(cells, 1)
    )


def percent(cells: list[tuple[list[str], list[str]]]) -> str:
    return "".join(
        f"# %% [markdown]\n# ### Debug step #{number}: try\n#\n# "
        + "\n# ".join(said)
        + "\n\n# %%\n"
        + "\n".join(code)
        + "\n\n"
        for number, (said, code) in enumerate(cells, 1)
    )


def notebook(cells: list[tuple[list[str], list[str]]]) -> str:
    made: list[object] = []
    for number, (said, code) in enumerate(cells, 1):
        text = f"### Debug step #{number}: try\n\n" + "\n\n".join(said)
        made.append({"cell_type": "markdown", "metadata": {}, "source": text})
        run: dict[str, object] = {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": number % 3 or None,
        }
        made.append(run | {"source": "\n".join(code)})
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def forgotten(document: Document) -> Document:
    """The same, and nothing is known of it."""
    return Document(document.kind, document.name, document.parts)


KINDS = {"j.md": markdown, "j.py": percent, "j.ipynb": notebook}
CELLS = st.lists(
    st.tuples(st.lists(st.sampled_from(SAID), max_size=3), st.lists(st.sampled_from(STATEMENTS), max_size=3)),
    min_size=1,
    max_size=3,
)
TYPED = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["x", "\n", "RATE = 2\n", "epochs", "# %%\n", "```\n", ""])), max_size=4
)


@settings(max_examples=20)
@given(st.sampled_from(sorted(KINDS)), CELLS, TYPED)
def test_what_is_known_gives_what_a_fresh_reading_gives(
    name: str, cells: list[tuple[list[str], list[str]]], typed: list[tuple[float, str]]
) -> None:
    document, memo = open_text(name, KINDS[name](cells)), Memo()
    known = check(document, memo=memo).facts
    for at, text in typed:
        start = int(at * len(document.text))
        document = document.edited(TextEdit(Span(start, start + (not text)), text))
        fresh = hyperparameters_in(forgotten(document))
        assert hyperparameters_of(facts_of(document, known)) == fresh  # those of the state before
        known = check(document, memo=memo).facts
        assert hyperparameters_of(facts_of(document, known)) == fresh
        assert hyperparameters_of(known) == fresh


@settings(max_examples=20)
@given(st.sampled_from(sorted(KINDS)), CELLS, TYPED)
def test_what_steps_tell_is_the_same_however_it_is_read(
    name: str, cells: list[tuple[list[str], list[str]]], typed: list[tuple[float, str]]
) -> None:
    document, now = open_text(name, KINDS[name](cells)), Hyperparameters({"epochs": "1", "learning_rate": "3"})
    for at, text in typed:
        _told(document, journal_of(document), now)
        start = int(at * len(document.text))
        document = document.edited(TextEdit(Span(start, start + (not text)), text))
    fresh = forgotten(document)
    assert _told(document, journal_of(document), now) == _told(fresh, journal_of(fresh), now)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_is_known_is_not_analysed_again(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = KINDS[name]([(["It is steadier now."], [f"model.fit(x, y, epochs={n})"]) for n in range(1, 40)])
    document, memo = open_text(name, text), Memo()
    known = check(document, memo=memo).facts
    again: list[ChunkKey] = []

    def counted(key: ChunkKey) -> Analysis:
        again.append(key)
        return analyse(key)

    monkeypatch.setattr(module, "analyse", counted)

    def step(document: Document) -> None:
        kinds = frozenset({Kind.STEP, Kind.CONCLUSION})
        _capture(document, tmp_path / name, Way.TEXT, {}, "en", Named(), kinds, known)

    step(document)
    assert not again
    at = text.index("steadier", len(text) // 2)
    document = document.edited(TextEdit(Span(at, at), "x"))
    step(document)  # before the server has read what was typed
    assert len(again) == 1
    known = check(document, memo=memo).facts
    step(document)
    assert len(again) == 1


def test_code_that_stays_as_it_is_is_not_followed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    document = open_text("j.md", markdown([(["It is steadier now."], ["model.fit(x, y, epochs=3)"])] * 5))
    first = hyperparameters_in(document)
    monkeypatch.setattr(module, "_Reader", None)
    at = document.text.index("steadier")
    assert hyperparameters_in(document.edited(TextEdit(Span(at, at), "x"))) is first


def run(count: int | None, *epochs: str) -> dict[str, object]:
    text = "".join(
        f"Epoch {n}/{len(epochs)}\n1/1 [====] - 0s 2ms/step - loss: {each}\n" for n, each in enumerate(epochs, 1)
    )
    stream = {"output_type": "stream", "name": "stdout", "text": text or "1/1 [====] - 0s 2ms/step - loss: 0.2\n"}
    code = "model.fit(x, y)" if epochs else "model.evaluate(x, y)"
    return {"cell_type": "code", "source": code, "execution_count": count, "outputs": [stream]}


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(1, 4)), st.lists(st.sampled_from(["0.5", "0.25", "0.125"]), max_size=2)
        ),
        max_size=5,
    )
)
def test_the_last_results_are_all_that_counts(runs: list[tuple[int | None, list[str]]]) -> None:
    text = json.dumps({"cells": [run(count, *epochs) for count, epochs in runs], "nbformat": 4})
    every, last = results_of_notebook(text), last_results_of_notebook(text)
    assert every[len(every) - len(last) :] == last or not last
    trained = [each for each in every if isinstance(each, Training) and each.epochs]
    assert all(each in last for each in trained[-1:])
    document = open_text("j.ipynb", text)
    assert repr(captured(document)) == repr(captured(document, results=every))


def test_earlier_outputs_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[CellOutput] = []

    def counted(output: CellOutput) -> tuple[Result, ...]:
        read.append(output)
        return results_of(output)

    monkeypatch.setattr(outputs, "results_of", counted)
    last_results_of_notebook(json.dumps({"cells": [run(n, f"0.{n}") for n in range(1, 9)], "nbformat": 4}))
    assert [each.place.cell for each in read] == [7]


SOURCES = st.lists(
    st.tuples(st.sampled_from(["code", "markdown", "raw", "Code", None]), st.integers(0, 2), st.booleans()), max_size=5
)
IN_JSON = st.sampled_from(
    ['"outputs": 3,', '"cells"', '"cells": [],', '"worksheets": [],', '"execution_count": 9,', "\\n", "x", '"', ",", ""]
)


@settings(max_examples=60)
@given(
    SOURCES,
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), IN_JSON), max_size=3),
    st.sampled_from(["", "\ufeff"]),
)
def test_of_a_notebook_that_is_known_the_cells_that_count_are_read(
    made: list[tuple[str | None, int, bool]], typed: list[tuple[float, int, str]], mark: str
) -> None:
    cells = [run(count or None, *["0.5"] * is_trained) for _, count, is_trained in made]
    for cell, (kind, _, _) in zip(cells, made, strict=True):
        cell["cell_type"] = kind
    document = open_text("j.ipynb", mark + json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=1))
    for at, length, text in typed:
        assert document.chunks is not None  # cells are known, and only those that are edited are read again
        start = int(at * len(document.text))
        document = document.edited(TextEdit(Span(start, min(start + length, len(document.text))), text))
        assert repr(last_results_of_document(document)) == repr(last_results_of_notebook(document.text))
    assert repr(last_results_of_document(document)) == repr(last_results_of_notebook(document.text))


LOGS = st.sampled_from(
    ["TensorBoard(", "Tensor", "Board(", "tf.summary", "tf.", "summary", ".x", "Writer", "Summary", ""]
)


@settings(max_examples=60)
@given(st.lists(LOGS, max_size=3), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), LOGS), max_size=5))
def test_what_logs_is_found_however_it_was_typed(words: list[str], typed: list[tuple[float, int, str]]) -> None:
    document = open_text("j.py", "# %%\n" + " ".join([*words, "x" * 40, *words]))
    for at, length, text in typed:
        assert _may_log(document) == _may_log(forgotten(document))
        start = int(at * len(document.text))
        document = document.edited(TextEdit(Span(start, min(start + length, len(document.text))), text))
    assert _may_log(document) == _may_log(forgotten(document))
