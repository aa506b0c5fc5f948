"""Where a session's transport is opened: a command on a target, and bytes to and from its standard streams.

Everything above knows a Transport and no SSH; what a transport is may change here alone (an agent, a resumed session).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tflsp.remote.daemon_links import Links
    from tflsp.remote.targets import Target


class Transport(Protocol):
    """The way to a running command. None of these waits."""

    def write(self, data: bytes) -> None:
        """Bytes for its standard input."""

    def write_eof(self) -> None:
        """The end of its standard input."""

    def close(self) -> None:
        """End it; ``ended`` is still told. Nothing happens where it has ended."""

    def pause_reading(self) -> None:
        """Nothing more is wanted for now."""

    def resume_reading(self) -> None:
        """More is wanted again."""


class Receiver(Protocol):
    """Whoever is told what a command says and does."""

    def received(self, data: bytes) -> None:
        """Bytes of its standard output."""

    def complained(self, data: bytes) -> None:
        """Bytes of its standard error."""

    def ended(self, code: int | None, error: Exception | None) -> None:
        """It has ended: with an exit code, or without one where the way to it was lost (``error``, if known)."""

    def pause_writing(self) -> None:
        """What was written has not all been taken yet: write no more."""

    def resume_writing(self) -> None:
        """It has been taken."""


async def open_transport(target: Target, command: Sequence[str], receiver: Receiver, links: Links) -> Transport:
    """Start a command on a target. Raises LinkError, OSError."""
    if target.ssh is None:
        from tflsp.remote.local import run_here

        return await run_here(command, target.folder, receiver)
    from tflsp.remote.sessions_ssh import run_there

    return await run_there(await links.connection(target), target.name, command, receiver)


async def closed(transport: Transport, done: asyncio.Future[None], patience: float) -> None:
    """Let a command end by itself at the end of its input, then end it."""
    transport.write_eof()
    try:
        await asyncio.wait_for(asyncio.shield(done), patience)
    except TimeoutError:
        transport.close()
