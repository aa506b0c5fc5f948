"""Logging of a server: to standard error, and warnings to the client. Never document text.

What pygls logs may quote messages, so that only the fact is taken over.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

_TYPES = {logging.ERROR: 1, logging.WARNING: 2, logging.INFO: 3, logging.DEBUG: 4}


class _Discreet(logging.Filter):
    """Takes arguments and tracebacks off the records of libraries: they quote what was sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("tflsp"):
            record.msg = str(record.msg).split("\n", 1)[0]
            record.args = None
            record.exc_info = record.exc_text = None
        return True


class ClientHandler(logging.Handler):
    """Sends records to the client by ``window/logMessage``."""

    def __init__(self, send: Callable[[int, str], None]) -> None:
        super().__init__(logging.WARNING)
        self._send = send
        self.addFilter(_Discreet())

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(_TYPES.get(record.levelno, 4), record.getMessage())
        except Exception:  # a record that cannot be sent is on standard error all the same
            pass


def set_up(level: str) -> None:
    """Log to standard error; ``debug`` comes with tracebacks."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_Discreet())
    logging.getLogger().addHandler(handler)
    logging.getLogger("tflsp").setLevel(level.upper())
    for library in ("pygls", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
