"""textDocument/completion: tags, options of launches, mounts, suppression codes, settings, names of .env, journals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from lsprotocol import types

from tflsp.server.completing import suggestions
from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.features.journal_typed import journal_suggestions
from tflsp.server.lsp import range_
from tflsp.server.places import Place, place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session

_SPECIAL = re.compile(r"[\\$}]")
_KINDS = {
    "value": types.CompletionItemKind.Value,
    "option": types.CompletionItemKind.Property,
    "folder": types.CompletionItemKind.Folder,
    "rule": types.CompletionItemKind.EnumMember,
    "setting": types.CompletionItemKind.Property,
    "variable": types.CompletionItemKind.Variable,
    "entry": types.CompletionItemKind.Snippet,
    "link": types.CompletionItemKind.Reference,
}


@feature(types.TEXT_DOCUMENT_COMPLETION)
async def completion(session: Session, params: types.CompletionParams) -> types.CompletionList | None:
    place = await place_of(session, params.text_document.uri)
    if place is None:
        return None
    cursor = Cursor(place, place.offset(params.position.line, params.position.character))
    found = list(suggestions(cursor))
    is_cut = False
    if not found:
        found, is_cut = await journal_suggestions(cursor)
    items = list(map(partial(_item, place), _ordered(found)))
    return types.CompletionList(is_incomplete=is_cut, items=items) if items else None


def _ordered(found: Iterable[Suggestion]) -> Iterator[tuple[int, Suggestion]]:
    """Each label once, with its rank."""
    return enumerate({suggestion.label: suggestion for suggestion in found}.values())


def _item(place: Place, ranked: tuple[int, Suggestion]) -> types.CompletionItem:
    rank, suggestion = ranked
    client = place.session.client
    snippet = suggestion.snippet
    if not snippet and client.completes_words and any(char.isspace() for char in suggestion.text):
        snippet = _SPECIAL.sub(r"\\\g<0>", suggestion.text)
    is_snippet = bool(snippet) and client.snippets
    text = snippet if is_snippet else suggestion.text
    edit = types.TextEdit(range_(place.range(suggestion.span)), text)
    documentation: str | types.MarkupContent | None = suggestion.about or None
    if documentation and place.session.client.markdown_completion:
        documentation = types.MarkupContent(types.MarkupKind.Markdown, suggestion.about)
    return types.CompletionItem(
        suggestion.label,
        kind=_KINDS[suggestion.kind],
        detail=suggestion.detail or None,
        documentation=documentation,
        sort_text=f"{rank:04d}",
        filter_text=suggestion.filter or suggestion.text,
        text_edit=edit,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else None,
    )
