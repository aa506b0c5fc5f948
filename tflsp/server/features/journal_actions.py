"""Journal entries as code actions: where they are asked for, and unasked only where there is evidence.

An editor that asks at every move of the cursor would otherwise show a light bulb on every line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from lsprotocol import types

from tflsp.facts.journal import is_journal
from tflsp.facts.journal_entries import DOCUMENTS, Kind
from tflsp.journal.reading import journal_of
from tflsp.journal.refusals import Refusal
from tflsp.journal.templates import TemplateError
from tflsp.journal.writing import NotInserted
from tflsp.server.capabilities import QUICK_FIX
from tflsp.server.explain.words import say
from tflsp.server.journal.awaited import awaited_by, snapped
from tflsp.server.journal.capturing import EMPTY, Capture, capture
from tflsp.server.journal.planning import Planned, plan
from tflsp.server.journal.targets import INSERT_SNIPPET, Target, Way, target_of
from tflsp.server.journal.unasked import unasked
from tflsp.server.lsp import plain_position
from tflsp.server.places import Place

_ONCE = (Kind.GOAL, Kind.CONCLUSION)


async def journal_actions(
    place: Place, params: types.CodeActionParams, wanted: Sequence[str]
) -> list[types.CodeAction]:
    """What can be inserted here: where a client asks for ``wanted`` kinds, or of a journal for everything."""
    target = target_of(place.session, place.uri, None, plain_position(params.range.start))
    if target is None or not wanted:
        return []
    if params.context.trigger_kind == types.CodeActionTriggerKind.Automatic and not params.context.only:
        titles = await unasked(place, target)
    else:
        titles = await asyncio.to_thread(_titles, target, params.context.only is not None)
    return [action for action in await _actions(target, titles, wanted[0]) if action is not None]


async def mending(place: Place, kind: Kind, found: list[types.Diagnostic]) -> types.CodeAction | None:
    """The insertion of what a journal was found to lack, where it belongs; None where this client cannot have it."""
    target = target_of(place.session, place.opened.uri)
    if target is None or not _takes_entries(target):
        return None
    title = say(f"insert-{kind}", target.language)
    if _is_resolved_later(target):
        data = {"uri": place.uri, "position": None, "journal": str(kind)}
        return types.CodeAction(title, QUICK_FIX, found, data=data)
    action = await _complete(target, await capture(target, frozenset({kind})), kind, title, QUICK_FIX)
    if action is not None:
        action.diagnostics = found
    return action


async def resolved(place: Place, action: types.CodeAction, kind: Kind, position: Mapping[str, Any] | None) -> None:
    """Fill in the edit or command of an action that was offered without; without a position where it belongs."""
    uri = place.uri if position is not None else place.opened.uri
    target = target_of(place.session, uri, None, position)
    if target is None:
        return
    try:
        captured = await capture(target, frozenset({kind}))
        _fill(target, action, captured, await plan(target, captured.fill(kind)))
    except (NotInserted, TemplateError, OSError) as error:
        why = error.said(target.language) if isinstance(error, Refusal) else error
        message = {"type": 2, "message": f"tflsp: {why}"}
        place.session.connection.notify("window/showMessage", message)


def _titles(target: Target, is_asked_for: bool) -> dict[Kind, str]:
    """The entries that can be inserted here, with the titles of their actions."""
    document = target.document()
    if not _takes_entries(target):
        return {}
    journal = journal_of(document)
    if not is_asked_for and not is_journal(document, journal):
        return {}
    there = {entry.kind for entry in journal.entries}
    return {
        kind: say(f"insert-{kind}", target.language, number=journal.next_number)
        for kind in EMPTY
        if kind not in _ONCE or kind not in there
    }


def _takes_entries(target: Target) -> bool:
    """Whether an entry can be put here: by text edits into a Markdown cell only."""
    if target.way is Way.TEXT:
        return target.opened.document.kind in DOCUMENTS
    if target.way is not Way.END_OF_CELL:
        return True
    outline = target.opened.document.outline
    return outline is not None and target.number is not None and outline.cells[target.number].kind == "markdown"


async def _actions(target: Target, titles: Mapping[Kind, str], as_kind: str) -> list[types.CodeAction | None]:
    if not titles:
        return []
    if _is_resolved_later(target):
        where = {"uri": target.cell or target.opened.uri, "position": target.position}
        return [
            types.CodeAction(title, as_kind, data={**where, "journal": str(kind)}) for kind, title in titles.items()
        ]
    captured = await capture(target, frozenset(titles))
    return [await _complete(target, captured, kind, title, as_kind) for kind, title in titles.items()]


def _is_resolved_later(target: Target) -> bool:
    """Whether this client asks for what an action does once it is chosen."""
    client = target.session.client
    is_command = target.way is Way.NEW_CELL or (INSERT_SNIPPET in client.commands and not client.snippet_edits)
    return target.way is not Way.VIRTUAL and (client.resolves_commands if is_command else client.resolves_edits)


async def _complete(target: Target, captured: Capture, kind: Kind, title: str, as_kind: str) -> types.CodeAction | None:
    action = types.CodeAction(title, as_kind)
    try:
        _fill(target, action, captured, await plan(target, captured.fill(kind)))
    except (NotInserted, TemplateError, OSError):
        return None
    return action


def _fill(target: Target, action: types.CodeAction, captured: Capture, planned: Planned) -> None:
    """The action's edit or command. What was inserted is known only when the document has changed."""
    kept = snapped(target.path, planned.entry, captured.hyperparameters)
    awaited_by(target.session).wait(target.opened, planned.text, kept)
    action.edit = planned.edit
    if planned.argument is not None:
        action.command = types.Command(action.title, planned.command, arguments=[dict(planned.argument)])
