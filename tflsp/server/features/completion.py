"""textDocument/completion: tags, options of launches, mounts, suppression codes, settings, names of .env."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsprotocol import types

from tflsp.server.completing import suggestions
from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.lsp import range_
from tflsp.server.places import Place, place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session

_KINDS = {
    "value": types.CompletionItemKind.Value,
    "option": types.CompletionItemKind.Property,
    "folder": types.CompletionItemKind.Folder,
    "rule": types.CompletionItemKind.EnumMember,
    "setting": types.CompletionItemKind.Property,
    "variable": types.CompletionItemKind.Variable,
}


@feature(types.TEXT_DOCUMENT_COMPLETION)
async def completion(session: Session, params: types.CompletionParams) -> types.CompletionList | None:
    place = await place_of(session, params.text_document.uri)
    if place is None:
        return None
    cursor = Cursor(place, place.offset(params.position.line, params.position.character))
    items = list(map(partial(_item, place), _ordered(suggestions(cursor))))
    return types.CompletionList(is_incomplete=False, items=items) if items else None


def _ordered(found: Iterable[Suggestion]) -> Iterator[tuple[int, Suggestion]]:
    """Each label once, with its rank."""
    return enumerate({suggestion.label: suggestion for suggestion in found}.values())


def _item(place: Place, ranked: tuple[int, Suggestion]) -> types.CompletionItem:
    rank, suggestion = ranked
    edit = types.TextEdit(range_(place.range(suggestion.span)), suggestion.text)
    documentation: str | types.MarkupContent | None = suggestion.about or None
    if documentation and place.session.client.markdown_completion:
        documentation = types.MarkupContent(types.MarkupKind.Markdown, suggestion.about)
    return types.CompletionItem(
        suggestion.label,
        kind=_KINDS[suggestion.kind],
        detail=suggestion.detail or None,
        documentation=documentation,
        sort_text=f"{rank:04d}",
        filter_text=suggestion.text,
        text_edit=edit,
    )
