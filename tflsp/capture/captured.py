"""What happened since the last step: ``captured`` puts together results, changes and environment of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tflsp.capture.changes import Change, changes, changes_told
from tflsp.capture.criteria import criterion_of
from tflsp.capture.environment import Commit, Devices, Environment, Image, Installed, environment_of
from tflsp.capture.hyperparameters import Hyperparameters, hyperparameters_in
from tflsp.capture.outputs import completed, last_results_of_document, results_of_text
from tflsp.capture.printed_values import csv_trainings
from tflsp.capture.results import Criterion, Result, Score, Training, Verdict, judged
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document


@dataclass(frozen=True, slots=True)
class Captured:
    """What is known. ``changes`` is None where there was nothing earlier to compare with.

    ``training`` is the last one, ``scores`` what was evaluated after it. ``verdict`` answers the goal's ``criterion``;
    None where there is no criterion, or its metric was not measured.
    """

    hyperparameters: Hyperparameters
    changes: tuple[Change, ...] | None
    training: Training | None
    scores: tuple[Score, ...]
    criterion: Criterion | None
    verdict: Verdict | None
    environment: Environment


def captured(
    document: Document,
    *,
    hyperparameters: Hyperparameters | None = None,
    before: Hyperparameters | None = None,
    told: Mapping[str, str] | None = None,
    goal: str = "",
    log: str | None = None,
    results: Sequence[Result] | None = None,
    logged: Sequence[Result] = (),
    order: Mapping[int, int] | None = None,
    commit: Commit | None = None,
    digests: Mapping[str, str] | None = None,
    running: Image | None = None,
    installed: Installed | None = None,
    devices: Devices | None = None,
) -> Captured:
    """Read a document: its code, and the outputs that it was saved with (a raw notebook's), or a ``log``
    (a run's output, or CSVLogger's file), or ``results`` that the caller has read (an editor's unsaved outputs).

    ``logged`` is what TensorBoard has of the newest run; ``order`` says which cells ran when, where the document does
    not (``hyperparameters_of``); ``hyperparameters`` are the document's own, where the caller has read them; ``before``
    is what was captured at the last step, ``told`` the values that the steps tell, which count where that is not known;
    ``goal`` the text of the goal's criterion; the others are what the caller knows of the environment.
    """
    if hyperparameters is None:
        hyperparameters = hyperparameters_in(document, order)
    found = _results(document, log) if results is None else tuple(results)
    training, scores = _last_run(found if log is not None else completed(found, logged))
    criterion = criterion_of(goal)
    verdict = _verdict(training, scores, criterion) if criterion is not None else None
    return Captured(
        hyperparameters,
        changes(before, hyperparameters) if before is not None else _changes_told(told or {}, hyperparameters),
        training,
        scores,
        criterion,
        verdict,
        environment_of(
            document,
            hyperparameters,
            commit=commit,
            digests=digests,
            running=running,
            installed=installed,
            devices=devices,
        ),
    )


def _changes_told(told: Mapping[str, str], now: Hyperparameters) -> tuple[Change, ...] | None:
    """None where the steps' words and the code agree: that does not say that nothing has changed."""
    return tuple(changes_told(told, now)) or None


def _results(document: Document, log: str | None) -> tuple[Result, ...]:
    if log is not None:
        return csv_trainings(log) or results_of_text(log)
    if document.kind == "notebook" and len(document.parts) == 1:
        return last_results_of_document(document)
    return ()


def _last_run(results: tuple[Result, ...]) -> tuple[Training | None, tuple[Score, ...]]:
    """The last training that came to the end of an epoch, and what was measured after it."""
    for index in range(len(results) - 1, -1, -1):
        found = results[index]
        if isinstance(found, Training) and found.epochs:
            return found, tuple(each for each in results[index + 1 :] if isinstance(each, Score))
    return None, tuple(each for each in results if isinstance(each, Score))[-1:]


def _verdict(training: Training | None, scores: tuple[Score, ...], criterion: Criterion) -> Verdict | None:
    """The answer of the training where it has one, else that of the last evaluation that has."""
    candidates: tuple[Result, ...] = (*((training,) if training is not None else ()), *reversed(scores))
    return next((found for each in candidates if (found := judged(each, criterion)) is not None), None)
