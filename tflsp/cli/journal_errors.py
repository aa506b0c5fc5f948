"""What `tflsp journal error` is filled with: the error of a message or log, one that was pasted, or of the outputs."""

from __future__ import annotations

from pathlib import Path

from tflsp.capture.error_wording import captured_error
from tflsp.capture.errors import BrokenNotebookError, CapturedErrors, error_given, errors_in_notebook
from tflsp.capture.pasted import last_pasted, pasted_at
from tflsp.checking.files import decode
from tflsp.documents.document import Document
from tflsp.documents.opening import open_text
from tflsp.facts.journal import Journal, read_journal
from tflsp.journal.entries import CapturedError
from tflsp.tensorflow.errors import ErrorReport


def error_from_run(
    file: Path,
    language: str,
    log: str | None,
    when: str,
    text: str | None = None,
    *,
    message: str = "",
    line: int | None = None,
    after: int | None = None,
) -> CapturedError | None:
    """The error that a message or a log ends with; without them the one pasted at a line, the one of the cell
    ``after`` (both from 1), the last that was pasted and has no entry, or the one that the notebook's outputs end with.
    None where there is none.

    It is told in the language of the file, or in ``language`` where it has none; ``text`` is what an editor has for the
    file and has not saved. Raises OSError where the file cannot be read.
    """
    if text is None:
        text = decode(file.read_bytes()) if file.exists() else ""
    document = open_text(file.as_posix(), text)
    journal = read_journal(document)
    report: ErrorReport | None = None
    if message or log is not None:
        given = (error_given(each) for each in (message, log) if each)
        report = next((each for each in given if each is not None), None)
    else:
        report = _in_file(document, journal, line, after)
    return None if report is None else captured_error(report, journal.language(language), when)


def _in_file(document: Document, journal: Journal, line: int | None, after: int | None) -> ErrorReport | None:
    if line is not None:
        lines = document.parts[0].lines
        start = lines.line_span(min(line, lines.line_count) - 1).start
        if (pasted := pasted_at(document, journal, 0, start)) is not None:
            return pasted.report
    raised = _raised(document)
    if after is not None and (report := _of_cell(document, journal, raised, after)) is not None:
        return report
    # One that has an entry is found last: so that it is said that it has.
    return last_pasted(journal) or raised.last or last_pasted(journal, is_told=True)


def _of_cell(document: Document, journal: Journal, raised: CapturedErrors, after: int) -> ErrorReport | None:
    """The error of the cell that an entry is to go behind, pasted or raised there."""
    count = 0 if document.outline is None else len(document.outline.cells)
    cell = min(after, count) - 1
    own = CapturedErrors(tuple(error for error in raised.errors if error.cell == cell))
    return last_pasted(journal, cell=cell) or own.last or last_pasted(journal, cell=cell, is_told=True)


def _raised(document: Document) -> CapturedErrors:
    if document.kind != "notebook":
        return CapturedErrors(())
    try:
        return errors_in_notebook(document.text)
    except BrokenNotebookError:
        return CapturedErrors(())  # whoever inserts says what is wrong with it
