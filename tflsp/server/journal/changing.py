"""Changing several files at once: open documents as the client has them, other files through the client where it can,
else on disk, whole or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tflsp.checking.files import encode
from tflsp.checking.journal_files import NotRead, check_length, read_document
from tflsp.checking.journal_guides import FileChange, NotWritten, write_changes
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.server.connection import ClientError
from tflsp.server.documents import Opened, State
from tflsp.server.edits import EditBuilder
from tflsp.server.explain.words import say
from tflsp.server.journal.targets import is_virtual
from tflsp.server.lsp import plain
from tflsp.server.places import Place
from tflsp.server.session import Session
from tflsp.server.uris import path_of, uri_of
from tflsp.server.workspace.sources import opened_at
from tflsp.text import TextEdit, apply_edits

_WARNING, _INFO = 2, 3


class NotChanged(Exception):
    """Why nothing was changed, as a sentence for the user."""


@dataclass(frozen=True, slots=True)
class File:
    """A file: as the client has it open (``state``), or as it is on disk (``data``; None where it is not there)."""

    path: Path
    document: Document
    opened: Opened | None = None
    state: State | None = None
    data: bytes | None = None

    @property
    def uri(self) -> str:
        return uri_of(self.path) if self.opened is None else self.opened.uri


@dataclass(frozen=True, slots=True)
class Change:
    """Edits of a file by part, in the text that the file was read with."""

    file: File
    edits: Sequence[tuple[int, TextEdit]]


def changeable(place: Place) -> Path | None:
    """The file that a command can change from here; None in a part of one, or where the client takes no edits."""
    if is_virtual(place.opened) or not place.session.client.applies_edits:
        return None
    return path_of(place.opened.uri)


async def file_of(session: Session, uri: str) -> File:
    """The file of a document, notebook or cell, open or not. Raises NotChanged."""
    opened = session.documents.holding(uri)
    path = path_of(opened.uri if opened is not None else uri)
    if opened is not None and is_virtual(opened):
        raise NotChanged(say("is-virtual", session.language))
    if path is None:
        raise NotChanged(say("not-open", session.language))
    return _known(session, path, opened) if opened is not None else await file_at(session, path)


async def file_at(session: Session, path: Path) -> File:
    """A file that may be open, and need not be there. Raises NotChanged, also for one that is too long to be read."""
    opened = opened_at(session, path)
    if opened is not None:
        return _known(session, path, opened)
    try:
        file = await asyncio.to_thread(_read, path)
    except OSError as error:
        raise NotChanged(f"{path}: {error.strerror}") from error
    return _short_enough(session, file)


def _known(session: Session, path: Path, opened: Opened) -> File:
    return _short_enough(session, File(path, opened.document, opened, opened.state))


def _short_enough(session: Session, file: File) -> File:
    try:
        check_length(file.document)
    except NotRead as error:
        raise NotChanged(f"{file.path}: {error.said(session.language)}") from error
    return file


def _read(path: Path) -> File:
    data = path.read_bytes() if path.exists() else None
    return File(path, read_document(path, data or b""), data=data)


async def carry_out(session: Session, changes: Sequence[Change]) -> None:
    """Change all files: by one edit of the client's, and on disk what the client cannot do. Raises NotChanged."""
    language = session.language
    builder, on_disk, through_client = EditBuilder(session), list[FileChange](), False
    for change in changes:
        file = change.file
        if not change.edits:
            continue
        if file.opened is not None and file.state is not None:
            if file.opened.closed or file.opened.state.revision != file.state.revision:
                raise NotChanged(say("not-changed", language))
            for part in sorted({part for part, _ in change.edits}):
                builder.edit(file.state, part, [edit for at, edit in change.edits if at == part])
        elif file.data is None and session.client.creates_files:
            builder.create_file(file.path, _after(change))
        elif file.data is not None and file.path.suffix != ".ipynb":
            builder.edit_file(file.uri, file.document.text, [edit for _, edit in change.edits])
        else:  # a notebook that is not open is no text to an editor
            on_disk.append(FileChange(file.path, file.data, encode(_after(change), file.data or b"")))
            continue
        through_client = True
    created = [each.path for each in on_disk if each.old is None]
    if created and not await _may_create(session, created[0], language):
        raise NotChanged(say("not-created", language, name=created[0].name))
    if through_client and not (session.client.applies_edits and await session.apply(plain(builder.build()))):
        raise NotChanged(say("not-changed", language))
    try:
        await asyncio.to_thread(write_changes, on_disk)
    except NotWritten as error:
        raise NotChanged(error.said(language)) from error
    except OSError as error:
        raise NotChanged(str(error)) from error
    if on_disk:
        session.scan.changed([each.path for each in on_disk])


def _after(change: Change) -> str:
    return apply_edits(change.file.document.text, [edit for _, edit in change.edits])


async def _may_create(session: Session, path: Path, language: str) -> bool:
    """Whether a person says yes, in an editor that cannot create files itself."""
    yes = say("create", language)
    message = {"type": _INFO, "message": say("create-file", language, name=path.name), "actions": [{"title": yes}]}
    try:
        answer = await session.connection.request("window/showMessageRequest", message)
    except ClientError:
        return False
    return isinstance(answer, dict) and answer.get("title") == yes


def refused(session: Session, reason: str) -> dict[str, Any]:
    """The answer of a command that changed nothing; the user is told why."""
    warn(session, reason)
    return {"applied": False, "reason": reason}


def warn(session: Session, reason: str) -> None:
    """The user is told something."""
    session.connection.notify("window/showMessage", {"type": _WARNING, "message": f"tflsp: {reason}"})
