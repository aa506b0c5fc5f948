"""tflsp.renumber: the steps of a journal numbered 1 to n, with what refers to them. Only when a person asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from lsprotocol import types

from tflsp.capture.snapshots import SnapshotsError
from tflsp.checking.discovery import discover
from tflsp.checking.journal_renumbering import edits_in, linking_files, renumber_kept
from tflsp.checking.project_files import project_root
from tflsp.facts.journal_entries import Kind
from tflsp.journal.reading import journal_of
from tflsp.journal.renumbering import Renumbering, plan_renumbering
from tflsp.server.capabilities import JOURNAL, RENUMBER
from tflsp.server.explain.words import say
from tflsp.server.journal.changing import Change, File, NotChanged, carry_out, changeable, file_of, refused
from tflsp.server.journal.targets import is_virtual
from tflsp.server.journal.unkept import tell_unkept
from tflsp.server.places import Place
from tflsp.server.registry import argument_of, command
from tflsp.server.session import Session
from tflsp.server.uris import path_of

_REFACTOR = JOURNAL[1]


@command(RENUMBER)
async def renumber(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """Number the steps anew: see docs/protocol.md."""
    given = argument_of(arguments)
    try:
        file = await file_of(session, str(given.get("uri", "")))
        made = await asyncio.to_thread(plan_renumbering, file.document)
        steps = [{"old": each.old, "new": each.new, "title": each.title} for each in made.steps]
        if made.is_empty:
            return {"applied": False, "steps": [], "reason": say("numbered-already", session.language)}
        if given.get("dryRun") is True:
            return {"applied": False, "steps": steps}
        others = await asyncio.to_thread(_others, session, file, made, _opened(session))
        await carry_out(session, [Change(file, made.edits), *others])
    except NotChanged as error:
        return refused(session, str(error))
    try:
        await asyncio.to_thread(renumber_kept, file.path, made)
    except SnapshotsError as error:
        tell_unkept(session, "next-cannot-tell", error)
    return {"applied": True, "steps": steps}


async def renumber_actions(
    place: Place, params: types.CodeActionParams, wanted: Sequence[str]
) -> list[types.CodeAction]:
    """Where somebody asks in a journal whose numbers have gaps."""
    action = await renumbering(place, _REFACTOR) if _REFACTOR in wanted else None
    return [action] if action is not None else []


async def renumbering(place: Place, kind: str, found: list[types.Diagnostic] | None = None) -> types.CodeAction | None:
    """The action that numbers the steps anew; None where they are as they should be, or this client cannot do it."""
    if changeable(place) is None:
        return None
    numbers = await asyncio.to_thread(_numbers, place)
    if numbers == list(range(1, len(numbers) + 1)):
        return None
    title = say("renumber", place.language, count=len(numbers))
    command = types.Command(title, RENUMBER, arguments=[{"uri": place.uri}])
    return types.CodeAction(title, kind, found, command=command)


def _numbers(place: Place) -> list[int]:
    return [each.number for each in journal_of(place.analysed.state.document).of(Kind.STEP) if each.number]


def _opened(session: Session) -> list[File]:
    """The documents that are open, with their files."""
    found = ((path_of(each.uri), each) for each in session.documents if not is_virtual(each))
    return [File(path, each.document, each, each.state) for path, each in found if path is not None]


def _others(session: Session, file: File, made: Renumbering, opened: Sequence[File]) -> list[Change]:
    """The changes of the other files of the project that link to the steps; what is open counts as it stands."""
    journal = file.path.resolve()
    root = project_root(journal)
    others = [each for each in opened if each.path.resolve() != journal]
    changes = [
        Change(each, edits)
        for each in others
        if (edits := edits_in(each.document, made, root=root, path=each.path, journal=journal))
    ]
    seen = {each.path.resolve() for each in others}
    for each in linking_files(journal, made, discover([root]), but=seen):
        changes.append(Change(File(each.path, each.document, data=each.data), [(0, edit) for edit in each.edits]))
    return changes
