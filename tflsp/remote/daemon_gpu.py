"""GPU states for whoever watches: one `tflsp gpu --json --watch` per container while somebody does, for all of them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from tflsp.remote.daemon_clients import Refused
from tflsp.remote.daemon_links import Links
from tflsp.remote.sessions_transport import Transport, open_transport
from tflsp.remote.targets import Target

log = logging.getLogger(__name__)

COMMAND = ("tflsp", "gpu", "--json", "--watch")
# A record of many GPUs with many processes each is far smaller.
MAX_LINE = 1 << 20
# Records that a watcher may be behind; then it misses some.
BEHIND = 8

Record = dict[str, Any]


class Feeds:
    """The feeds that run, by the target's name."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._feeds: dict[str, _Feed] = {}

    def watchers(self, name: str) -> int:
        """How many programs watch a target."""
        feed = self._feeds.get(name)
        return 0 if feed is None else len(feed.queues)

    async def watch(self, target: Target) -> AsyncIterator[Record]:
        """Yield the records of a target, the newest one at once. Raises LinkError, Refused at the feed's end."""
        feed = self._feeds.get(target.name)
        if feed is None or feed.over:
            feed = self._feeds[target.name] = _Feed(target, self._links)
        queue: asyncio.Queue[Record | Exception] = asyncio.Queue(BEHIND)
        feed.join(queue)
        try:
            while True:
                told = await queue.get()
                if isinstance(told, Exception):
                    raise told
                yield told
        finally:
            feed.queues.discard(queue)
            if not feed.queues:
                feed.close()
                if self._feeds.get(target.name) is feed:
                    del self._feeds[target.name]

    async def close(self) -> None:
        """End every feed."""
        for feed in self._feeds.values():
            feed.close()


class _Feed:
    """One running command; a Receiver of its transport."""

    def __init__(self, target: Target, links: Links) -> None:
        self.queues: set[asyncio.Queue[Record | Exception]] = set()
        self.over = False
        self._target = target
        self._links = links
        self._newest: Record | None = None
        self._line = b""
        self._transport: Transport | None = None
        self._opening = asyncio.create_task(self._open())

    def join(self, queue: asyncio.Queue[Record | Exception]) -> None:
        self.queues.add(queue)
        if self._newest is not None:
            queue.put_nowait(self._newest)

    def close(self) -> None:
        self.over = True
        if not self._opening.done():
            self._opening.cancel()
        if self._transport is not None:
            self._transport.write_eof()
            self._transport.close()

    async def _open(self) -> None:
        try:
            self._transport = await open_transport(self._target, COMMAND, self, self._links)
        except Exception as error:
            self._tell(error)

    def _tell(self, told: Record | Exception) -> None:
        self.over = self.over or isinstance(told, Exception)
        for queue in self.queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(told)

    # What the transport tells

    def received(self, data: bytes) -> None:
        *lines, self._line = (self._line + data).split(b"\n")
        if len(self._line) > MAX_LINE:
            self._line = b""
        for line in lines:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue  # what a shell's start-up files print
            if isinstance(record, dict):
                self._newest = record
                self._tell(record)

    def complained(self, data: bytes) -> None:
        pass

    def ended(self, code: int | None, error: Exception | None) -> None:
        if not self.over:
            why = "was lost" if code is None else f"ended with exit code {code}"
            self._tell(Refused(f"The GPU query in {self._target.name} {why}.", "Try `tflsp doctor` in the container."))

    def pause_writing(self) -> None:
        pass

    def resume_writing(self) -> None:
        pass
