"""tflsp.updateSummary: the table of experiments in SUMMARY.md, of the journals as they are open or on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types

from tflsp.checking.journal_summary import experiments_below, summary_of
from tflsp.checking.journals_below import Unread, unread_told
from tflsp.facts.journal import is_journal
from tflsp.journal.guides import Guide, guide_of
from tflsp.journal.markdown import difference
from tflsp.journal.reading import journal_of
from tflsp.journal.summary import Experiment, NotSummarised, with_table
from tflsp.server.capabilities import JOURNAL, UPDATE_SUMMARY
from tflsp.server.explain.words import say
from tflsp.server.journal.changing import Change, NotChanged, carry_out, changeable, file_at, refused, warn
from tflsp.server.journal.targets import is_virtual
from tflsp.server.places import Place
from tflsp.server.registry import argument_of, command
from tflsp.server.session import Session
from tflsp.server.uris import path_of, uri_of

_SOURCE = JOURNAL[0]


@command(UPDATE_SUMMARY)
async def update_summary(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """Bring the table up to date: see docs/protocol.md."""
    given = argument_of(arguments)
    language = session.language
    place = _place(session, str(given.get("uri", "")))
    if place is None:
        return refused(session, say("not-open", language))
    documents = {
        path: each.document
        for each in session.documents
        if not is_virtual(each) and (path := path_of(each.uri)) is not None
    }
    try:
        unread: list[Unread] = []
        target_path, folder = await asyncio.to_thread(summary_of, place)
        found: list[Experiment] = await asyncio.to_thread(lambda: list(experiments_below(folder, unread, documents)))
        for line in unread_told(unread, language):
            warn(session, line)
        target = await file_at(session, target_path)
        old = target.document.text
        new = with_table(old, found, path=target_path.relative_to(folder).as_posix(), language=language)
        if not found and new == old:
            return refused(session, say("no-experiments", language, folder=folder.name))
        answer = {"summary": uri_of(target_path), "experiments": len(found)}
        if given.get("dryRun") is True:
            return {"applied": False, "text": new, **answer}
        await carry_out(session, [Change(target, [(0, edit) for edit in difference(old, new)])])
    except NotSummarised as error:
        return refused(session, error.said(language))
    except NotChanged as error:
        return refused(session, str(error))
    return {"applied": True, **answer}


async def summary_actions(
    place: Place, params: types.CodeActionParams, wanted: Sequence[str]
) -> list[types.CodeAction]:
    """In a journal or in SUMMARY.md itself, where somebody asks."""
    path = changeable(place) if _SOURCE in wanted else None
    if path is None:
        return []
    if guide_of(path.name) is not Guide.SUMMARY and not await asyncio.to_thread(_is_journal, place):
        return []
    title = say("update-summary", place.language)
    argument = {"uri": place.uri}
    return [types.CodeAction(title, _SOURCE, command=types.Command(title, UPDATE_SUMMARY, arguments=[argument]))]


def _is_journal(place: Place) -> bool:
    document = place.analysed.state.document
    journal = journal_of(document)
    return bool(journal.entries) and is_journal(document, journal)


def _place(session: Session, uri: str) -> Path | None:
    """The file or folder that is named, or the workspace's first folder."""
    opened = session.documents.holding(uri)
    path = path_of(opened.uri if opened is not None else uri) if uri else None
    return path or (None if uri else next(iter(session.folders.values()), None))
