"""The documents among many files that may hold a journal, and those that could not be read: who lists journals tells
of them, so that nobody takes the list for all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tflsp.checking.journal_files import NotRead, check_length, read_document
from tflsp.documents.document import Document
from tflsp.documents.opening import kind_of
from tflsp.facts.journal_entries import DOCUMENTS
from tflsp.journal.refusals import say

# As many are named; the others are counted.
_NAMED: Final = 5


class Unread(NamedTuple):
    """A file that was passed over, and why."""

    path: Path
    why: NotRead | OSError


def documents_among(
    files: Iterable[Path], unread: list[Unread], opened: Mapping[Path, Document] | None = None
) -> Iterator[tuple[Path, Document]]:
    """Those of the kinds that journals have, in their order; of ``opened`` the texts count, not the files.

    What cannot be opened, or is too long, goes to ``unread``.
    """
    for path in files:
        try:
            document = (opened or {}).get(path) or read_document(path, path.read_bytes())
            if document.kind in DOCUMENTS:
                check_length(document)
                yield path, document
        except NotRead as error:
            unread.append(Unread(path, error))
        except OSError as error:
            if kind_of(path.as_posix(), "") in DOCUMENTS:
                unread.append(Unread(path, error))


def unread_told(unread: Iterable[Unread], language: str) -> Iterator[str]:
    """A line for each reason, with the files that it holds for."""
    files_of: dict[str, list[str]] = {}
    for path, why in unread:
        reason = why.said(language) if isinstance(why, NotRead) else why.strerror or str(why)
        files_of.setdefault(reason, []).append(str(path))
    for reason, paths in files_of.items():
        named = ", ".join(paths[:_NAMED])
        more = len(paths) - _NAMED
        yield f"{say('and-more', language, files=named, count=more) if more > 0 else named}: {reason}"
