"""textDocument/documentSymbol: headings, cells, stages, services. Not for Markdown in VS Code, which has its own."""

from __future__ import annotations

from lsprotocol import types

from tflsp.server.convert import range_of
from tflsp.server.lsp import range_
from tflsp.server.outline import Kind, Symbol, flat, outline
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.text import LineIndex

KINDS = {
    Kind.HEADING: types.SymbolKind.String,
    Kind.CELL: types.SymbolKind.Module,
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
    if document.kind == "markdown" and session.client.is_vscode:
        return None
    lines = document.parts[number].lines
    symbols = outline(document, number)
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
