"""textDocument/codeLens: how much was found, how much of it can be mended at once, what can be done with a journal's
steps, and what the GPUs have left above training calls. Off unless a setting asks."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from tflsp.checking.fixing import compatible
from tflsp.server.explain.words import say
from tflsp.server.features.fix_all import FIX_ALL_COMMAND
from tflsp.server.features.gpu_lens import gpu_lenses
from tflsp.server.features.journal_lens import journal_lenses
from tflsp.server.lsp import range_
from tflsp.server.places import Place, place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.text import Span


@feature(types.TEXT_DOCUMENT_CODE_LENS)
async def code_lens(session: Session, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    found = session.documents.find(params.text_document.uri)
    if found is None or not found[0].scope.settings.code_lens:
        return None
    place = await place_of(session, params.text_document.uri)
    if place is None:
        return None
    return [*_findings(place), *await journal_lenses(place), *await gpu_lenses(place)]


def _findings(place: Place) -> Iterator[types.CodeLens]:
    mine = place.findings
    if not mine:
        return
    fixable = len(compatible(mine, unsafe=False))
    key = "lens" if fixable else "lens-none"
    title = say(key, place.language, count=len(mine), fixable=fixable)
    command = types.Command(title, FIX_ALL_COMMAND if fixable else "", arguments=[place.uri] if fixable else None)
    yield types.CodeLens(range_(place.range(Span(0, 0))), command)
