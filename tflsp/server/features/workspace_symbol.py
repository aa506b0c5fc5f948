"""workspace/symbol: steps and errors of the workspace's journals, which are known; then headings, cells, stages and
services of open documents and of files, which are read for it as long as a person waits."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic

from lsprotocol import types

from tflsp.checking.discovery import discover
from tflsp.documents.decoding import read_bytes
from tflsp.documents.document import Document
from tflsp.documents.opening import open_text
from tflsp.facts.journal_entries import Kind
from tflsp.server.convert import range_of
from tflsp.server.features.document_symbol import KINDS
from tflsp.server.lsp import range_
from tflsp.server.outline import flat, outline
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.server.uris import cell_uri, path_of, uri_of
from tflsp.server.workspace.journals import Known
from tflsp.text import Encoding

# What is looked for has a name; a person does not read further than this.
MOST = 256
MOST_FILES = 2_000
LARGEST = 4 << 20  # bytes
PATIENCE = 2.0  # seconds that files are read for one question
FEWEST = 20  # files that are read however busy the machine is
_Told = Callable[[str, Document, str, Encoding], Iterable[types.SymbolInformation]]


@feature(types.WORKSPACE_SYMBOL)
async def workspace_symbol(
    session: Session, params: types.WorkspaceSymbolParams
) -> list[types.SymbolInformation] | None:
    encoding = session.client.encoding
    entries = await asyncio.to_thread(_entries, await session.journals.known(), params.query)
    documents = [(opened.uri, opened.document) for opened in session.documents if not opened.is_notebook]
    known = {path for opened in session.documents if (path := path_of(opened.uri)) is not None}
    found = entries + [
        symbol for uri, document in documents for symbol in _symbols(uri, document, params.query, encoding)
    ]
    told = _symbols_by_cells if session.client.opens_cells else _symbols
    if len(found) < MOST:
        folders = list(session.folders.values())
        found += await asyncio.to_thread(_in_files, folders, known, params.query, encoding, MOST - len(found), told)
    # What begins where an entry begins is that entry.
    unique: dict[tuple[str, int], types.SymbolInformation] = {}
    for symbol in found:
        unique.setdefault((symbol.location.uri, symbol.location.range.start.line), symbol)
    return list(unique.values())[:MOST]


def _entries(known: Iterable[Known], query: str) -> list[types.SymbolInformation]:
    wanted = query.lower()
    found = []
    for each in sorted(known, key=lambda each: each.uri):
        for entry in each.record.entries:
            if entry.kind not in (Kind.STEP, Kind.ERROR):
                continue
            if _matches(entry.heading.lower(), wanted) or _matches(f"{each.name} {entry.heading}".lower(), wanted):
                where = each.location(entry.where)
                location = types.Location(where["uri"], range_(where["range"]))
                found.append(
                    types.SymbolInformation(location, entry.heading, types.SymbolKind.Event, container_name=each.name)
                )
                if len(found) == MOST:
                    return found
    return found


def _symbols(uri: str, document: Document, query: str, encoding: Encoding) -> Iterator[types.SymbolInformation]:
    wanted = query.lower()
    for symbol, container in flat(outline(document)):
        if _matches(symbol.name.lower(), wanted):
            where = range_(range_of(document.parts[0].lines, symbol.selection, encoding))
            yield types.SymbolInformation(
                types.Location(uri, where), symbol.name, KINDS[symbol.kind], container_name=container or None
            )


def _symbols_by_cells(
    uri: str, document: Document, query: str, encoding: Encoding
) -> Iterator[types.SymbolInformation]:
    """Of a notebook that is not open cells by their numbers, for a client that can open one there."""
    if document.kind != "notebook":
        yield from _symbols(uri, document, query, encoding)
        return
    wanted, top = query.lower(), types.Position(0, 0)
    for number, symbol in enumerate(outline(document)):
        if _matches(symbol.name.lower(), wanted):
            where = types.Location(cell_uri(uri, number), types.Range(top, top))
            yield types.SymbolInformation(where, symbol.name, KINDS[symbol.kind])


def _matches(name: str, wanted: str) -> bool:
    """Whether the wanted characters stand in the name in their order, as LSP asks for."""
    rest = iter(name)
    return all(char in rest for char in wanted)


def _in_files(
    folders: Iterable[Path], known: set[Path], query: str, encoding: Encoding, most: int, told: _Told
) -> list[types.SymbolInformation]:
    found: list[types.SymbolInformation] = []
    end = monotonic() + PATIENCE
    for number, path in enumerate(_files(folders)):
        if number >= MOST_FILES or len(found) >= most or (number >= FEWEST and monotonic() > end):
            break
        if path in known:
            continue
        try:
            if path.stat().st_size > LARGEST:
                continue
            document = open_text(path.name, read_bytes(path.read_bytes()).text)
        except OSError:
            continue
        found += told(uri_of(path), document, query, encoding)
    return found


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if os.path.isdir(folder):
            yield from discover([folder])
