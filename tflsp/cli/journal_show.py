"""Entries of journals for a terminal or a program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from tflsp.checking.journals_below import Unread, unread_told
from tflsp.documents.document import Document
from tflsp.facts.journal import JournalEntry, is_journal, read_journal
from tflsp.facts.journal_entries import DOCUMENTS, Change, ErrorLog, Goal, Step
from tflsp.text import LineIndex


class Found(NamedTuple):
    """An entry in a file, at a line counted from 1."""

    path: Path
    line: int
    entry: JournalEntry


def entries_of(path: Path, document: Document, *, explicit: bool) -> list[Found]:
    """The entries of a document; of one that was not named itself only where it is a journal."""
    if document.kind not in DOCUMENTS:
        return []
    unread = [note.message for note in document.notes if note.span is None]
    if unread:
        for message in unread if explicit else ():
            click.echo(f"tflsp: {path}: {message}", err=True)
        return []
    journal = read_journal(document)
    if not explicit and not is_journal(document, journal):
        return []
    lines = LineIndex(document.text)
    return [Found(path, lines.line_of(entry.span.start) + 1, entry) for entry in journal.entries]


def tell_unread(unread: Sequence[Unread], language: str) -> None:
    """What was passed over, on standard error."""
    for line in unread_told(unread, language):
        click.echo(f"tflsp: {printable(line)}", err=True)


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
