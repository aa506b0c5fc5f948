"""tflsp/journal: the experiments of a workspace or folder, as a tree shows them. Its shape is in docs/protocol.md."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_records import EntryRecord
from tflsp.server.connection import INTERNAL_ERROR
from tflsp.server.registry import on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.uris import path_of, within
from tflsp.server.wire import Message
from tflsp.server.workspace.incidents import before
from tflsp.server.workspace.journals import Known, plain_range

log = logging.getLogger(__name__)


@on_request("tflsp/journal")
def journal(session: Session, params: Message, request: Request) -> None:
    """The experiments below a folder, or of the whole workspace; from now on the client is told of changes."""
    session.tasks.start(_answer(session, params.get("folder"), request))


async def _answer(session: Session, folder: Any, request: Request) -> None:
    try:
        known = await session.journals.shown()
        # Thousands of journals are half a second's work: not on the loop.
        experiments = await asyncio.to_thread(_encoded, session, known, folder)
        request.respond_encoded({"experiments": experiments})
    except Exception as error:
        log.error("tflsp/journal failed: %s", type(error).__name__)
        request.fail(INTERNAL_ERROR, f"tflsp/journal: {type(error).__name__}")


def _encoded(session: Session, known: list[Known], folder: Any) -> str:
    root = path_of(folder) if isinstance(folder, str) else None
    below = [
        each
        for each in known
        if each.record.journal and (root is None or (each.path is not None and within(each.path, root)))
    ]
    below.sort(key=lambda each: each.uri)
    return json.dumps([experiment(session, each) for each in below], separators=(",", ":"))


def experiment(session: Session, known: Known) -> dict[str, Any]:
    """One journal."""
    record = known.record
    steps = [entry for entry in record.entries if entry.kind is Kind.STEP]
    errors = [entry for entry in record.entries if entry.kind is Kind.ERROR]
    first = record.entries[0].where
    return {
        "title": known.name,
        "heading": record.title or None,
        "uri": known.uri,
        "language": record.language,
        "goal": record.goal or None,
        "goalMet": record.goal_met,
        "best": record.best or None,
        "conclusion": record.conclusion or None,
        "range": plain_range(first),
        "steps": [_step(known, entry) for entry in steps],
        "errors": [_error(session, known, entry) for entry in errors],
    }


def _step(known: Known, entry: EntryRecord) -> dict[str, Any]:
    return {
        "number": entry.number,
        "title": entry.title,
        "range": plain_range(entry.where),
        "result": entry.said or None,
        "changes": [{"name": name, "old": old, "new": new} for name, old, new in entry.changes],
        "uri": known.uris[entry.where[0]],
        "cell": entry.cell,
    }


def _error(session: Session, known: Known, entry: EntryRecord) -> dict[str, Any]:
    incidents = session.journals.incidents
    where = (entry.where[0], entry.where[1])
    found = before(incidents, entry.fingerprint, known.uri, where) if entry.fingerprint else iter(())
    seen = next((each for each in found), None)
    return {
        "title": entry.title,
        "range": plain_range(entry.where),
        "uri": known.uris[entry.where[0]],
        "cell": entry.cell,
        "fingerprint": entry.fingerprint or None,
        "solution": entry.said or None,
        "seenBefore": None
        if seen is None
        else {
            "title": seen.told(session.language),
            "uri": seen.part_uri,
            "range": plain_range(seen.heading_where),
        },
    }
