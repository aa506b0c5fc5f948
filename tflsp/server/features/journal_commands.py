"""The commands that insert journal entries: tflsp.insertGoal, insertStep, insertError, insertConclusion.

Their argument and answer are in docs/protocol.md; what cannot be inserted is answered with a reason, and told the user.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tflsp.facts.journal_entries import Kind
from tflsp.journal.templates import TemplateError
from tflsp.journal.writing import NotInserted
from tflsp.server.explain.words import say
from tflsp.server.journal.awaited import awaited_by, snapped
from tflsp.server.journal.capturing import Capture, capture
from tflsp.server.journal.changing import refused
from tflsp.server.journal.planning import Planned, plan
from tflsp.server.journal.targets import INSERT_CELL, Target, target_of
from tflsp.server.journal.unkept import tell_unkept
from tflsp.server.lsp import plain
from tflsp.server.registry import argument_of, command
from tflsp.server.session import Session


async def insert(session: Session, kind: Kind, arguments: Sequence[Any]) -> dict[str, Any]:
    """Insert an entry, or have the client insert it."""
    given = argument_of(arguments)
    cell, position = given.get("cell"), given.get("position")
    target = target_of(
        session,
        str(given.get("uri", "")),
        cell if isinstance(cell, str) else None,
        position if isinstance(position, dict) else None,
    )
    if target is None:
        return refused(session, say("not-open", session.language))
    try:
        captured = await capture(target, frozenset({kind}))
        planned = await plan(target, captured.fill(kind))
    except (NotInserted, TemplateError) as error:
        return refused(session, error.said(target.language))
    except OSError as error:
        return refused(session, f"{error.filename}: {error.strerror}")
    if given.get("dryRun") is True:
        return {"applied": False, "text": planned.text}
    if captured.problem is not None and kind is Kind.STEP:
        tell_unkept(session, "changes-since-commit", captured.problem)
    return await _carry_out(target, captured, planned)


async def _carry_out(target: Target, captured: Capture, planned: Planned) -> dict[str, Any]:
    session = target.session
    kept = snapped(target.path, planned.entry, captured.hyperparameters)
    awaited = awaited_by(session)
    if planned.argument is not None:
        awaited.wait(target.opened, planned.text, kept)
        name = "insertCell" if planned.command == INSERT_CELL else "insertSnippet"
        return {"applied": False, "text": planned.text, name: dict(planned.argument)}
    if not session.client.applies_edits or not await session.apply(plain(planned.edit)):
        return refused(session, say("not-applied", target.language))
    awaited.keep(kept)
    return {"applied": True, "text": planned.text}


@command("tflsp.insertGoal")
async def insert_goal(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await insert(session, Kind.GOAL, arguments)


@command("tflsp.insertStep")
async def insert_step(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await insert(session, Kind.STEP, arguments)


@command("tflsp.insertError")
async def insert_error(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await insert(session, Kind.ERROR, arguments)


@command("tflsp.insertConclusion")
async def insert_conclusion(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await insert(session, Kind.CONCLUSION, arguments)
