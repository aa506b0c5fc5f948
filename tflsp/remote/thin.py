"""`tflsp connect`: joins an editor to a server, and is hardly there.

It hands its standard streams over to the daemon (descriptors travel over the unix socket), waits for the end, and ends
likewise; no byte of the session passes through this process where the streams are pipes or sockets, as with editors.
Imports no SSH, no click, no asyncio: the editor waits for it.
"""

from __future__ import annotations

import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

HELP = """\
Usage: tflsp connect [OPTIONS] [NAME]

  Join an editor to the server in a container, over standard streams.

  NAME is the container's, as `tflsp status` shows it; by default the one of
  the current folder's project.

Options:
  --stdio     Over standard streams (the default; editors may say so).
  -h, --help  Show this message and exit.

Examples:
  tflsp connect tflsp-mnist-1a2b3c     as the command of an editor's server
  vim.lsp.config('tflsp', { cmd = { 'tflsp', 'connect', 'tflsp-mnist-1a2b3c' } })
"""
ERROR = 2
LOST = 1


def main(arguments: Sequence[str]) -> int:
    """Run the command; ``arguments`` are those after its name. The exit code is the server's."""
    names = [each for each in arguments if each != "--stdio"]
    if any(each in ("-h", "--help") for each in names):
        sys.stdout.write(HELP)
        return 0
    if len(names) > 1 or any(each.startswith("-") for each in names):
        sys.stderr.write("Usage: tflsp connect [NAME]\nTry 'tflsp connect --help' for help.\n")
        return ERROR
    try:
        name = names[0] if names else _of_this_folder()
        if not name.isascii() or not name.replace("-", "").replace(".", "").replace("_", "").isalnum():
            sys.stderr.write(
                f"tflsp: {name!r} cannot be a container's name. `tflsp status` shows those that are known.\n"
            )
            return ERROR
        return _connect(name)
    except KeyboardInterrupt:
        return 130


def _connect(name: str) -> int:
    from tflsp.remote.control import PROTOCOL, ControlError, connected, gone, items, send

    if _is_local(name):
        from tflsp.server import serve

        return serve()
    code = None
    try:
        with connected() as connection:
            streams = _streams()
            request = f'{{"op": "connect", "protocol": {PROTOCOL}, "name": "{name}"}}'
            send(connection, request.encode(), streams[:2])
            streams[2].sent()
            for item in items(connection):
                if "stderr" in item:
                    sys.stderr.write(_plain(item["stderr"]))
                    sys.stderr.flush()
                elif "exit" in item:
                    code = item["exit"]
        if code is None:
            raise gone()
        streams[2].finish()
        return int(code)
    except ControlError as error:
        sys.stderr.write(f"tflsp: {error}\n")
        return LOST


def _plain(text: str) -> str:
    """A text from the other side without what would drive a terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else " " for char in text)


def _is_local(name: str) -> bool:
    """Whether a target is the plain server on this machine: then this process is it. What cannot be read is not."""
    from tflsp.places import state_folder

    try:
        data = (state_folder() / "targets" / f"{name}.json").read_bytes()
        if b'"ssh": null' not in data:
            return False
        import json

        target = json.loads(data)
        return target["ssh"] is None and target["command"] == ["tflsp", "serve"]
    except (OSError, ValueError, KeyError, TypeError):
        return False  # the daemon says what is wrong


def _of_this_folder() -> str:
    from pathlib import Path

    from tflsp.remote.targets import target_of

    target = target_of(Path.cwd())
    if target is None:
        sys.stderr.write("tflsp: This folder has no container. Start one with `tflsp up`, or name one.\n")
        raise SystemExit(ERROR)
    return target.name


class Streams:
    """Streams that the daemon uses itself: nothing is to be done here."""

    def sent(self) -> None: ...

    def finish(self) -> None: ...


def _streams() -> tuple[int, int, Streams]:
    """Descriptors for the daemon: our streams themselves, or where they are files or a terminal, a relay to them."""
    if _passes(0) and _passes(1):
        return 0, 1, Streams()
    from tflsp.remote.thin_relay import Relay

    relay = Relay(0, 1)
    return relay.reads, relay.writes, relay


def _passes(descriptor: int) -> bool:
    """Whether another process can take a stream over: it can be waited for, and nobody else's terminal is changed."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
