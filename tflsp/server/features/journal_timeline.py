"""tflsp/timeline: an experiment's steps, metrics and errors, and the page that shows them. See docs/protocol.md."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from tflsp.checking.journal_files import read_document
from tflsp.documents.document import Document
from tflsp.facts.journal import JournalEntry
from tflsp.facts.journal_entries import Change
from tflsp.server.connection import INTERNAL_ERROR, INVALID_PARAMS
from tflsp.server.convert import range_of
from tflsp.server.gpu import language_of
from tflsp.server.registry import on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.uris import path_of
from tflsp.server.wire import Message
from tflsp.text import Encoding

log = logging.getLogger(__name__)


@on_request("tflsp/timeline")
def timeline(session: Session, params: Message, request: Request) -> None:
    """The timeline of a document, notebook or cell, open or not."""
    session.tasks.start(_answer(session, params, request))


async def _answer(session: Session, params: Message, request: Request) -> None:
    uri, metric = str(params.get("uri", "")), params.get("metric")
    opened = session.documents.holding(uri)
    path = path_of(uri)
    document = None if opened is None else opened.document
    uris = (uri,) if opened is None else tuple(part.uri for part in opened.state.parts)
    html, language = params.get("html") is True, language_of(session)
    name = metric if isinstance(metric, str) and metric else None
    try:
        answer = await asyncio.to_thread(_timeline, document, path, uris, name, html, language, session.client.encoding)
    except (OSError, ValueError) as error:
        told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        request.fail(INVALID_PARAMS, told)
    except Exception as error:
        log.error("tflsp/timeline failed: %s", type(error).__name__)
        request.fail(INTERNAL_ERROR, f"tflsp/timeline: {type(error).__name__}")
    else:
        request.respond(answer)


def _timeline(
    document: Document | None,
    path: Path | None,
    uris: tuple[str, ...],
    metric: str | None,
    html: bool,
    language: str,
    encoding: Encoding,
) -> dict[str, Any]:
    """Raises OSError, ValueError."""
    from tflsp.journal.timeline import timeline_of

    if document is None:
        if path is None:
            raise ValueError("this is no file, and it is not open")
        document = read_document(path, path.read_bytes())
    made = timeline_of(document, metric=metric, language=language)

    def range_at(entry: JournalEntry) -> dict[str, Any]:
        return range_of(document.parts[entry.stretch.part].lines, entry.span, encoding)

    answer: dict[str, Any] = {
        "title": made.title,
        "language": made.language,
        "goal": made.goal,
        "criterion": None
        if made.criterion is None
        else {"metric": made.criterion.metric, "comparison": made.criterion.sign, "value": made.criterion.value},
        "metric": made.metric,
        "metrics": list(made.metrics),
        "goalMet": made.goal_met,
        "steps": [
            {
                "number": step.number,
                "title": step.title,
                "when": step.when,
                "changes": [_change(each) for each in step.changes],
                "metrics": dict(step.metrics),
                "result": step.result,
                "analysis": step.analysis,
                "optimizer": step.optimizer,
                "range": range_at(step.entry),
                "uri": uris[step.entry.stretch.part],
            }
            for step in made.steps
        ],
        "errors": [
            {
                "title": error.title,
                "when": error.when,
                "afterStep": error.after_step,
                "message": error.message,
                "range": range_at(error.entry),
                "uri": uris[error.entry.stretch.part],
            }
            for error in made.errors
        ],
        "conclusion": made.conclusion,
        "best": made.best,
    }
    if html:
        from tflsp.journal.timeline_html import html_timeline

        answer["html"] = html_timeline(made)
    return answer


def _change(change: Change) -> dict[str, str]:
    return {"name": change.name, "old": change.old, "new": change.new}
