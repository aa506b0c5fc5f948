"""tflsp/timeline: an experiment's steps, metrics and errors, and the page that shows them. See docs/protocol.md."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tflsp.documents.document import Document
from tflsp.facts.journal import JournalEntry
from tflsp.facts.journal_entries import Kind
from tflsp.journal.reading import journal_of
from tflsp.journal.refusals import Refusal
from tflsp.server.connection import INTERNAL_ERROR, INVALID_PARAMS
from tflsp.server.convert import range_of
from tflsp.server.registry import on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.uris import path_of
from tflsp.server.wire import Message
from tflsp.text import Encoding

if TYPE_CHECKING:
    from tflsp.capture.results import Criterion
    from tflsp.journal.timeline import TimelineError, TimelineStep

log = logging.getLogger(__name__)


@on_request("tflsp/timeline")
def timeline(session: Session, params: Message, request: Request) -> None:
    """The timeline of a document, notebook or cell, open or not."""
    session.tasks.start(_answer(session, params, request))


class _Asked(NamedTuple):
    """What a timeline is asked of: an open document, or a file; ``uris`` are those of its parts."""

    document: Document | None
    path: Path | None
    uris: tuple[str, ...]

    def read(self) -> Document:
        """Raises NotRead, OSError, ValueError."""
        from tflsp.checking.journal_files import check_length, read_file

        if self.document is not None:
            check_length(self.document)
            return self.document
        if self.path is None:
            raise ValueError("this is no file, and it is not open")
        return read_file(self.path)[1]


async def _answer(session: Session, params: Message, request: Request) -> None:
    uri, metric = str(params.get("uri", "")), params.get("metric")
    opened, path = session.documents.holding(uri), path_of(uri)
    if opened is None:
        asked = _Asked(None, path, (uri,))
    else:
        asked = _Asked(opened.document, path, tuple(part.uri for part in opened.state.parts))
    name = metric if isinstance(metric, str) and metric else None
    html, language = params.get("html") is True, session.language
    try:
        answer = await asyncio.to_thread(_timeline, asked, name, language, session.client.encoding, html=html)
    except (OSError, ValueError) as error:
        told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        request.fail(INVALID_PARAMS, told)
    except Refusal as error:
        request.fail(INVALID_PARAMS, error.said(language))
    except Exception as error:
        log.error("tflsp/timeline failed: %s", type(error).__name__)
        request.fail(INTERNAL_ERROR, f"tflsp/timeline: {type(error).__name__}")
    else:
        request.respond(answer)


def _timeline(asked: _Asked, metric: str | None, language: str, encoding: Encoding, *, html: bool) -> dict[str, Any]:
    """Raises OSError, ValueError, Refusal."""
    from tflsp.journal.timeline import timeline_of

    document = asked.read()
    made = timeline_of(document, metric=metric, language=language)

    def place(entry: JournalEntry) -> dict[str, Any]:
        part = entry.stretch.part
        where = range_of(document.parts[part].lines, entry.span, encoding)
        return {"range": where, "uri": asked.uris[part], "cell": entry.stretch.cell}

    answer: dict[str, Any] = {
        "title": made.title,
        "language": made.language,
        "goal": made.goal,
        "criterion": None if made.criterion is None else _criterion(made.criterion),
        "metric": made.metric,
        "metrics": list(made.metrics),
        "goalMet": made.goal_met,
        "steps": [_step(step) | place(step.entry) for step in made.steps],
        "errors": [_error(error) | place(error.entry) for error in made.errors],
        "conclusion": made.conclusion,
        "best": made.best,
        "places": {
            entry.kind.value: place(entry)
            for entry in journal_of(document).entries
            if entry.kind in (Kind.GOAL, Kind.CONCLUSION)
        },
    }
    if html:
        from tflsp.journal.timeline_html import html_timeline

        answer["html"] = html_timeline(made)
    return answer


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {"metric": criterion.metric, "comparison": criterion.sign, "value": criterion.value}


def _step(step: TimelineStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "title": step.title,
        "when": step.when,
        "changes": [{"name": each.name, "old": each.old, "new": each.new} for each in step.changes],
        "metrics": dict(step.metrics),
        "result": step.result,
        "analysis": step.analysis,
        "optimizer": step.optimizer,
    }


def _error(error: TimelineError) -> dict[str, Any]:
    return {"title": error.title, "when": error.when, "afterStep": error.after_step, "message": error.message}
