"""Lenses above a journal's steps (promote, compare with the one before), and the comparison itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from lsprotocol import types

from tflsp.facts.journal_entries import Kind, Step
from tflsp.server.capabilities import PROMOTE
from tflsp.server.explain.words import say
from tflsp.server.lsp import range_
from tflsp.server.places import Place
from tflsp.server.registry import argument_of, command
from tflsp.server.session import Session
from tflsp.server.uris import path_of
from tflsp.server.workspace.journals import plain_range
from tflsp.server.workspace.sources import Source, source_at, source_of

COMPARE = "tflsp.compareSteps"


async def journal_lenses(place: Place) -> list[types.CodeLens]:
    """The lenses of a text's steps."""
    known = await place.session.journals.of(place.opened)
    if known is None or not known.record.journal:
        return []
    lenses: list[types.CodeLens] = []
    before = 0
    for entry in known.record.entries:
        if entry.kind is Kind.ERROR and entry.where[0] == place.number:
            lenses.append(_promote(place, entry.where, {"uri": place.uri}))
        if entry.kind is not Kind.STEP:
            continue
        if entry.where[0] == place.number:
            lenses.append(_promote(place, entry.where, {"uri": place.uri, "number": entry.number}))
            if before and entry.number:
                title = say("lens-compare", place.language, number=before)
                argument = {"uri": place.uri, "number": entry.number, "with": before}
                lenses.append(_lens(entry.where, types.Command(title, COMPARE, arguments=[argument])))
        before = entry.number or before
    return lenses


def _promote(place: Place, where: Any, argument: dict[str, Any]) -> types.CodeLens:
    argument = {**argument, "position": plain_range(where)["start"]}
    return _lens(where, types.Command(say("lens-promote", place.language), PROMOTE, arguments=[argument]))


def _lens(where: Any, action: types.Command) -> types.CodeLens:
    start = plain_range(where)["start"]
    return types.CodeLens(range_({"start": start, "end": start}), action)


@command(COMPARE)
async def compare_steps(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """How a step differs from another, the one before it where none is named: ``{"markdown": ...}``."""
    from tflsp.capture.errors import without_secrets  # timelines, metrics: only where somebody compares
    from tflsp.journal.index_compare import compared

    given = argument_of(arguments)
    language = session.language
    source = await _source(session, str(given.get("uri", "")))
    if source is None:
        return {"applied": False, "reason": say("not-open", language)}
    steps = await asyncio.to_thread(_steps, source)
    match given.get("number"):
        case int() as number if any(step.number == number for step in steps):
            pass
        case _:
            return {"applied": False, "reason": say("no-step", language, number=given.get("number"))}
    others = [step.number for step in steps[: [step.number for step in steps].index(number)] if step.number]
    other = given.get("with", others[-1] if others else None)
    if other is None:
        return {"applied": False, "reason": say("no-step-before", language, number=number)}
    try:
        markdown = compared(steps, int(other), number, source.journal.language(language))
    except (LookupError, TypeError, ValueError):
        return {"applied": False, "reason": say("no-step", language, number=other)}
    return {"applied": False, "markdown": without_secrets(markdown, "steps.md")}


def _steps(source: Source) -> list[Step]:
    return [step for entry in source.journal.of(Kind.STEP) if isinstance(step := entry.entry, Step)]


async def _source(session: Session, uri: str) -> Source | None:
    opened = session.documents.holding(uri)
    if opened is not None:
        return source_of(session, opened)
    path = path_of(uri)
    return None if path is None else await source_at(session, path)
