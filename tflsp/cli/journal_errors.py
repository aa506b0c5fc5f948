"""What `tflsp journal error` is filled with: the last error of a log, or of the notebook's own outputs."""

from __future__ import annotations

from pathlib import Path

from tflsp.capture.error_wording import captured_error, last_error
from tflsp.capture.errors import BrokenNotebookError, CapturedErrors, errors_in_notebook, errors_in_text
from tflsp.checking.files import decode
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.journal.entries import CapturedError


def error_from_run(
    file: Path, language: str, log: str | None, when: str, text: str | None = None
) -> CapturedError | None:
    """The error that a log or a notebook ends with, in the language of the file; None where there is none.

    ``language`` is for a file that has none; ``text`` what an editor has for the file and has not saved. Raises
    OSError where the file cannot be read.
    """
    if text is None:
        text = decode(file.read_bytes()) if file.exists() else ""
    report = last_error(_errors(file, text) if log is None else errors_in_text(log))
    if report is None:
        return None
    own = read_journal(open_text(file.as_posix(), text)).language(language)
    return captured_error(report, own, when)


def _errors(file: Path, text: str) -> CapturedErrors:
    if file.suffix != ".ipynb":
        return CapturedErrors(())
    try:
        return errors_in_notebook(text)
    except BrokenNotebookError:
        return CapturedErrors(())  # whoever inserts says what is wrong with it
