"""One daemon a user: whoever holds the lock file may put its socket where everybody looks for it.

The lock dies with its process, so that a socket that is left behind belongs to nobody and is replaced.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

# Seconds that a daemon which is just ending gets to end.
PATIENCE = 10


class AlreadyRunning(Exception):
    """Another daemon listens."""


class Claim:
    """The lock and the listening socket. A context manager: leaving it gives both back."""

    def __init__(self, path: str) -> None:
        """Raises AlreadyRunning, OSError."""
        self._path = Path(path)
        self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._acquire()
            self.socket = self._listen()
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path.unlink(missing_ok=True)
        self.socket.close()
        os.close(self._lock)

    def _acquire(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, suppress(OSError):
            probe.connect(str(self._path))
            raise AlreadyRunning(str(self._path))
        # It holds the lock and listens no more: it is about to end.
        previous = signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(PATIENCE)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, previous)

    def _listen(self) -> socket.socket:
        """A socket that is there at once with its rights, and answers from the moment on when it has its name."""
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        temporary = self._path.with_name(f"{self._path.name[:1]}{os.getpid()}")
        before = os.umask(0o177)
        try:
            temporary.unlink(missing_ok=True)
            listening.bind(str(temporary))
            listening.listen(64)
            temporary.replace(self._path)
        except BaseException:
            listening.close()
            raise
        finally:
            os.umask(before)
        listening.setblocking(False)
        return listening


def _too_long(number: int, frame: object) -> None:
    raise AlreadyRunning("another daemon neither listens nor ends")
