"""A session: one editor's streams and one server's, joined by a bridge, from the first byte until nothing is left.

Whichever side ends, the other one is ended: the server by the end of its input, the editor by the end of its output.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from tflsp.remote.bridge import Bridge, BridgeError
from tflsp.remote.daemon_links import Links
from tflsp.remote.frames import Frames, FramingError
from tflsp.remote.sessions_streams import Handed, Reader, Writer
from tflsp.remote.sessions_transport import Transport, open_transport
from tflsp.remote.targets import Target
from tflsp.remote.uris import UriMap

log = logging.getLogger(__name__)

# Bytes that may wait for an editor that does not read, before the server has to wait as well.
HIGH_WATER = 1 << 20
# Seconds that a server gets to leave by itself, and an editor to take what was written for it.
PATIENCE = 5.0


class SessionLost(Exception):
    """A session that ended without an exit code: the text says what happened, and the remedy what to do."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


class Session:
    """One editor at one server. ``run`` is its whole life."""

    def __init__(self, target: Target, links: Links, complain: Callable[[str], None]) -> None:
        self.target = target
        self._links = links
        self._complain = complain
        self._transport: Transport | None = None
        self._bridge = Bridge(UriMap(target.name, target.mappings) if target.ssh is not None else None)
        self._to_server = Frames()
        self._to_editor = Frames(noisy=True)
        self._answered = False
        loop = asyncio.get_running_loop()
        self._end: asyncio.Future[int] = loop.create_future()
        self._drained: asyncio.Future[None] = loop.create_future()

    async def run(self, handed: Handed) -> int:
        """Serve the editor at these streams. The server's exit code. Raises LinkError, SessionLost, OSError."""
        self._reader = Reader(handed.reads, self._typed, self._editor_left)
        self._writer = Writer(handed.writes, self._written, self._editor_left)
        try:
            with self._links.in_use(self.target.name):
                # The one place where the way to a server is opened.
                self._transport = await open_transport(self.target, self.target.command, self, self._links)
                self._reader.resume()
                try:
                    code = await self._end
                    await self._flush()
                    return code
                finally:
                    self._transport.close()
        finally:
            self._reader.close()
            self._writer.close()
            if self._end.done():
                self._end.exception()  # whoever waited for it may have gone
            else:
                self._end.cancel()

    # From the editor

    def _typed(self, data: bytes) -> None:
        assert self._transport is not None
        try:
            frames = [self._bridge.outgoing(frame) for frame in self._to_server.feed(data)]
        except FramingError as error:
            self._fail(f"The editor's stream is no LSP: {error}.", "Look at the editor's command for the server.")
            return
        if frames:
            self._transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    def _editor_left(self) -> None:
        """The server is to leave too, and is ended where it does not."""
        if self._transport is None or self._end.done():
            return
        self._transport.write_eof()
        asyncio.get_running_loop().call_later(PATIENCE, self._transport.close)

    # From the transport

    def received(self, data: bytes) -> None:
        try:
            frames = [self._bridge.incoming(frame) for frame in self._to_editor.feed(data)]
        except (FramingError, BridgeError) as error:
            self._fail(f"The server's stream is no LSP: {error}.", "See `tflsp logs`, and what its shell prints.")
            return
        if frames:
            self._answered = True
            self._writer.write(frames[0] if len(frames) == 1 else b"".join(frames))
            if self._writer.pending > HIGH_WATER and self._transport is not None:
                self._transport.pause_reading()

    def complained(self, data: bytes) -> None:
        self._complain(data.decode("utf-8", "replace"))

    def ended(self, code: int | None, error: Exception | None) -> None:
        if self._end.done():
            return
        if code is None:
            name = self.target.name
            self._fail(f"The connection to {name} was lost.", "Restart the server in your editor to connect again.")
        elif code and not self._answered:
            from tflsp.remote.errors import shortened

            if heard := shortened(self._to_editor.heard.decode("utf-8", "replace")):
                self._complain(f"tflsp: the server said: {heard}\n")
            self._fail(f"The server did not start (exit code {code}).", "Try `tflsp doctor`, or `tflsp up` again.")
        else:
            self._end.set_result(code)

    def pause_writing(self) -> None:
        self._reader.pause()

    def resume_writing(self) -> None:
        self._reader.resume()

    def _fail(self, sentence: str, remedy: str) -> None:
        if not self._end.done():
            log.warning("session with %s: %s", self.target.name, sentence)
            self._end.set_exception(SessionLost(sentence, remedy))

    # To the editor

    def _written(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()
        if not self._drained.done():
            self._drained.set_result(None)

    async def _flush(self) -> None:
        if self._writer.pending:
            self._drained = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._drained], timeout=PATIENCE)
