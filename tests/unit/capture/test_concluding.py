"""What a conclusion is filled with: the best of all steps and the last run."""

from __future__ import annotations

import time

import pytest

from tests.unit.capture.test_captured import OUTPUT, notebook
from tflsp.capture.captured import captured
from tflsp.capture.concluding import concluded_run, told_values
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal

GOAL = "## Goal\n\n✅ Target: val_accuracy > 96%\n\n"
FIRST = "### Debug step #1: a\n\nResult: val_accuracy 0.9712 after epoch 4 of 5 (best: 0.9733 in epoch 3); loss 0.1\n\n"
SECOND = "### Debug step #2: b\n\nResult: val_accuracy 0.9561 after epoch 2 of 2 (best: 0.9583 in epoch 1)\n\n"


def concluded(journal: str, *, language: str = "en", goal: str = "", output: str = OUTPUT) -> tuple[str | None, object]:
    found = captured(open_text("exp.ipynb", notebook("0.1", output)), goal=goal)
    run = concluded_run(found, read_journal(open_text("j.md", journal)), language)
    return run.best, run.goal_met


def test_the_best_may_have_been_an_earlier_step() -> None:
    goal = "val_accuracy > 96%"
    assert concluded(GOAL + FIRST + SECOND, goal=goal) == (
        "val_accuracy 0.9733 in epoch 3 of step #1 (last epoch: 0.9712)",
        True,
    )
    assert concluded(GOAL + FIRST + SECOND, goal=goal, language="zh") == (
        "val_accuracy 0.9733（步骤 #1，第 3 轮，最后一轮 0.9712）",
        True,
    )


def test_the_last_run_is_the_last_steps_where_that_tells_the_same() -> None:
    best = "val_accuracy 0.9583 in epoch 1"
    assert concluded(SECOND, goal="val_accuracy > 96%") == (f"{best} of step #2 (last epoch: 0.9561)", False)
    assert concluded("", goal="val_accuracy > 96%") == (f"{best} (last epoch: 0.9561)", False)


def test_the_best_step_of_a_training_loop_of_ones_own() -> None:
    told = "### Step 1: a\n\nResult: logged: val_loss 0.5000 at step 900 (best: 0.2500 at step 400)\n\n"
    assert concluded(told, output="") == ("val_loss 0.2500 at training step 400 of step #1 (last: 0.5000)", None)
    told = "### 步骤 1：a\n\n结果：val_loss 0.5000（第 900 步；最佳 0.2500，第 400 步）\n\n"
    assert concluded(told, output="", language="zh") == ("val_loss 0.2500（步骤 #1，第 400 步，最后 0.5000）", None)


def test_without_a_goal_it_is_not_said_whether_it_is_met() -> None:
    assert concluded(FIRST)[1] is None


def test_smaller_is_better_for_errors() -> None:
    step = "### Step 1: a\n\n结果：val_loss 降至 0.05\n\n"
    assert concluded(step, goal="val_loss < 0.1") == ("val_loss 0.0500 in step #1", True)


def test_nothing_was_measured() -> None:
    assert concluded("### Step 1: a\n\nResult: better\n", output="") == (None, None)


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        ("val_accuracy 0.9561 after epoch 2 of 2 (best: 0.9583 in epoch 1)", {"val_accuracy": (0.9561, 0.9583, 1)}),
        ("val_accuracy 0.9561（第 2/2 轮；最佳 0.9583，第 1 轮）", {"val_accuracy": (0.9561, 0.9583, 1)}),
        ("val_loss 1.2000e-04 after epoch 3 of 5", {"val_loss": (0.00012, 0.00012, 3)}),
        ("logged: val_loss 0.5 at step 900 (best: 0.25 at step 400)", {"val_loss": (0.5, 0.25, 400)}),
        ("val_loss 0.5（第 900 步；最佳 0.25，第 400 步）", {"val_loss": (0.5, 0.25, 400)}),
        ("loss 下降更平稳,accuracy 提升至 95.6%", {"accuracy": (0.956, 0.956, None)}),
        ("验证集准确率达到 97.2%，损失降至 0.1", {"验证集准确率": (0.972, 0.972, None), "损失": (0.1, 0.1, None)}),
        ("Accuracy rises to 96 %, in 3 minutes", {"Accuracy": (0.96, 0.96, None)}),
        ("better on version 2.9.0 with Adam 3", {}),
        ("accuracy: 0.5; accuracy: 0.6", {"accuracy": (0.5, 0.5, None)}),
    ],
)
def test_values_that_a_step_tells(result: str, wanted: dict[str, tuple[float, float, int | None]]) -> None:
    assert {name: (each.now, each.best, each.epoch) for name, each in told_values(result).items()} == wanted


@pytest.mark.parametrize("piece", ["准", "准确率", "accuracy ", "a-", "0 ", "准确率0", "loss 0.1 (best: "])
def test_long_results_are_read_at_once(piece: str) -> None:
    before = time.process_time()
    told_values(piece * 50_000)
    assert time.process_time() - before < 0.5
