"""Errors in a log, a pasted text or a notebook's saved outputs, with secrets masked before anything else is read.

Knows texts and facts; files are read by callers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tflsp.dataclass import dataclass, replace
from tflsp.documents.opening import open_text
from tflsp.facts.base import analyse
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.masking import hidden, masked
from tflsp.tensorflow.errors import ErrorReport, read_errors
from tflsp.tensorflow.errors.pieces import plain_lines
from tflsp.tensorflow.errors.report import OTHER, Level
from tflsp.text import Span
from tflsp.text.patterns import pattern

# The last line of a traceback, alone or with what else the message says, at the end of a text.
_RAISED = pattern(
    r"^(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,60}(?:Error|Exception):[ ]+\S[^\n]*(?:\n(?:[ \t][^\n]*)?)*\Z", re.MULTILINE
)
_TRACEBACK = "Traceback (most recent call last):\n"

LONGEST = 8 * 1024 * 1024
"""Code points that are read of one text: its end, where errors stand."""


class BrokenNotebookError(ValueError):
    """A notebook's JSON cannot be read."""


@dataclass(frozen=True, slots=True)
class CapturedError:
    """An error, and where: the cell (index from 0) and its execution count, both None in a log."""

    report: ErrorReport
    cell: int | None = None
    execution_count: int | None = None


@dataclass(frozen=True, slots=True)
class CapturedErrors:
    """The errors of a file in their order, log lines that mean nothing, and whether only the end of it was read."""

    errors: tuple[CapturedError, ...]
    notices: int = 0
    cut: bool = False

    @property
    def last(self) -> ErrorReport | None:
        """The error that a run ended with; warnings are none. A line of the log that is not known, behind an error that
        is, only adds to it.
        """
        errors = [each.report for each in self.errors if each.report.level is Level.ERROR]
        telling = (each for each in reversed(errors) if each.key != OTHER or each.exception)
        return next(telling, errors[-1] if errors else None)


def errors_in_text(text: str, name: str = "output.txt") -> CapturedErrors:
    """The errors of a log or of a text into which one was pasted. ``name`` tells Markdown from the rest."""
    shortened = len(text) > LONGEST
    lines_before = text.count("\n", 0, len(text) - LONGEST) if shortened else 0
    reading = read_errors(without_secrets(text[-LONGEST:], name))
    reports = (_moved(report, lines_before) for report in reading.reports)
    return CapturedErrors(tuple(map(CapturedError, reports)), reading.notices, shortened)


def error_given(text: str) -> ErrorReport | None:
    """The error of a text that somebody gives as one: the last, or the exception whose line it ends with, without the
    traceback above it.
    """
    last = errors_in_text(text).last
    if last is not None or (raised := _RAISED.search("\n".join(plain_lines(text[-LONGEST:])))) is None:
        return last
    return errors_in_text(_TRACEBACK + raised[0]).last


def errors_in_notebook(text: str) -> CapturedErrors:
    """The errors of a notebook's saved outputs; lines count in the output. Raises BrokenNotebookError."""
    errors: list[CapturedError] = []
    notices, shortened = 0, False
    for cell, count, output in _outputs(text):
        found = errors_in_text(output)
        errors += (CapturedError(each.report, cell, count) for each in found.errors)
        notices += found.notices
        shortened |= found.cut
    return CapturedErrors(tuple(errors), notices, shortened)


def without_secrets(text: str, name: str = "output.txt") -> str:
    """A text as it is shown, colours gone, with dots for its secrets. As many lines as before."""
    # Colours stand inside of what is to be found: IPython paints each word of a source line.
    plain = "\n".join(plain_lines(text))
    document = open_text(name if name.endswith((".md", ".markdown")) else "output.txt", plain)
    facts = DocumentFacts(document, [(chunk, analyse(chunk.key)) for chunk in document.chunks])
    return masked(plain, Span(0, len(plain)), hidden(facts).of_part(0))


def _moved(report: ErrorReport, lines: int) -> ErrorReport:
    return replace(report, line=report.line + lines) if lines else report


def _outputs(text: str) -> Iterator[tuple[int, int | None, str]]:
    """Index of the cell, execution count, and all that the cell wrote, its traceback last."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenNotebookError(str(error)) from None
    if not isinstance(notebook, dict):
        raise BrokenNotebookError("a notebook is an object")
    cells = notebook.get("cells")
    if cells is None:  # nbformat 3
        sheets = [each for each in _list(notebook.get("worksheets")) if isinstance(each, dict)]
        cells = [cell for sheet in sheets for cell in _list(sheet.get("cells"))]
    for index, cell in enumerate(_list(cells)):
        if not isinstance(cell, dict):
            continue
        count = cell.get("execution_count", cell.get("prompt_number"))
        written = "\n".join(_written(each) for each in _list(cell.get("outputs")) if isinstance(each, dict))
        if written:
            yield index, count if isinstance(count, int) else None, written


def _written(output: Mapping[str, Any]) -> str:
    match output.get("output_type"):
        case "stream":
            return _text(output.get("text")).removesuffix("\n")
        case "error" | "pyerr":
            trace = _list(output.get("traceback"))
            last = f"{output.get('ename', '')}: {output.get('evalue', '')}"
            return "\n".join(map(str, trace)) if trace else last
        case _:
            return ""


def _text(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
