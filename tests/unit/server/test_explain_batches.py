"""What hover says of a batch size: the arithmetic, the budget, the steps; and nothing where nothing is known."""

from __future__ import annotations

import pytest

from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import check
from tflsp.options import GIB
from tflsp.project import NO_PROJECT, Project
from tflsp.server.explain.batches import explain_batch
from tflsp.settings import Settings

TEXT = """\
import tensorflow as tf
SIZE = 60_000
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784)
model = tf.keras.Sequential([tf.keras.layers.Dense(128, input_shape=(784,)), tf.keras.layers.Dense(10)])
model.compile("adam")
model.fit(x_train, y_train, batch_size=SIZE)
model.evaluate(x_test, y_test)
other.fit(rows, batch_size=128)
"""


def said(at: str, language: str = "en", text: str = TEXT, project: Project = NO_PROJECT) -> str | None:
    """What is said where ``at`` begins."""
    facts = check(open_text("train.py", text)).facts
    found = explain_batch(facts, 0, text.index(at), Settings(language=language), project)
    return None if found is None else found[1]


def test_the_arithmetic_adds_up() -> None:
    text = said("SIZE)")
    assert text is not None
    assert text.splitlines() == [
        "**fit**, 60,000 samples a step: about **271.2 MiB** (within a factor of two)",
        "",
        "- weights: `101770 x 4 B` = 397.5 KiB",
        "- gradients: `101770 x 4 B` = 397.5 KiB",
        "- optimizer's slots: `2 x 101770 x 4 B` = 795.1 KiB",
        "- input: `60000 x 784 x 4 B` = 179.4 MiB",
        "- kept for the backward pass: `60000 x 552 B` = 31.6 MiB",
        "- working space, twice the largest output: `60000 x 2 x 512 B` = 58.6 MiB",
        "- **total**: `1628320 B + 60000 x 4712 B` = **271.2 MiB**",
        "",
        "Budget: 8.0 GiB (assumed; `memory-budget`). It fits. The largest power of two that surely fits is 524,288.",
        "",
        "Steps through the 60,000 samples: 1.",
    ]


def test_it_is_said_where_the_number_is_written_too() -> None:
    assert said("60_000") == said("SIZE)")


def test_a_call_without_a_batch_size_has_keras_own() -> None:
    text = said("evaluate")
    assert text is not None
    # The test images are not reshaped, and no gradients are kept.
    assert "**evaluate**, 32 samples a step" in text
    assert "gradients" not in text
    assert "Steps through the 10,000 samples: 313." in text


@pytest.mark.parametrize("at", ["import", "x_train, y_train, batch", "128)"])
def test_nothing_is_said_elsewhere(at: str) -> None:
    assert said(at) is None


def test_in_chinese_and_against_the_containers_memory() -> None:
    text = said("SIZE)", "zh", project=Project(memory_limit=GIB // 4))
    assert text is not None
    assert "每步 60,000 个样本" in text
    assert "上限：256.0 MiB（项目的容器）。可能放不下。确定放得下的最大二次幂是 16,384。" in text


def test_cells_of_a_synced_notebook_have_offsets_of_their_own() -> None:
    head, tail = TEXT.split("model = ")
    cells = [CellText("a", "code", "python", head), CellText("b", "code", "python", f"model = {tail}")]
    document = open_notebook("a.ipynb", cells)
    facts = check(document).facts
    there = explain_batch(facts, 0, head.index("60_000"), Settings(), NO_PROJECT)
    assert there is not None
    assert there[0].of(head) == "60_000"
    assert explain_batch(facts, 1, head.index("60_000"), Settings(), NO_PROJECT) is None
