"""Progress is shown for what takes long, and only then; the user can stop it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.lsp.profiles import profile
from tflsp.server.client import client_of
from tflsp.server.connection import Connection
from tflsp.server.features.workspace_diagnostic import cancel
from tflsp.server.session import Session
from tflsp.server.wire import Frames
from tflsp.server.worker import Worker
from tflsp.server.workspace import progress
from tflsp.server.workspace.progress import Progress


class Line:
    """The client's end: what was sent, and answers to it."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.news = asyncio.Event()
        self.connection = Connection(self._write)

    def _write(self, data: bytes) -> None:
        self.sent += [json.loads(body) for body in Frames().feed(data)]
        self.news.set()

    async def until(self, method: str) -> dict[str, Any]:
        while True:
            for message in self.sent:
                if message.get("method") == method:
                    self.sent.remove(message)
                    return message
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 20)


@pytest.fixture
async def session() -> Session:
    line = Line()
    worker = Worker()
    worker.stop(20)
    made = Session(
        client_of(profile("vscode").params), line.connection, worker, {}, stop=lambda code: None, idle=lambda: None
    )
    made.line = line  # type: ignore[attr-defined]
    return made


def begun(session: Session, stop: Callable[[], None]) -> tuple[Progress, Line]:
    return Progress(session, "reading", stop), session.line  # type: ignore[attr-defined]


async def test_long_work_is_shown_and_can_be_stopped(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LONG", 0)
    stopped: list[bool] = []
    shown, line = begun(session, lambda: stopped.append(True))
    created = await line.until("window/workDoneProgress/create")
    line.connection.answered({"id": created["id"], "result": None})
    begin = await line.until("$/progress")
    assert (begin["params"]["value"]["kind"], begin["params"]["value"]["title"]) == ("begin", "reading")
    shown.report(1, 4)
    shown.report(1, 4)
    assert [message["params"]["value"]["percentage"] for message in line.sent] == [25]
    cancel(session, {"token": created["params"]["token"]})
    assert stopped == [True]
    shown.end()
    assert line.sent[-1]["params"]["value"] == {"kind": "end"}
    cancel(session, {"token": created["params"]["token"]})
    assert stopped == [True]


async def test_short_work_is_not_shown(session: Session) -> None:
    shown, line = begun(session, lambda: None)
    shown.report(1, 2)
    shown.end()
    assert line.sent == []


async def test_a_client_that_refuses_is_left_alone(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LONG", 0)
    shown, line = begun(session, lambda: None)
    created = await line.until("window/workDoneProgress/create")
    line.connection.answered({"id": created["id"], "error": {"code": -32601, "message": "no"}})
    shown.report(1, 2)
    shown.end()
    assert line.sent == []
