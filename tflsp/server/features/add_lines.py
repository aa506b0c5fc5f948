"""The command that adds lines to files for clients that cannot create files themselves.

It runs when the user has chosen the fix whose edit comes with it. The lines stay on this side: they may hold a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types

from tflsp.checking.files import decode, encode, write_atomically
from tflsp.checking.other_files import with_lines
from tflsp.rules.base import LineInFile
from tflsp.server.registry import command
from tflsp.server.session import Session

ADD_LINES = "tflsp.addLines"
Wanted = Sequence[tuple[Path, Sequence[LineInFile]]]


def later(session: Session, title: str, wanted: Wanted) -> types.Command:
    """The command that does it, once."""
    token = session.new_token("action")
    session.promises.give(token, lambda: write(wanted))
    return types.Command(title, ADD_LINES, arguments=[token])


@command(ADD_LINES)
async def add_lines(session: Session, arguments: Sequence[Any]) -> None:
    act = session.promises.keep(str(arguments[0])) if arguments else None
    if act is not None:
        await asyncio.to_thread(act)


def write(wanted: Wanted) -> None:
    """Add the lines to their files, made where they are not there. Raises OSError."""
    for root, lines in wanted:
        for path in {root / line.path for line in lines}:
            old = path.read_bytes() if path.is_file() else b""
            new = with_lines(decode(old), [line for line in lines if root / line.path == path])
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, encode(new, old))
