"""Starting the daemon from whatever program needs it first, and waiting until it listens: for events, not for time.

Programs that start at the same moment queue at a lock file; the first one starts the daemon, the others find it.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import sys
from contextlib import suppress

# Seconds. Importing takes well under one; a machine under load may need a few.
PATIENCE = 30.0


def start(path: str, connection: socket.socket) -> None:
    """Start a daemon for the socket at ``path`` unless one runs by now, and connect. Raises OSError."""
    lock = os.open(f"{path}.starting", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with suppress(FileNotFoundError, ConnectionRefusedError):
            connection.connect(path)
            return
        ready, told = os.pipe()
        try:
            _spawn(told)
            os.close(told)
            told = -1
            if not select.select([ready], [], [], PATIENCE)[0] or os.read(ready, 1) != b"1":
                raise OSError("it did not start")
        finally:
            os.close(ready)
            if told >= 0:
                os.close(told)
        connection.connect(path)
    finally:
        os.close(lock)


def _spawn(told: int) -> None:
    """A process that belongs to nobody: no terminal, no parent of ours, none of our files but the one to tell by."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.dup2(told, 3)
        os.set_inheritable(3, True)
        os.closerange(4, min(65536, os.sysconf("SC_OPEN_MAX")))
        os.chdir("/")
        # -P: what lies in the current folder is not imported.
        os.execv(sys.executable, [sys.executable, "-P", "-m", "tflsp.remote.daemon", "--tell", "3"])
    finally:
        os._exit(1)
