"""Inserting journal entries: code actions where they are asked for, and the commands that do the same.

Text edits only: a cell of a synced notebook gets the entry at its end. No action is offered by itself: an editor that
asks at every move of the cursor would show a light bulb on every line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types

from tflsp.checking.journal_files import now, overrides_for
from tflsp.facts.journal import is_journal, read_journal
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.journal.entries import CapturedRun, filled
from tflsp.journal.inserting import Insertion, plan_in_cell, plan_insertion
from tflsp.journal.templates import TemplateError
from tflsp.journal.writing import NotInserted
from tflsp.server.edits import EditBuilder
from tflsp.server.explain.words import say
from tflsp.server.lsp import plain
from tflsp.server.places import Place, place_of
from tflsp.server.registry import command
from tflsp.server.session import Session
from tflsp.server.uris import path_of

_EMPTY: dict[Kind, Entry] = {
    Kind.GOAL: Goal(),
    Kind.STEP: Step(),
    Kind.ERROR: ErrorLog(),
    Kind.CONCLUSION: Conclusion(),
}
_ONCE = (Kind.GOAL, Kind.CONCLUSION)
_KINDS = ("markdown", "notebook", "percent")


async def journal_actions(
    place: Place, params: types.CodeActionParams, wanted: Sequence[str]
) -> list[types.CodeAction]:
    """What can be inserted here: where a client asks for ``wanted`` kinds, or of a journal for everything."""
    context = params.context
    document = place.analysed.state.document
    automatic = context.trigger_kind == types.CodeActionTriggerKind.Automatic
    if automatic or not wanted or document.kind not in _KINDS or not _takes_entries(place):
        return []
    journal = await asyncio.to_thread(read_journal, document)
    if not context.only and not is_journal(document, journal):
        return []
    there = {entry.kind for entry in journal.entries}
    actions = []
    for kind in _EMPTY:
        if kind in _ONCE and kind in there:
            continue
        title = say(f"insert-{kind}", place.language, number=journal.next_number)
        action = types.CodeAction(title, wanted[0])
        position = params.range.start
        if place.session.client.resolves_edits:
            where = {"line": position.line, "character": position.character}
            action.data = {"uri": place.uri, "journal": str(kind), "position": where}
        else:
            action.edit = await insertion_edit(place, kind, place.offset(position.line, position.character))
            if action.edit is None:
                continue
        actions.append(action)
    return actions


async def insertion_edit(place: Place, kind: Kind, cursor: int) -> types.WorkspaceEdit | None:
    """The edit that inserts an empty entry; None where it cannot stand here."""
    try:
        made = await _plan(place, kind, cursor)
    except (NotInserted, TemplateError, OSError):
        return None
    return _edit(place, made)


def _takes_entries(place: Place) -> bool:
    """Whether a text edit can put an entry here: of a synced notebook only into a Markdown cell."""
    if not place.opened.is_notebook:
        return True
    outline = place.part.outline(place.number)
    return outline is not None and all(cell.kind == "markdown" for cell in outline.cells)


async def _plan(place: Place, kind: Kind, cursor: int | None) -> Insertion:
    """Raises NotInserted, TemplateError, OSError."""
    if not _takes_entries(place):
        raise NotInserted("an entry goes into a Markdown cell; this is another")
    document, language = place.analysed.state.document, place.language
    path = path_of(place.opened.uri)
    entry = filled(_EMPTY[kind], CapturedRun(when=now()))

    def plan() -> Insertion:
        overrides = overrides_for(path.parent) if isinstance(path, Path) else {}
        if place.opened.is_notebook:
            return plan_in_cell(document, place.number, entry, language=language, overrides=overrides)
        return plan_insertion(document, entry, language=language, cursor=cursor, overrides=overrides)

    return await asyncio.to_thread(plan)


def _edit(place: Place, made: Insertion) -> types.WorkspaceEdit:
    builder = EditBuilder(place.session)
    builder.edit(place.analysed.state, place.number, [made.edit])
    return builder.build()


async def _insert(session: Session, kind: Kind, arguments: Sequence[Any]) -> dict[str, Any]:
    """Insert at ``{"uri": ..., "position": ...}``, or, without a position, where the entry belongs."""
    given = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
    place = await place_of(session, str(given.get("uri", "")))
    if place is None:
        return _told(session, "the document is not open")
    try:
        cursor = _cursor(place, given.get("position"))
        made = await _plan(place, kind, cursor)
    except (NotInserted, TemplateError) as error:
        return _told(session, str(error))
    except OSError as error:
        return _told(session, f"{error.filename}: {error.strerror}")
    if given.get("dryRun") is not True:
        if not session.client.applies_edits or not await session.apply(plain(_edit(place, made))):
            return _told(session, "the editor did not apply the edit")
        return {"applied": True, "text": made.text}
    return {"applied": False, "text": made.text}


def _cursor(place: Place, position: object) -> int | None:
    match position:
        case {"line": int() as line, "character": int() as character}:
            return place.offset(line, character)
        case _:
            return None


def _told(session: Session, reason: str) -> dict[str, Any]:
    """Nothing was inserted, and the user is told why."""
    session.connection.notify("window/showMessage", {"type": 2, "message": f"tflsp: {reason}"})
    return {"applied": False, "reason": reason}


@command("tflsp.insertGoal")
async def insert_goal(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await _insert(session, Kind.GOAL, arguments)


@command("tflsp.insertStep")
async def insert_step(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await _insert(session, Kind.STEP, arguments)


@command("tflsp.insertError")
async def insert_error(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await _insert(session, Kind.ERROR, arguments)


@command("tflsp.insertConclusion")
async def insert_conclusion(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await _insert(session, Kind.CONCLUSION, arguments)
