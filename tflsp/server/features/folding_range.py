"""textDocument/foldingRange: sections, fences, cells, stages, services. Not for Markdown in VS Code: it has its own."""

from __future__ import annotations

from lsprotocol import types

from tflsp.server.outline import foldable, line_range
from tflsp.server.registry import feature
from tflsp.server.session import Session


@feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
async def folding_range(session: Session, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    found = session.documents.find(params.text_document.uri)
    if found is None:
        return None
    opened, number = found
    document = opened.document
    if document.kind == "markdown" and session.client.is_vscode:
        return None
    lines = document.parts[number].lines
    ranges = sorted({line_range(lines, span) for span in foldable(document, number)})
    folds = [types.FoldingRange(start, end, kind=types.FoldingRangeKind.Region) for start, end in ranges if start < end]
    return folds[: session.client.folding_limit]
