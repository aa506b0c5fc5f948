"""textDocument/foldingRange: sections, fences, cells, stages, services. Not for Markdown in VS Code: it has its own.

A journal's steps but the last have a kind of their own, by which an editor can fold all of them at once.
"""

from __future__ import annotations

from lsprotocol import types

from tflsp.server.outline import Kind, foldable, line_range
from tflsp.server.registry import feature
from tflsp.server.session import Session

OLD_STEP = "tflsp.oldStep"


@feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
async def folding_range(session: Session, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    found = session.documents.find(params.text_document.uri)
    if found is None:
        return None
    opened, number = found
    document = opened.document
    if session.client.is_vscode and (document.kind == "markdown" or opened.is_notebook):
        return None
    lines = document.parts[number].lines
    ranges: dict[tuple[int, int], str] = {}
    steps = []
    for span, symbol in foldable(document, number):
        where = line_range(lines, span)
        if symbol is not None and symbol.kind is Kind.STEP:
            steps.append((where, symbol.name))
        else:
            ranges.setdefault(where, "")
    ranges |= dict(steps)
    old = {where for where, _ in sorted(steps)[:-1]}
    texts = session.client.folding_text
    folds = [
        types.FoldingRange(
            start,
            end,
            kind=OLD_STEP if (start, end) in old else types.FoldingRangeKind.Region,
            collapsed_text=name if name and texts else None,
        )
        for (start, end), name in sorted(ranges.items())
        if start < end
    ]
    return folds[: session.client.folding_limit]
