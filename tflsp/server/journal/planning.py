"""An entry planned in the newest state of its document, and as this client is told to insert it.

Reading a journal of thousands of steps takes a moment: it is done in a thread. Where the document has changed meanwhile
it is done again, on what there is then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from tflsp.checking.journal_files import overrides_for
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal_entries import DOCUMENTS, Entry
from tflsp.journal.cells import NewCell, plan_cell
from tflsp.journal.inserting import Insertion, plan_in_cell, plan_insertion
from tflsp.journal.snippets import has_stops, snippet, without_stops
from tflsp.journal.templates import Overrides
from tflsp.journal.writing import NotInserted
from tflsp.server.convert import text_edit
from tflsp.server.documents import State
from tflsp.server.edits import EditBuilder
from tflsp.server.journal.targets import INSERT_CELL, INSERT_SNIPPET, Target, Way, notebook_of
from tflsp.server.lsp import range_

# A document that changes each time is being written by a program.
_MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry at its place: an ``edit``, or a client's ``command`` with its argument. Never both."""

    entry: Entry
    text: str
    edit: types.WorkspaceEdit | None = None
    command: str = ""
    argument: Mapping[str, Any] | None = None


async def plan(target: Target, entry: Entry) -> Planned:
    """Raises NotInserted, TemplateError, OSError."""
    for _ in range(_MOST_ATTEMPTS):
        state, document = target.opened.state, target.document()
        if target.way is not Way.VIRTUAL and document.kind not in DOCUMENTS:
            raise NotInserted("no-journal", kind=document.kind)
        made, number = await asyncio.to_thread(_plan, target, document, entry)
        if target.opened.closed:
            raise NotInserted("not-open")
        if target.opened.state.revision == state.revision:
            if isinstance(made, NewCell):
                return Planned(made.entry, made.text, command=INSERT_CELL, argument=_payload(target, state, made))
            return _edited(target, state, number, made)
    raise NotInserted("goes-on-changing")


def _plan(target: Target, document: Document, entry: Entry) -> tuple[Insertion | NewCell, int]:
    """The plan, and the number of the part that is edited."""
    path, language = target.path, target.language
    overrides: Overrides = overrides_for(path.parent) if path is not None else {}
    match target.way:
        case Way.TEXT:
            at = target.cursor(document)
            return plan_insertion(document, entry, language=language, cursor=at, overrides=overrides), 0
        case Way.END_OF_CELL:
            number = _markdown_cell(document, target)
            return plan_in_cell(document, number, entry, language=language, overrides=overrides), number
        case _:
            return plan_cell(document, entry, after=target.number, language=language, overrides=overrides), 0


def _markdown_cell(document: Document, target: Target) -> int:
    """The cell whose end the entry goes to: the one that was named, else the last one of Markdown."""
    if target.number is not None:
        return target.number
    cells = document.outline.cells if document.outline is not None else ()
    found = next((cell.part for cell in reversed(cells) if cell.kind == "markdown"), None)
    if found is None:
        raise NotInserted("without-markdown-cell")
    return found


def _payload(target: Target, state: State, made: NewCell) -> dict[str, Any]:
    """The argument of `tflsp.client.insertCell`. JupyterLab alone knows which cells its virtual documents hold."""
    is_known = target.way is Way.NEW_CELL
    return {
        "notebook": target.opened.uri if is_known else notebook_of(target.opened.uri),
        "afterCell": state.parts[made.after].uri if is_known and made.after >= 0 else None,
        "afterIndex": made.after if is_known else None,
        "kind": "markdown",
        "text": made.text,
        "snippet": snippet(made.marked),
    }


def _edited(target: Target, state: State, number: int, made: Insertion) -> Planned:
    client = target.session.client
    if not has_stops(made.marked) or not (client.snippet_edits or INSERT_SNIPPET in client.commands):
        builder = EditBuilder(target.session)
        builder.edit(state, number, [made.edit])
        return Planned(made.entry, made.text, builder.build())
    part = state.parts[number]
    edit = text_edit(state.document.parts[number].lines, made.marked, client.encoding)
    source, text = snippet(edit["newText"]), without_stops(edit["newText"])
    if not client.snippet_edits:
        told = {"uri": part.uri, "range": edit["range"], "snippet": source, "text": text}
        return Planned(made.entry, made.text, command=INSERT_SNIPPET, argument=told)
    change = types.TextDocumentEdit(
        types.OptionalVersionedTextDocumentIdentifier(part.uri, part.version),
        [types.SnippetTextEdit(range_(edit["range"]), types.StringValue(source))],
    )
    return Planned(made.entry, made.text, types.WorkspaceEdit(document_changes=[change]))
