"""What an entry is filled with: captured in a thread, from the document as the client has it and what it last gave."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from tflsp.capture.captured import captured
from tflsp.capture.concluding import concluded_run
from tflsp.capture.environment import Devices
from tflsp.capture.error_wording import captured_error
from tflsp.capture.errors import errors_in_text
from tflsp.capture.hyperparameters import Hyperparameters, hyperparameters_in
from tflsp.capture.wording import captured_run
from tflsp.checking.journal_capture import CapturedFile, capture_document
from tflsp.checking.journal_files import now
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.journal.entries import CapturedError, CapturedRun, filled
from tflsp.journal.reading import journal_of
from tflsp.journal.writing import NotInserted
from tflsp.server.explain.words import say
from tflsp.server.journal.awaited import awaited_by
from tflsp.server.journal.outputs import Told, told_outputs
from tflsp.server.journal.runs import Run, order_of, read_saved, results, runs_of_cells, runs_of_file
from tflsp.server.journal.targets import Target, Way
from tflsp.server.workspace.progress import Progress
from tflsp.tensorflow.errors import ErrorReport
from tflsp.tensorflow.errors.report import Level

EMPTY: Mapping[Kind, Entry] = {
    Kind.GOAL: Goal(),
    Kind.STEP: Step(),
    Kind.ERROR: ErrorLog(),
    Kind.CONCLUSION: Conclusion(),
}


@dataclass(frozen=True, slots=True)
class Capture:
    """What entries of one document can be filled with; ``problem`` is what could not be read of its past."""

    known: Mapping[Kind, CapturedRun | CapturedError]
    hyperparameters: Hyperparameters | None
    problem: str | None = None

    def fill(self, kind: Kind) -> Entry:
        known = self.known.get(kind)
        return EMPTY[kind] if known is None else filled(EMPTY[kind], known)


async def capture(target: Target, kinds: frozenset[Kind]) -> Capture:
    """What happened, as far as entries of these kinds tell it; with progress where that takes long.

    Raises NotInserted where the user cancels.
    """
    session = target.session
    await awaited_by(session).settled()
    told = told_outputs(session).of(target.opened.uri)
    work = asyncio.ensure_future(
        asyncio.to_thread(
            _capture, target.document(), target.path, target.way, told, target.language, target.number, kinds
        )
    )
    cancelled = False

    def cancel() -> None:
        nonlocal cancelled
        cancelled = work.cancel()

    progress = Progress(session, say("capturing", target.language), cancel)
    try:
        return await work
    except asyncio.CancelledError:
        if not cancelled:
            raise  # the request was, or the session has ended
        raise NotInserted(say("capture-cancelled", target.language)) from None
    finally:
        progress.end()


def _capture(
    document: Document,
    path: Path | None,
    way: Way,
    told: Mapping[str, Told],
    language: str,
    number: int | None,
    kinds: frozenset[Kind],
) -> Capture:
    when = now()
    runs = runs_of(document, path, way, told)
    error = CapturedError(when=when)
    if Kind.ERROR in kinds and (report := _error(document, runs, number)) is not None:
        error = captured_error(report, journal_of(document).language(language), when)
    if not kinds & {Kind.STEP, Kind.CONCLUSION}:
        known = hyperparameters_in(document) if Kind.GOAL in kinds else None
        return Capture({Kind.ERROR: error}, known)
    given = None if runs is None else results(runs)
    # Of a script or a virtual document the cells are none of the notebook's.
    order = order_of(runs) if runs is not None and way in (Way.NEW_CELL, Way.END_OF_CELL) else None
    if path is None:
        journal = journal_of(document)
        file = CapturedFile(captured(document, results=given, order=order), journal, journal.language(language))
    else:
        file = capture_document(document, path, language=language, results=given, order=order, devices=_devices)
    made: dict[Kind, CapturedRun | CapturedError] = {Kind.ERROR: error}
    if Kind.STEP in kinds:
        made[Kind.STEP] = captured_run(file.captured, file.language, when)
    if Kind.CONCLUSION in kinds:
        made[Kind.CONCLUSION] = concluded_run(file.captured, file.journal, file.language, when)
    return Capture(made, file.captured.hyperparameters, file.problem)


def runs_of(document: Document, path: Path | None, way: Way, told: Mapping[str, Told]) -> tuple[Run, ...] | None:
    """The runs that are known beside the document's own text; None where that has all there is."""
    if way in (Way.NEW_CELL, Way.END_OF_CELL):
        return runs_of_cells(document, read_saved(path), told)
    if document.kind == "notebook" and way is not Way.VIRTUAL:
        return None
    # A notebook that a plugin shows as a script or as Markdown, or JupyterLab in pieces.
    saved = read_saved(path)
    return None if saved is None else runs_of_file(saved)


def _error(document: Document, runs: tuple[Run, ...] | None, number: int | None) -> ErrorReport | None:
    """The error that is meant: of the cell that was named, else the newest."""
    if runs is None and document.kind == "notebook":
        runs = runs_of_file(document.text)
    named = [run for run in runs or () if run.cell == number] if number is not None else []
    return next((report for run in reversed([*(runs or ()), *named]) if (report := run.error) is not None), None)


def error_in(text: str, name: str) -> ErrorReport | None:
    """The last error in a text, such as one that was pasted into a journal."""
    errors = [each.report for each in errors_in_text(text, name).errors if each.report.level is Level.ERROR]
    return errors[-1] if errors else None


def _devices() -> Devices | None:
    from tflsp.gpu.for_journal import devices_here

    return devices_here()
