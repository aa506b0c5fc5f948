"""textDocument/documentSymbol: headings, a journal's steps and errors, cells, stages, services.

Not for Markdown in VS Code, which has its own.
"""

from __future__ import annotations

from lsprotocol import types

from tflsp.facts.journal_entries import DOCUMENTS
from tflsp.server.convert import range_of
from tflsp.server.documents import Opened
from tflsp.server.lsp import range_
from tflsp.server.outline import Kind, Symbol, flat, line_range, outline
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.text import LineIndex

LARGE = 200_000  # code points of a document whose symbols have no more than their names
KINDS = {
    Kind.HEADING: types.SymbolKind.String,
    Kind.CELL: types.SymbolKind.Module,
    Kind.STEP: types.SymbolKind.Event,
    Kind.ERROR: types.SymbolKind.Event,
    Kind.STAGE: types.SymbolKind.Class,
    Kind.SERVICE: types.SymbolKind.Object,
}


@feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
async def document_symbol(
    session: Session, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    uri = params.text_document.uri
    found = session.documents.find(uri)
    if found is None:
        return None
    opened, number = found
    document = opened.document
    if session.client.is_vscode and (document.kind == "markdown" or opened.is_notebook):
        return None
    lines = document.parts[number].lines
    symbols = outline(document, number)
    await _add_results(session, opened, number, symbols)
    if session.client.hierarchical_symbols:
        return [_nested(session, lines, symbol) for symbol in symbols]
    return [
        types.SymbolInformation(
            types.Location(uri, range_(range_of(lines, symbol.span, session.client.encoding))),
            symbol.name,
            KINDS[symbol.kind],
            container_name=container or None,
        )
        for symbol, container in flat(symbols)
    ]


async def _add_results(session: Session, opened: Opened, number: int, symbols: list[Symbol]) -> None:
    """What a step gave stands beside its name."""
    if opened.document.kind not in DOCUMENTS or sum(len(part.text) for part in opened.document.parts) > LARGE:
        return  # symbols are asked for with every key
    known = await session.journals.of(opened)
    if known is None:
        return
    said = {entry.where[1]: entry for entry in known.record.entries if entry.where[0] == number}
    lines = opened.document.parts[number].lines
    for symbol, _ in flat(symbols):
        first, last = line_range(lines, symbol.selection)
        entry = next((said[line] for line in range(first, last + 1) if line in said), None)
        if entry is not None and symbol.kind is not Kind.HEADING:
            symbol.detail = entry.said or symbol.detail


def _nested(session: Session, lines: LineIndex, symbol: Symbol) -> types.DocumentSymbol:
    encoding = session.client.encoding
    return types.DocumentSymbol(
        symbol.name,
        KINDS[symbol.kind],
        range_(range_of(lines, symbol.span, encoding)),
        range_(range_of(lines, symbol.selection, encoding)),
        detail=symbol.detail or None,
        children=[_nested(session, lines, child) for child in symbol.children] or None,
    )
