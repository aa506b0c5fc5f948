"""The daemon's log: one file of the user's alone, of bounded size. It holds no document text, no token and no key."""

from __future__ import annotations

import logging
import logging.handlers
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from tflsp.places import state_folder

LOG_SIZE = 1 << 20


def log_path() -> Path:
    """Where the log is."""
    return state_folder() / "daemon.log"


def set_up(*, to_terminal: bool) -> None:
    """Log to the file, and to standard error where somebody sees it."""
    path = log_path()
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(path, maxBytes=LOG_SIZE, backupCount=1, encoding="utf-8")
    ]
    if to_terminal:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(handler)
    logging.getLogger("tflsp").setLevel(logging.INFO)
    # asyncssh tells of every channel, and of the commands in it.
    logging.getLogger("asyncssh").setLevel(logging.ERROR)
    os.umask(0o077)


def lines_of(path: Path, count: int, wait: Callable[[], None] | None = None) -> Iterator[str]:
    """Give the last `count` lines of a log; with `wait` those that come too, for as long as somebody takes them.

    `wait` is called whenever nothing new is there. A file that is full is followed by the next one. What is being
    written may come in pieces. Raises FileNotFoundError where there is no log.
    """
    file = path.open(encoding="utf-8", errors="replace")
    try:
        yield from deque(file, count)
        while wait is not None:
            # Asked before reading: behind the end of a file that was replaced by then, nothing is written any more.
            replaced = _is_another(path, file.fileno())
            if piece := file.readline():
                yield piece
            elif replaced:
                file.close()
                file = path.open(encoding="utf-8", errors="replace")
            else:
                wait()
    finally:
        file.close()


def _is_another(path: Path, descriptor: int) -> bool:
    """Whether a path leads to another file than the open one; while it leads to none, not yet."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return not os.path.samestat(there, os.fstat(descriptor))
