"""A remote shell without OpenSSH: this terminal, in raw mode, at a session of asyncssh's.

Reads standard input in a thread, so that it stays a blocking stream for whoever has it next.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import asyncssh

from tflsp.remote import errors, link
from tflsp.remote.errors import LinkError
from tflsp.remote.targets import Target

LOST = 255  # as OpenSSH's ssh


def run_shell(target: Target, line: str, *, terminal: bool) -> int:
    """Run a command line on a target with our standard streams; its exit code, or 255 where the connection failed."""
    try:
        return asyncio.run(_run(target, line, terminal))
    except LinkError as error:
        sys.stderr.write(f"tflsp: {error}\n")
        return LOST


async def _run(target: Target, line: str, terminal: bool) -> int:
    connection = await link.connect(target)
    async with connection:
        kind = os.environ.get("TERM", "dumb") if terminal else None
        try:
            process: asyncssh.SSHClientProcess[Any] = await connection.create_process(
                line, encoding=None, term_type=kind, term_size=_size() if terminal else None
            )
            with _raw(terminal, process):
                reader = asyncio.ensure_future(_feed(process))
                await asyncio.gather(_show(process.stdout, 1), _show(process.stderr, 2))
                await process.wait_closed()
                reader.cancel()
        except (asyncssh.Error, OSError) as error:
            raise errors.explained(error, target.name) from error
    if process.exit_status is not None:
        return process.exit_status
    if process.exit_signal is not None:
        return 128 + getattr(signal, f"SIG{process.exit_signal[0]}", 0)
    raise errors.lost(target.name)


async def _show(stream: asyncssh.SSHReader[bytes], descriptor: int) -> None:
    while data := await stream.read(65536):
        view = memoryview(data)
        while view:
            view = view[await asyncio.to_thread(os.write, descriptor, view) :]


async def _feed(process: asyncssh.SSHClientProcess[Any]) -> None:
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        data = b"-"
        while data:
            data = os.read(0, 65536)
            with suppress(RuntimeError):  # the loop is gone: so is the session
                asyncio.run_coroutine_threadsafe(chunks.put(data), loop).result()

    threading.Thread(target=read, daemon=True).start()
    with suppress(asyncssh.Error, BrokenPipeError):
        while data := await chunks.get():
            process.stdin.write(data)
            await process.stdin.drain()
        process.stdin.write_eof()


@contextmanager
def _raw(terminal: bool, process: asyncssh.SSHClientProcess[Any]) -> Iterator[None]:
    if not terminal:
        yield
        return
    import termios
    import tty

    loop = asyncio.get_running_loop()
    before = termios.tcgetattr(0)
    tty.setraw(0, termios.TCSADRAIN)  # what was typed ahead is for the shell
    loop.add_signal_handler(signal.SIGWINCH, lambda: process.change_terminal_size(*_size()))
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGWINCH)
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def _size() -> tuple[int, int]:
    size = shutil.get_terminal_size()
    return size.columns, size.lines
