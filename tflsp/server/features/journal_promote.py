"""tflsp.promote: a step or an error becomes an entry of a guide, linked both ways; as a command and as code actions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types

from tflsp.checking.guide_files import guide_path
from tflsp.checking.journal_guides import promotion_of
from tflsp.documents.document import Document
from tflsp.facts.journal import JournalEntry, is_journal
from tflsp.facts.journal_entries import Kind
from tflsp.journal.guides import Guide
from tflsp.journal.promoting import NotPromoted, Promotion, promotable
from tflsp.journal.reading import journal_of
from tflsp.server.capabilities import JOURNAL, PROMOTE
from tflsp.server.convert import offset_of
from tflsp.server.explain.words import say
from tflsp.server.journal.changing import Change, File, NotChanged, carry_out, changeable, file_at, file_of, refused
from tflsp.server.lsp import plain_position
from tflsp.server.places import Place
from tflsp.server.registry import argument_of, command
from tflsp.server.session import Session
from tflsp.server.uris import cell_number, uri_of
from tflsp.text import Encoding, LineIndex, Span

_REFACTOR = JOURNAL[1]


@command(PROMOTE)
async def promote(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """Promote the entry at a position, or the step with a number: see docs/protocol.md."""
    given = argument_of(arguments)
    uri = str(given.get("uri", ""))
    try:
        source = await file_of(session, uri)
        entry = await asyncio.to_thread(_chosen, session, source, uri, given)
        if entry is None:
            return refused(session, say("nothing-to-promote", session.language))
        if given.get("to") not in tuple(Guide):
            return {"applied": False, "choices": _choices(source.path, entry)}
        made, target = await _promoted(session, source, entry, Guide(given["to"]))
    except NotPromoted as error:
        return refused(session, error.said(session.language))
    except NotChanged as error:
        return refused(session, str(error))
    return {"applied": True, "guide": uri_of(target.path), "title": made.title, "created": made.created}


async def promotion_actions(
    place: Place, params: types.CodeActionParams, wanted: Sequence[str]
) -> list[types.CodeAction]:
    """The guides that the step or error with the cursor can be promoted to, where somebody asks."""
    path = changeable(place) if _REFACTOR in wanted else None
    if path is None:
        return []
    document, position = place.analysed.state.document, params.range.start
    offset = place.offset(position.line, position.character)
    entry = await asyncio.to_thread(_entry_at, document, place.number, offset, params.context.only is not None)
    if entry is None:
        return []
    actions = []
    for choice in await asyncio.to_thread(_choices, path, entry):
        kind = "error" if entry.kind is Kind.ERROR else "step" if entry.number else "unnumbered"
        title = say(f"promote-{kind}", place.language, number=entry.number, guide=choice["title"])
        argument = {"uri": place.uri, "position": plain_position(position), "to": choice["to"]}
        actions.append(types.CodeAction(title, _REFACTOR, command=types.Command(title, PROMOTE, arguments=[argument])))
    return actions


def _entry_at(document: Document, part: int, offset: int, is_asked_for: bool) -> JournalEntry | None:
    journal = journal_of(document)
    if not is_asked_for and not is_journal(document, journal):
        return None
    return _around(document, promotable(journal), part, offset)


def _around(document: Document, entries: Sequence[JournalEntry], part: int, offset: int) -> JournalEntry | None:
    """The entry that a cursor stands in, or behind with nothing but blanks between."""
    text = document.parts[part].text
    before = [each for each in entries if each.stretch.part == part and each.span.start <= offset]
    last = before[-1] if before else None
    return last if last is not None and not text[last.span.end : offset].strip() else None


def _chosen(session: Session, source: File, uri: str, given: Mapping[str, Any]) -> JournalEntry | None:
    """The entry that a command names: by a position, or by a step's number."""
    known = promotable(journal_of(source.document))
    match given.get("position"):
        case {"line": int() as line, "character": int() as character}:
            position = {"line": line, "character": character}
            found = _around(source.document, known, *_place(source, uri, position, session.client.encoding))
            if found is not None or "number" not in given:
                return found
    match given.get("number"):
        case int() as wanted if not isinstance(wanted, bool):
            return next((each for each in known if each.kind is Kind.STEP and each.number == wanted), None)
    return None


def _place(source: File, uri: str, position: Mapping[str, Any], encoding: Encoding) -> tuple[int, int]:
    """The part and the offset in it that a position means; a cell of a notebook that is not open has a number."""
    parts, number = source.document.parts, cell_number(uri)
    if number is None or (number < len(parts) and parts[number].cell is not None):
        if number is None:
            number = source.opened.numbers.get(uri, 0) if source.opened is not None else 0
        return number, offset_of(parts[number].lines, position, encoding)
    for stretch in journal_of(source.document).stretches:
        if stretch.cell == number:
            inner = offset_of(LineIndex(stretch.text), position, encoding)
            return stretch.part, stretch.map.span(Span(inner, inner)).start
    return 0, 0


def _choices(path: Path, entry: JournalEntry) -> list[dict[str, str]]:
    """The guides, the likeliest first, by their files' names."""
    first = Guide.TROUBLESHOOTING if entry.kind is Kind.ERROR else Guide.SUMMARY
    guides = sorted(Guide, key=lambda guide: guide is not first)
    return [{"to": str(guide), "title": guide_path(path, guide).name} for guide in guides]


async def _promoted(session: Session, source: File, entry: JournalEntry, guide: Guide) -> tuple[Promotion, File]:
    """Promote. Raises NotChanged, NotPromoted."""
    target = await file_at(session, await asyncio.to_thread(guide_path, source.path, guide))
    if target.document.kind != "markdown" and target.document.text.strip():
        raise NotPromoted("no-markdown", name=target.path.name)
    made = await asyncio.to_thread(
        promotion_of,
        source.document,
        entry,
        guide,
        source=source.path,
        target=target.path,
        text=target.document.text,
        language=session.language,
    )
    guide_edits = [(0, edit) for edit in made.guide_edits]
    await carry_out(session, [Change(target, guide_edits), Change(source, made.source_edits)])
    return made, target
