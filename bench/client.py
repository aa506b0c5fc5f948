"""A language client for measuring: one thread, blocking reads, as little work as possible between two moments.

Speaks to any server over stdio: text and notebook synchronisation, diagnostics pushed or pulled, any position encoding.
It answers what a server asks of an editor, and keeps the diagnostics that came last.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench import messages
from bench.documents import Document, Encoding, Notebook, Text, line_of, units
from bench.processes import BYTE_CODE
from bench.wire import Frame, ServerGone, TookTooLong, Wire, encode

SECOND = 1_000_000_000
LARGE = 1 << 16
"""Frames above this many bytes are parsed only when they hold what is waited for."""
TRY_AGAIN = {-32801, -32802}
"""ContentModified and ServerCancelled: the client is to ask again."""


@dataclass(slots=True)
class Published:
    """The diagnostics that came last for one URI; `version` is None where the server named none."""

    version: int | None
    items: list[dict[str, Any]]


@dataclass(slots=True)
class Opened:
    """An open document and the place of the next character in it, in the negotiated units."""

    document: Document
    uri: str
    target: str
    version: int
    line: int
    character: int
    typed: int = 0
    result_id: str | None = None
    items: list[dict[str, Any]] = field(default_factory=list)


class Client:
    """A server of its own and the client side of its session. Use as a context manager: leaving it ends the server."""

    def __init__(
        self,
        argv: Sequence[str],
        workspace: Path,
        *,
        encoding: Encoding = "utf-16",
        pull: bool = True,
        environment: Mapping[str, str] | None = None,
        limit: float = 60.0,
    ) -> None:
        self.workspace = workspace
        self.pulls = False
        self.encoding: Encoding = "utf-16"
        self.published: dict[str, Published] = {}
        self.capabilities: dict[str, Any] = {}
        self._wanted: Encoding = encoding
        self._wants_pull = pull
        self._limit = int(limit * SECOND)
        self._last_id = 0
        self._spawned = time.perf_counter_ns()
        self.process = subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=workspace,
            env={**os.environ, **BYTE_CODE, **(environment or {})},
            bufsize=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._wire = Wire(self.process.stdout.fileno(), self.process.stdin.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def initialize(self) -> float:
        """Does the handshake. Returns milliseconds from the spawn to the answer to `initialize`."""
        frame, answer = self.request("initialize", messages.initialize(self.workspace, self._wanted, self._wants_pull))
        self.capabilities = answer["capabilities"]
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.pulls = self._wants_pull and bool(self.capabilities.get("diagnosticProvider"))
        self.notify("initialized", {})
        return (frame.arrived - self._spawned) / 1e6

    def settle(self, quiet: float = 0.02) -> None:
        """Reads and answers until nothing has come for `quiet` seconds."""
        with suppress(TookTooLong):
            while True:
                self._take(self._wire.read(time.perf_counter_ns() + int(quiet * SECOND)))

    def open(self, document: Document) -> Opened:
        """Opens the document and waits for its first diagnostics."""
        spot, version = document.spot, 1
        uri = (self.workspace / document.file_name).as_uri()
        match document:
            case Text():
                text, target = document.text, uri
                opening = messages.open_text(document, uri, version)
            case Notebook():
                text, target = document.cells[document.cell].text, messages.cell_uri(uri, document.cell)
                languages = messages.cell_languages(self.capabilities)
                opening = messages.open_notebook(document, uri, version, languages)
        self._wire.write(encode(opening))
        character = units(line_of(text, spot.line)[: spot.column], self.encoding)
        opened = Opened(document, uri, target, version, spot.line, character)
        self._await_diagnostics(opened, b"")
        return opened

    def keystroke(self, opened: Opened) -> float:
        """Types the next character. Returns milliseconds until the diagnostics of that very version had arrived."""
        typed = opened.document.spot.typed
        character = typed[opened.typed % len(typed)]
        opened.typed += 1
        took = self.replace(opened, opened.character, (opened.line, opened.character), character)
        opened.character += units(character, self.encoding)
        return took

    def replace(self, opened: Opened, start: int, end: tuple[int, int], text: str) -> float:
        """Replaces from `start` on the opened document's line to `end` by `text`; milliseconds as for `keystroke`."""
        opened.version += 1
        change = {
            "range": {
                "start": {"line": opened.line, "character": start},
                "end": {"line": end[0], "character": end[1]},
            },
            "text": text,
        }
        match opened.document:
            case Text():
                message = messages.change_text(opened.uri, opened.version, change)
            case Notebook():
                message = messages.change_cell(opened.uri, opened.target, opened.version, change)
        return self._await_diagnostics(opened, encode(message))

    def close(self) -> None:
        """Ends the session as the protocol has it, and the process by force where it does not go."""
        with suppress(ServerGone, TookTooLong, RuntimeError):
            self._limit = 5 * SECOND
            self.request("shutdown", None)
            self.notify("exit", None)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _await_diagnostics(self, opened: Opened, data: bytes) -> float:
        if self._is_pulled(opened):
            return self._pull(opened, data)
        pattern = re.compile(rb'"version":\s*%d\b' % opened.version)
        start = time.perf_counter_ns()
        if data:
            self._wire.write(data)
        arrived, deadline = 0, start + self._limit
        while not arrived:
            frame = self._wire.read(deadline)
            if self._publishes(frame, pattern, opened):
                arrived = frame.arrived
        with suppress(TookTooLong):  # a server that publishes twice is done with the second
            while True:
                frame = self._wire.read(time.perf_counter_ns() + SECOND // 100)
                if self._publishes(frame, pattern, opened):
                    arrived = frame.arrived
        opened.items = self.published[opened.target].items
        return (arrived - start) / 1e6

    def _publishes(self, frame: Frame, pattern: re.Pattern[bytes], opened: Opened) -> bool:
        if len(frame.body) > LARGE and not pattern.search(frame.body):
            return False
        message = self._take(frame)
        if message.get("method") != "textDocument/publishDiagnostics":
            return False
        params = message["params"]
        return bool(params["uri"] == opened.target and params.get("version") == opened.version)

    def _pull(self, opened: Opened, data: bytes) -> float:
        start = time.perf_counter_ns()
        deadline = start + self._limit
        while True:
            params: dict[str, Any] = {"textDocument": {"uri": opened.uri}}
            if opened.result_id is not None:
                params["previousResultId"] = opened.result_id
            self._last_id += 1
            request = encode({"id": self._last_id, "method": "textDocument/diagnostic", "params": params})
            if data:
                start = time.perf_counter_ns()
            self._wire.write(data + request)
            data = b""
            frame, answer = self._answer(self._last_id, deadline)
            if "error" in answer and answer["error"]["code"] in TRY_AGAIN:
                continue
            report = messages.result(answer)
            opened.result_id = report.get("resultId")
            if report["kind"] == "full":
                opened.items = report["items"]
            return (frame.arrived - start) / 1e6

    def _is_pulled(self, opened: Opened) -> bool:
        return self.pulls and isinstance(opened.document, Text)

    def request(self, method: str, params: Any) -> tuple[Frame, Any]:
        """Ask, and wait for the answer: how it came, and its result."""
        self._last_id += 1
        self._wire.write(encode({"id": self._last_id, "method": method, "params": params}))
        frame, answer = self._answer(self._last_id, time.perf_counter_ns() + self._limit)
        return frame, messages.result(answer)

    def _answer(self, number: int, deadline: int) -> tuple[Frame, dict[str, Any]]:
        pattern = re.compile(rb'"id":\s*%d\b' % number)
        while True:
            frame = self._wire.read(deadline)
            if len(frame.body) > LARGE and not pattern.search(frame.body):
                continue
            message = self._take(frame)
            if "method" not in message and message.get("id") == number:
                return frame, message

    def notify(self, method: str, params: Any) -> None:
        """Tell, and wait for nothing."""
        self._wire.write(encode({"method": method, "params": params}))

    def _take(self, frame: Frame) -> dict[str, Any]:
        """Parses a frame, keeps published diagnostics, answers what the server asks."""
        message: dict[str, Any] = json.loads(frame.body)
        match message.get("method"):
            case None:
                return message
            case "textDocument/publishDiagnostics":
                params = message["params"]
                self.published[params["uri"]] = Published(params.get("version"), params["diagnostics"])
            case "client/registerCapability":
                methods = {registration["method"] for registration in message["params"]["registrations"]}
                self.pulls = self.pulls or (self._wants_pull and "textDocument/diagnostic" in methods)
        if "id" in message:
            self._wire.write(encode({"id": message["id"], "result": messages.reply(message)}))
        return message
