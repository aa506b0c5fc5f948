"""The client's side of the control protocol: one request a connection, JSON lines, over the daemon's unix socket.

An editor waits for this module's import, so it imports little, and json when there is something to read.
See docs/protocol.md.
"""

from __future__ import annotations

import os
import socket
import struct

from tflsp.places import UnsafeFolder, private_folder, runtime_folder

TYPE_CHECKING = False  # typing's own takes as long to import as the rest of this
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from typing import Any

# Raised when either side would misunderstand the other.
PROTOCOL = 1
# sun_path is 104 bytes on macOS and 108 on Linux.
LONGEST_PATH = 100


class ControlError(Exception):
    """A request that failed: ``sentence`` says what is wrong, ``remedy`` what to do; ``str()`` is both."""

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(f"{sentence} {remedy}".strip())
        self.sentence = sentence
        self.remedy = remedy


class NotRunning(ControlError):
    """There is no daemon, and none was to be started."""

    def __init__(self) -> None:
        super().__init__("No helper is running.", "`tflsp connect` starts one.")


def socket_path() -> str:
    """Where the daemon listens. Raises ControlError for a path that cannot be a socket's."""
    path = str(runtime_folder() / "daemon.sock")
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise ControlError(f"The path {path} is too long for a socket.", "Set XDG_RUNTIME_DIR to a shorter folder.")
    return path


def request(op: str, *, autostart: bool = True, **fields: Any) -> Generator[dict[str, Any]]:
    """Ask the daemon, and yield what it answers, item by item; a daemon is started where there is none.

    Closing it ends a request that would go on. Raises ControlError; NotRunning where ``autostart`` is off.
    """
    with connected(autostart=autostart) as connection:
        import json

        send(connection, json.dumps({"op": op, "protocol": PROTOCOL, **fields}).encode())
        yield from items(connection)


def connected(*, autostart: bool = True) -> socket.socket:
    """A connection to this user's daemon. Raises ControlError."""
    path = socket_path()
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            if not autostart:
                raise NotRunning from None
            from tflsp.remote.control_start import start

            private_folder(runtime_folder())
            start(path, connection)
        if peer_uid(connection) != os.getuid():
            raise ControlError(f"Another user listens at {path}.", "Remove that file.")
    except (OSError, UnsafeFolder) as error:
        connection.close()
        raise ControlError(f"The helper cannot be reached: {error}.", "See `tflsp daemon logs`.") from None
    except BaseException:
        connection.close()
        raise
    return connection


def send(connection: socket.socket, line: bytes, descriptors: Sequence[int] = ()) -> None:
    """Send a request, a JSON object, with file descriptors that the daemon is to have too. Raises ControlError."""
    line += b"\n"
    try:
        if descriptors:
            sent = socket.send_fds(connection, [line], list(descriptors))
            line = line[sent:]
        connection.sendall(line)
    except OSError:
        raise gone() from None


def items(connection: socket.socket) -> Iterator[dict[str, Any]]:
    """What the daemon answers, to its end. Raises ControlError for an error, and for a daemon that is gone."""
    import json

    buffer = b""
    while True:
        try:
            data = connection.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            raise gone()
        *lines, buffer = (buffer + data).split(b"\n")
        for line in lines:
            answer = json.loads(line)
            if "error" in answer:
                raise ControlError(answer["error"], answer.get("remedy", ""))
            if "end" in answer:
                return
            yield answer["item"]


def gone() -> ControlError:
    """For a daemon that ended while it was needed."""
    return ControlError("The helper ended.", "Try again; `tflsp daemon logs` tells why.")


def peer_uid(connection: socket.socket) -> int:
    """The user at the other end of a unix socket."""
    if hasattr(socket, "SO_PEERCRED"):
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", found)[1])
    # macOS, BSD: LOCAL_PEERCRED gives struct xucred, which begins with a version and the user's id.
    found = connection.getsockopt(0, 1, 76)
    return int(struct.unpack_from("Ii", found)[1])
