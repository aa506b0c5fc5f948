"""The daemon's log: one file of the user's alone, of bounded size. It holds no document text, no token and no key."""

from __future__ import annotations

import logging
import logging.handlers
import os
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
