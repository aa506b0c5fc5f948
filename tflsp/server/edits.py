"""Workspace edits as a client can apply them: open documents with their versions, other files from the disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from tflsp.checking.files import decode
from tflsp.checking.other_files import with_lines
from tflsp.rules.base import LineInFile
from tflsp.server.convert import text_edit
from tflsp.server.documents import Opened, State
from tflsp.server.lsp import text_edit as typed_edit
from tflsp.server.session import Session
from tflsp.server.uris import path_of, uri_of
from tflsp.text import LineIndex, Span, TextEdit

Changes = list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile]


class EditBuilder:
    """Collects edits of several texts and files; ``build`` gives them in the client's form."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._edits: dict[str, tuple[int | None, list[types.TextEdit]]] = {}
        self._created: list[str] = []
        self.impossible: list[tuple[Path, list[LineInFile]]] = []  # what this client cannot do: files to be made

    def edit(self, state: State, part: int, edits: Iterable[TextEdit]) -> None:
        """Edits of an open text, in the coordinates of that state."""
        known = state.parts[part]
        lines = state.document.parts[part].lines
        self._add(known.uri, known.version, lines, edits)

    def edit_file(self, uri: str, text: str, edits: Iterable[TextEdit]) -> None:
        """Edits of a file that is not open, in the coordinates of its text."""
        self._add(uri, None, LineIndex(text), edits)

    def create_file(self, path: Path, text: str) -> None:
        """A file that is not there. The client must be able to create files."""
        if self._session.client.ends_last_lines:
            text = text.removesuffix("\n")
        self._created.append(uri_of(path))
        self._add(uri_of(path), None, LineIndex(""), [TextEdit(Span(0, 0), text)])

    def add_lines(self, root: Path, wanted: Iterable[LineInFile]) -> None:
        """Lines at the end of other files, where they are missing; an open document counts, not its file."""
        by_path: dict[Path, list[LineInFile]] = {}
        for line in wanted:
            by_path.setdefault(root / line.path, []).append(line)
        for path, lines in by_path.items():
            opened = _opened_at(self._session, path)
            if opened is not None:
                part = opened.state.parts[0]
                self._append(part.uri, part.version, opened.document.text, lines)
            elif path.is_file():
                self._append(uri_of(path), None, decode(path.read_bytes()), lines)
            elif self._session.client.creates_files:
                self._created.append(uri_of(path))
                self._append(uri_of(path), None, "", lines)
            else:
                self.impossible.append((root, lines))

    def build(self) -> types.WorkspaceEdit:
        if not self._session.client.document_changes:
            return types.WorkspaceEdit(changes={uri: edits for uri, (_, edits) in self._edits.items()})
        changes: Changes = [
            types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)) for uri in self._created
        ]
        for uri, (version, edits) in self._edits.items():
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri, version)
            changes.append(types.TextDocumentEdit(identifier, edits))
        return types.WorkspaceEdit(document_changes=changes)

    def _append(self, uri: str, version: int | None, text: str, lines: Iterable[LineInFile]) -> None:
        added = with_lines(text, lines)[len(text) :]
        if not text and self._session.client.ends_last_lines:
            added = added.removesuffix("\n")
        if added:
            end = Span(len(text), len(text))
            self._add(uri, version, LineIndex(text), [TextEdit(end, added)])

    def _add(self, uri: str, version: int | None, lines: LineIndex, edits: Iterable[TextEdit]) -> None:
        encoding = self._session.client.encoding
        made = [typed_edit(text_edit(lines, edit, encoding)) for edit in edits]
        self._edits.setdefault(uri, (version, []))[1].extend(made)


def _opened_at(session: Session, path: Path) -> Opened | None:
    return next(
        (opened for opened in session.documents if path_of(opened.uri) == path and not opened.is_notebook), None
    )
