"""What an entry is filled with: captured in a thread, from the document as the client has it and what it last gave."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from tflsp.capture.captured import captured
from tflsp.capture.concluding import concluded_run
from tflsp.capture.environment import Devices
from tflsp.capture.error_wording import captured_error
from tflsp.capture.hyperparameters import Hyperparameters, facts_of, hyperparameters_of
from tflsp.capture.pasted import last_pasted, pasted_at
from tflsp.capture.wording import captured_run
from tflsp.checking.journal_capture import CapturedFile, capture_document
from tflsp.checking.journal_files import now
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.journal.entries import CapturedError, CapturedRun, filled
from tflsp.journal.reading import journal_of
from tflsp.journal.refusals import Refusal
from tflsp.journal.writing import NotInserted
from tflsp.server.explain.words import say
from tflsp.server.journal.awaited import awaited_by
from tflsp.server.journal.outputs import Told, told_outputs
from tflsp.server.journal.runs import Run, order_of, read_saved, results, runs_of_cells, runs_of_file
from tflsp.server.journal.targets import Target, Way
from tflsp.server.workspace.progress import Progress
from tflsp.tensorflow.errors import ErrorReport

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
    problem: Refusal | None = None

    def fill(self, kind: Kind) -> Entry:
        known = self.known.get(kind)
        return EMPTY[kind] if known is None else filled(EMPTY[kind], known)


@dataclass(frozen=True, slots=True)
class Named:
    """What the client has named: a notebook's cell, a part of the document, and an offset in its text."""

    cell: int | None = None
    part: int | None = None
    offset: int | None = None


async def capture(target: Target, kinds: frozenset[Kind]) -> Capture:
    """What happened, as far as entries of these kinds tell it; with progress where that takes long.

    Raises NotInserted where the user cancels.
    """
    session = target.session
    await awaited_by(session).settled()
    told = told_outputs(session).of(target.opened.uri)
    document = target.document()
    part = target.part(document)
    named = Named(target.number, part, None if part is None else target.cursor(document, part))
    analysed = session.analyser.latest(target.opened)
    known = None if analysed is None else analysed.report.facts
    work = asyncio.ensure_future(
        asyncio.to_thread(_capture, document, target.path, target.way, told, target.language, named, kinds, known)
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
        raise NotInserted("cancelled") from None
    finally:
        progress.end()


def _capture(
    document: Document,
    path: Path | None,
    way: Way,
    told: Mapping[str, Told],
    language: str,
    named: Named,
    kinds: frozenset[Kind],
    known: DocumentFacts | None,
) -> Capture:
    when = now()
    runs = runs_of(document, path, way, told)
    error = CapturedError(when=when)
    if Kind.ERROR in kinds and (report := _error(document, runs, named)) is not None:
        error = captured_error(report, journal_of(document).language(language), when)
    if not kinds & {Kind.STEP, Kind.CONCLUSION}:
        hyperparameters = hyperparameters_of(facts_of(document, known)) if Kind.GOAL in kinds else None
        return Capture({Kind.ERROR: error}, hyperparameters)
    given = None if runs is None else results(runs)
    # Of a script or a virtual document the cells are none of the notebook's.
    order = order_of(runs) if runs is not None and way in (Way.NEW_CELL, Way.END_OF_CELL) else None
    if path is None:
        journal, hyperparameters = journal_of(document), hyperparameters_of(facts_of(document, known), order)
        found = captured(document, hyperparameters=hyperparameters, results=given)
        file = CapturedFile(found, journal, journal.language(language))
    else:
        file = capture_document(
            document, path, language=language, results=given, order=order, known=known, devices=_devices
        )
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


def _error(document: Document, runs: tuple[Run, ...] | None, named: Named) -> ErrorReport | None:
    """The error that is meant: the one that was pasted where the cursor is or into the Markdown cell that was named; of
    the cell that was named; the newest; the last that was pasted and has no entry.
    """
    journal = journal_of(document)
    if named.part is not None:
        pasted = None if named.offset is None else pasted_at(document, journal, named.part, named.offset)
        report = pasted.report if pasted is not None else None
        if report is None and named.cell is not None:
            report = last_pasted(journal, named.part)
        if report is not None:
            return report
    if runs is None and document.kind == "notebook":
        runs = runs_of_file(document.text)
    first = [run for run in runs or () if run.cell == named.cell] if named.cell is not None else []
    errors = (run.error for run in reversed([*(runs or ()), *first]))
    return next((error for error in errors if error is not None), None) or last_pasted(journal)


def _devices() -> Devices | None:
    from tflsp.gpu.for_journal import devices_here

    return devices_here()
