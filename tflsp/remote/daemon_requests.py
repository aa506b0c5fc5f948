"""What the daemon does for the programs that ask it: one function an operation, listed in docs/protocol.md."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tflsp import __version__
from tflsp.remote.daemon_clients import Client, Refused
from tflsp.remote.daemon_gpu import Feeds
from tflsp.remote.daemon_links import Links
from tflsp.remote.forwards import Forwards
from tflsp.remote.sessions import Session
from tflsp.remote.sessions_streams import Handed
from tflsp.remote.targets import Target, TargetError, all_targets, load

log = logging.getLogger(__name__)


class Requests:
    """The state that requests share: connections, sessions, forwards, feeds."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._began = time.time()
        self._links = Links()
        self._forwards = Forwards(self._links)
        self._feeds = Feeds(self._links)
        self._sessions: set[Session] = set()

    @property
    def busy(self) -> bool:
        """Whether something goes on that no waiting program stands for."""
        return bool(self._forwards.listed())

    async def serve(self, client: Client) -> None:
        """Do what a program asks for. Raises Refused, LinkError and others that say what went wrong."""
        match client.op:
            case "connect":
                await self._connect(client)
            case "gpu":
                await self._gpu(client)
            case "forward":
                await self._forward(client)
            case "forwards":
                for each in self._forwards.listed():
                    client.item(each)
            case "unforward":
                for each in await self._forwards.stop(client.text("target"), client.fields.get("port")):
                    client.item(each)
            case "status":
                client.item(self._status())
            case "stop":
                client.item({"pid": os.getpid()})
                self._stop()
            case op:
                raise Refused(f"The helper knows no {op!r}.", "Restart it with `tflsp daemon stop`.")

    async def close(self) -> None:
        await self._forwards.close()
        await self._feeds.close()
        await self._links.close()

    async def _connect(self, client: Client) -> None:
        descriptors = client.take_descriptors()
        if len(descriptors) != 2:
            for each in descriptors:
                os.close(each)
            raise Refused("The request 'connect' comes with two descriptors.")
        try:
            handed = Handed(*descriptors)
        except OSError:
            for each in descriptors:
                with suppress(OSError):
                    os.close(each)
            raise
        try:
            target = _target(client.text("name"))
            session = Session(target, self._links, lambda text: client.item({"stderr": text}))
            self._sessions.add(session)
            log.info("a session with %s begins", target.name)
            try:
                code = await session.run(handed)
            finally:
                self._sessions.discard(session)
                log.info("a session with %s has ended", target.name)
        finally:
            handed.close()
        client.item({"exit": code})

    async def _gpu(self, client: Client) -> None:
        target = _target(client.text("target"))
        with self._links.in_use(target.name):
            async for record in self._feeds.watch(target):
                client.item(record)

    async def _forward(self, client: Client) -> None:
        target = _target(client.text("target"))
        what = client.fields.get("what", [])
        if not isinstance(what, list) or not all(isinstance(each, str) for each in what):
            raise Refused("The request 'forward' takes a list of texts as 'what'.")
        for each in await self._forwards.open(target, what):
            client.item(each)

    def _status(self) -> dict[str, Any]:
        targets = {target.name: target for target in all_targets()}
        sessions = [each.target.name for each in self._sessions]
        forwards = self._forwards.listed()
        return {
            "pid": os.getpid(),
            "version": __version__,
            "began": self._began,
            "targets": [
                {
                    "name": name,
                    "local": target.ssh is None,
                    "link": self._links.state(name),
                    "sessions": sessions.count(name),
                    "watchers": self._feeds.watchers(name),
                    "forwards": [each for each in forwards if each["target"] == name],
                }
                for name, target in targets.items()
            ],
        }


def _target(name: str) -> Target:
    try:
        return load(name)
    except TargetError as error:
        text = str(error)
        raise Refused(f"{text[:1].upper()}{text[1:]}.") from None
