"""The helper daemon, one per user: holds an SSH connection per container, and on it sessions, forwards, GPU queries.

`python -m tflsp.remote.daemon` runs it; programs that need one start it themselves. What it answers to is in
daemon_requests.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

from tflsp.places import UnsafeFolder, private_folder, runtime_folder, state_folder
from tflsp.remote import daemon_log
from tflsp.remote.control import ControlError, socket_path
from tflsp.remote.daemon_clients import Client
from tflsp.remote.daemon_lock import AlreadyRunning, Claim

# Not __name__, which is __main__ where the daemon is the program.
log = logging.getLogger("tflsp.remote.daemon")

# Seconds without any request after which a daemon that was started by the way ends.
IDLE = 3600.0
# Seconds between two looks at whether anybody could still find it.
LOOK = 30.0


def main(arguments: Sequence[str]) -> int:
    """Run a daemon until it is stopped. ``--stay`` keeps it when idle; ``--tell FD`` is written to when it listens."""
    tell = int(arguments[arguments.index("--tell") + 1]) if "--tell" in arguments else None
    stay = "--stay" in arguments
    try:
        private_folder(state_folder())
        private_folder(runtime_folder())
        daemon_log.set_up(to_terminal=stay)
        with Claim(socket_path()) as claim:
            _told(tell)
            # Programs wait in the socket's queue meanwhile.
            import tflsp.remote.link  # noqa: F401

            asyncio.run(Daemon(claim.socket, None if stay else IDLE).run())
    except AlreadyRunning:
        _told(tell)
        sys.stderr.write("tflsp: A helper is running already.\n")
        return 1
    except (ControlError, UnsafeFolder, OSError) as error:
        log.error("the daemon cannot run: %s", error)
        sys.stderr.write(f"tflsp: The helper cannot run: {error}\n")
        return 2
    return 0


class Daemon:
    """Accepts programs of this user at a listening socket, and serves them until it is stopped."""

    def __init__(self, listening: socket.socket, idle: float | None) -> None:
        self._listening = listening
        self._idle = idle
        self._clients: set[Client] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        from tflsp.remote.daemon_requests import Requests

        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._requests = Requests(self._stopped.set)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stopped.set)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._loop.add_reader(self._listening, self._accept)
        self._place = _identity(socket_path())
        self._look()
        self._rest()
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000)  # a large message alone would have the collector run, and finds it nothing
        log.info("listening")
        await self._stopped.wait()
        log.info("stopping")
        self._loop.remove_reader(self._listening)
        clients = list(self._clients)
        for client in clients:
            client.close()
        for client in clients:
            await client.closed()
        await self._requests.close()

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:
            return  # it has gone, or there are no descriptors left: the next one is told anew
        connection.set_inheritable(False)
        self._clients.add(Client(connection, self._serve, self._left))
        if self._timer is not None:
            self._timer.cancel()

    async def _serve(self, client: Client) -> None:
        await self._requests.serve(client)

    def _left(self, client: Client) -> None:
        self._clients.discard(client)
        self._rest()

    def _look(self) -> None:
        """Whose socket was removed or replaced will not be asked for anything any more."""
        if _identity(socket_path()) != self._place and not self._clients:
            self._stopped.set()
        self._loop.call_later(LOOK, self._look)

    def _rest(self) -> None:
        """With nothing to do for long enough, end."""
        if self._idle is None or self._clients or self._requests.busy:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self._idle, self._stopped.set)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _told(descriptor: int | None) -> None:
    if descriptor is not None:
        with suppress(OSError):
            os.write(descriptor, b"1")
            os.close(descriptor)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
