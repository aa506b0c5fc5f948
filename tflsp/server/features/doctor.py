"""tflsp/doctor: what is wrong where the server runs, as the report that `tflsp doctor --json` prints."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from tflsp.server.connection import INTERNAL_ERROR
from tflsp.server.registry import on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.wire import Message

log = logging.getLogger(__name__)


@on_request("tflsp/doctor")
def doctor(session: Session, params: Message, request: Request) -> None:
    """The report for the first folder of the workspace; checks wait for drivers and disks, so not on the loop."""
    session.tasks.start(_answer(session, request))


async def _answer(session: Session, request: Request) -> None:
    folder = next(iter(session.folders.values()), None)
    try:
        request.respond(await asyncio.to_thread(_report, folder, session.language))
    except Exception as error:
        log.error("tflsp/doctor failed: %s", type(error).__name__)
        request.fail(INTERNAL_ERROR, f"tflsp/doctor: {type(error).__name__}")


def _report(folder: Path | None, language: str) -> dict[str, Any]:
    from tflsp.doctor import run
    from tflsp.doctor.here import here
    from tflsp.doctor.records import report

    machine = here(folder)
    return report(machine, run(machine), language)
