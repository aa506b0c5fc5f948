"""TensorBoard's scalars as results; the files themselves are read in tests/e2e/test_tensorboard.py."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tflsp.capture.event_files import newest_run, run_in
from tflsp.capture.outputs import completed, results_of_text
from tflsp.capture.results import Course, Epoch, Score, Training

FILE = "events.out.tfevents.{}.host.42.{}.v2"


def name(folder: str, time: int, number: int) -> str:
    return f"/p/logs/{folder}/{FILE.format(time, number)}"


def epochs(*losses: float) -> list[list[Any]]:
    return [["epoch_loss", step, loss] for step, loss in enumerate(losses)]


TRAIN = [name("a/train", 10, 0), 12.5, epochs(0.5, 0.25)]
VALIDATION = [name("a/validation", 11, 1), 13.5, [["evaluation_loss_vs_iterations", 8, 0.6], *epochs(0.6, 0.375)]]


def test_a_training_with_validation() -> None:
    found = run_in([TRAIN, VALIDATION])
    assert found is not None
    rows = (Epoch(1, {"loss": 0.5, "val_loss": 0.6}), Epoch(2, {"loss": 0.25, "val_loss": 0.375}))
    assert found.results == (Training(rows),)
    assert found.ended == 13.5


def test_the_same_folder_again_is_a_new_training() -> None:
    again = [name("a/train", 20, 0), 22.5, epochs(0.125)]
    found = run_in([TRAIN, VALIDATION, again])
    assert found is not None
    assert found.results == (Training((Epoch(1, {"loss": 0.125}),)),)


def test_an_evaluation_after_a_training() -> None:
    evaluated = [name("a/validation", 30, 0), 31.0, [["evaluation_loss_vs_iterations", 8, 0.75]]]
    found = run_in([TRAIN, evaluated])
    assert found is not None
    assert found.results[1:] == (Score("evaluate", {"loss": 0.75}),)


def test_steps_of_a_loop_of_ones_own_are_not_called_epochs() -> None:
    own = [[f"{part}", step, 0.5 + step] for step in range(3) for part in ("train/accuracy", "grad_norm", "loss")]
    found = run_in([[name("own", 1, 0), 2.0, own]])
    assert found is not None
    courses = {"accuracy": Course(2, 2.5, 2), "loss": Course(2, 0.5, 0)}
    assert found.results == (Score("logged", {"accuracy": 2.5, "loss": 2.5}, courses=courses),)


def own(folder: str, begun: int, **values: dict[int, float]) -> list[Any]:
    scalars = [[tag.replace("__", "/"), step, value] for tag, each in values.items() for step, value in each.items()]
    return [name(folder, begun, 0), begun + 1.0, scalars]


def logged(*files: list[Any]) -> Score:
    found = run_in([*files])
    assert found is not None
    (score,) = found.results
    assert isinstance(score, Score)
    return score


def test_each_metric_has_a_course_of_its_own() -> None:
    """The training set's by the batch, validation's by the epoch; the set is the folder's or the tag's."""
    score = logged(
        own("r/train", 1, loss={10: 0.5, 20: 0.25, 30: math.nan}),
        own("r/val", 2, loss={15: 0.4, 30: 0.6}, mIoU={30: 0.5}),
        own(
            "r/own",
            3,
            test__accuracy={30: 0.9},
            psnr__val={15: 31.0, 30: 30.0},
            val__val_auc={30: 0.75},
            steps={1: 2.0},
        ),
    )
    assert list(score.metrics) == ["loss", "val_loss", "val_mIoU", "test_accuracy", "val_psnr", "val_auc"]
    assert math.isnan(score.metrics["loss"])
    assert score.courses["loss"] == Course(30, 0.25, 20)
    assert score.courses["val_loss"] == Course(30, 0.4, 15)
    assert score.courses["val_psnr"] == Course(30, 31.0, 15)


def test_a_run_that_was_taken_up_again() -> None:
    first, again = own("r", 1, loss={10: 0.5, 20: 0.1, 30: 0.3}), own("r", 9, loss={20: 0.4, 40: 0.35})
    score = logged(first, again)
    assert (score.metrics, score.courses) == ({"loss": 0.35}, {"loss": Course(40, 0.35, 40)})


def test_another_run_into_the_same_folders() -> None:
    first = [own("r/train", 1, loss={10: 0.1, 20: 0.2}), own("r/val", 2, loss={20: 0.05}, auc={20: 0.9})]
    score = logged(*first, own("r/train", 8, loss={10: 0.7}), own("r/val", 9, loss={10: 0.8}))
    assert score.metrics == {"loss": 0.7, "val_loss": 0.8}


def test_a_loss_that_was_never_a_number_has_no_best() -> None:
    score = logged(own("r", 1, loss={1: math.nan, 2: math.inf}))
    assert (score.metrics["loss"], score.courses) == (math.inf, {})


@pytest.mark.parametrize("answer", [None, [], {}, [["x"]], [[name("a", 1, 0), 3.0, []]]])
def test_nothing_is_made_up(answer: Any) -> None:
    assert run_in(answer) is None


def test_the_newest_run() -> None:
    old = [(name("b/train", 1, 0), 5.0), (name("b/validation", 1, 1), 6.0)]
    new = [(name("a/validation", 10, 10), 9.0), (name("a/train", 10, 2), 1.0)]
    assert newest_run([*old, *new]) == [name("a/train", 10, 2), name("a/validation", 10, 10)]
    assert newest_run([]) == []
    own = (name("b/own", 30, 0), 50.0)
    assert newest_run([*old, *new, own]) == [*(path for path, _ in old), own[0]]
    assert newest_run([*old, (name("c", 30, 0), 50.0)]) == [name("c", 30, 0)]


BARS = "Epoch 1/2\n8/8 - 1s - loss: 0.5000\nEpoch 2/2\n8/8 - 1s - loss: 0.2500\n8/8 - 0s - loss: 0.7500\n"


def test_logged_values_of_the_same_training_are_exact() -> None:
    outputs = results_of_text(BARS)
    exact = Training((Epoch(1, {"loss": 0.50000001, "val_loss": 0.3}), Epoch(2, {"loss": 0.25000001, "val_loss": 0.2})))
    training, score = completed(outputs, (exact,))
    assert isinstance(training, Training)
    assert training.planned == 2
    assert [epoch.metrics for epoch in training.epochs] == [epoch.metrics for epoch in exact.epochs]
    assert score == outputs[1]


def test_what_the_outputs_say_stands_where_another_program_logged() -> None:
    outputs = results_of_text(BARS)
    assert completed(outputs, (Training((Epoch(1, {"loss": 9.0}),)),)) == outputs
    assert completed(outputs, ()) == outputs


def test_a_silent_training_is_the_logged_one() -> None:
    logged = (Training((Epoch(1, {"loss": 0.5}),)), Score("evaluate", {"loss": 0.75}))
    printed = (Score("printed", {"accuracy": 0.9}),)
    assert completed(printed, logged) == (*logged, *printed)
    # What was printed of the evaluation is not said twice.
    assert completed((Score("evaluate", {"loss": 0.7500}),), logged) == (logged[0], Score("evaluate", {"loss": 0.75}))
