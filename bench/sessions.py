"""Language servers side by side: the same documents open in each, the same keystrokes in turn."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import memory
from bench.client import Client, Opened
from bench.documents import Document, Encoding, Notebook, units
from bench.figures import summary
from bench.options import Results

WARM_UP = 20
PAUSE = 0.02
"""Seconds in which nothing may arrive before the next keystroke: a fast typist leaves four times as much."""


@dataclass(frozen=True, slots=True)
class Server:
    """A language server: how it is started, and what it has rules for ("notebook", or a languageId)."""

    name: str
    argv: tuple[str, ...]
    languages: frozenset[str]

    def takes(self, document: Document) -> bool:
        """Whether measuring the server on the document says anything."""
        return ("notebook" if isinstance(document, Notebook) else document.language) in self.languages


@dataclass(frozen=True, slots=True)
class Profile:
    """How a client talks: whether it pulls diagnostics of files, and the encoding that it asks for."""

    name: str
    pull: bool
    encoding: Encoding


@dataclass(slots=True)
class Session:
    """A running server with its open documents, and for each the milliseconds of its keystrokes."""

    server: Server
    client: Client
    opened: dict[str, Opened] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)


def start_up(servers: Sequence[Server], runs: int) -> dict[str, list[float]]:
    """Milliseconds from the spawn to the answer to `initialize`, the servers in turn; a first run does not count."""
    times: dict[str, list[float]] = {server.name: [] for server in servers}
    with tempfile.TemporaryDirectory(prefix="tflsp-bench-") as workspace:
        for turn in range(1 + runs):
            for server in servers:
                with Client(server.argv, Path(workspace), environment=environment()) as client:
                    took = client.initialize()
                if turn:
                    times[server.name].append(took)
    return times


def typing(
    servers: Sequence[Server], documents: Sequence[Document], profile: Profile, count: int, warm_up: int = WARM_UP
) -> Iterator[Results]:
    """One record for each server: times for each document, memory before and after the typing, failed probes."""
    with ExitStack() as stack:
        workspace = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tflsp-bench-")))
        sessions = []
        for server in servers:
            client = Client(
                server.argv, workspace, encoding=profile.encoding, pull=profile.pull, environment=environment()
            )
            sessions.append(Session(server, stack.enter_context(client)))
        for session in sessions:
            session.client.initialize()
            session.client.settle(0.3)
            for document in filter(session.server.takes, documents):
                session.opened[document.name] = session.client.open(document)
            session.client.settle(0.5)
        opened = [memory.of(session.client.process.pid) for session in sessions]
        for document in documents:
            _type(sessions, document, count, warm_up)
        for session, before in zip(sessions, opened, strict=True):
            yield {
                "server": session.server.name,
                "encoding": session.client.encoding,
                "pulls": session.client.pulls,
                "keystrokes": {name: asdict(summary(times)) for name, times in session.times.items()},
                "diagnostics": {name: len(one.items) for name, one in session.opened.items()},
                "opened": before._asdict(),
                "typed": memory.of(session.client.process.pid)._asdict(),
                "unproven": [name for name, one in session.opened.items() if not probe(session.client, one)],
            }


def _type(sessions: Sequence[Session], document: Document, count: int, warm_up: int) -> None:
    takers = [session for session in sessions if document.name in session.opened]
    gc.collect()
    gc.disable()
    try:
        for turn in range(warm_up + count):
            for session in takers if turn % 2 else reversed(takers):
                took = session.client.keystroke(session.opened[document.name])
                session.client.settle(PAUSE)
                if turn >= warm_up:
                    session.times.setdefault(document.name, []).append(took)
    finally:
        gc.enable()


def probe(client: Client, opened: Opened) -> bool:
    """Whether diagnostics are those of the text: bad lines are reported where they stand, and no more once they go."""
    spot = opened.document.spot
    indentation = " " * spot.column if spot.typed.isidentifier() else ""
    text = "\n" + indentation + spot.probe
    client.replace(opened, opened.character, (opened.line, opened.character), text)
    lines = range(opened.line + 1, opened.line + 1 + text.count("\n"))
    found = sum(item["range"]["start"]["line"] in lines for item in opened.items)
    with_probe = len(opened.items)
    end = (lines.stop - 1, units(text.rsplit("\n", 1)[1], client.encoding))
    client.replace(opened, opened.character, end, "")
    return found > 0 and len(opened.items) == with_probe - found


def echo() -> Server:
    """The server that analyses nothing: its times are the client's own cost, the pipes', and the least of Python's."""
    return Server("echo", (sys.executable, "-m", "bench.echo"), frozenset({"python", "markdown", "notebook"}))


def environment() -> dict[str, str]:
    """What lets bench's own server be found from another folder."""
    return {"PYTHONPATH": str(Path(__file__).parents[1])}
