"""What is read from outputs: forms that no run of TensorFlow 2.9 in these tests gives, goals, and broken input."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notebook_results import results_of_notebook
from tflsp.capture.keras_progress import progress
from tflsp.capture.outputs import outputs_of, results_of_text
from tflsp.capture.printed_values import csv_trainings
from tflsp.capture.results import (
    Criterion,
    Epoch,
    Score,
    Training,
    is_error,
    judged,
    main_metric,
    named_metric,
)

BAR = "18/18 [==============================] - 4s 2ms/step"
TWO_EPOCHS = f"""\
Epoch 1/2
{BAR} - loss: 0.2912 - accuracy: 0.9165 - val_loss: 0.1390 - val_accuracy: 0.9583
Epoch 2/2
{BAR} - loss: 0.1423 - accuracy: 0.9571 - val_loss: 0.1062 - val_accuracy: 0.9561
"""


def training(text: str) -> Training:
    (found,) = results_of_text(text)
    assert isinstance(found, Training)
    return found


def test_best_and_last_epoch() -> None:
    found = training(TWO_EPOCHS)
    assert found.metrics == ("loss", "accuracy", "val_loss", "val_accuracy")
    assert found.best("val_accuracy") == found.epochs[0]
    assert found.best("val_loss") == found.last == found.epochs[1]
    assert found.best("auc") is None


def test_colours_and_carriage_returns_of_a_terminal() -> None:
    written = TWO_EPOCHS.replace("\n", "\r\n").replace("loss", "\x1b[1mloss\x1b[0m").replace("Epoch", "\x1b[32mEpoch")
    assert training(written) == training(TWO_EPOCHS)


def test_bars_of_keras_3() -> None:
    line = "Epoch 1/1\n8/8 ━━━━━━━━━━━━━━━━━━━━ 1s 5ms/step - accuracy: 0.5430 - loss: 0.7012\n"
    assert training(line).epochs == (Epoch(1, {"accuracy": 0.543, "loss": 0.7012}, 1),)


def test_where_every_state_is_a_line_of_its_own_the_finished_one_counts() -> None:
    states = """\
Epoch 1/1
 1/10 [==>...........................] - ETA: 3s - loss: 0.9000
10/10 [==============================] - ETA: 0s - loss: 0.6000
10/10 [==============================] - 1s 5ms/step - loss: 0.6000 - val_loss: 0.5000
"""
    assert training(states).epochs == (Epoch(1, {"loss": 0.6, "val_loss": 0.5}, 1),)


def test_an_epoch_that_was_interrupted_is_no_epoch() -> None:
    stopped = training(
        TWO_EPOCHS.replace("1/2", "1/3").replace("2/2", "2/3") + "Epoch 3/3\n 9/1875 [>....] - ETA: 9s - loss: 2\n"
    )
    assert (len(stopped.epochs), stopped.interrupted) == (2, 3)


def test_a_second_training_begins_where_epochs_count_anew() -> None:
    found = results_of_text(TWO_EPOCHS + TWO_EPOCHS)
    assert [len(each.epochs) for each in found if isinstance(each, Training)] == [2, 2]


def test_a_lone_bar_is_an_evaluation_unless_the_cell_does_nothing_but_train() -> None:
    bar = "8/8 [==============================] - 0s 2ms/step - loss: 0.6162 - accuracy: 0.6289\n"
    (alone,) = progress(bar)
    (trained,) = progress(bar, called=("fit",))
    assert alone == Score("evaluate", {"loss": 0.6162, "accuracy": 0.6289})
    assert isinstance(trained, Training)
    assert progress("8/8 [==============================] - 0s 2ms/step\n") == ()  # predict


def test_a_classification_report() -> None:
    report = """\
              precision    recall  f1-score   support

           0       0.98      0.99      0.99       980
           1       0.99      0.97      0.98      1135

    accuracy                           0.98      2115
   macro avg       0.98      0.98      0.98      2115
weighted avg       0.99      0.98      0.97      2115
"""
    (found,) = results_of_text(report)
    assert isinstance(found, Score)
    assert (found.kind, found.metrics["accuracy"], found.metrics["f1_weighted_avg"]) == ("report", 0.98, 0.97)


@pytest.mark.parametrize(
    ("line", "metrics"),
    [
        ("Test accuracy: 0.9756", {"Test accuracy": 0.9756}),
        ("测试集准确率：97.5%", {"测试集准确率": 0.975}),
        ("loss = 0.25, accuracy = 91.5", {"loss": 0.25, "accuracy": 0.915}),
    ],
)
def test_values_that_are_printed(line: str, metrics: dict[str, float]) -> None:
    assert results_of_text(f"done\n{line}\n") == (Score("printed", metrics),)


@pytest.mark.parametrize(
    "line", ["learning rate: 0.1", "Loss function: mse", "accuracy: see below", "shape: 3", "1: 2"]
)
def test_lines_that_tell_of_no_result(line: str) -> None:
    assert results_of_text(line) == ()


def test_a_loop_of_ones_own() -> None:
    found = training("Epoch 1, Loss: 0.13, Accuracy: 95.9\nEpoch 2, Loss: 0.05, Accuracy: 98.1\n")
    assert found.epochs == (Epoch(1, {"Loss": 0.13, "Accuracy": 0.959}), Epoch(2, {"Loss": 0.05, "Accuracy": 0.981}))


def test_values_that_are_printed_again_are_no_second_result() -> None:
    evaluated = "8/8 [==============================] - 0s 2ms/step - loss: 0.6162 - accuracy: 0.6289\n"
    assert (
        len(results_of_text(evaluated + "{'loss': 0.616210222, 'accuracy': 0.62890625}\nTest accuracy: 0.62890625\n"))
        == 1
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("验证集准确率", "val_accuracy"),
        ("validation accuracy", "val_accuracy"),
        ("val_acc", "val_accuracy"),
        ("accuracy", "accuracy"),
        ("准确率", "val_accuracy"),
        ("training accuracy", "accuracy"),
        ("训练损失", "loss"),
        ("validation loss", "val_loss"),
        ("test accuracy", None),
        ("speed", None),
        ("", None),
    ],
)
def test_a_metric_in_words(words: str, name: str | None) -> None:
    assert named_metric(words, ["loss", "accuracy", "val_loss", "val_accuracy"]) == name


@pytest.mark.parametrize(
    ("sign", "value", "met"),
    [(">", 0.9561, False), (">=", 0.9561, True), (">", 0.97, False), ("<", 0.957, True)],
)
def test_whether_a_goal_is_met_is_said_of_the_model_as_it_is_now(sign: str, value: float, met: bool) -> None:
    verdict = judged(training(TWO_EPOCHS), Criterion("验证集准确率", sign, value))
    assert verdict is not None
    assert (verdict.now, verdict.met) == (0.9561, met)


def test_weights_that_were_put_back_are_the_models_own() -> None:
    text = TWO_EPOCHS.replace("Epoch 2/2\n", "Epoch 2/2\nRestoring model weights from the end of the best epoch: 1.\n")
    verdict = judged(training(text), Criterion("val_accuracy", ">", 0.958))
    assert verdict is not None
    assert verdict.met
    assert verdict.now == 0.9583


def test_nan_meets_no_goal() -> None:
    found = training(TWO_EPOCHS.replace("0.1062", "nan"))
    assert math.isnan(found.epochs[1].metrics["val_loss"])
    verdict = judged(found, Criterion("val_loss", "<", 1))
    assert verdict is not None
    assert not verdict.met


def test_what_stands_for_a_run_where_no_goal_names_a_metric() -> None:
    assert main_metric(["loss", "accuracy", "val_loss", "val_accuracy"]) == "val_accuracy"
    assert main_metric(["loss", "val_loss"]) == "val_loss"
    assert main_metric(["loss", "mae", "auc"]) == "auc"
    assert main_metric([]) is None
    assert is_error("val_mean_absolute_error")
    assert not is_error("binary_accuracy")


def test_cells_in_the_order_in_which_they_ran() -> None:
    cells = [
        {"cell_type": "code", "execution_count": 7, "source": ["a"], "outputs": [stream(["Test loss: 2\n"])]},
        {"cell_type": "code", "execution_count": 5, "source": "b", "outputs": [stream("Test loss: 1\n")]},
        {"cell_type": "code", "execution_count": None, "source": "c", "outputs": []},
        {"cell_type": "markdown", "source": "d"},
    ]
    found = results_of_notebook(json.dumps({"cells": cells, "nbformat": 4}))
    assert [each.place.cell for each in found] == [1, 0]


def stream(text: object) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": text}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', "null", "[" * 100_000])
def test_what_is_no_notebook(text: str) -> None:
    assert outputs_of(text) is None


@pytest.mark.parametrize(
    "cell",
    [
        None,
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "outputs": [None, {}, {"output_type": "stream", "text": [1, None]}]},
        {"cell_type": "code", "source": 3, "outputs": [{"output_type": "display_data", "data": []}]},
    ],
)
def test_cells_of_another_form_give_no_result(cell: object) -> None:
    assert results_of_notebook(json.dumps({"cells": [cell]})) == ()


@given(st.text(alphabet="Epoch 123/.-=[]>loss:accuracy\r\n\b\x1b'{},%", max_size=200))
def test_any_text_is_read(text: str) -> None:
    results_of_text(text)
    csv_trainings("epoch," + text)
