"""Entries of journals for a terminal or a program."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from tflsp.checking.journal_files import read_document
from tflsp.documents.opening import open_text
from tflsp.facts.journal import JournalEntry, is_journal, read_journal
from tflsp.facts.journal_entries import Change, ErrorLog, Goal, Step
from tflsp.text import LineIndex

_KINDS = ("markdown", "notebook", "percent")


class Found(NamedTuple):
    """An entry in a file, at a line counted from 1."""

    path: Path
    line: int
    entry: JournalEntry


def entries_in(path: Path, *, explicit: bool, text: str | None = None) -> list[Found]:
    """The entries of a file that can be read; of one that was not named itself only where it is a journal.

    ``text`` is what an editor has for the file and has not saved.
    """
    try:
        document = read_document(path, path.read_bytes()) if text is None else open_text(path.as_posix(), text)
    except OSError:
        return []
    if document.kind not in _KINDS:
        return []
    journal = read_journal(document)
    if not explicit and not is_journal(document, journal):
        return []
    lines = LineIndex(document.text)
    return [Found(path, lines.line_of(entry.span.start) + 1, entry) for entry in journal.entries]


def line_about(found: Found) -> str:
    """One line that tells an entry."""
    said = next((line for line in _said(found.entry) if line), "")
    kind = f"#{found.entry.number}" if found.entry.number else str(found.entry.kind)
    return f"{found.path}:{found.line}: {kind:<10} {printable(_short(said))}".rstrip()


def printable(text: str) -> str:
    """A document's text without what a terminal would take for a command."""
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text.replace("\r\n", "\n"))


def _said(found: JournalEntry) -> list[str]:
    match found.entry:
        case Step(title=title, result=result):
            return [" - ".join(filter(None, (title, result)))]
        case Goal(question=question, criterion=criterion):
            return [criterion, question]
        case ErrorLog(title=title, message=message):
            return [title, message]
        case other:
            return [other.text]


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 100 else f"{line[:99]}…"


def record(found: Found) -> dict[str, Any]:
    """An entry with its fields, as JSON has it."""
    entry = found.entry.entry
    fields = {name: _plain(getattr(entry, name)) for name in entry.__match_args__}
    place = {"path": str(found.path), "line": found.line, "cell": found.entry.stretch.cell}
    return place | {"kind": str(found.entry.kind), "language": found.entry.language} | fields


def _plain(value: Any) -> Any:
    if isinstance(value, Change):
        return {"name": value.name, "old": value.old, "new": value.new}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
